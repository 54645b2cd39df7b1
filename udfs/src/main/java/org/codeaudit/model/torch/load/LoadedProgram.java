package org.codeaudit.model.torch.load;

import org.codeaudit.checkpoint.tensor.ReadAhead;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.torch.program.DecoderProgram;

/**
 * A decoder that has its weights and room for its cache. Whoever takes it closes program and
 * reader.
 *
 * @param states sequences whose recurrent state has room; 0 for a model without
 * @param ahead reads what is mapped in the background
 */
public record LoadedProgram(
    DecoderProgram program, ModelDescription description, int states, ReadAhead ahead) {}
