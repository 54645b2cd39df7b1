/** Named tensors in mapped files: type, shape, bytes, and their values as numbers. */
package org.codeaudit.checkpoint.tensor;
