/**
 * What everything but the model costs: a model that answers at once, and {@code git log} for
 * comparison.
 */
package org.codeaudit.bench.overhead;
