package org.codeaudit.model.torch.load;

import org.codeaudit.checkpoint.tensor.ReadAhead;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.torch.program.DecoderProgram;

/**
 * A decoder with its weights and the memory of its cache, on the way from the {@link DecoderLoader}
 * to the model that closes program and reader.
 *
 * @param attention the kernels of attention: {@code flash} (one call for all sequences), {@code
 *     sdpa} (libtorch's scaled dot product attention, a call for each sequence), {@code delta} (the
 *     gated delta rule); several as {@code sdpa+delta}
 * @param states how many sequences can have a recurrent state; 0 for a model without
 * @param ahead reads mapped tensors in the background
 */
public record LoadedDecoder(
    DecoderProgram program,
    ModelDescription description,
    String attention,
    int states,
    ReadAhead ahead) {}
