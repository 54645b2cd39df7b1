# Bare reads, products and copies, to measure what a device can do at most. Every method that is timed
# ends by moving a number to the processor, so that it waits until a GPU has finished.
# dtypes are libtorch's numbers; 12 is qint8.
class Floors(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  numbers : Tensor                  # [count], read or copied
  target : Tensor                   # [count], copied to
  left : Tensor                     # [rows, width]
  right : Tensor                    # [width, width]
  product : Tensor                  # [rows, width]
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]  # 1, right as int8

  def hold(self, device: str, count: int) -> int:
    self.numbers = torch.ones([count], dtype=6, device=torch.device(device))
    return 0

  def read(self) -> float:
    return float(torch.sum(self.numbers))

  # count bytes on the processor, and as many on the device
  def hold_both(self, device: str, count: int, pinned: bool) -> int:
    source = torch.ones([count], dtype=0, device=torch.device("cpu"))
    if pinned:
      source = source.pin_memory()
    self.numbers = source
    self.target = torch.zeros([count], dtype=0, device=torch.device(device))
    return 0

  def copy(self) -> float:
    self.target.copy_(self.numbers, True)
    return float(self.target[0])

  def factors(self, device: str, rows: int, width: int, dtype: int) -> int:
    at = torch.device(device)
    self.left = torch.to(torch.randn([rows, width], dtype=6, device=at), dtype)
    self.right = torch.to(torch.randn([width, width], dtype=6, device=at), dtype)
    return 0

  def multiply(self, times: int) -> float:
    for i in range(times):
      self.product = torch.linear(self.left, self.right)
    return float(self.product[0, 0])

  def pack(self) -> int:
    codes = torch.quantize_per_tensor(self.right, 0.05, 0, 12)
    self.packed = [ops.quantized.linear_prepack(codes, None)]
    return 0

  def multiply_packed(self, times: int) -> float:
    for i in range(times):
      self.product = ops.quantized.linear_dynamic(self.left, self.packed[0], True)
    return float(self.product[0, 0])

  def forget(self) -> int:
    empty = torch.empty([0])
    self.numbers = empty
    self.target = empty
    self.left = empty
    self.right = empty
    self.product = empty
    return 0
