/**
 * Decides where a model's weights and cache go, and in which form, before a byte is loaded. Knows
 * shapes, sizes and devices; touches none of them.
 */
package org.codeaudit.placement;
