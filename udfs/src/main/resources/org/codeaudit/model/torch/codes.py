# A matrix [N, K] of small integers with a scale for each group of a row's numbers.
#
# It lies in S stripes of 128 rows, the last one filled up. A stripe is a table with a line of 128
# integers for each column, of which G groups of g follow one another (the last one filled up), as
# libtorch's kernels for bags of embeddings want it: after the integers a line has the factor 1 and
# what has to be added to them, so that the kernels see integers around 0. A bag is a group: its sum
# of lines, each times its activation, is a product of 32-bit floats, and the scale comes after it.
# No activation is rounded, and the results are those of a product with the dequantised matrix.
class Codes:
  bits : int                        # 4 or 8
  rows : int                        # N
  columns : int                     # K
  group : int                       # g
  table : Tensor                    # [S, G g, bytes] uint8
  scales : Tensor                   # [S, G, 128] float32
  offsets : List[Tensor]            # 1, as scales: what every number of a group is off; or none
  order : List[Tensor]              # 1, [K] int64: which activations the columns belong to; or none

  def __init__(self: __torch__.Codes, bits: int, rows: int, columns: int, group: int, table: Tensor,
               scales: Tensor, offsets: List[Tensor], order: List[Tensor]) -> NoneType:
    self.bits = bits
    self.rows = rows
    self.columns = columns
    self.group = group
    self.table = table
    self.scales = scales
    self.offsets = offsets
    self.order = order

  def copied(self: __torch__.Codes, device: Device) -> __torch__.Codes:
    return __torch__.Codes(
        self.bits, self.rows, self.columns, self.group, __torch__.copied(self.table, device),
        __torch__.copied(self.scales, device), __torch__.all_copied(self.offsets, device),
        __torch__.all_copied(self.order, device))

  # x: [T, K] float32 -> [T, N] float32
  def multiply(self: __torch__.Codes, x: Tensor) -> Tensor:
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

  # For few rows of activations: reads the integers once for each.
  # x: [T, G g] -> [S, T, 128]
  def by_bags(self: __torch__.Codes, x: Tensor) -> Tensor:
    tokens = x.size(0)
    stripes, lines, width = torch.size(self.table)
    groups = lines // self.group
    # bags by stripe, group and row of activations, so that a group stays in the processor's cache
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

  # For many: makes numbers of some stripes at a time.
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

  # Stripes as numbers, [count, G g, 128].
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


# What a processor's kernels make of the lines of a table, for a GPU: [n, bytes] uint8 -> [n, 128]
def integers(table: Tensor, bits: int) -> Tensor:
  if bits == 8:
    return torch.to(table.narrow(1, 0, 128), 3) - 128
  pairs = torch.to(table.narrow(1, 0, 64), 3)
  pairs = torch.stack([torch.bitwise_and(pairs, 15), torch.bitwise_right_shift(pairs, 4)], 2)
  return pairs.view([-1, 128]) - 8
