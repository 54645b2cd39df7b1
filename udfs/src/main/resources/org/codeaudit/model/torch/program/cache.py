# Keys and values of a layer's positions. They are stored in the dtype of attention, or as int8 with a
# scale for each position and head. Few large numbers of a key would then cost its small ones their
# precision. So keys are multiplied with an orthogonal matrix first, which makes each number a mix of
# all (see mixing). Queries are multiplied with it too, so their products with keys do not change.
class Cache:
  heads : int                       # K
  size : int                        # d
  dtype : int                       # of keys and values as they are read
  numbers : Tensor                  # [1, 2 K, C, d]: keys, then values
  keys : Tensor                     # [1, K, C, d], the first half of numbers
  values : Tensor                   # [1, K, C, d], the second half of numbers
  scales : List[Tensor]             # of int8: 1, [1, 2 K, C, 1] float32; or none
  mixing : List[Tensor]             # of int8: 1, [d, d] float32; or none
  room : List[Tensor]               # of int8: 1, [numbers], what was dequantised last; or none

  def __init__(self: __torch__.Cache, heads: int, size: int) -> NoneType:
    self.heads = heads
    self.size = size
    self.dtype = 6
    self.numbers = torch.empty([0])
    self.keys = torch.empty([0])
    self.values = torch.empty([0])
    self.scales = annotate(List[Tensor], [])
    self.mixing = annotate(List[Tensor], [])
    self.room = annotate(List[Tensor], [])

  # Allocates positions. kept: dtype of the stored numbers: 1, or the dtype in which they are read
  def allocate(self: __torch__.Cache, positions: int, kept: int, dtype: int,
               device: Device) -> int:
    self.dtype = dtype
    self.numbers = torch.empty([1, 2 * self.heads, positions, self.size], dtype=kept,
                               device=device)
    self.keys = self.numbers.narrow(1, 0, self.heads)
    self.values = self.numbers.narrow(1, self.heads, self.heads)
    return 0

  # As allocate, for int8. room: shared with other layers, 2 K d numbers for each position of the
  # longest sequence
  def allocate_quantised(self: __torch__.Cache, positions: int, room: Tensor) -> int:
    self.allocate(positions, 1, room.dtype, room.device)
    self.scales = [torch.empty([1, 2 * self.heads, positions, 1], dtype=6, device=room.device)]
    self.mixing = [__torch__.mixing(self.size, room.device)]
    self.room = [room]
    return 0

  # Bytes that positions take.
  def bytes(self: __torch__.Cache) -> int:
    count = torch.numel(self.numbers) * torch.element_size(self.numbers)
    for scales in self.scales:
      count = count + 4 * torch.numel(scales)
    return count

  # new: [1, 2 K, n, d], keys (as mix gives them), then values
  def append(self: __torch__.Cache, places: Tensor, new: Tensor) -> int:
    if len(self.scales) == 0:
      self.numbers.index_copy_(2, places, torch.to(new, self.dtype))
    else:
      scales = torch.amax(torch.abs(new), [3], True).div_(127.).clamp_min_(1e-30)
      self.numbers.index_copy_(2, places, torch.to(torch.div(new, scales).round_(), 1))
      self.scales[0].index_copy_(2, places, scales)
    return 0

  # Keys and values of positions, each [1, K, count, d]: views of the cache; of int8, dequantised and
  # valid until the next call.
  def read(self: __torch__.Cache, start: int, count: int) -> Tuple[Tensor, Tensor]:
    if len(self.scales) == 0:
      return (self.keys.narrow(2, start, count), self.values.narrow(2, start, count))
    numbers = self.numbers.narrow(2, start, count)
    scales = self.scales[0].narrow(2, start, count)
    both = self.room[0].narrow(0, 0, torch.numel(numbers)).view(numbers.size())
    if both.device.type == "cpu":
      # a product of two dtypes would first convert one of them, in memory of its own
      both.copy_(numbers).mul_(scales)
    else:
      torch.mul(numbers, scales, out=both)
    return (both.narrow(1, 0, self.heads), both.narrow(1, self.heads, self.heads))

  # Multiplies queries and keys, [n, heads, d], with mixing, in place.
  def mix(self: __torch__.Cache, x: Tensor) -> Tensor:
    if len(self.mixing) == 0:
      return x
    return x.copy_(torch.matmul(x, self.mixing[0]))

  # Copies positions; the two ranges do not overlap.
  def move(self: __torch__.Cache, start: int, target: int, count: int) -> int:
    self.numbers.narrow(2, target, count).copy_(self.numbers.narrow(2, start, count))
    for scales in self.scales:
      scales.narrow(2, target, count).copy_(scales.narrow(2, start, count))
    return 0


# The matrix of the discrete Hartley transform, (cos + sin)(2 pi i j / d) / sqrt(d): orthogonal for every
# d, symmetric, and no number in it is larger than sqrt(2 / d).
def mixing(size: int, device: Device) -> Tensor:
  indices = torch.arange(size, dtype=7, device=device)
  angles = torch.outer(indices, indices).remainder_(size).mul_(6.283185307179586 / float(size))
  return torch.to((torch.cos(angles) + torch.sin(angles)) * float(size) ** -0.5, 6)
