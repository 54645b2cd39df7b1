/**
 * What lies on disk: {@code config.json}, safetensors and GGUF files, generation defaults and
 * tokenizer files, checked and described as named, memory-mapped tensors. No mathematics but
 * dequantisation.
 */
package org.codeaudit.checkpoint;
