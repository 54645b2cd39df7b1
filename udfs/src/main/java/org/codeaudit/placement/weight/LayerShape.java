package org.codeaudit.placement.weight;

import java.util.List;

/**
 * The tensors of a layer.
 *
 * @param common matrices that stay with the attention: its projections and the shared expert
 * @param feedForward matrices of the feed-forward layer, or of all experts
 * @param small numbers of norms, biases, routers and what else is always 32-bit floats
 */
public record LayerShape(List<Matrix> common, List<Matrix> feedForward, long small) {
  public LayerShape {
    common = List.copyOf(common);
    feedForward = List.copyOf(feedForward);
  }
}
