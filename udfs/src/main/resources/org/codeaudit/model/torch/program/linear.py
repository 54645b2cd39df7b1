# x: [T, in]; weight: [n, in], of the same dtype -> [T, n]
def linear_product(x: Tensor, weight: Tensor) -> Tensor:
  return torch.linear(x, weight)
