# A copy of a tensor on a device, even if the tensor is there already.
def copied(x: Tensor, device: Device) -> Tensor:
  return __torch__.stacked_on([x], device)


# Copies of tensors [n, ...] as one on a device, [sum of n, ...].
def stacked_on(parts: List[Tensor], device: Device) -> Tensor:
  rows = 0
  for part in parts:
    rows = rows + part.size(0)
  shape = torch.size(parts[0])
  shape[0] = rows
  target = torch.empty(shape, dtype=parts[0].dtype, device=device)
  __torch__.carry_all(parts, target)
  return target


# A tensor on a device; the tensor itself if it is there already.
def moved(x: Tensor, device: Device) -> Tensor:
  if x.device == device or x.device.type != "cpu":
    return torch.to(x, device)
  return __torch__.copied(x, device)


# Copies tensors [n, ...] into one, [sum of n, ...].
def carry_all(parts: List[Tensor], target: Tensor) -> int:
  first = 0
  for part in parts:
    __torch__.carry(part, target.narrow(0, first, part.size(0)))
    first = first + part.size(0)
  return first


# Copies a tensor into another of its shape. A copy to a GPU goes through pinned memory in pieces: the
# GPU fetches one while the next is written. libtorch keeps such buffers and reuses them once the GPU has
# read them.
def carry(source: Tensor, target: Tensor) -> int:
  if target.device.type != "cuda" or source.device.type != "cpu" or source.numel() < 65536:
    target.copy_(source)
    return 0
  rows = max(1, 16777216 // (source.numel() // source.size(0)))
  for first in range(0, source.size(0), rows):
    count = min(rows, source.size(0) - first)
    piece = source.narrow(0, first, count)
    target.narrow(0, first, count).copy_(piece.pin_memory(), True)
  return 0


def all_copied(parts: List[Tensor], device: Device) -> List[Tensor]:
  copies = annotate(List[Tensor], [])
  for part in parts:
    copies.append(__torch__.copied(part, device))
  return copies
