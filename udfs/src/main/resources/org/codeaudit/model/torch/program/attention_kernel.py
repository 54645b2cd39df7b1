# Attention over stretches of the cache, by its definition; see by_definition.
def attention_kernel(query: Tensor, key: Tensor, value: Tensor,
                     stretches: __torch__.Stretches) -> Tuple[Tensor, Tensor]:
  return __torch__.by_definition(query, key, value, stretches)
