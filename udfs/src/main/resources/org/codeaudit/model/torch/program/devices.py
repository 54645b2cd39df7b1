# How many CUDA devices this process sees. Only a libtorch with CUDA can load this program.
class Devices(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def count(self) -> int:
    return ops.cuda.device_count()
