# As attention_kernel.py, for GPUs from Ampere on and 16-bit floats: FlashAttention, which reads each
# stretch where it lies, in one call for all of them. What it finds is of the queries' dtype. Of the
# arguments at the end, dropout and whether weights are returned, none is wanted.
def attention_kernel(query: Tensor, key: Tensor, value: Tensor,
                     stretches: __torch__.Stretches) -> Tuple[Tensor, Tensor]:
  found, sums, random, unused, weights = torch._flash_attention_forward(
      query, key, value, stretches.queries, stretches.keys, stretches.most_queries,
      stretches.most_keys, 0., stretches.causal, False, seqused_k=stretches.lengths)
  return (found, sums)
