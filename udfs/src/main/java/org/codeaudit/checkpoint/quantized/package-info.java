/**
 * Matrices of which a checkpoint holds codes and scales, whatever the scheme, as matrices that can
 * be read.
 */
package org.codeaudit.checkpoint.quantized;
