/**
 * A model on disk, whatever its format: one view of configuration, tokenizer files and named,
 * memory-mapped tensors. The formats and what they share have rooms of their own below. No
 * mathematics except dequantisation.
 */
package org.codeaudit.checkpoint;
