/**
 * Quantised matrices in the layout that a processor's kernels read, and the file that keeps them
 * for the next process.
 */
package org.codeaudit.model.torch.pack;
