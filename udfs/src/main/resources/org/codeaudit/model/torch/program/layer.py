# The feed-forward layer of a dense layer, or one expert of a sparse one.
class FeedForward:
  device : Device                   # where it is computed
  input : __torch__.Matrix          # gate, then up
  output : __torch__.Matrix

  def __init__(self: __torch__.FeedForward, device: Device, input: __torch__.Matrix,
               output: __torch__.Matrix) -> NoneType:
    self.device = device
    self.input = input
    self.output = output

  # The same with copies of its matrices if this device computes it, else itself.
  def copied(self: __torch__.FeedForward, device: Device) -> __torch__.FeedForward:
    if self.device != device:
      return self
    return __torch__.FeedForward(
        device, self.input.copied(device), self.output.copied(device))

  # x: [T, H] -> [T, H], on the device of x
  def forward(self: __torch__.FeedForward, x: Tensor) -> Tensor:
    y = self.input.multiply(torch.to(x, self.device))
    return torch.to(self.output.multiply(__torch__.activated(y, 1)), x.device)


# y: gates, then ups along a dimension; changed in place -> half as many
def activated(y: Tensor, dimension: int) -> Tensor:
  gate, up = torch.chunk(y, 2, dimension)
  return torch.mul(torch.silu_(gate), up)


# A layer of the decoder: attention of one kind, then a feed-forward layer of one kind. Each list
# holds one element or none.
class Layer:
  at : int                          # index of its device among the decoder's
  streamed : bool                   # whether its matrices are copied there for every step
  epsilon : float
  attention_norm : Tensor           # [H]
  feed_norm : Tensor                # [H]
  attention : List[__torch__.Attention]
  delta : List[__torch__.DeltaNet]  # or attention of this kind
  dense : List[__torch__.FeedForward]
  experts : List[__torch__.Experts]

  def __init__(self: __torch__.Layer, at: int, streamed: bool, epsilon: float,
               attention_norm: Tensor, feed_norm: Tensor) -> NoneType:
    self.at = at
    self.streamed = streamed
    self.epsilon = epsilon
    self.attention_norm = attention_norm
    self.feed_norm = feed_norm
    self.attention = annotate(List[__torch__.Attention], [])
    self.delta = annotate(List[__torch__.DeltaNet], [])
    self.dense = annotate(List[__torch__.FeedForward], [])
    self.experts = annotate(List[__torch__.Experts], [])

  # The same layer with the same cache and copies of its matrices on its device.
  def copied(self: __torch__.Layer, device: Device) -> __torch__.Layer:
    copy = __torch__.Layer(
        self.at, True, self.epsilon, self.attention_norm, self.feed_norm)
    for attention in self.attention:
      copy.attention.append(attention.copied(device))
    for delta in self.delta:
      copy.delta.append(delta.copied(device))
    for dense in self.dense:
      copy.dense.append(dense.copied(device))
    for experts in self.experts:
      copy.experts.append(experts.copied(device))
    return copy

  # x: [T, H] -> the output of attention for each token before the projection, [T, ...]
  def attend(self: __torch__.Layer, x: Tensor, step: __torch__.Step) -> Tensor:
    y = __torch__.norm(x, self.attention_norm, self.epsilon)
    if len(self.delta) > 0:
      return self.delta[0].attend(y, step)
    return self.attention[0].attend(y, step)

  # y: the result of attend, maybe of fewer tokens -> [T, H]
  def project(self: __torch__.Layer, y: Tensor) -> Tensor:
    if len(self.delta) > 0:
      return self.delta[0].output.multiply(y)
    return self.attention[0].output.multiply(y)

  # x: [T, H] -> [T, H]
  def feed(self: __torch__.Layer, x: Tensor) -> Tensor:
    y = __torch__.norm(x, self.feed_norm, self.epsilon)
    if len(self.experts) > 0:
      return self.experts[0].forward(y)
    return self.dense[0].forward(y)


# x: [T, H] -> [T, H]
def norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
  return torch.rms_norm(x, [weight.size(0)], weight, epsilon)
