# Gated delta rule attention (Gated DeltaNet, arXiv 2412.06464, as Qwen3-Next has it). A sequence keeps
# no keys. For each value head it keeps a matrix S that maps keys to values, and it keeps the last inputs
# of a short convolution. A token lets S decay, then corrects the value that S has for its key:
#     S <- e^g S;  S <- S + k (beta (v - S' k))';  o = S' q
# with q and k of length 1. S and the arithmetic are float32, whatever the form of the matrices.
#
# Letters in shapes, besides decoder.py's: N key heads; M value heads of each key head; k and v their
# sizes; c = 2 k + M v, the channels of a key head; P places for sequences; C tokens of a chunk.
class DeltaNet:
  key_heads : int                   # N
  group : int                       # M
  key_size : int                    # k
  value_size : int                  # v
  epsilon : float
  input : __torch__.Matrix          # a query, a key, M values and M output gates a key head
  gates : __torch__.Matrix          # M update rates (beta), then M decays a key head
  output : __torch__.Matrix
  filter : Tensor                   # [W, N, c], the convolution's weights, the oldest input's first
  rate : Tensor                     # [N, M], how fast a head forgets, negative
  bias : Tensor                     # [N, M], of the decays
  norm : Tensor                     # [v]
  before : Tensor                   # [P, W - 1, N, c], the convolution's last inputs
  state : Tensor                    # [P, N, M, k, v]

  # sizes: N, M, k, v
  def __init__(self: __torch__.DeltaNet, sizes: List[int], epsilon: float, input: __torch__.Matrix,
               gates: __torch__.Matrix, output: __torch__.Matrix, filter: Tensor, rate: Tensor,
               bias: Tensor, norm: Tensor) -> NoneType:
    self.key_heads = sizes[0]
    self.group = sizes[1]
    self.key_size = sizes[2]
    self.value_size = sizes[3]
    self.epsilon = epsilon
    self.input = input
    self.gates = gates
    self.output = output
    self.filter = filter
    self.rate = rate
    self.bias = bias
    self.norm = norm
    self.before = torch.empty([0])
    self.state = torch.empty([0])

  # The same layer with the same states and copies of its matrices on its device.
  def copied(self: __torch__.DeltaNet, device: Device) -> __torch__.DeltaNet:
    sizes = [self.key_heads, self.group, self.key_size, self.value_size]
    copy = __torch__.DeltaNet(
        sizes, self.epsilon, self.input.copied(device), self.gates.copied(device),
        self.output.copied(device), self.filter, self.rate, self.bias, self.norm)
    copy.before = self.before
    copy.state = self.state
    return copy

  # Allocates the states of so many sequences.
  def allocate(self: __torch__.DeltaNet, places: int, device: Device) -> int:
    width, heads, channels = self.filter.size()
    self.before = torch.empty([places, width - 1, heads, channels], dtype=6, device=device)
    self.state = torch.empty([places, heads, self.group, self.key_size, self.value_size], dtype=6,
                             device=device)
    return 0

  # x: [T, H] -> [T, N M v], before the output projection. Changes the states.
  def attend(self: __torch__.DeltaNet, x: Tensor, step: __torch__.Step) -> Tensor:
    count = x.size(0)
    y = self.input.multiply(x).view([count, self.key_heads, -1])
    values = self.group * self.value_size
    channels = 2 * self.key_size + values
    inputs = y.narrow(2, 0, channels)                                   # [T, N, c]
    gates = self.gates.multiply(x).view([count, self.key_heads, 2, self.group])
    update = torch.sigmoid(gates.select(2, 0))                          # [T, N, M]
    decay = torch.softplus(gates.select(2, 1) + self.bias).mul_(self.rate)
    for place in step.fresh:
      self.before.select(0, place).zero_()
      self.state.select(0, place).zero_()
    outputs = annotate(List[Tensor], [])
    first = 0
    for i in range(len(step.runs) // 2):
      length = step.runs[2 * i + 1]
      outputs.append(self.advance(
          inputs.narrow(0, first, length), update.narrow(0, first, length),
          decay.narrow(0, first, length), step.runs[2 * i]))
      first = first + length
    regions = step.regions
    for i in range(step.singles, len(regions) // 4):
      length = regions[4 * i + 2]
      outputs.append(self.read(
          inputs.narrow(0, first, length), update.narrow(0, first, length),
          decay.narrow(0, first, length), regions[4 * i + 3]))
      first = first + length
    found = __torch__.concatenated(outputs)                             # [T, N, M, v]
    shown = torch.silu(y.narrow(2, channels, values)).view(found.size())
    normed = torch.rms_norm(found, [self.value_size], self.norm, self.epsilon)
    return normed.mul_(shown).reshape([count, -1])

  # One token of each of some sequences whose places are adjacent, from the first one on.
  # inputs: [S, N, c]; update, decay: [S, N, M] -> [S, N, M, v]
  def advance(self: __torch__.DeltaNet, inputs: Tensor, update: Tensor, decay: Tensor,
              place: int) -> Tensor:
    count = inputs.size(0)
    before = self.before.narrow(0, place, count)
    window = torch.cat([before, inputs.unsqueeze(1)], 1)                # [S, W, N, c]
    before.copy_(window.narrow(1, 1, before.size(1)))
    mixed = torch.silu(torch.sum(window.mul_(self.filter), [1]))        # [S, N, c]
    pair = self.directions(mixed).unsqueeze(2)                          # [S, N, 1, 2, k]
    query, key = torch.unbind(pair, 3)                                  # [S, N, 1, k]
    value = mixed.narrow(2, 2 * self.key_size, self.group * self.value_size).reshape(
        [count, self.key_heads, self.group, self.value_size])
    update = update.unsqueeze(3)
    kept = torch.exp(decay).unsqueeze(3).unsqueeze(4)                   # [S, N, M, 1, 1]
    products = torch.sum(query * key, [3], True)                        # [S, N, 1, 1]
    outputs = annotate(List[Tensor], [])
    # A processor's cache holds about one state, so there the rule is applied to one sequence after
    # the other. The new state's value for the query is computed from that of the decayed state.
    size = count if inputs.is_cuda else 1
    for first in range(0, count, size):
      state = self.state.narrow(0, place + first, size)                 # [S, N, M, k, v]
      state.mul_(kept.narrow(0, first, size))
      found = torch.matmul(pair.narrow(0, first, size), state)          # [S, N, M, 2, v]
      of_query, of_key = torch.unbind(found, 3)
      change = (value.narrow(0, first, size) - of_key).mul_(update.narrow(0, first, size))
      state.addcmul_(key.narrow(0, first, size).unsqueeze(4), change.unsqueeze(3))
      outputs.append(torch.addcmul(of_query, products.narrow(0, first, size), change))
    return __torch__.concatenated(outputs)

  # The tokens of one sequence.
  # inputs: [n, N, c]; update, decay: [n, N, M] -> [n, N, M, v]
  def read(self: __torch__.DeltaNet, inputs: Tensor, update: Tensor, decay: Tensor,
           place: int) -> Tensor:
    count = inputs.size(0)
    before = self.before.select(0, place)                               # [W - 1, N, c]
    window = torch.cat([before, inputs], 0)
    before.copy_(window.narrow(0, count, before.size(0)))
    mixed = window.narrow(0, 0, count) * self.filter[0]
    for i in range(1, self.filter.size(0)):
      mixed.addcmul_(window.narrow(0, i, count), self.filter[i])
    mixed = torch.silu_(mixed)                                          # [n, N, c]
    pair = self.directions(mixed)                                       # [n, N, 2, k]
    value = mixed.narrow(2, 2 * self.key_size, self.group * self.value_size)
    outputs = annotate(List[Tensor], [])
    first = 0
    while first < count:
      # as many whole chunks as are left, up to a bound for the memory; at last the tail, as a chunk of
      # its own
      length = min(count - first, 64)
      chunks = min((count - first) // length, 8)
      size = chunks * length
      outputs.append(self.read_chunks(
          pair.narrow(0, first, size), value.narrow(0, first, size), update.narrow(0, first, size),
          decay.narrow(0, first, size), place, chunks))
      first = first + size
    return __torch__.concatenated(outputs)

  # The rule for whole chunks at once, in the form of matrix products. G is the sum of a chunk's
  # decays up to a token and D[i, j] = e^(G[i] - G[j]) for j <= i. With the strictly lower part A of
  # (beta K) K' D, what the tokens change is (I + A)^-1 (beta V - beta e^G K S) for the state S before
  # the chunk; both terms but S are computed for all chunks together.
  # pair: [n, N, 2, k]; value: [n, N, M v]; update, decay: [n, N, M] -> [n, N, M, v]
  def read_chunks(self: __torch__.DeltaNet, pair: Tensor, value: Tensor, update: Tensor,
                  decay: Tensor, place: int, chunks: int) -> Tensor:
    length = pair.size(0) // chunks
    heads = [self.key_heads, self.group, chunks, length]
    flat = [self.key_heads * self.group, chunks, length]
    pair = pair.view([chunks, length, heads[0], 2, -1]).permute([3, 2, 0, 1, 4]).contiguous()
    query, key = torch.unbind(pair, 0)                                  # [N, L, C, k], L chunks
    value = value.view([chunks, length, heads[0], heads[1], -1]).permute([2, 3, 0, 1, 4])
    update = update.view([chunks, length, heads[0], heads[1]]).permute([2, 3, 0, 1]).unsqueeze(4)
    decay = decay.view([chunks, length, heads[0], heads[1]]).permute([2, 3, 0, 1])
    kept = torch.exp(torch.cumsum(decay, 3)).unsqueeze(4)               # e^G: [N, M, L, C, 1]
    between = __torch__.decay_between(decay)                            # D: [N, M, L, C, C]
    products = torch.matmul(pair, key.transpose(2, 3)).unsqueeze(2)     # [2, N, 1, L, C, C]
    one = torch.eye(length, dtype=6, device=decay.device).expand(between.size())
    inverse = torch.linalg_solve_triangular(products[1] * between * update, one, upper=False,
                                            unitriangular=True)         # (I + A)^-1
    inverse = inverse * update.transpose(3, 4)                          # (I + A)^-1 beta
    of_value = torch.matmul(inverse, value).view(flat + [-1])           # [N M, L, C, v]
    of_key = torch.matmul(inverse * kept.transpose(3, 4), key.unsqueeze(1)).view(flat + [-1])
    seen = (products[0] * between).view(flat + [-1])                    # [N M, L, C, C]
    query = (query.unsqueeze(1) * kept).view(flat + [-1])               # [N M, L, C, k]
    left = between.select(3, length - 1).unsqueeze(4)                   # e^(G[C] - G)
    key = (key.unsqueeze(1) * left).view(flat + [-1])
    whole = kept.select(3, length - 1).reshape([flat[0], chunks, 1, 1])
    state = self.state.select(0, place).view([flat[0], self.key_size, self.value_size])
    outputs = annotate(List[Tensor], [])
    for i in range(chunks):
      change = torch.baddbmm(of_value.select(1, i), of_key.select(1, i), state, alpha=-1)
      outputs.append(torch.baddbmm(torch.bmm(query.select(1, i), state), seen.select(1, i), change))
      state.mul_(whole.select(1, i)).baddbmm_(key.select(1, i).transpose(1, 2), change)
    found = torch.stack(outputs)                                        # [L, N M, C, v]
    return found.permute([0, 2, 1, 3]).reshape([chunks * length, heads[0], heads[1], -1])

  # Queries and keys, scaled to length 1; queries are then divided by the root of their size.
  # mixed: [n, N, c] -> [n, N, 2, k]
  def directions(self: __torch__.DeltaNet, mixed: Tensor) -> Tensor:
    size = self.key_size
    pair = mixed.narrow(2, 0, 2 * size).reshape([mixed.size(0), self.key_heads, 2, size])
    pair = pair * torch.rsqrt(torch.sum(pair * pair, [3], True).add_(1e-6))
    pair.select(2, 0).mul_(size ** -0.5)
    return pair


# A layer made of tensors as checkpoints store them.
# sizes: N, M, k, v; filter: [N k + N k + N M v, 1, W], the channels of all queries first, then of
# all keys and of all values; logarithm, bias: [N M]
def delta_net(sizes: List[int], epsilon: float, input: __torch__.Matrix, gates: __torch__.Matrix,
              output: __torch__.Matrix, filter: Tensor, logarithm: Tensor, bias: Tensor,
              norm: Tensor) -> __torch__.DeltaNet:
  heads = sizes[0]
  # channels in the order in which the input projection gives them
  kinds = torch.split(filter.squeeze(1), [heads * sizes[2], heads * sizes[2],
                                          heads * sizes[1] * sizes[3]], 0)
  by_head = annotate(List[Tensor], [])
  for kind in kinds:
    by_head.append(kind.view([heads, -1, filter.size(2)]))
  ordered = torch.cat(by_head, 1).permute([2, 0, 1]).contiguous()
  rate = torch.exp(logarithm).neg().view([heads, -1])
  return __torch__.DeltaNet(sizes, epsilon, input, gates, output, ordered, rate,
                            bias.view([heads, -1]), norm)


# e to the sum of the decays after token j up to token i, 0 for j > i. Each sum is computed directly and
# not as a difference of cumulative sums: after a token that forgets everything, the differences would
# have lost all digits.
# decay: [..., C] -> [..., C, C]
def decay_between(decay: Tensor) -> Tensor:
  length = decay.size(-1)
  each = decay.unsqueeze(-1).expand(decay.size() + [length])
  return torch.exp(torch.cumsum(torch.tril(each, -1), -2)).tril_()


# The runs of sequences of one token whose places are adjacent, so that their states are one tensor: the
# first place and the number of places of each run.
def state_runs(regions: List[int], singles: int) -> List[int]:
  runs = annotate(List[int], [])
  for i in range(singles):
    place = regions[4 * i + 3]
    if i > 0 and place == regions[4 * i - 1] + 1:
      runs[-1] = runs[-1] + 1
    else:
      runs.append(place)
      runs.append(1)
  return runs


# The places of sequences that begin.
def fresh_places(regions: List[int]) -> List[int]:
  places = annotate(List[int], [])
  for i in range(len(regions) // 4):
    if regions[4 * i + 1] == 0:
      places.append(regions[4 * i + 3])
  return places
