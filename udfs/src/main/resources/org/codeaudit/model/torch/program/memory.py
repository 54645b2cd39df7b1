# Tries whether a device has an amount of memory.
class Memory(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  taken : Tensor                    # [count], for a moment

  # Fails if the device cannot give so many bytes.
  def take(self, device: str, count: int) -> int:
    # assigned, because a tensor that is not used would be optimised away
    self.taken = torch.empty([count], dtype=1, device=torch.device(device))
    self.taken = torch.empty([0], dtype=1, device=torch.device(device))
    return 0
