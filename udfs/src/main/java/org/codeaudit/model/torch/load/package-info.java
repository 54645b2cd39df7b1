/**
 * From a checkpoint and a placement plan to a decoder with its weights: the order in which tensors
 * are read, where each matrix goes, and whether the memory is still there.
 */
package org.codeaudit.model.torch.load;
