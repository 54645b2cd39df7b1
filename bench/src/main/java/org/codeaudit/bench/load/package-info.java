/**
 * What loading a model costs: each case in a fresh process, next to reading the same files plainly.
 */
package org.codeaudit.bench.load;
