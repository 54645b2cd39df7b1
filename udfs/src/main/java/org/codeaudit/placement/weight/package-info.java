/**
 * What a model's weights are: the matrices of each layer, the form in which a processor computes
 * with them, their bytes, and the work of a step. Knows no devices.
 */
package org.codeaudit.placement.weight;
