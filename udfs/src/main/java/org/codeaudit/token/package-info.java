/** Tokenizer and chat template of a checkpoint: messages to token ids and back. */
package org.codeaudit.token;
