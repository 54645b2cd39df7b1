# The dense decoder of the Llama, Qwen2 and Qwen3 families, as TorchScript.
#
# TorchScriptArchive packs this text into an archive that libtorch loads; the declarations that
# TorchScript wants at the head of the class are written there from the list of attributes below.
# dtypes are libtorch's numbers: 1 is int8, 4 int64, 5 float16, 6 float32, 7 float64, 11 bool,
# 15 bfloat16.
#
# Everything the program keeps or makes is on one device. Arguments come from the CPU and are moved
# there; results go back to the CPU, so that Java never sees a tensor of another device.
#
# Letters in shapes: T tokens of a step, over all sequences; S sequences; R rows that choose a token;
# H hidden size; Q query heads; K key-value heads; G = Q / K queries that share a key; d head size;
# I feed-forward size; V vocabulary; C positions of the cache.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  device : Device
  cache_type : int                  # dtype of keys, values and attention: 6 or 15
  layers : int
  query_heads : int                 # Q
  key_heads : int                   # K
  head_size : int                   # d
  epsilon : float
  files : List[Tensor]              # mapped files, each [numbers in the file]
  parts : List[Tensor]              # tensors on their way into a linear layer or a norm
  staged : Tensor                   # a tensor being filled from Java
  embedding : Tensor                # [V, H], in the form the checkpoint has it
  norms : List[Tensor]              # 2 a layer and the last one, each [H]
  head_norms : List[Tensor]         # 1 a layer, [Q + K, d]; none if queries are not normalised
  dense : List[List[Tensor]]        # 1 list a linear layer: matrices [out, in] to be concatenated
  bias : List[List[Tensor]]         # 1 list a linear layer: nothing, or [out]
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]  # float16, [out, in]
  packed_at : List[int]             # 1 a linear layer: index in packed, or -1 if dense
  frequencies : Tensor              # [d / 2], radians per position
  cache : List[Tensor]              # 1 a layer, [1, 2 K, C, d]: keys, then values
  keys : List[Tensor]               # 1 a layer, [1, K, C, d], the first half of cache
  values : List[Tensor]             # 1 a layer, [1, K, C, d], the second half of cache
  masks : Dict[int, Tensor]         # forbidden tokens, each [V], bool

  # ---- loading ----

  def begin(self, sizes: List[int], epsilon: float, frequencies: Tensor, device: str,
            cache_type: int) -> int:
    self.device = torch.device(device)
    self.cache_type = cache_type
    self.layers = sizes[0]
    self.query_heads = sizes[1]
    self.key_heads = sizes[2]
    self.head_size = sizes[3]
    self.epsilon = epsilon
    self.frequencies = torch.clone(self.here(frequencies))
    self.files = annotate(List[Tensor], [])
    self.parts = annotate(List[Tensor], [])
    self.norms = annotate(List[Tensor], [])
    self.head_norms = annotate(List[Tensor], [])
    self.dense = annotate(List[List[Tensor]], [])
    self.bias = annotate(List[List[Tensor]], [])
    self.packed = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])
    self.packed_at = annotate(List[int], [])
    self.masks = annotate(Dict[int, Tensor], {})
    return 0

  # A tensor on the program's device; the tensor itself if it is there.
  def here(self, x: Tensor) -> Tensor:
    return torch.to(x, self.device)

  # Maps a file as numbers of one dtype, without reading it; returns its index in files.
  def map_file(self, path: str, numbers: int, dtype: int) -> int:
    self.files.append(torch.from_file(path, False, numbers, dtype=dtype))
    return len(self.files) - 1

  # Takes a tensor out of a mapped file, without copying it on the CPU.
  def part_mapped(self, file: int, offset: int, shape: List[int]) -> int:
    numbers = 1
    for size in shape:
      numbers = numbers * size
    self.parts.append(self.here(self.files[file].narrow(0, offset, numbers).view(shape)))
    return 0

  # Makes room for a tensor that comes in pieces of rows.
  def part_staged(self, shape: List[int], dtype: int) -> int:
    self.staged = torch.empty(shape, dtype=dtype, device=self.device)
    self.parts.append(self.staged)
    return 0

  # rows: [rows, ...] float32, on the CPU
  def fill(self, first: int, rows: Tensor) -> int:
    self.staged.narrow(0, first, rows.size(0)).copy_(rows)
    return 0

  # All the parts as one tensor, [sum of their rows, ...]; there are none afterwards.
  def take(self) -> Tensor:
    parts = self.parts
    self.parts = annotate(List[Tensor], [])
    if len(parts) == 1:
      return parts[0]
    return torch.cat(parts, 0)

  # The greatest magnitude in the parts (NaN if there is one).
  def magnitude(self) -> float:
    greatest = 0.0
    for part in self.parts:
      low, high = torch.aminmax(part)
      bound = max(-float(low), float(high))
      if bound != bound:
        return bound
      greatest = max(greatest, bound)
    return greatest

  def add_embedding(self) -> int:
    self.embedding = self.take()
    return 0

  def add_norm(self) -> int:
    self.norms.append(torch.clone(torch.to(self.take(), 6)))
    return 0

  # parts: the query norm [d], then the key norm [d]
  def add_head_norm(self) -> int:
    query = torch.to(self.parts[0], 6).expand([self.query_heads, self.head_size])
    key = torch.to(self.parts[1], 6).expand([self.key_heads, self.head_size])
    self.parts = annotate(List[Tensor], [])
    self.head_norms.append(torch.cat([query, key], 0))
    return 0

  # The parts become the bias of the next linear layer.
  def add_bias(self) -> int:
    self.bias.append([torch.clone(torch.to(self.take(), 6))])
    return 0

  def add_no_bias(self) -> int:
    self.bias.append(annotate(List[Tensor], []))
    return 0

  # Keeps the parts as they are: mapped, or shared with the embedding.
  def add_linear_parts(self) -> int:
    self.dense.append(self.parts)
    self.parts = annotate(List[Tensor], [])
    self.packed_at.append(-1)
    return 0

  # Makes one matrix of the parts.
  def add_linear(self, dtype: int) -> int:
    self.dense.append([torch.to(self.take(), dtype).contiguous()])
    self.packed_at.append(-1)
    return 0

  # Makes one packed float16 matrix of the parts, which must lie within the range of float16.
  def add_linear_packed(self) -> int:
    slot = len(self.packed_at)
    bias : Optional[Tensor] = None
    if len(self.bias[slot]) > 0:
      bias = self.bias[slot][0]
    self.packed_at.append(len(self.packed))
    self.packed.append(ops.quantized.linear_prepack_fp16(torch.to(self.take(), 6), bias))
    self.dense.append(annotate(List[Tensor], []))
    return 0

  # The embedding as a part, for an output projection that is tied to it.
  def part_embedding(self) -> int:
    self.parts.append(self.embedding)
    return 0

  # Lets go of the mapped files; tensors that lie in them keep them.
  def drop_files(self) -> int:
    self.files = annotate(List[Tensor], [])
    return 0

  # Fails if the device cannot give so many bytes.
  def try_memory(self, count: int) -> int:
    # kept for a moment: a tensor that nobody uses would not even be made
    self.staged = torch.empty([count], dtype=1, device=self.device)
    self.staged = torch.empty([0], dtype=1, device=self.device)
    return 0

  def allocate(self, positions: int) -> int:
    self.cache = annotate(List[Tensor], [])
    self.keys = annotate(List[Tensor], [])
    self.values = annotate(List[Tensor], [])
    heads = self.key_heads
    for i in range(self.layers):
      cache = torch.empty([1, 2 * heads, positions, self.head_size], dtype=self.cache_type,
                          device=self.device)
      self.cache.append(cache)
      self.keys.append(cache.narrow(1, 0, heads))
      self.values.append(cache.narrow(1, heads, heads))
    return 0

  # ---- the forward pass ----

  # x: [T, in] float32 -> [T, out] float32
  def linear(self, x: Tensor, slot: int) -> Tensor:
    at = self.packed_at[slot]
    if at >= 0:
      return ops.quantized.linear_dynamic_fp16(x, self.packed[at])
    weights = self.dense[slot]
    x = torch.to(x, weights[0].dtype)
    if len(weights) == 1:
      y = torch.linear(x, weights[0])
    else:
      outputs = annotate(List[Tensor], [])
      for weight in weights:
        outputs.append(torch.linear(x, weight))
      y = torch.cat(outputs, 1)
    y = torch.to(y, 6)
    if len(self.bias[slot]) > 0:
      y = y.add_(self.bias[slot][0])
    return y

  # x: [T, H] -> [T, H]
  def norm(self, x: Tensor, index: int) -> Tensor:
    weight = self.norms[index]
    return torch.rms_norm(x, [weight.size(0)], weight, self.epsilon)

  # Cosines and signed sines [2, T, 1, d] such that x cos + roll(x, d / 2) sin turns the pairs
  # (x[i], x[i + d / 2]) by position * frequencies[i].
  def rotation(self, positions: Tensor) -> Tensor:
    angles = torch.to(positions, 6).unsqueeze(1) * self.frequencies     # [T, d / 2]
    cosine = torch.cos(angles)
    sine = torch.sin(angles)
    both = torch.stack([torch.cat([cosine, cosine], 1), torch.cat([-sine, sine], 1)])
    return both.unsqueeze(2)

  # Masks of the chunks that have keys before them: [n, past + n], 0 where a token may look, -inf
  # where it may not; [0] for a chunk at the beginning, which needs none. Shared by all layers.
  def chunk_masks(self, regions: List[int], singles: int) -> List[Tensor]:
    masks = annotate(List[Tensor], [])
    for i in range(singles, len(regions) // 3):
      past = regions[3 * i + 1]
      count = regions[3 * i + 2]
      if past == 0:
        masks.append(torch.empty([0], dtype=self.cache_type, device=self.device))
      else:
        hidden = torch.full([count, past + count], -inf, dtype=self.cache_type, device=self.device)
        masks.append(torch.triu(hidden, past + 1))
    return masks

  # query: [T, K, G, d] of the cache's dtype -> [T, Q d]. Sequences of one token come first. Every sequence reads its own
  # region of the cache in place. A single token's queries that share a key are folded into one
  # attention of G rows; a chunk's are a batch of G over the same keys. Neither copies a key.
  def attention(self, query: Tensor, layer: int, regions: List[int], singles: int,
                masks: List[Tensor]) -> Tensor:
    outputs = annotate(List[Tensor], [])
    keys = self.keys[layer]
    values = self.values[layer]
    width = self.query_heads * self.head_size
    for i in range(singles):
      length = regions[3 * i + 1] + 1
      key = keys.narrow(2, regions[3 * i], length)                      # [1, K, length, d]
      value = values.narrow(2, regions[3 * i], length)
      attended = torch.scaled_dot_product_attention(query.narrow(0, i, 1), key, value)
      outputs.append(attended.reshape([1, width]))
    first = singles
    for i in range(singles, len(regions) // 3):
      past = regions[3 * i + 1]
      count = regions[3 * i + 2]
      chunk = query.narrow(0, first, count).permute([2, 1, 0, 3])       # [G, K, n, d]
      key = keys.narrow(2, regions[3 * i], past + count).expand([chunk.size(0), -1, -1, -1])
      value = values.narrow(2, regions[3 * i], past + count).expand([chunk.size(0), -1, -1, -1])
      if past == 0:
        attended = torch.scaled_dot_product_attention(chunk, key, value, None, 0., True)
      else:
        attended = torch.scaled_dot_product_attention(
            chunk, key, value, masks[i - singles], 0., False)
      outputs.append(attended.permute([2, 1, 0, 3]).reshape([count, width]))
      first = first + count
    if len(outputs) == 1:
      return outputs[0]
    return torch.cat(outputs, 0)

  # tokens: [3, T] int64: id, position, place in the cache
  # regions: start in the cache, positions held before, tokens of this step; of every sequence
  # singles: how many sequences have one token in this step; they come first
  # chosen: [R] int64, which tokens' hidden states are wanted -> [R, H]
  def hidden(self, tokens: Tensor, regions: List[int], singles: int, chosen: Tensor) -> Tensor:
    heads = self.query_heads
    turned = heads + self.key_heads
    d = self.head_size
    tokens = self.here(tokens)
    chosen = self.here(chosen)
    rotation = self.rotation(tokens[1])
    cosine = rotation[0]                                                # [T, 1, d]
    sine = rotation[1]
    places = tokens[2]
    masks = self.chunk_masks(regions, singles)
    x = torch.to(self.embedding.index_select(0, tokens[0]), 6)          # [T, H]
    count = x.size(0)
    for i in range(self.layers):
      y = self.linear(self.norm(x, 2 * i), 4 * i)
      y = y.view([count, turned + self.key_heads, d])                   # queries, keys, values
      qk = y.narrow(1, 0, turned)
      if len(self.head_norms) > 0:
        qk.copy_(torch.rms_norm(qk, [d], None, self.epsilon).mul_(self.head_norms[i]))
      rolled = torch.roll(qk, [d // 2], [2])
      qk.mul_(cosine).addcmul_(rolled, sine)
      new = y.narrow(1, heads, 2 * self.key_heads).transpose(0, 1).unsqueeze(0)
      self.cache[i].index_copy_(2, places, torch.to(new, self.cache_type))
      query = torch.to(y.narrow(1, 0, heads).view([count, self.key_heads, -1, d]), self.cache_type)
      y = self.attention(query, i, regions, singles, masks)
      if i == self.layers - 1:
        # only rows that choose go on
        x = x.index_select(0, chosen)
        y = y.index_select(0, chosen)
      x = x.add_(self.linear(y, 4 * i + 1))
      y = self.linear(self.norm(x, 2 * i + 1), 4 * i + 2)               # [T, 2 I]: gate, up
      gate, up = torch.chunk(y, 2, 1)
      x = x.add_(self.linear(torch.mul(torch.silu(gate), up), 4 * i + 3))
    return self.norm(x, 2 * self.layers)

  # As hidden, then [R, V] float32.
  def scores(self, tokens: Tensor, regions: List[int], singles: int, chosen: Tensor) -> Tensor:
    x = self.hidden(tokens, regions, singles, chosen)
    return self.linear(x, 4 * self.layers)

  # As scores, on the CPU.
  def logits(self, tokens: Tensor, regions: List[int], singles: int, chosen: Tensor) -> Tensor:
    return torch.to(self.scores(tokens, regions, singles, chosen), torch.device("cpu"))

  # Appends tokens without choosing any.
  def append(self, tokens: Tensor, regions: List[int], singles: int) -> int:
    self.hidden(tokens, regions, singles, torch.empty([0], dtype=4, device=self.device))
    return 0

  # Copies positions of the cache; the two ranges do not overlap.
  def move(self, start: int, target: int, count: int) -> int:
    for cache in self.cache:
      cache.narrow(2, target, count).copy_(cache.narrow(2, start, count))
    return 0

  # ---- choosing ----

  # allowed: [n] int64
  def add_mask(self, key: int, allowed: Tensor, vocabulary: int) -> int:
    forbidden = torch.ones([vocabulary], dtype=11, device=self.device)
    self.masks[key] = forbidden.index_fill_(0, self.here(allowed), 0)
    return 0

  def drop_mask(self, key: int) -> int:
    self.masks.pop(key)
    return 0

  # As scores, then one token for each of the R rows:
  # penalised: [2, n] int64, row and id of tokens to penalise; penalties: 1 a row
  # mask: 1 a row: a key of masks, or -1 to allow the ids of only, or -2 to allow all
  # only: [n] int64, the ids of all rows one after the other; only_counts: 1 a row
  # sampling: 4 a row: temperature (0 for the most likely token), top-k, top-p, uniform number
  # -> [2, R] float64 on the CPU: the ids and their log-probabilities before temperature, top-k and top-p
  def step(self, tokens: Tensor, regions: List[int], singles: int, chosen: Tensor,
           penalised: Tensor, penalties: List[float], mask: List[int], only: Tensor,
           only_counts: List[int], sampling: List[float]) -> Tensor:
    scores = self.scores(tokens, regions, singles, chosen)
    return self.choose(scores, penalised, penalties, mask, only, only_counts, sampling)

  # scores: [R, V] float32, changed in place; the rest as in step
  def choose(self, scores: Tensor, penalised: Tensor, penalties: List[float], mask: List[int],
             only: Tensor, only_counts: List[int], sampling: List[float]) -> Tensor:
    if penalised.size(1) > 0:
      penalties_here = torch.tensor(penalties, dtype=6, device=self.device)
      __torch__.penalise(scores, self.here(penalised), penalties_here)
    only = self.here(only)
    first = 0
    for row in range(len(mask)):
      if mask[row] >= 0:
        scores[row].masked_fill_(self.masks[mask[row]], -inf)
      elif mask[row] == -1:
        __torch__.keep_only(scores[row], only.narrow(0, first, only_counts[row]))
        first = first + only_counts[row]
    ids = torch.argmax(scores, 1)                                       # [R]
    for row in range(len(mask)):
      if sampling[4 * row] > 0.:
        ids[row] = __torch__.sample(scores[row], sampling[4 * row], int(sampling[4 * row + 1]),
                                    sampling[4 * row + 2], sampling[4 * row + 3])
    picked = scores.gather(1, ids.unsqueeze(1)).squeeze(1)
    chosen = torch.stack([torch.to(ids, 7), torch.to(picked - torch.logsumexp(scores, [1]), 7)])
    return torch.to(chosen, torch.device("cpu"))


# Divides positive and multiplies negative scores by the row's penalty.
# scores: [R, V], in place; penalised: [2, n] row and id; penalties: [R]
def penalise(scores: Tensor, penalised: Tensor, penalties: Tensor) -> Tensor:
  penalty = penalties.index_select(0, penalised[0])                     # [n]
  score = torch.index(scores, [penalised[0], penalised[1]])             # [n]
  score = torch.where(score > 0, score / penalty, score * penalty)
  return torch.index_put_(scores, [penalised[0], penalised[1]], score)


# scores: [V], in place; ids: [n]
def keep_only(scores: Tensor, ids: Tensor) -> Tensor:
  kept = scores.index_select(0, ids)
  return scores.fill_(-inf).index_copy_(0, ids, kept)


# Draws an id by inverse transform: the same number draws the same id. As transformers does it, top-k
# keeps ties with the k-th score, and top-p the smallest set of most likely tokens whose probability
# reaches top_p.
# scores: [V] -> [] int64
def sample(scores: Tensor, temperature: float, top_k: int, top_p: float, uniform: float) -> Tensor:
  scores = torch.to(scores, 7) / temperature
  count = scores.size(0)
  if top_k > 0 and top_k < count:
    least = torch.topk(scores, top_k)[0][-1]
    count = int(torch.sum(scores >= least))
  ordered, ids = torch.topk(scores, count)                              # [count], descending
  cumulative = torch.cumsum(torch.softmax(ordered, 0), 0)
  if top_p < 1.:
    # a token stays if those before it do not reach top_p: the last that stays is at the number of
    # tokens that, with those before them, do not
    count = min(count, int(torch.sum(cumulative < top_p)) + 1)
    cumulative = cumulative.narrow(0, 0, count)
  drawn = torch.sum(cumulative <= cumulative[-1] * uniform)
  return ids[drawn.clamp(max=count - 1)]
