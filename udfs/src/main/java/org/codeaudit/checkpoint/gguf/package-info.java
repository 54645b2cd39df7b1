/** The GGUF format: header, metadata, tensor names, and the tokenizer inside it. */
package org.codeaudit.checkpoint.gguf;
