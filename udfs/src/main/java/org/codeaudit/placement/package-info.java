/**
 * Decides where a model's weights and cache go, and in which form, before a byte is loaded; what
 * the weights come to is in {@code weight}. Knows shapes, sizes and devices; touches none of them.
 */
package org.codeaudit.placement;
