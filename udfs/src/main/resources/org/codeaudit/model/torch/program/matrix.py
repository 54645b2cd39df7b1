# Rows of a linear layer's matrix in one form. Activations go in and come out as float32 in every form. On
# a processor the product is computed in float32 too, except for bfloat16 and packed integers.
class Weights:
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]  # float16, the first rows
  dense : List[Tensor]              # matrices [n, in], the rows below them
  widened : List[Tensor]            # 1, room for dense rows as float32; none if they are multiplied
                                    # in their own dtype
  packs : bool                      # whether they are to be packed once they were used for a while
  uses : int                        # if so: how many rows of activations were multiplied with them
  codes : List[__torch__.Codes]     # 1, or none
  floats : List[__torch__.NormalFloats]  # 1, or none

  def __init__(self: __torch__.Weights, dense: List[Tensor]) -> NoneType:
    self.packed = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])
    self.dense = dense
    self.widened = annotate(List[Tensor], [])
    self.packs = False
    self.uses = 0
    self.codes = annotate(List[__torch__.Codes], [])
    self.floats = annotate(List[__torch__.NormalFloats], [])

  # Replaces the dense rows by packed float16, in whose range they must be.
  def pack(self: __torch__.Weights) -> int:
    whole = torch.to(__torch__.concatenated(self.dense), 6)
    self.packed.append(ops.quantized.linear_prepack_fp16(whole, None))
    self.dense = annotate(List[Tensor], [])
    return 0

  # Packs about so many numbers of the codes that are not packed yet. Returns how many were packed.
  def pack_codes(self: __torch__.Weights, numbers: int) -> int:
    codes = self.codes[0]
    count = codes.pack(numbers)
    self.packs = codes.rows > 0
    return count

  # Removes the first dense rows, about so many numbers, to be packed: [n, in] float32. If float16 cannot
  # hold them, all dense rows stay dense, and the result is empty.
  def to_pack(self: __torch__.Weights, numbers: int) -> Tensor:
    first = self.dense[0]
    rows = first.size(0)
    if 2 * first.numel() > 3 * numbers:
      rows = max(1, numbers // first.size(1))
    block = first.narrow(0, 0, rows)
    self.packs = False
    if __torch__.magnitude([block]) <= 65504.:
      rest = annotate(List[Tensor], [])
      if rows < first.size(0):
        rest.append(first.narrow(0, rows, first.size(0) - rows))
      for i in range(1, len(self.dense)):
        rest.append(self.dense[i])
      self.dense = rest
      self.packs = len(rest) > 0
      return torch.to(block, 6)
    return first.narrow(0, 0, 0)

  # The same on another device, dense rows in one tensor. Packed rows are not copied.
  def copied(self: __torch__.Weights, device: Device) -> __torch__.Weights:
    dense = annotate(List[Tensor], [])
    if len(self.dense) > 0:
      dense.append(__torch__.stacked_on(self.dense, device))
    copy = __torch__.Weights(dense)
    copy.packed = self.packed
    copy.widened = self.widened
    for codes in self.codes:
      copy.codes.append(codes.copied(device))
    for floats in self.floats:
      copy.floats.append(floats.copied(device))
    return copy

  # x: [T, in] float32 -> [T, out] float32
  def multiply(self: __torch__.Weights, x: Tensor) -> Tensor:
    if self.packs:
      self.uses = self.uses + x.size(0)
    if len(self.codes) > 0:
      return self.codes[0].multiply(x)
    if len(self.floats) > 0:
      return self.floats[0].multiply(x)
    outputs = annotate(List[Tensor], [])
    for packed in self.packed:
      outputs.append(ops.quantized.linear_dynamic_fp16(x, packed))
    if len(self.dense) > 0:
      if len(self.widened) > 0:
        y = __torch__.widened_product(x, self.dense, self.widened[0])
      else:
        y = torch.to(__torch__.product(torch.to(x, self.dense[0].dtype), self.dense), 6)
      outputs.append(y)
    return __torch__.joined(outputs)


# Packs matrices that are in use, some numbers at a time: to pack a matrix takes as long as to multiply
# it with some dozens of rows, too long to do it for all matrices at once.
class Packing:
  waiting : List[__torch__.Weights]
  next : int                        # index of the matrix that is looked at next

  def __init__(self: __torch__.Packing) -> NoneType:
    self.waiting = annotate(List[__torch__.Weights], [])
    self.next = 0

  # Packs some numbers of a matrix that at least 16 rows were multiplied with. Returns how many; -1 if no
  # matrix is waiting.
  def step(self: __torch__.Packing) -> int:
    if len(self.waiting) == 0:
      return -1
    owners = annotate(List[__torch__.Weights], [])
    blocks = annotate(List[Tensor], [])
    numbers = 16777216
    looks = min(64, len(self.waiting))
    while numbers > 0 and looks > 0 and len(self.waiting) > 0:
      self.next = self.next % len(self.waiting)
      weights = self.waiting[self.next]
      if weights.uses < 16:
        looks = looks - 1
        self.next = self.next + 1
      else:
        if len(weights.codes) > 0:
          numbers = numbers - max(1, weights.pack_codes(numbers))
        else:
          block = weights.to_pack(8388608)
          numbers = numbers - max(1, block.numel())
          if block.numel() > 0:
            owners.append(weights)
            blocks.append(block)
        if not weights.packs:
          self.waiting.pop(self.next)
    __torch__.pack_blocks(owners, blocks)
    return 16777216 - numbers


# Packs blocks of rows and appends them to their owners, in order. libtorch packs with one thread, so a
# second thread packs half of the numbers.
def pack_blocks(owners: List[__torch__.Weights], blocks: List[Tensor]) -> int:
  sides = annotate(List[bool], [])
  mine = annotate(List[Tensor], [])
  others = annotate(List[Tensor], [])
  more = 0                          # numbers of this thread's half less those of the other's
  for block in blocks:
    sides.append(more <= 0)
    if more <= 0:
      mine.append(block)
      more = more + block.numel()
    else:
      others.append(block)
      more = more - block.numel()
  if len(blocks) == 0:
    return 0
  def __forked_function():
    return __torch__.packed_each(others)
  other = fork(__forked_function)
  packed = __torch__.packed_each(mine)
  packed_others = torch.wait(other)
  for i in range(len(owners)):
    if sides[i]:
      owners[i].packed.append(packed.pop(0))
    else:
      owners[i].packed.append(packed_others.pop(0))
  return len(owners)


# blocks: each [n, in] float32
def packed_each(
    blocks: List[Tensor]) -> List[__torch__.torch.classes.quantized.LinearPackedParamsBase]:
  packed = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])
  for block in blocks:
    packed.append(ops.quantized.linear_prepack_fp16(block, None))
  return packed


# The matrix of a linear layer, [out, in], and its bias.
class Matrix:
  weights : List[__torch__.Weights] # one below the other
  bias : List[Tensor]               # 1, [out] float32, or none

  def __init__(self: __torch__.Matrix, dense: List[Tensor], bias: List[Tensor]) -> NoneType:
    self.weights = annotate(List[__torch__.Weights], [])
    if len(dense) > 0:
      self.weights.append(__torch__.Weights(dense))
    self.bias = bias

  # Its plain tensors, one below the other; none if some of its rows have another form.
  def dense(self: __torch__.Matrix) -> List[Tensor]:
    tensors = annotate(List[Tensor], [])
    plain = True
    for weights in self.weights:
      plain = plain and len(weights.packed) == 0 and len(weights.dense) > 0
      for tensor in weights.dense:
        tensors.append(tensor)
    if not plain:
      tensors = annotate(List[Tensor], [])
    return tensors

  # The same matrix on another device.
  def copied(self: __torch__.Matrix, device: Device) -> __torch__.Matrix:
    matrix = __torch__.Matrix(annotate(List[Tensor], []), __torch__.all_copied(self.bias, device))
    for weights in self.weights:
      matrix.weights.append(weights.copied(device))
    return matrix

  # x: [T, in] float32 -> [T, out] float32
  def multiply(self: __torch__.Matrix, x: Tensor) -> Tensor:
    outputs = annotate(List[Tensor], [])
    for weights in self.weights:
      outputs.append(weights.multiply(x))
    y = __torch__.joined(outputs)
    if len(self.bias) > 0:
      y = y.add_(self.bias[0])
    return y


# Converts weights to float32 block by block, always in the same memory, which stays in the processor's
# cache. Memory of its own for each block would be returned to the system and taken from it again, which
# takes several times as long as the product.
# x: [T, in] float32; weights: [n, in]; room: [numbers] float32 -> [T, sum of n]
def widened_product(x: Tensor, weights: List[Tensor], room: Tensor) -> Tensor:
  outputs = annotate(List[Tensor], [])
  for weight in weights:
    width = weight.size(1)
    for block in torch.split(weight, max(1, room.size(0) // width)):
      wide = room.narrow(0, 0, block.numel()).view([-1, width]).copy_(block)
      outputs.append(__torch__.linear_product(x, wide))
  return __torch__.joined(outputs)


# x: [T, in]; weights: [n, in], converted to x's dtype -> [T, sum of n]
def product(x: Tensor, weights: List[Tensor]) -> Tensor:
  outputs = annotate(List[Tensor], [])
  for weight in weights:
    outputs.append(__torch__.linear_product(x, torch.to(weight, x.dtype)))
  return __torch__.joined(outputs)


# Concatenates the columns of matrices.
def joined(parts: List[Tensor]) -> Tensor:
  if len(parts) == 1:
    return parts[0]
  return torch.cat(parts, 1)


# Tensors [n, ...] as one, [sum of n, ...]; the tensor itself if it is the only one.
def concatenated(parts: List[Tensor]) -> Tensor:
  if len(parts) == 1:
    return parts[0]
  return torch.cat(parts, 0)


# The greatest magnitude in tensors; NaN if they contain one.
def magnitude(parts: List[Tensor]) -> float:
  greatest = 0.0
  for part in parts:
    low, high = torch.aminmax(part)
    bound = max(-float(low), float(high))
    if bound != bound:
      return bound
    greatest = max(greatest, bound)
  return greatest
