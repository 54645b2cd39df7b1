# As attention_kernel.py, for GPUs from Ampere on and 16-bit floats: FlashAttention, which reads every
# stretch in place, in one call for all. The result has the dtype of the queries. The last arguments
# are the dropout, which is 0, and whether weights are returned, which is false.
def attention_kernel(query: Tensor, key: Tensor, value: Tensor,
                     stretches: __torch__.Stretches) -> Tuple[Tensor, Tensor]:
  found, sums, random, unused, weights = torch._flash_attention_forward(
      query, key, value, stretches.queries, stretches.keys, stretches.most_queries,
      stretches.most_keys, 0., stretches.causal, False, seqused_k=stretches.lengths)
  return (found, sums)
