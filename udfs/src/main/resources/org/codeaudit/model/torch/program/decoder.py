# A decoder as TorchScript: its weights, its key-value cache and its step.
#
# TorchScriptArchive packs this text, and the files beside it that hold its parts, into an archive
# that libtorch loads; the declarations that TorchScript wants at the head of the class are written
# there from the list of attributes below. dtypes are libtorch's numbers: 1 is int8, 4 int64,
# 5 float16, 6 float32, 7 float64, 11 bool, 15 bfloat16.
#
# Layers may lie on different devices; a step's tensors follow them. Arguments come from the CPU and
# results go back there, so that Java never sees a tensor of another device.
#
# Letters in shapes: T tokens of a step, over all sequences; S sequences; R rows that choose a token;
# H hidden size; Q query heads; K key-value heads; G = Q / K queries that share a key; d head size;
# r numbers of a head that are turned by its position; I feed-forward size; V vocabulary; C positions
# of the cache.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  devices : List[Device]            # those of the layers, each once
  embedding_device : Device
  head_device : Device
  device : Device                   # what is put belongs to what is computed there
  keeper : Device                   # where the parts go
  cache_types : List[int]           # 1 a device, dtype of keys, values and attention: 6 or 15
  cache_type : int                  # that of the device
  at_once : List[bool]              # 1 a device, whether attention is one kernel for all sequences
  lanes : List[__torch__.Lane]      # 1 a device
  streaming : __torch__.Streaming   # of the layers that do not stay on their device
  epsilon : float
  frequencies : List[Tensor]        # 1 a device, [r / 2], radians per position
  magnitude : float                 # what cosines and sines are multiplied with
  files : List[Tensor]              # mapped files, each [numbers in the file]
  parts : List[Tensor]              # tensors on their way into a matrix or a norm
  staged : Tensor                   # a tensor being filled from Java
  room : Tensor                     # [numbers] float32, see widened_product
  kept : List[__torch__.Weights]    # rows of the next matrix
  packing : __torch__.Packing
  bias : List[Tensor]               # the bias of the next matrix, or none
  tensors : Dict[str, Tensor]       # of the layer that is being loaded, by name
  matrices : Dict[str, __torch__.Matrix]  # likewise
  embedding : Tensor                # [V, H], in the form the checkpoint has it
  layers : List[__torch__.Layer]
  states : int                      # sequences whose recurrent states have room
  last_norm : Tensor                # [H]
  head : List[__torch__.Matrix]     # 1, [V, H]
  masks : Dict[int, Tensor]         # forbidden tokens, each [V], bool; -2 forbids nothing

  # ---- loading ----

  def begin(self, epsilon: float, frequencies: Tensor, magnitude: float) -> int:
    self.devices = annotate(List[Device], [])
    self.cache_types = annotate(List[int], [])
    self.at_once = annotate(List[bool], [])
    self.lanes = annotate(List[__torch__.Lane], [])
    self.streaming = __torch__.Streaming()
    self.frequencies = [torch.clone(frequencies)]
    self.magnitude = magnitude
    self.epsilon = epsilon
    self.files = annotate(List[Tensor], [])
    self.parts = annotate(List[Tensor], [])
    self.room = torch.empty([1048576], dtype=6, device=torch.device("cpu"))
    self.kept = annotate(List[__torch__.Weights], [])
    self.packing = __torch__.Packing()
    self.bias = annotate(List[Tensor], [])
    self.tensors = annotate(Dict[str, Tensor], {})
    self.matrices = annotate(Dict[str, __torch__.Matrix], {})
    self.layers = annotate(List[__torch__.Layer], [])
    self.states = 0
    self.head = annotate(List[__torch__.Matrix], [])
    self.masks = annotate(Dict[int, Tensor], {})
    return 0

  # From here on what is put is computed on this device, and parts go there.
  # cache_type: dtype of keys, values and attention of layers there: 6 or 15
  def on(self, name: str, cache_type: int) -> int:
    self.device = torch.device(name)
    self.keeper = self.device
    self.cache_type = cache_type
    return 0

  # From here on parts go to this device, wherever they are computed with.
  def keep_on(self, name: str) -> int:
    self.keeper = torch.device(name)
    return 0

  # The index of the device among those that compute layers.
  def at(self) -> int:
    for i in range(len(self.devices)):
      if self.devices[i] == self.device:
        return i
    if len(self.devices) == 0:
      self.frequencies = [torch.to(self.frequencies[0], self.device)]
    else:
      self.frequencies.append(torch.to(self.frequencies[0], self.device))
    self.devices.append(self.device)
    self.cache_types.append(self.cache_type)
    self.at_once.append(False)
    self.lanes.append(__torch__.Lane(self.device))
    return len(self.devices) - 1

  # A tensor where the parts go; the tensor itself if it is there.
  def here(self, x: Tensor) -> Tensor:
    return __torch__.moved(x, self.keeper)

  # Maps a file as numbers of one dtype, without reading it; returns its index in files.
  def map_file(self, path: str, numbers: int, dtype: int) -> int:
    self.files.append(torch.from_file(path, False, numbers, dtype=dtype))
    return len(self.files) - 1

  # A tensor of a mapped file, where it lies.
  def mapped(self, file: int, offset: int, shape: List[int]) -> Tensor:
    numbers = 1
    for size in shape:
      numbers = numbers * size
    return self.files[file].narrow(0, offset, numbers).view(shape)

  # Takes a tensor out of a mapped file, without copying it on the CPU.
  def part_mapped(self, file: int, offset: int, shape: List[int]) -> int:
    self.parts.append(self.here(self.mapped(file, offset, shape)))
    return 0

  # Takes a copy of a tensor.
  def part_copied(self, x: Tensor) -> int:
    self.parts.append(__torch__.copied(x, self.keeper))
    return 0

  # Makes room for a tensor that comes in pieces of rows.
  def part_staged(self, shape: List[int], dtype: int) -> int:
    self.staged = torch.empty(shape, dtype=dtype, device=self.keeper)
    self.parts.append(self.staged)
    return 0

  # rows: [rows, ...] float32, on the CPU
  def fill(self, first: int, rows: Tensor) -> int:
    self.staged.narrow(0, first, rows.size(0)).copy_(rows)
    return 0

  # The embedding as a part, for an output projection that is tied to it.
  def part_embedding(self) -> int:
    self.parts.append(self.here(self.embedding))
    return 0

  # All the parts as one tensor, [sum of their rows, ...]; there are none afterwards.
  def take(self) -> Tensor:
    parts = self.parts
    self.parts = annotate(List[Tensor], [])
    return __torch__.concatenated(parts)

  # The greatest magnitude in the parts (NaN if there is one).
  def magnitude_of_parts(self) -> float:
    return __torch__.magnitude(self.parts)

  # The parts become a small tensor of the layer, float32, with a number added to each of its own.
  def put_tensor(self, name: str, added: float) -> int:
    self.tensors[name] = torch.to(self.take(), 6) + added
    return 0

  # The parts become the bias of the next matrix.
  def put_bias(self) -> int:
    self.bias = [torch.clone(torch.to(self.take(), 6))]
    return 0

  # The parts become the next rows of a matrix as they are: mapped, or shared with the embedding.
  # widened: see widen
  def keep_parts(self, widened: int) -> int:
    weights = __torch__.Weights(self.parts)
    self.widen(weights, widened)
    self.kept.append(weights)
    self.parts = annotate(List[Tensor], [])
    return 0

  # How dense rows are multiplied. widened: 0 as they are, 1 as float32, 2 so until they are packed
  def widen(self, weights: __torch__.Weights, widened: int) -> int:
    if widened > 0:
      weights.widened = [self.room]
    weights.packs = widened == 2
    if weights.packs:
      self.packing.waiting.append(weights)
    return widened

  # The parts become the next rows of a matrix, of this dtype.
  def keep_dense(self, dtype: int) -> int:
    self.parts = [torch.to(self.take(), dtype).contiguous()]
    return self.keep_parts(0)

  # The parts become the next rows of a matrix, packed as float16, whose range they must not leave.
  def keep_packed(self) -> int:
    self.keep_parts(0)
    return self.kept[-1].pack()

  # The parts become the next rows of a matrix, of integers: their bytes and scales, then offsets, then
  # the order of columns as float32.
  # sizes: bits, N, K, g; S, G g and bytes of a line, see codes.py; 1 if there are offsets, 1 if an
  # order, 1 if they are rotated, 1 if activations are rounded, 1 if they are packed while they are used
  def keep_codes(self, sizes: List[int]) -> int:
    parts = self.parts
    lines = sizes[5]
    each = [sizes[4], lines // sizes[3], 128]
    offsets = annotate(List[Tensor], [])
    if sizes[7] == 1:
      offsets.append(parts[2].view(each))
    order = annotate(List[Tensor], [])
    if sizes[8] == 1:
      order.append(torch.to(parts[len(parts) - 1], 4))
    rotation = annotate(List[Tensor], [])
    if sizes[9] == 1:
      rotation.append(__torch__.hadamard(self.keeper))
    weights = __torch__.Weights(annotate(List[Tensor], []))
    weights.codes.append(__torch__.Codes(
        sizes[0], sizes[1], sizes[2], sizes[3], parts[0].view([sizes[4], lines, sizes[6]]),
        parts[1].view(each), offsets, order, rotation))
    weights.codes[0].rounds = sizes[10] == 1
    weights.packs = sizes[11] == 1
    if weights.packs:
      self.packing.waiting.append(weights)
    self.kept.append(weights)
    self.parts = annotate(List[Tensor], [])
    return 0

  # The parts, bytes and scales, become the next rows of a matrix, of NormalFloats.
  # sizes: N, K, g; values: the 16 numbers of the type
  def keep_floats(self, sizes: List[int], values: List[float]) -> int:
    weights = __torch__.Weights(annotate(List[Tensor], []))
    weights.floats.append(__torch__.NormalFloats(
        sizes[0], sizes[1], sizes[2], self.parts[0], self.parts[1],
        __torch__.pairs_of(values, self.keeper)))
    self.kept.append(weights)
    self.parts = annotate(List[Tensor], [])
    return 0

  # What was kept becomes a matrix of the layer, with the bias that was put.
  def put_kept(self, name: str) -> int:
    matrix = __torch__.Matrix(annotate(List[Tensor], []), self.bias)
    matrix.weights = self.kept
    self.matrices[name] = matrix
    self.kept = annotate(List[__torch__.Weights], [])
    self.bias = annotate(List[Tensor], [])
    return 0

  def put_embedding(self) -> int:
    self.embedding = self.take()
    self.embedding_device = self.device
    return 0

  # What was put becomes the last norm and the output projection.
  def put_head(self) -> int:
    self.last_norm = self.tensors["norm"]
    self.head.append(self.matrices["head"])
    self.head_device = self.device
    self.forget()
    return 0

  # What was put becomes the next layer, with its norms; what it consists of is added to it.
  # streamed: 1 if its matrices, which then are put on the processor, are copied for every step
  def add_layer(self, streamed: int) -> int:
    layer = __torch__.Layer(self.at(), streamed == 1, self.epsilon,
                            self.tensors["attention_norm"], self.tensors["feed_norm"])
    self.layers.append(layer)
    if layer.streamed:
      self.streaming.add(layer, self.lanes[layer.at])
    return 0

  # sizes: Q, K, d, r, 1 if gated
  def add_attention(self, sizes: List[int]) -> int:
    head_norm = annotate(List[Tensor], [])
    if "query_norm" in self.tensors:
      query = self.tensors["query_norm"].expand([sizes[0], sizes[2]])
      key = self.tensors["key_norm"].expand([sizes[1], sizes[2]])
      head_norm.append(torch.cat([query, key], 0))
    self.layers[-1].attention.append(__torch__.Attention(
        sizes, self.epsilon, self.matrices["attention_input"], self.matrices["attention_output"],
        head_norm))
    return 0

  # sizes: key heads, value heads of each, sizes of a key and of a value
  def add_linear_attention(self, sizes: List[int]) -> int:
    tensors = self.tensors
    self.layers[-1].delta.append(__torch__.delta_net(
        sizes, self.epsilon, self.matrices["linear_input"], self.matrices["linear_gates"],
        self.matrices["linear_output"], tensors["filter"], tensors["decay_logarithm"],
        tensors["decay_bias"], tensors["linear_norm"]))
    return 0

  def add_feed_forward(self) -> int:
    self.layers[-1].dense.append(__torch__.FeedForward(
        self.device, self.matrices["feed_input"], self.matrices["feed_output"]))
    return 0

  # What was put becomes the layer's router and shared expert; the experts follow, for the device
  # that is set then.
  def add_experts(self, per_token: int, normalised: int) -> int:
    experts = __torch__.Experts(self.tensors["router"], per_token, normalised != 0, self.device)
    if "shared_gate" in self.tensors:
      experts.shared.append(__torch__.FeedForward(
          self.device, self.matrices["shared_input"], self.matrices["shared_output"]))
      experts.shared_gate.append(self.tensors["shared_gate"])
    self.layers[-1].experts.append(experts)
    return 0

  # What was put becomes the layer's next expert.
  def add_expert(self) -> int:
    experts = self.layers[-1].experts[0]
    experts.device = self.device
    experts.each.append(__torch__.FeedForward(
        self.device, self.matrices["feed_input"], self.matrices["feed_output"]))
    return 0

  # All experts of the layer, as they lie in mapped files.
  # files, offsets: 3 an expert, see part_mapped: gate, up, down; inner: I; widened: see widen
  def map_experts(self, files: List[int], offsets: List[int], inner: int, widened: int) -> int:
    experts = self.layers[-1].experts[0]
    experts.device = self.device
    count, hidden = torch.size(experts.router)
    none = annotate(List[Tensor], [])
    for i in range(0, 3 * count, 3):
      if files[i] == files[i + 1] and offsets[i] + inner * hidden == offsets[i + 1]:
        gate_up = [self.mapped(files[i], offsets[i], [2 * inner, hidden])]
      else:
        gate_up = [self.mapped(files[i], offsets[i], [inner, hidden]),
                   self.mapped(files[i + 1], offsets[i + 1], [inner, hidden])]
      down = self.mapped(files[i + 2], offsets[i + 2], [hidden, inner])
      expert = __torch__.FeedForward(
          self.device, __torch__.Matrix(gate_up, none), __torch__.Matrix([down], none))
      for matrix in [expert.input, expert.output]:
        self.widen(matrix.weights[0], widened)
      experts.each.append(expert)
    return 0

  # Makes room for all experts of the layer, stacked.
  def stack_experts(self, inner: int, dtype: int) -> int:
    experts = self.layers[-1].experts[0]
    experts.device = self.device
    return experts.stack(inner, dtype, self.keeper)

  # The parts become an expert's matrix among the stacked: 0 gate and up, 1 down.
  def stack_parts(self, which: int, expert: int) -> int:
    row = 0
    target = self.layers[-1].experts[0].stacked[which].select(0, expert)
    for part in self.parts:
      __torch__.carry(part, target.narrow(0, row, part.size(0)))
      row = row + part.size(0)
    self.parts = annotate(List[Tensor], [])
    return row

  # All experts of the layer out of mapped files, into the stacked; as map_experts.
  def stack_mapped(self, files: List[int], offsets: List[int]) -> int:
    gate_up, down = self.layers[-1].experts[0].stacked
    hidden, inner = torch.size(down.select(0, 0))
    for i in range(gate_up.size(0)):
      both = gate_up.select(0, i)
      __torch__.carry(self.mapped(files[3 * i], offsets[3 * i], [inner, hidden]),
                      both.narrow(0, 0, inner))
      __torch__.carry(self.mapped(files[3 * i + 1], offsets[3 * i + 1], [inner, hidden]),
                      both.narrow(0, inner, inner))
      __torch__.carry(self.mapped(files[3 * i + 2], offsets[3 * i + 2], [hidden, inner]),
                      down.select(0, i))
    return 0

  # Lets go of the names: those of the next layer are the same.
  def forget(self) -> int:
    self.tensors = annotate(Dict[str, Tensor], {})
    self.matrices = annotate(Dict[str, __torch__.Matrix], {})
    return 0

  # Lets go of the mapped files; tensors that lie in them keep them.
  def drop_files(self) -> int:
    self.files = annotate(List[Tensor], [])
    self.staged = torch.empty([0])
    return 0

  # Fails if a device cannot give so many bytes.
  def try_memory(self, name: str, count: int) -> int:
    # kept for a moment: a tensor that nobody uses would not even be made
    self.staged = torch.empty([count], dtype=1, device=torch.device(name))
    self.staged = torch.empty([0], dtype=1, device=torch.device("cpu"))
    return 0

  # Makes room for keys and values.
  # longest: positions of the longest sequence; quantised: 1 if they are kept as int8
  def allocate(self, positions: int, longest: int, quantised: int) -> int:
    rooms = annotate(Dict[int, Tensor], {})
    for layer in self.layers:
      for attention in layer.attention:
        dtype = self.cache_types[layer.at]
        device = self.devices[layer.at]
        cache = attention.cache
        if quantised == 0:
          cache.allocate(positions, dtype, dtype, device)
        else:
          if layer.at not in rooms:
            rooms[layer.at] = torch.empty(
                [2 * cache.heads * cache.size * longest], dtype=dtype, device=device)
          cache.allocate_quantised(positions, rooms[layer.at])
    return 0

  # From here on a device attends to all sequences of a step at once, if the kernel for that errs by no
  # more than a bound; by how much it does. The cache is not of int8.
  def attend_at_once(self, name: str, bound: float) -> float:
    device = torch.device(name)
    error = 0.0
    tried = False
    for layer in self.layers:
      for attention in layer.attention:
        if self.devices[layer.at] == device and not tried:
          error = __torch__.kernel_error(attention.query_heads, attention.cache, device)
          tried = True
    for i in range(len(self.devices)):
      if self.devices[i] == device:
        self.at_once[i] = error <= bound
    return error

  # Bytes that keys and values take on all devices.
  def cache_bytes(self) -> int:
    count = 0
    for layer in self.layers:
      for attention in layer.attention:
        count = count + attention.cache.bytes()
    return count

  # Makes room for the recurrent states of so many sequences.
  def allocate_states(self, places: int) -> int:
    self.states = places
    for layer in self.layers:
      for delta in layer.delta:
        delta.allocate(places, self.devices[layer.at])
    return 0

  # ---- the forward pass ----

  # What every device needs of a step; see hidden.
  def steps(self, tokens: Tensor, regions: List[int], singles: int,
            shared: List[int]) -> List[__torch__.Step]:
    steps = annotate(List[__torch__.Step], [])
    runs = annotate(List[int], [])
    fresh = annotate(List[int], [])
    if self.states > 0:
      runs = __torch__.state_runs(regions, singles)
      fresh = __torch__.fresh_places(regions)
    for i in range(len(self.devices)):
      device = self.devices[i]
      positions = torch.to(tokens[1], device)
      masks = annotate(List[Tensor], [])
      if not self.at_once[i]:
        masks = __torch__.chunk_masks(regions, singles, self.cache_types[i], device)
      step = __torch__.Step(
          torch.to(tokens[2], device),
          __torch__.rotation(positions, self.frequencies[i], self.magnitude), regions, singles,
          masks, shared, runs, fresh)
      if self.at_once[i]:
        step.join(device)
      steps.append(step)
    return steps

  # Packs some of what has been used for a while; how many numbers, or -1 if nothing is to be packed.
  # A call of its own: after a fork that it waits for, the rest of a call may run on the other thread, where
  # functions would be specialised on every shape.
  def pack(self) -> int:
    return self.packing.step()

  # Matrices that will be packed once they have been used for a while.
  def unpacked(self) -> int:
    return len(self.packing.waiting)

  # tokens: [3, T] int64: id, position, place in the cache
  # regions: 4 a sequence: start in the cache, positions held before, tokens of this step, place among
  #     the recurrent states
  # singles: how many sequences have one token in this step; they come first
  # shared: 4 a run of tokens whose sequences begin with the same positions, see Step
  # chosen: [R] int64, which tokens' hidden states are wanted -> [R, H]
  def hidden(self, tokens: Tensor, regions: List[int], singles: int, shared: List[int],
             chosen: Tensor) -> Tensor:
    steps = self.steps(tokens, regions, singles, shared)
    ids = torch.to(tokens[0], self.embedding_device)
    x = torch.to(self.embedding.index_select(0, ids), 6)                # [T, H]
    # copied now: a GPU that is asked for it later is waited for
    rows = torch.to(chosen, self.devices[self.layers[-1].at])
    self.streaming.begin()
    for i in range(len(self.layers)):
      layer = self.layers[i]
      if layer.streamed:
        layer = self.streaming.arrived()
      x = torch.to(x, self.devices[layer.at])
      y = layer.attend(x, steps[layer.at])
      if i == len(self.layers) - 1:
        # only rows that choose go on
        x = x.index_select(0, rows)
        y = y.index_select(0, rows)
      x = x.add_(layer.project(y))
      x = x.add_(layer.feed(x))
      if layer.streamed:
        self.streaming.advance()
    return __torch__.norm(torch.to(x, self.head_device), self.last_norm, self.epsilon)

  # As hidden, then [R, V] float32.
  def scores(self, tokens: Tensor, regions: List[int], singles: int, shared: List[int],
             chosen: Tensor) -> Tensor:
    return self.head[0].multiply(self.hidden(tokens, regions, singles, shared, chosen))

  # As scores, on the CPU.
  def logits(self, tokens: Tensor, regions: List[int], singles: int, shared: List[int],
             chosen: Tensor) -> Tensor:
    return torch.to(self.scores(tokens, regions, singles, shared, chosen), torch.device("cpu"))

  # Appends tokens without choosing any.
  def append(self, tokens: Tensor, regions: List[int], singles: int, shared: List[int]) -> int:
    self.hidden(tokens, regions, singles, shared, torch.empty([0], dtype=4, device=tokens.device))
    return 0

  # Copies positions of the cache; the two ranges do not overlap.
  def move(self, start: int, target: int, count: int) -> int:
    for layer in self.layers:
      for attention in layer.attention:
        attention.cache.move(start, target, count)
    return 0

  # ---- choosing ----

  # allowed: [n] int64
  def add_mask(self, key: int, allowed: Tensor, vocabulary: int) -> int:
    forbidden = torch.ones([vocabulary], dtype=11, device=self.head_device)
    self.masks[key] = forbidden.index_fill_(0, self.there(allowed), 0)
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
  def step(self, tokens: Tensor, regions: List[int], singles: int, shared: List[int],
           chosen: Tensor, penalised: Tensor, penalties: List[float], mask: List[int], only: Tensor,
           only_counts: List[int], sampling: List[float]) -> Tensor:
    scores = self.scores(tokens, regions, singles, shared, chosen)
    return self.choose(scores, penalised, penalties, mask, only, only_counts, sampling)

  # scores: [R, V] float32, changed in place; the rest as in step
  def choose(self, scores: Tensor, penalised: Tensor, penalties: List[float], mask: List[int],
             only: Tensor, only_counts: List[int], sampling: List[float]) -> Tensor:
    if penalised.size(1) > 0:
      penalties_here = torch.tensor(penalties, dtype=6, device=self.head_device)
      __torch__.penalise(scores, self.there(penalised), penalties_here)
    forbidden = annotate(List[Tensor], [])
    masked = False
    limited = annotate(List[int], [])
    for row in range(len(mask)):
      masked = masked or mask[row] >= 0
      forbidden.append(self.masks[mask[row]] if mask[row] >= 0 else self.nothing(scores.size(1)))
      if mask[row] == -1:
        limited.append(row)
    if masked:
      scores.masked_fill_(torch.stack(forbidden), -inf)
    if len(limited) > 0:
      counts = torch.tensor(only_counts, dtype=4, device=only.device)
      rows = torch.repeat_interleave(torch.arange(len(mask), device=only.device), counts)
      __torch__.keep_only(scores, self.indices(limited), self.there(rows), self.there(only))
    ids = __torch__.greatest(scores)                                    # [R]
    top = scores.gather(1, ids.unsqueeze(1)).squeeze(1)
    self.draw(scores, sampling, ids)
    picked = scores.gather(1, ids.unsqueeze(1)).squeeze(1)
    logarithms = (picked - top) - __torch__.excess(scores, top)
    chosen = torch.stack([torch.to(ids, 7), torch.to(logarithms, 7)])
    return torch.to(chosen, torch.device("cpu"))

  # Draws the ids of rows that have a temperature, of those with the same top-k 16 at once: a drawing
  # takes some copies of their scores.
  # scores: [R, V]; sampling: as in step; ids: [R] int64, changed in place
  def draw(self, scores: Tensor, sampling: List[float], ids: Tensor) -> int:
    kinds = annotate(List[int], [])
    for row in range(len(sampling) // 4):
      if sampling[4 * row] > 0. and int(sampling[4 * row + 1]) not in kinds:
        kinds.append(int(sampling[4 * row + 1]))
    for top_k in kinds:
      rows = annotate(List[int], [])
      settings = annotate(List[float], [])
      for row in range(len(sampling) // 4):
        if sampling[4 * row] > 0. and int(sampling[4 * row + 1]) == top_k:
          rows.append(row)
          for i in [0, 2, 3]:
            settings.append(sampling[4 * row + i])
      for first in range(0, len(rows), 16):
        some = self.indices(rows[first:first + 16])
        drawn = __torch__.sample(
            scores.index_select(0, some), top_k, settings[3 * first:3 * first + 48])
        ids.index_copy_(0, some, drawn)
    return len(kinds)

  # The mask that forbids nothing.
  def nothing(self, vocabulary: int) -> Tensor:
    if -2 not in self.masks:
      self.masks[-2] = torch.zeros([vocabulary], dtype=11, device=self.head_device)
    return self.masks[-2]

  # Numbers as [n] int64 on the head's device.
  def indices(self, numbers: List[int]) -> Tensor:
    return torch.tensor(numbers, dtype=4, device=self.head_device)

  # A tensor on the head's device.
  def there(self, x: Tensor) -> Tensor:
    return torch.to(x, self.head_device)
