# A decoder as TorchScript: its weights, its key-value cache and its step.
#
# TorchScriptArchive packs this file and the files of its parts into an archive that libtorch loads.
# It reads the attributes of the module from the list below. DecoderProgram has a Java method for each
# method that Java calls. dtypes are libtorch's numbers: 1 is int8, 4 int64, 5 float16, 6 float32,
# 7 float64, 11 bool, 15 bfloat16.
#
# Layers may be on different devices; a step's tensors follow them. Arguments come from the CPU and
# results are moved back to it, so that Java never sees a tensor of another device.
#
# Letters in shapes: T tokens of a step, over all sequences; S sequences; R rows that choose a token;
# H hidden size; Q query heads; K key-value heads; G = Q / K queries that share a key; d head size;
# r numbers of a head that rotary embeddings rotate; I feed-forward size; V vocabulary; C positions
# of the cache.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  devices : List[Device]            # those of the layers, each once
  embedding_device : Device
  head_device : Device
  device : Device                   # computes with what is put from here on
  keeper : Device                   # stores the parts from here on
  cache_types : List[int]           # 1 a device, dtype of keys, values and attention: 6 or 15
  cache_type : int                  # that of the device
  at_once : List[bool]              # 1 a device, whether one kernel attends to all sequences
  lanes : List[__torch__.Lane]      # 1 a device
  streaming : __torch__.Streaming   # the layers that are copied to their device for every step
  epsilon : float
  frequencies : List[Tensor]        # 1 a device, [r / 2], radians per position
  magnitude : float                 # what cosines and sines are multiplied with
  files : List[Tensor]              # mapped files, each [numbers in the file]
  parts : List[Tensor]              # tensors that will become a matrix or a norm
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

  # What is put from here on is computed on this device, and stored there unless keep_on says otherwise.
  # cache_type: dtype of keys, values and attention of layers there: 6 or 15
  def on(self, name: str, cache_type: int) -> int:
    self.device = torch.device(name)
    self.keeper = self.device
    self.cache_type = cache_type
    return 0

  # Parts are stored on this device from here on, whichever device computes with them.
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

  # A tensor on the device that stores the parts; the tensor itself if it is there already.
  def here(self, x: Tensor) -> Tensor:
    return __torch__.moved(x, self.keeper)

  # Maps a file as numbers of one dtype, without reading it; returns its index in files.
  def map_file(self, path: str, numbers: int, dtype: int) -> int:
    self.files.append(torch.from_file(path, False, numbers, dtype=dtype))
    return len(self.files) - 1

  # A tensor of a mapped file, without a copy.
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

  # Allocates a tensor that is filled rows by rows.
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

  # The greatest magnitude in the parts; NaN if they contain one.
  def magnitude_of_parts(self) -> float:
    return __torch__.magnitude(self.parts)

  # The parts become a small tensor of the layer, float32, with a number added to all of its elements.
  def put_tensor(self, name: str, added: float) -> int:
    self.tensors[name] = torch.to(self.take(), 6) + added
    return 0

  # The parts become the bias of the next matrix.
  def put_bias(self) -> int:
    self.bias = [torch.clone(torch.to(self.take(), 6))]
    return 0

  # The parts become the next rows of a matrix without a copy: mapped, or shared with the embedding.
  # widened: see widen
  def keep_parts(self, widened: int) -> int:
    weights = __torch__.Weights(self.parts)
    self.widen(weights, widened)
    self.kept.append(weights)
    self.parts = annotate(List[Tensor], [])
    return 0

  # How dense rows are multiplied. widened: 0 in their dtype, 1 as float32, 2 as float32 until packed
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

  # The parts become the next rows of a matrix, packed as float16; they must be within its range.
  def keep_packed(self) -> int:
    self.keep_parts(0)
    return self.kept[-1].pack()

  # The parts become the next rows of a matrix of integers: bytes, scales, offsets if there are any, the
  # order of columns as float32 if there is one.
  # sizes: bits, N, K, g; S, G g and bytes of a line, see codes.py; then flags: has offsets, has an
  # order, is rotated, activations are rounded, is packed once it has been used for a while
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

  # The parts, bytes and scales, become the next rows of a matrix of NormalFloats.
  # sizes: N, K, g; values: the 16 numbers of the type
  def keep_floats(self, sizes: List[int], values: List[float]) -> int:
    weights = __torch__.Weights(annotate(List[Tensor], []))
    weights.floats.append(__torch__.NormalFloats(
        sizes[0], sizes[1], sizes[2], self.parts[0], self.parts[1],
        __torch__.pairs_of(values, self.keeper)))
    self.kept.append(weights)
    self.parts = annotate(List[Tensor], [])
    return 0

  # The rows that were kept become a matrix of the layer, with the bias that was put.
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

  # The norms that were put become those of the next layer; the methods below add the rest of it.
  # streamed: 1 if its matrices are stored on the processor and copied to the device for every step
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

  # What was put becomes the layer's router and shared expert. The experts are added afterwards, for
  # the device that is set then.
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

  # Adds all experts of the layer as views of mapped files.
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

  # Allocates all experts of the layer, stacked.
  def stack_experts(self, inner: int, dtype: int) -> int:
    experts = self.layers[-1].experts[0]
    experts.device = self.device
    return experts.stack(inner, dtype, self.keeper)

  # The parts become one matrix of a stacked expert: 0 gate and up, 1 down.
  def stack_parts(self, which: int, expert: int) -> int:
    row = 0
    target = self.layers[-1].experts[0].stacked[which].select(0, expert)
    for part in self.parts:
      __torch__.carry(part, target.narrow(0, row, part.size(0)))
      row = row + part.size(0)
    self.parts = annotate(List[Tensor], [])
    return row

  # Copies all experts of the layer from mapped files into the stacked ones; as map_experts.
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

  # Drops the named tensors and matrices: the next layer uses the same names.
  def forget(self) -> int:
    self.tensors = annotate(Dict[str, Tensor], {})
    self.matrices = annotate(Dict[str, __torch__.Matrix], {})
    return 0

  # Drops the mapped files; tensors that are views of them keep them alive.
  def drop_files(self) -> int:
    self.files = annotate(List[Tensor], [])
    self.staged = torch.empty([0])
    return 0

  # Fails if a device cannot give so many bytes.
  def try_memory(self, name: str, count: int) -> int:
    # assigned, because a tensor that is not used would be optimised away
    self.staged = torch.empty([count], dtype=1, device=torch.device(name))
    self.staged = torch.empty([0], dtype=1, device=torch.device("cpu"))
    return 0

  # Allocates keys and values.
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

  # Has a device attend to all sequences of a step with one kernel from here on, if the kernel's error
  # does not exceed a bound. Returns the error. Not for a cache of int8.
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

  # Allocates the recurrent states of so many sequences.
  def allocate_states(self, places: int) -> int:
    self.states = places
    for layer in self.layers:
      for delta in layer.delta:
        delta.allocate(places, self.devices[layer.at])
    return 0

  # ---- the forward pass ----

  # What the layers of each device need to know of a step; see hidden.
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

  # Packs some of the matrices that have been used for a while. Returns how many numbers were packed, or
  # -1 if no matrix is left to be packed. It is a call of its own because it waits for a fork: the rest
  # of the call may then run on another thread, where functions would be specialised for every shape.
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
  # chosen: [R] int64, the tokens whose hidden states are returned -> [R, H]
  def hidden(self, tokens: Tensor, regions: List[int], singles: int, shared: List[int],
             chosen: Tensor) -> Tensor:
    steps = self.steps(tokens, regions, singles, shared)
    ids = torch.to(tokens[0], self.embedding_device)
    x = torch.to(self.embedding.index_select(0, ids), 6)                # [T, H]
    # copied before the layers: a copy later on would wait for the GPU
    rows = torch.to(chosen, self.devices[self.layers[-1].at])
    self.streaming.begin()
    for i in range(len(self.layers)):
      layer = self.layers[i]
      if layer.streamed:
        layer = self.streaming.arrived()
      x = torch.to(x, self.devices[layer.at])
      y = layer.attend(x, steps[layer.at])
      if i == len(self.layers) - 1:
        # the rest is computed only for rows that choose a token
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
  # penalised: [2, n] int64, row and id of penalised tokens; penalties: 1 a row
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

  # Draws the ids of rows with a temperature. Rows with the same top-k are drawn together, 16 at most,
  # because drawing takes several copies of their scores.
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
