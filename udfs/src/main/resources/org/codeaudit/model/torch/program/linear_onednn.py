# As linear.py, for a libtorch with oneDNN. Its products of 32-bit floats take half the time of those that
# libtorch chooses for few rows. (For two to seven rows the product of the transposed is the fastest.)
def linear_product(x: Tensor, weight: Tensor) -> Tensor:
  rows = x.size(0)
  if rows == 0 or rows > 64 or x.dtype != 6 or x.device.type != "cpu":
    return torch.linear(x, weight)
  if rows > 1 and rows < 8:
    return torch.mm(weight, x.t()).t().contiguous()
  return ops.mkldnn._linear_pointwise(x, weight, None, "none", annotate(List[Optional[number]], []), "")
