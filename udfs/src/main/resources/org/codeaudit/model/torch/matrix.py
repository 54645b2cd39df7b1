# The matrix of a linear layer, [out, in], in the form that its device multiplies fast, and its bias.
# Activations go in and come out as float32, whatever the form.
class Matrix:
  dense : List[Tensor]              # matrices [out, in], one below the other; none if packed
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]  # 1 float16 matrix, or none
  bias : List[Tensor]               # 1, [out] float32, or none

  def __init__(self: __torch__.Matrix, dense: List[Tensor], bias: List[Tensor]) -> NoneType:
    self.dense = dense
    self.packed = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])
    self.bias = bias

  # Packs the matrix as float16, whose range it must not leave.
  def pack(self: __torch__.Matrix) -> int:
    bias : Optional[Tensor] = None
    if len(self.bias) > 0:
      bias = self.bias[0]
    whole = torch.to(__torch__.concatenated(self.dense), 6)
    self.packed.append(ops.quantized.linear_prepack_fp16(whole, bias))
    self.dense = annotate(List[Tensor], [])
    return 0

  # x: [T, in] float32 -> [T, out] float32
  def multiply(self: __torch__.Matrix, x: Tensor) -> Tensor:
    if len(self.packed) > 0:
      return ops.quantized.linear_dynamic_fp16(x, self.packed[0])
    weights = self.dense
    x = torch.to(x, weights[0].dtype)
    if len(weights) == 1:
      y = torch.linear(x, weights[0])
    else:
      outputs = annotate(List[Tensor], [])
      for weight in weights:
        outputs.append(torch.linear(x, weight))
      y = torch.cat(outputs, 1)
    y = torch.to(y, 6)
    if len(self.bias) > 0:
      y = y.add_(self.bias[0])
    return y


# Tensors [n, ...] as one, [sum of n, ...]; the tensor itself if it is the only one.
def concatenated(parts: List[Tensor]) -> Tensor:
  if len(parts) == 1:
    return parts[0]
  return torch.cat(parts, 0)
