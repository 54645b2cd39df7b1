# What a step brings for all layers of one device.
class Step:
  places : Tensor                   # [T] int64, where each token's key and value go in the cache
  cosine : Tensor                   # [T, 1, r], see rotation
  sine : Tensor                     # [T, 1, r]
  regions : List[int]               # 4 a sequence: start in the cache, positions held before, tokens
                                    # of this step, place among the recurrent states
  singles : int                     # sequences of one token in this step; they come first
  masks : List[Tensor]              # 1 a chunk, see chunk_masks
  shared : List[int]                # 4 a run of tokens whose sequences begin with the same positions:
                                    # first token, tokens, start in the cache, positions
  runs : List[int]                  # see state_runs; empty if no layer has a recurrent state
  fresh : List[int]                 # see fresh_places; likewise

  def __init__(self: __torch__.Step, places: Tensor, rotation: Tensor, regions: List[int],
               singles: int, masks: List[Tensor], shared: List[int], runs: List[int],
               fresh: List[int]) -> NoneType:
    self.places = places
    self.cosine = rotation[0]
    self.sine = rotation[1]
    self.regions = regions
    self.singles = singles
    self.masks = masks
    self.shared = shared
    self.runs = runs
    self.fresh = fresh


# Softmax attention over a key-value cache. If it is gated, each query head's projection gives a gate
# beside the query, through which that head's output passes.
class Attention:
  query_heads : int                 # Q
  key_heads : int                   # K
  head_size : int                   # d
  rotary_size : int                 # r
  gated : bool
  epsilon : float
  input : __torch__.Matrix          # queries (each with its gate, if gated), keys and values
  output : __torch__.Matrix
  head_norm : List[Tensor]          # 1, [Q + K, d], or none if queries are not normalised
  cache : Tensor                    # [1, 2 K, C, d]: keys, then values
  keys : Tensor                     # [1, K, C, d], the first half of cache
  values : Tensor                   # [1, K, C, d], the second half of cache

  # sizes: Q, K, d, r, 1 if gated
  def __init__(self: __torch__.Attention, sizes: List[int], epsilon: float,
               input: __torch__.Matrix, output: __torch__.Matrix,
               head_norm: List[Tensor]) -> NoneType:
    self.query_heads = sizes[0]
    self.key_heads = sizes[1]
    self.head_size = sizes[2]
    self.rotary_size = sizes[3]
    self.gated = sizes[4] == 1
    self.epsilon = epsilon
    self.input = input
    self.output = output
    self.head_norm = head_norm
    self.cache = torch.empty([0])
    self.keys = torch.empty([0])
    self.values = torch.empty([0])

  def allocate(self: __torch__.Attention, positions: int, dtype: int, device: Device) -> int:
    self.cache = torch.empty([1, 2 * self.key_heads, positions, self.head_size], dtype=dtype,
                             device=device)
    self.keys = self.cache.narrow(1, 0, self.key_heads)
    self.values = self.cache.narrow(1, self.key_heads, self.key_heads)
    return 0

  # The same attention, over the same cache, with copies of its matrices on its device.
  def copied(self: __torch__.Attention, device: Device) -> __torch__.Attention:
    sizes = [self.query_heads, self.key_heads, self.head_size, self.rotary_size,
             int(self.gated)]
    copy = __torch__.Attention(sizes, self.epsilon, self.input.copied(device),
                               self.output.copied(device), self.head_norm)
    copy.cache = self.cache
    copy.keys = self.keys
    copy.values = self.values
    return copy

  # Copies positions of the cache; the two ranges do not overlap.
  def move(self: __torch__.Attention, start: int, target: int, count: int) -> int:
    self.cache.narrow(2, target, count).copy_(self.cache.narrow(2, start, count))
    return 0

  # x: [T, H] -> [T, Q d], before the output projection. Appends to the cache.
  def attend(self: __torch__.Attention, x: Tensor, step: __torch__.Step) -> Tensor:
    heads = self.query_heads
    turned = heads + self.key_heads
    d = self.head_size
    count = x.size(0)
    y = self.input.multiply(x).view([count, -1, d])                     # queries, keys, values
    gate = y
    if self.gated:
      pairs = y.narrow(1, 0, 2 * heads).view([count, heads, 2, d])
      gate = pairs.select(2, 1)
      y = torch.cat([pairs.select(2, 0), y.narrow(1, 2 * heads, 2 * self.key_heads)], 1)
    qk = y.narrow(1, 0, turned)
    if len(self.head_norm) > 0:
      qk.copy_(torch.rms_norm(qk, [d], None, self.epsilon).mul_(self.head_norm[0]))
    first = qk.narrow(2, 0, self.rotary_size)
    rolled = torch.roll(first, [self.rotary_size // 2], [2])
    first.mul_(step.cosine).addcmul_(rolled, step.sine)
    new = y.narrow(1, heads, 2 * self.key_heads).transpose(0, 1).unsqueeze(0)
    dtype = self.cache.dtype
    self.cache.index_copy_(2, step.places, torch.to(new, dtype))
    query = torch.to(y.narrow(1, 0, heads).view([count, self.key_heads, -1, d]), dtype)
    if len(step.shared) == 0:
      attended = torch.to(self.weigh(query, step), 6)
    else:
      attended = self.weigh_shared(query, step)
    if self.gated:
      attended = attended.mul_(torch.sigmoid(gate).view(attended.size()))
    return attended

  # query: [T, K, G, d] of the cache's dtype -> [T, Q d]. Every sequence reads its own region of the
  # cache in place. A single token's queries that share a key are folded into one attention of G
  # rows; a chunk's are a batch of G over the same keys. Neither copies a key.
  def weigh(self: __torch__.Attention, query: Tensor, step: __torch__.Step) -> Tensor:
    outputs = annotate(List[Tensor], [])
    regions = step.regions
    width = self.query_heads * self.head_size
    for i in range(step.singles):
      length = regions[4 * i + 1] + 1
      key = self.keys.narrow(2, regions[4 * i], length)                 # [1, K, length, d]
      value = self.values.narrow(2, regions[4 * i], length)
      attended = torch.scaled_dot_product_attention(query.narrow(0, i, 1), key, value)
      outputs.append(attended.reshape([1, width]))
    first = step.singles
    for i in range(step.singles, len(regions) // 4):
      past = regions[4 * i + 1]
      count = regions[4 * i + 2]
      chunk = query.narrow(0, first, count).permute([2, 1, 0, 3])       # [G, K, n, d]
      shared = [chunk.size(0), -1, -1, -1]
      key = self.keys.narrow(2, regions[4 * i], past + count).expand(shared)
      value = self.values.narrow(2, regions[4 * i], past + count).expand(shared)
      if past == 0:
        attended = torch.scaled_dot_product_attention(chunk, key, value, None, 0., True)
      else:
        attended = torch.scaled_dot_product_attention(
            chunk, key, value, step.masks[i - step.singles], 0., False)
      outputs.append(attended.permute([2, 1, 0, 3]).reshape([count, width]))
      first = first + count
    return __torch__.concatenated(outputs)

  # As weigh, for sequences some of which begin with positions of another: those are attended once
  # for all tokens that share them, and the results are merged.
  def weigh_shared(self: __torch__.Attention, query: Tensor, step: __torch__.Step) -> Tensor:
    count = query.size(0)
    founds = annotate(List[Tensor], [])
    all_sums = annotate(List[Tensor], [])
    regions = step.regions
    nothing : Optional[Tensor] = None
    first = 0
    for i in range(len(regions) // 4):
      past = regions[4 * i + 1]
      length = regions[4 * i + 2]
      chunk = query.narrow(0, first, length).permute([2, 1, 0, 3])      # [G, K, n, d]
      if length == 1:
        chunk = query.narrow(0, first, 1)                               # [1, K, G, d]
      wide = [chunk.size(0), -1, -1, -1]
      key = self.keys.narrow(2, regions[4 * i], past + length).expand(wide)
      value = self.values.narrow(2, regions[4 * i], past + length).expand(wide)
      if length == 1:
        found, sums = __torch__.weigh_stretch(chunk, key, value, False, nothing)
      else:
        if past == 0:
          found, sums = __torch__.weigh_stretch(chunk, key, value, True, nothing)
        else:
          found, sums = __torch__.weigh_stretch(chunk, key, value, False,
                                                step.masks[i - step.singles])
        found = found.permute([2, 1, 0, 3])
        sums = sums.permute([2, 1, 0])
      founds.append(found)                                              # [n, K, G, d]
      all_sums.append(sums)                                             # [n, K, G]
      first = first + length
    found = torch.cat(founds, 0)
    sums = torch.cat(all_sums, 0)
    for i in range(len(step.shared) // 4):
      first = step.shared[4 * i]
      length = step.shared[4 * i + 1]
      folded = query.narrow(0, first, length).transpose(0, 1)           # [K, n, G, d]
      shape = folded.size()
      key = self.keys.narrow(2, step.shared[4 * i + 2], step.shared[4 * i + 3])
      value = self.values.narrow(2, step.shared[4 * i + 2], step.shared[4 * i + 3])
      other, others = __torch__.weigh_stretch(
          folded.reshape([1, shape[0], -1, shape[3]]), key, value, False, nothing)
      __torch__.merge(found.narrow(0, first, length), sums.narrow(0, first, length),
                      other.view(shape).transpose(0, 1), others.view(shape[:3]).transpose(0, 1))
    return found.reshape([count, -1])


# Attention [.., n, d], float32, and the logarithms of the sums of its weights, [.., n]: attention over
# several stretches of keys follows from those over each (see merge).
# query: [b, K, n, d]; key, value: [b, K, m, d]; causal: the first key is the first query's own
def weigh_stretch(query: Tensor, key: Tensor, value: Tensor, causal: bool,
                  mask: Optional[Tensor]) -> Tuple[Tensor, Tensor]:
  if query.device.type == "cpu":
    found, sums = torch._scaled_dot_product_flash_attention_for_cpu(
        query, key, value, 0., causal, attn_mask=mask)
    return (torch.to(found, 6), torch.to(sums, 6))
  # some queries at a time, so that scores and their copies take half a GiB at most
  rows = max(1, 33554432 // (query.size(0) * query.size(1) * key.size(2)))
  turned = torch.to(key, 6).transpose(2, 3)
  founds = annotate(List[Tensor], [])
  all_sums = annotate(List[Tensor], [])
  for first in range(0, query.size(2), rows):
    count = min(rows, query.size(2) - first)
    weights = torch.matmul(torch.to(query.narrow(2, first, count), 6), turned)
    weights = weights.mul_(query.size(3) ** -0.5)
    if causal:
      later = torch.ones([count, key.size(2)], dtype=11, device=query.device).triu(1 + first)
      weights = weights.masked_fill_(later, -inf)
    if mask is not None:
      weights = weights.add_(mask.narrow(0, first, count))
    sums = torch.logsumexp(weights, [3])
    shares = torch.exp(weights.sub_(sums.unsqueeze(3)))
    founds.append(torch.to(torch.matmul(torch.to(shares, value.dtype), value), 6))
    all_sums.append(sums)
  return (torch.cat(founds, 2), torch.cat(all_sums, 2))


# Adds to attention over one stretch of keys, in place, that over another.
# found, other: [n, K, G, d]; sums, others: [n, K, G]
def merge(found: Tensor, sums: Tensor, other: Tensor, others: Tensor) -> int:
  both = torch.logaddexp(sums, others)
  found.mul_(torch.exp(sums - both).unsqueeze(3))
  found.addcmul_(other, torch.exp(others - both).unsqueeze(3))
  sums.copy_(both)
  return 0


# Cosines and signed sines [2, T, 1, r] such that x cos + roll(x, r / 2) sin turns the pairs
# (x[i], x[i + r / 2]) by position * frequencies[i].
# positions: [T]; frequencies: [r / 2]; magnitude: what both are multiplied with
def rotation(positions: Tensor, frequencies: Tensor, magnitude: float) -> Tensor:
  angles = torch.to(positions, 6).unsqueeze(1) * frequencies            # [T, r / 2]
  cosine = torch.cos(angles)
  sine = torch.sin(angles)
  both = torch.stack([torch.cat([cosine, cosine], 1), torch.cat([-sine, sine], 1)])
  if magnitude != 1.:
    both = both * magnitude
  return both.unsqueeze(2)


# Masks of the chunks that have keys before them: [n, past + n], 0 where a token may look, -inf
# where it may not; [0] for a chunk at the beginning, which needs none.
def chunk_masks(regions: List[int], singles: int, dtype: int, device: Device) -> List[Tensor]:
  masks = annotate(List[Tensor], [])
  for i in range(singles, len(regions) // 4):
    past = regions[4 * i + 1]
    count = regions[4 * i + 2]
    if past == 0:
      masks.append(torch.empty([0], dtype=dtype, device=device))
    else:
      hidden = torch.full([count, past + count], -inf, dtype=dtype, device=device)
      masks.append(torch.triu(hidden, past + 1))
  return masks
