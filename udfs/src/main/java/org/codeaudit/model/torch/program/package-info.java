/**
 * TorchScript programs: packed from the sources among the resources, loaded, called with arguments
 * that were checked, and tensors handed to them part by part.
 */
package org.codeaudit.model.torch.program;
