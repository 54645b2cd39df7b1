/** The GGUF format: header, metadata, tensor names, and the tokenizer that lies in it. */
package org.codeaudit.checkpoint.gguf;
