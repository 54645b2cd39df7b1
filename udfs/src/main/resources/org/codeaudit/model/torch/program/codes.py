# A matrix [N, K] of small integers with a scale for each group of a row's numbers.
#
# It is laid out in S stripes of 128 rows, the last one padded. A stripe is a table in the layout of
# libtorch's kernels for bags of embeddings: a line of 128 integers for each column, and the lines of G
# groups of g columns in order, the last group padded. After its integers a line holds the factor 1 and
# an offset that centres them around 0. A bag is a group: the kernel sums its lines, each multiplied
# with its activation, in 32-bit floats, and the scale is applied to the sum. So the results are those
# of a product with the dequantised matrix.
#
# A rotated matrix (see rotated) is multiplied with rotated activations. If activations are to be
# rounded, on a processor, they become integers from -81 to 81 with a scale for each row. Those are small
# enough for the integer kernel, which adds two products with weights up to 100 in 16 bits, to be exact.
# Whether a matrix is packed for that kernel yet changes results by no more than the rounding of 32-bit
# floats, and the result of a row does not depend on the rows beside it.
class Codes:
  bits : int                        # 4 or 8
  rows : int                        # N
  columns : int                     # K
  group : int                       # g
  table : Tensor                    # [S, G g, bytes] uint8
  scales : Tensor                   # [S, G, 128] float32
  offsets : List[Tensor]            # 1, as scales: added to every number of a group; or none
  order : List[Tensor]              # 1, [K] int64: which activations the columns belong to; or none
  rotation : List[Tensor]           # 1, [64, 64], see rotated; or none
  rounds : bool                     # whether activations become integers; only of a rotated matrix
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]  # the first rows; the
                                    # table and the scales have the rows below them

  def __init__(self: __torch__.Codes, bits: int, rows: int, columns: int, group: int, table: Tensor,
               scales: Tensor, offsets: List[Tensor], order: List[Tensor],
               rotation: List[Tensor]) -> NoneType:
    self.bits = bits
    self.rows = rows
    self.columns = columns
    self.group = group
    self.table = table
    self.scales = scales
    self.offsets = offsets
    self.order = order
    self.rotation = rotation
    self.rounds = False
    self.packed = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])

  def copied(self: __torch__.Codes, device: Device) -> __torch__.Codes:
    copy = __torch__.Codes(
        self.bits, self.rows, self.columns, self.group, __torch__.copied(self.table, device),
        __torch__.copied(self.scales, device), __torch__.all_copied(self.offsets, device),
        __torch__.all_copied(self.order, device), __torch__.all_copied(self.rotation, device))
    copy.rounds = self.rounds
    return copy

  # Packs about so many numbers of the first rows that are not packed yet, and drops their part of the
  # table. Only for a rotated matrix. Returns how many numbers were packed.
  def pack(self: __torch__.Codes, numbers: int) -> int:
    stripes, columns, _ = torch.size(self.table)
    count = min(stripes, max(1, numbers // (128 * columns)))
    rows = min(self.rows, 128 * count)
    # 128 is subtracted: bytes become signed integers
    bytes = torch.bitwise_xor(self.table.narrow(0, 0, count).narrow(2, 0, 128), 128)
    integers = torch.to(bytes.transpose(1, 2).reshape([-1, columns]).narrow(0, 0, rows), 1)
    scales = torch.to(self.scales.narrow(0, 0, count).view([-1]).narrow(0, 0, rows), 7)
    matrix = torch._make_per_channel_quantized_tensor(
        integers, scales, torch.zeros([rows], dtype=4, device=integers.device), 0)
    self.packed.append(ops.quantized.linear_prepack(matrix, None))
    self.rows = self.rows - rows
    if self.rows == 0:
      self.table = torch.empty([0, columns, 136], dtype=0, device=bytes.device)
      self.scales = torch.empty([0, 1, 128], dtype=6, device=bytes.device)
    else:
      self.table = self.table.narrow(0, count, stripes - count)
      self.scales = self.scales.narrow(0, count, stripes - count)
    return rows * columns

  # x: [T, K] float32 -> [T, N] float32
  def multiply(self: __torch__.Codes, x: Tensor) -> Tensor:
    if len(self.rotation) == 0:
      return self.multiply_floats(x)
    x = __torch__.rotated(x, self.rotation[0])
    if x.device.type != "cpu" or not self.rounds:
      return self.multiply_floats(x)
    # the number of each row that the kernel takes for 1: the row's greatest magnitude (libtorch's
    # infinity norm is slower)
    units = torch.maximum(torch.amax(x, [1], True), torch.neg(torch.amin(x, [1], True))).clamp_(1e-30)
    # the kernel fails on NaN; multiplied with the units, the result is NaN again
    x = torch.nan_to_num_(x / units, 0., 0., 0.)
    outputs = annotate(List[Tensor], [])
    for packed in self.packed:
      outputs.append(__torch__.integer_product(x, packed))
    if self.rows > 0:
      outputs.append(self.multiply_floats(torch.round(x * 81.).div_(81.)))
    return __torch__.joined(outputs).mul_(units)

  # As multiply, without a rotation, for the rows that are not packed.
  def multiply_floats(self: __torch__.Codes, x: Tensor) -> Tensor:
    tokens = x.size(0)
    if tokens == 0:
      return torch.zeros([0, self.rows], dtype=6, device=x.device)
    for order in self.order:
      x = x.index_select(1, order)
    if self.table.size(1) > self.columns:
      x = torch.constant_pad_nd(x, [0, self.table.size(1) - self.columns], 0)
    x = x.contiguous()
    few = 2
    if self.bits == 8:
      few = 16
    if tokens <= few and x.device.type == "cpu":
      y = self.by_bags(x)
    else:
      y = self.by_product(x)
    for offsets in self.offsets:
      sums = torch.sum(x.view([tokens, -1, self.group]), [2])           # [T, G]
      y = y + torch.matmul(sums, offsets)
    return y.permute([1, 0, 2]).reshape([tokens, -1]).narrow(1, 0, self.rows).contiguous()

  # For few rows of activations: reads the integers once for each of them.
  # x: [T, G g] -> [S, T, 128]
  def by_bags(self: __torch__.Codes, x: Tensor) -> Tensor:
    tokens = x.size(0)
    stripes, lines, width = torch.size(self.table)
    groups = lines // self.group
    # bags in the order stripe, group, row of activations, so that a group stays in the cache
    shape = [stripes, groups, tokens, self.group]
    indices = torch.arange(stripes * lines, dtype=3, device=x.device)
    indices = indices.view([stripes, groups, 1, self.group]).expand(shape).reshape([-1])
    starts = torch.arange(0, indices.size(0), self.group, dtype=3, device=x.device)
    grouped = x.view([tokens, groups, self.group]).permute([1, 0, 2])
    factors = grouped.unsqueeze(0).expand(shape).reshape([-1])
    table = self.table.view([-1, width])
    if self.bits == 4:
      sums = ops.quantized.embedding_bag_4bit_rowwise_offsets(
          table, indices, starts, False, 0, False, factors)
    else:
      sums = ops.quantized.embedding_bag_byte_rowwise_offsets(
          table, indices, starts, False, 0, False, factors)
    sums = sums.view([stripes, groups, tokens, 128]).mul_(self.scales.unsqueeze(2))
    return torch.sum(sums, [1])

  # For many rows of activations: dequantises some stripes at a time.
  # x: [T, G g] -> [S, T, 128]
  def by_product(self: __torch__.Codes, x: Tensor) -> Tensor:
    stripes = self.table.size(0)
    step = max(1, 4194304 // (128 * self.table.size(1)))
    if x.device.type != "cpu":
      x = torch.to(x, 15)
    outputs = annotate(List[Tensor], [])
    for first in range(0, stripes, step):
      count = min(step, stripes - first)
      numbers = self.numbers(first, count, x.dtype)
      each = x.unsqueeze(0).expand([count, x.size(0), x.size(1)])
      outputs.append(torch.to(torch.bmm(each, numbers), 6))
    return __torch__.concatenated(outputs)

  # Dequantised stripes, [count, G g, 128].
  def numbers(self: __torch__.Codes, first: int, count: int, dtype: int) -> Tensor:
    _, lines, width = torch.size(self.table)
    table = self.table.narrow(0, first, count).view([-1, width])
    if table.device.type != "cpu":
      numbers = torch.to(__torch__.integers(table, self.bits), dtype)
    elif self.bits == 4:
      numbers = ops.quantized.embedding_bag_4bit_unpack(table)
    else:
      numbers = ops.quantized.embedding_bag_byte_unpack(table)
    scales = torch.to(self.scales.narrow(0, first, count), dtype).unsqueeze(2)
    return numbers.view([count, -1, self.group, 128]).mul_(scales).view([count, lines, 128])


# The product of activations of magnitude 1 at most, which become integers from -81 to 81.
# x: [T, K] -> [T, rows packed]
def integer_product(x: Tensor, packed: __torch__.torch.classes.quantized.LinearPackedParamsBase) -> Tensor:
  # the kernel maps the range from the least to the greatest number of all rows to bytes; this row
  # fixes the range to -1 and 174 / 81, 255 steps of 1 / 81
  edges = torch.zeros([1, x.size(1)], dtype=6, device=x.device)
  edges.select(1, 0).fill_(-1.)
  edges.select(1, 1).fill_(174. / 81.)
  y = ops.quantized.linear_dynamic(torch.cat([x, edges], 0), packed, False)
  return y.narrow(0, 0, x.size(0))


# Multiplies every 64 numbers of a row with an orthogonal matrix that is its own inverse. Numbers of
# great magnitude are spread over all 64, so integers with one scale for the row are more precise. The
# product of a rotated matrix and rotated activations is that of the originals.
def rotated(x: Tensor, rotation: Tensor) -> Tensor:
  return torch.mm(x.reshape([-1, 64]), rotation).view(torch.size(x))


# The Hadamard matrix in Sylvester's order.
def hadamard(device: Device) -> Tensor:
  matrix = torch.ones([1, 1], dtype=6, device=device)
  for i in range(6):
    matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)], 0)
  return matrix / 8.


# The integers of the lines of a table, as a processor's kernels read them, on a GPU: [n, bytes] uint8
# -> [n, 128]
def integers(table: Tensor, bits: int) -> Tensor:
  if bits == 8:
    return torch.to(table.narrow(1, 0, 128), 3) - 128
  pairs = torch.to(table.narrow(1, 0, 64), 3)
  pairs = torch.stack([torch.bitwise_and(pairs, 15), torch.bitwise_right_shift(pairs, 4)], 2)
  return pairs.view([-1, 128]) - 8
