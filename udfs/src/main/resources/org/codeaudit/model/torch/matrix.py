# The matrix of a linear layer, [out, in], in the form that its device multiplies fast, and its bias.
# Activations go in and come out as float32, whatever the form.
class Matrix:
  dense : List[Tensor]              # matrices [out, in], one below the other; none if packed
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]  # 1 float16 matrix, or none
  widened : List[Tensor]            # 1, where dense weights become float32 before they are multiplied,
                                    # or none if they are multiplied as they are
  exact : bool                      # whether that is so for a few rows too
  bias : List[Tensor]               # 1, [out] float32, or none

  def __init__(self: __torch__.Matrix, dense: List[Tensor], bias: List[Tensor]) -> NoneType:
    self.dense = dense
    self.packed = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])
    self.widened = annotate(List[Tensor], [])
    self.exact = False
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

  # The same matrix on another device, in one piece. Packed matrices stay where they are.
  def copied(self: __torch__.Matrix, device: Device) -> __torch__.Matrix:
    dense = annotate(List[Tensor], [])
    if len(self.dense) > 0:
      dense.append(__torch__.stacked_on(self.dense, device))
    bias = annotate(List[Tensor], [])
    for b in self.bias:
      bias.append(__torch__.copied(b, device))
    matrix = __torch__.Matrix(dense, bias)
    matrix.packed = self.packed
    matrix.widened = self.widened
    matrix.exact = self.exact
    return matrix

  # x: [T, in] float32 -> [T, out] float32
  def multiply(self: __torch__.Matrix, x: Tensor) -> Tensor:
    if len(self.packed) > 0:
      return ops.quantized.linear_dynamic_fp16(x, self.packed[0])
    # making a matrix float32 costs more than a few rows do in bfloat16
    if len(self.widened) > 0 and (self.exact or x.size(0) > 4 or self.dense[0].dtype != 15):
      y = __torch__.widened_product(x, self.dense, self.widened[0])
    else:
      y = __torch__.product(torch.to(x, self.dense[0].dtype), self.dense)
    y = torch.to(y, 6)
    if len(self.bias) > 0:
      y = y.add_(self.bias[0])
    return y


# Weights become float32 block by block in the same memory, so that it stays in the processor's cache.
# Memory of their own would be given back to the system and taken from it again for every block, which
# takes several times as long as the product.
# x: [T, in] float32; weights: [n, in]; room: [numbers] float32 -> [T, sum of n]
def widened_product(x: Tensor, weights: List[Tensor], room: Tensor) -> Tensor:
  outputs = annotate(List[Tensor], [])
  for weight in weights:
    width = weight.size(1)
    for block in torch.split(weight, room.size(0) // width):
      wide = room.narrow(0, 0, block.numel()).view([-1, width]).copy_(block)
      outputs.append(torch.linear(x, wide))
  return __torch__.joined(outputs)


# x: [T, in]; weights: [n, in], which become of x's dtype -> [T, sum of n]
def product(x: Tensor, weights: List[Tensor]) -> Tensor:
  outputs = annotate(List[Tensor], [])
  for weight in weights:
    outputs.append(torch.linear(x, torch.to(weight, x.dtype)))
  return __torch__.joined(outputs)


# Columns of matrices beside one another.
def joined(parts: List[Tensor]) -> Tensor:
  if len(parts) == 1:
    return parts[0]
  return torch.cat(parts, 1)


# Tensors [n, ...] as one, [sum of n, ...]; the tensor itself if it is the only one.
def concatenated(parts: List[Tensor]) -> Tensor:
  if len(parts) == 1:
    return parts[0]
  return torch.cat(parts, 0)
