/**
 * TorchScript programs: their archives are made from source files among the resources. {@code
 * DecoderProgram} has a Java method for each method of the decoder; {@code TensorParts} hands it
 * tensors.
 */
package org.codeaudit.model.torch.program;
