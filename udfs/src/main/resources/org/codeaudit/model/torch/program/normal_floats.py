# A matrix [N, K] of 4-bit codes of the NormalFloat type with a scale for each block of g numbers, row by
# row, as bitsandbytes stores it. There is no kernel for it, so some rows at a time are dequantised.
class NormalFloats:
  rows : int                        # N
  columns : int                     # K
  group : int                       # g, an even number
  codes : Tensor                    # uint8, two codes each, the first in the high bits; whole blocks
  scales : Tensor                   # float32, one a block
  pairs : Tensor                    # [256] complex64: the two numbers of every byte

  # values: the 16 numbers
  def __init__(self: __torch__.NormalFloats, rows: int, columns: int, group: int, codes: Tensor,
               scales: Tensor, pairs: Tensor) -> NoneType:
    self.rows = rows
    self.columns = columns
    self.group = group
    self.codes = codes
    self.scales = scales
    self.pairs = pairs

  def copied(self: __torch__.NormalFloats, device: Device) -> __torch__.NormalFloats:
    return __torch__.NormalFloats(
        self.rows, self.columns, self.group, __torch__.copied(self.codes, device),
        __torch__.copied(self.scales, device), torch.to(self.pairs, device))

  # x: [T, K] float32 -> [T, N] float32
  def multiply(self: __torch__.NormalFloats, x: Tensor) -> Tensor:
    if x.device.type != "cpu":
      x = torch.to(x, 15)
    # rows in multiples that begin and end with a block
    step = self.group * max(1, 1048576 // (self.group * self.columns))
    outputs = annotate(List[Tensor], [])
    for first in range(0, self.rows, step):
      numbers = self.numbers(first, min(step, self.rows - first))
      outputs.append(torch.to(torch.linear(x, torch.to(numbers, x.dtype)), 6))
    return __torch__.joined(outputs)

  # Dequantised rows, [count, K] float32; the first of them begins a block.
  def numbers(self: __torch__.NormalFloats, first: int, count: int) -> Tensor:
    block = first * self.columns // self.group
    blocks = (count * self.columns + self.group - 1) // self.group
    bytes = self.codes.narrow(0, block * self.group // 2, blocks * self.group // 2)
    values = torch.view_as_real(self.pairs.index_select(0, torch.to(bytes, 3)))
    values = values.view([blocks, self.group]).mul_(self.scales.narrow(0, block, blocks).unsqueeze(1))
    return values.view([-1]).narrow(0, 0, count * self.columns).view([count, self.columns])


# values: the 16 numbers of the type -> [256] complex64, the high bits' number, then the low bits'
def pairs_of(values: List[float], device: Device) -> Tensor:
  numbers = torch.tensor(values, dtype=6, device=device)
  return torch.complex(numbers.repeat_interleave(16), numbers.repeat([16]))
