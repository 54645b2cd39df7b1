/**
 * What a checkpoint says about its model: shapes, rope, quantization, generation defaults,
 * tokenizer files; and which tensors such a model has.
 */
package org.codeaudit.checkpoint.config;
