/** The safetensors format, read and written. */
package org.codeaudit.checkpoint.safetensors;
