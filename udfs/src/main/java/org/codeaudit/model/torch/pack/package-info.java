/**
 * Matrices as codes in the order in which a processor's kernel reads them, and the file that keeps
 * them for the next process.
 */
package org.codeaudit.model.torch.pack;
