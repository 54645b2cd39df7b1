# What all layers of one device need to know of a step.
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
  own : List[__torch__.Stretches]   # 1 if one kernel attends to all sequences: the stretches of their
                                    # own positions; or none
  others : List[__torch__.Stretches]  # likewise, the stretches that several share, if there are any

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
    self.own = annotate(List[__torch__.Stretches], [])
    self.others = annotate(List[__torch__.Stretches], [])

  # Prepares the stretches for a kernel that attends to all sequences.
  def join(self: __torch__.Step, device: Device) -> int:
    counts = annotate(List[int], [])
    starts = annotate(List[int], [])
    lengths = annotate(List[int], [])
    for i in range(len(self.regions) // 4):
      starts.append(self.regions[4 * i])
      counts.append(self.regions[4 * i + 2])
      lengths.append(self.regions[4 * i + 1] + self.regions[4 * i + 2])
    self.own.append(__torch__.Stretches(counts, starts, lengths, True, device))
    counts = annotate(List[int], [])
    starts = annotate(List[int], [])
    lengths = annotate(List[int], [])
    for i in range(len(self.shared) // 4):
      counts.append(self.shared[4 * i + 1])
      starts.append(self.shared[4 * i + 2])
      lengths.append(self.shared[4 * i + 3])
    if len(counts) > 0:
      self.others.append(__torch__.Stretches(counts, starts, lengths, False, device))
    return len(counts)


# Stretches of the cache and the queries that attend to each, in the form one kernel for all takes.
class Stretches:
  queries : Tensor                  # [S + 1] int32, the first query of each, then their number
  keys : Tensor                     # [S + 1] int32, where each begins in the cache; the last is not used
  lengths : Tensor                  # [S] int32, the positions of each
  most_queries : int                # of a stretch
  most_keys : int                   # likewise
  causal : bool                     # whether the last query attends to all positions, the one before
                                    # it to one less, and so on

  # counts: queries of each stretch; starts, lengths: as above
  def __init__(self: __torch__.Stretches, counts: List[int], starts: List[int],
               lengths: List[int], causal: bool, device: Device) -> NoneType:
    numbers = [0]
    self.most_queries = 0
    self.most_keys = 0
    for i in range(len(counts)):
      numbers.append(numbers[i] + counts[i])
      self.most_queries = max(self.most_queries, counts[i])
      self.most_keys = max(self.most_keys, lengths[i])
    for start in starts:
      numbers.append(start)
    numbers.append(0)
    for length in lengths:
      numbers.append(length)
    self.causal = causal
    # one copy to the device for all
    whole = torch.tensor(numbers, dtype=3, device=device)
    self.queries = whole.narrow(0, 0, len(counts) + 1)
    self.keys = whole.narrow(0, len(counts) + 1, len(counts) + 1)
    self.lengths = whole.narrow(0, 2 * len(counts) + 2, len(counts))


# Softmax attention over a key-value cache. If it is gated, the projection of each query head also
# gives a gate, which that head's output is multiplied with.
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
  cache : __torch__.Cache

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
    self.cache = __torch__.Cache(self.key_heads, self.head_size)

  # The same attention, over the same cache, with copies of its matrices on its device.
  def copied(self: __torch__.Attention, device: Device) -> __torch__.Attention:
    sizes = [self.query_heads, self.key_heads, self.head_size, self.rotary_size,
             int(self.gated)]
    copy = __torch__.Attention(sizes, self.epsilon, self.input.copied(device),
                               self.output.copied(device), self.head_norm)
    copy.cache = self.cache
    return copy

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
    self.cache.mix(qk)
    new = y.narrow(1, heads, 2 * self.key_heads).transpose(0, 1).unsqueeze(0)
    self.cache.append(step.places, new)
    query = torch.to(y.narrow(1, 0, heads).view([count, self.key_heads, -1, d]), self.cache.dtype)
    if len(step.own) > 0:
      attended = self.weigh_at_once(query, step)
    elif len(step.shared) == 0:
      attended = torch.to(self.weigh(query, step), 6)
    else:
      attended = self.weigh_shared(query, step)
    if self.gated:
      attended = attended.mul_(torch.sigmoid(gate).view(attended.size()))
    return attended

  # query: [T, K, G, d] of the cache's dtype -> [T, Q d]. Every sequence attends to its own region of
  # the cache. The G queries of a single token that share a key are folded into one attention of G
  # rows; those of a chunk are a batch of G over the same keys. No key is copied for it.
  def weigh(self: __torch__.Attention, query: Tensor, step: __torch__.Step) -> Tensor:
    outputs = annotate(List[Tensor], [])
    regions = step.regions
    width = self.query_heads * self.head_size
    for i in range(step.singles):
      key, value = self.cache.read(regions[4 * i], regions[4 * i + 1] + 1)
      attended = torch.scaled_dot_product_attention(query.narrow(0, i, 1), key, value)
      outputs.append(attended.reshape([1, width]))
    first = step.singles
    for i in range(step.singles, len(regions) // 4):
      start, past, count = (regions[4 * i], regions[4 * i + 1], regions[4 * i + 2])
      mask = step.masks[i - step.singles]
      chunk = query.narrow(0, first, count)
      if past > 0 and mask.size(0) == 0:
        attended, sums = self.weigh_chunk(chunk, start, past, mask)
      else:
        key, value = self.cache.read(start, past + count)
        wide = [chunk.size(2), -1, -1, -1]
        turned = chunk.permute([2, 1, 0, 3])                              # [G, K, n, d]
        if past == 0:
          attended = torch.scaled_dot_product_attention(
              turned, key.expand(wide), value.expand(wide), None, 0., True)
        else:
          attended = torch.scaled_dot_product_attention(
              turned, key.expand(wide), value.expand(wide), mask, 0., False)
        attended = attended.permute([2, 1, 0, 3])
      outputs.append(attended.reshape([count, width]))
      first = first + count
    return __torch__.concatenated(outputs)

  # As weigh, where some sequences begin with positions of others. Shared positions are attended to once
  # for all tokens that share them, and the partial results are merged.
  def weigh_shared(self: __torch__.Attention, query: Tensor, step: __torch__.Step) -> Tensor:
    count = query.size(0)
    founds = annotate(List[Tensor], [])
    all_sums = annotate(List[Tensor], [])
    regions = step.regions
    nothing : Optional[Tensor] = None
    first = 0
    for i in range(len(regions) // 4):
      start, past, length = (regions[4 * i], regions[4 * i + 1], regions[4 * i + 2])
      chunk = query.narrow(0, first, length)
      if length == 1:
        key, value = self.cache.read(start, past + 1)
        found, sums = __torch__.weigh_stretch(chunk, key, value, False, nothing)
      else:
        found, sums = self.weigh_chunk(chunk, start, past, step.masks[i - step.singles])
      founds.append(found)                                              # [n, K, G, d]
      all_sums.append(sums)                                             # [n, K, G]
      first = first + length
    found = torch.cat(founds, 0)
    sums = torch.cat(all_sums, 0)
    for i in range(len(step.shared) // 4):
      first, length = (step.shared[4 * i], step.shared[4 * i + 1])
      other, others = self.weigh_before(
          query.narrow(0, first, length), step.shared[4 * i + 2], step.shared[4 * i + 3])
      __torch__.merge(found.narrow(0, first, length), sums.narrow(0, first, length), other, others)
    return found.reshape([count, -1])

  # As weigh_shared, with two kernel calls: one for all own stretches and one for all shared ones.
  def weigh_at_once(self: __torch__.Attention, query: Tensor, step: __torch__.Step) -> Tensor:
    found, sums = __torch__.weigh_stretches(query, self.cache, step.own[0])
    if len(step.others) > 0:
      found = torch.to(found, 6)
      pieces = annotate(List[Tensor], [])
      for i in range(len(step.shared) // 4):
        pieces.append(query.narrow(0, step.shared[4 * i], step.shared[4 * i + 1]))
      other, others = __torch__.weigh_stretches(
          __torch__.concatenated(pieces), self.cache, step.others[0])
      done = 0
      for i in range(len(step.shared) // 4):
        first, length = (step.shared[4 * i], step.shared[4 * i + 1])
        __torch__.merge(found.narrow(0, first, length), sums.narrow(0, first, length),
                        other.narrow(0, done, length), others.narrow(0, done, length))
        done = done + length
    return torch.to(found, 6).reshape([query.size(0), -1])

  # A chunk over the own positions of its sequence, as weigh_stretch. With a mask in one pass; without
  # one, first over the chunk itself and then over the positions before it.
  # chunk: [n, K, G, d] -> [n, K, G, d] and [n, K, G]; mask: see chunk_masks
  def weigh_chunk(self: __torch__.Attention, chunk: Tensor, start: int, past: int,
                  mask: Tensor) -> Tuple[Tensor, Tensor]:
    count = chunk.size(0)
    turned = chunk.permute([2, 1, 0, 3])                                # [G, K, n, d]
    wide = [chunk.size(2), -1, -1, -1]
    nothing : Optional[Tensor] = None
    if past > 0 and mask.size(0) > 0:
      key, value = self.cache.read(start, past + count)
      found, sums = __torch__.weigh_stretch(
          turned, key.expand(wide), value.expand(wide), False, mask)
    else:
      key, value = self.cache.read(start + past, count)
      found, sums = __torch__.weigh_stretch(
          turned, key.expand(wide), value.expand(wide), True, nothing)
    found = found.permute([2, 1, 0, 3])
    sums = sums.permute([2, 1, 0])
    if past > 0 and mask.size(0) == 0:
      other, others = self.weigh_before(chunk, start, past)
      __torch__.merge(found, sums, other, others)
    return (found, sums)

  # Tokens over positions that precede all of them, as weigh_stretch. The queries that share a key are
  # folded into one attention.
  # query: [n, K, G, d] -> [n, K, G, d] and [n, K, G]
  def weigh_before(self: __torch__.Attention, query: Tensor, start: int,
                   positions: int) -> Tuple[Tensor, Tensor]:
    folded = query.transpose(0, 1)                                      # [K, n, G, d]
    shape = folded.size()
    key, value = self.cache.read(start, positions)
    nothing : Optional[Tensor] = None
    found, sums = __torch__.weigh_stretch(
        folded.reshape([1, shape[0], -1, shape[3]]), key, value, False, nothing)
    return (found.view(shape).transpose(0, 1), sums.view(shape[:3]).transpose(0, 1))


# Attention over one stretch of keys, [.., n, d] float32, and the logarithms of the sums of its weights,
# [.., n]. Attention over several stretches is computed from these (see merge).
# query: [b, K, n, d]; key, value: [b, K, m, d]; causal: the first key is the first query's own
def weigh_stretch(query: Tensor, key: Tensor, value: Tensor, causal: bool,
                  mask: Optional[Tensor]) -> Tuple[Tensor, Tensor]:
  if query.device.type == "cpu":
    found, sums = torch._scaled_dot_product_flash_attention_for_cpu(
        query, key, value, 0., causal, attn_mask=mask)
    return (torch.to(found, 6), torch.to(sums, 6))
  # in blocks of queries, so that scores and their copies take at most half a GiB
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


# query: [T, K, G, d]; cache: not of int8 -> [T, K, G, d], maybe of the cache's dtype, and [T, K, G]
def weigh_stretches(query: Tensor, cache: __torch__.Cache,
                    stretches: __torch__.Stretches) -> Tuple[Tensor, Tensor]:
  shape = query.size()
  found, sums = __torch__.attention_kernel(
      query.reshape([shape[0], -1, shape[3]]), cache.keys.squeeze(0).transpose(0, 1),
      cache.values.squeeze(0).transpose(0, 1), stretches)
  return (found.view(shape), sums.t().reshape(shape[:3]))


# The definition that the kernel must agree with. query: [T, Q, d]; key, value: [C, K, d] -> [T, Q, d]
# and the logarithms of the sums of weights, [Q, T], both float32
def by_definition(query: Tensor, key: Tensor, value: Tensor,
                  stretches: __torch__.Stretches) -> Tuple[Tensor, Tensor]:
  founds = annotate(List[Tensor], [])
  all_sums = annotate(List[Tensor], [])
  group = query.size(1) // key.size(1)
  for i in range(stretches.lengths.size(0)):
    first, end = (int(stretches.queries[i]), int(stretches.queries[i + 1]))
    start, length = (int(stretches.keys[i]), int(stretches.lengths[i]))
    mine = torch.to(query.narrow(0, first, end - first), 6).transpose(0, 1)           # [Q, n, d]
    keys = torch.to(key.narrow(0, start, length), 6).repeat_interleave(group, 1)      # [m, Q, d]
    values = torch.to(value.narrow(0, start, length), 6).repeat_interleave(group, 1)
    scores = torch.matmul(mine, keys.permute([1, 2, 0])).mul_(query.size(2) ** -0.5)
    if stretches.causal:
      hidden = torch.ones([end - first, length], dtype=11, device=query.device)
      scores = scores.masked_fill_(hidden.triu(1 + length - (end - first)), -inf)
    sums = torch.logsumexp(scores, [2])                                               # [Q, n]
    shares = torch.exp(scores.sub_(sums.unsqueeze(2)))
    founds.append(torch.matmul(shares, values.transpose(0, 1)).transpose(0, 1))
    all_sums.append(sums)
  return (torch.cat(founds, 0), torch.cat(all_sums, 1))


# The largest difference between the kernel's results and by_definition, for heads of these sizes: over
# single tokens, over chunks beside them, and over a stretch that precedes all its queries.
def kernel_error(heads: int, cache: __torch__.Cache, device: Device) -> float:
  small = __torch__.Cache(cache.heads, cache.size)
  small.allocate(4500, cache.dtype, cache.dtype, device)
  number = torch.arange(torch.numel(small.numbers), dtype=6, device=device)
  small.numbers.copy_(torch.sin(number.mul_(1.7)).view(small.numbers.size()))
  number = torch.arange(80 * heads * cache.size, dtype=6, device=device)
  # large, and similar to some keys, so that the weights are uneven
  query = torch.sin(number.mul_(1.7)).mul_(8.).view([80, heads, cache.size])
  query = torch.to(query, cache.dtype)
  key = small.keys.squeeze(0).transpose(0, 1)
  value = small.values.squeeze(0).transpose(0, 1)
  singles = __torch__.Stretches([1, 1, 1], [300, 0, 7], [4100, 1, 130], True, device)
  mixed = __torch__.Stretches([1, 70, 9], [411, 0, 100], [33, 70, 150], True, device)
  before = __torch__.Stretches([30, 50], [20, 200], [270, 9], False, device)
  greatest = 0.0
  for stretches in [singles, mixed, before]:
    mine = query.narrow(0, 0, int(stretches.queries[-1]))
    found, sums = __torch__.attention_kernel(mine, key, value, stretches)
    right, right_sums = __torch__.by_definition(mine, key, value, stretches)
    for difference in [torch.to(found, 6) - right, sums - right_sums]:
      error = float(torch.amax(torch.abs(difference)))
      if error != error:
        return error
      greatest = max(greatest, error)
  return greatest


# Merges attention over another stretch of keys into that over one stretch, in place.
# found, other: [n, K, G, d]; sums, others: [n, K, G]
def merge(found: Tensor, sums: Tensor, other: Tensor, others: Tensor) -> int:
  both = torch.logaddexp(sums, others)
  found.mul_(torch.exp(sums - both).unsqueeze(3))
  found.addcmul_(other, torch.exp(others - both).unsqueeze(3))
  sums.copy_(both)
  return 0


# Cosines and signed sines [2, T, 1, r] such that x cos + roll(x, r / 2) sin rotates the pairs
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


# Masks of chunks, each [n, past + n]: 0 where a token attends, -inf where it must not. [0] for a chunk
# that needs no mask: one at the beginning of its sequence, or a long one on the CPU (see weigh_chunk;
# for a short one its two calls cost more than the mask). On the CPU all masks are views of one.
def chunk_masks(regions: List[int], singles: int, dtype: int, device: Device) -> List[Tensor]:
  masks = annotate(List[Tensor], [])
  long = 64
  longest, most = (0, 0)
  for i in range(singles, len(regions) // 4):
    past, count = (regions[4 * i + 1], regions[4 * i + 2])
    if past > 0 and count <= long:
      longest, most = (max(longest, past), max(most, count))
  own = device.type != "cpu"
  if own:
    shared = torch.empty([0], dtype=dtype, device=device)
  else:
    shared = __torch__.mask(most, longest, dtype, device)
  for i in range(singles, len(regions) // 4):
    past, count = (regions[4 * i + 1], regions[4 * i + 2])
    if past == 0 or (count > long and not own):
      masks.append(torch.empty([0], dtype=dtype, device=device))
    elif own:
      masks.append(__torch__.mask(count, past, dtype, device))
    else:
      masks.append(shared.narrow(0, 0, count).narrow(1, longest - past, past + count))
  return masks


# [count, past + count]
def mask(count: int, past: int, dtype: int, device: Device) -> Tensor:
  hidden = torch.full([count, past + count], -inf, dtype=dtype, device=device)
  return torch.triu(hidden, past + 1)
