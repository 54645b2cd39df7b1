/**
 * What loading a model costs: each case in a fresh process, compared with just reading the same
 * files.
 */
package org.codeaudit.bench.load;
