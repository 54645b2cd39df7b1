/**
 * From a checkpoint and a plan to a program that has its weights: what is read in which order,
 * where each matrix goes, and whether the memory is still there.
 */
package org.codeaudit.model.torch.load;
