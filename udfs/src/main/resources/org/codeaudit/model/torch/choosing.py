# Choosing a token from scores.

# Divides positive and multiplies negative scores by the row's penalty.
# scores: [R, V], in place; penalised: [2, n] row and id; penalties: [R]
def penalise(scores: Tensor, penalised: Tensor, penalties: Tensor) -> Tensor:
  penalty = penalties.index_select(0, penalised[0])                     # [n]
  score = torch.index(scores, [penalised[0], penalised[1]])             # [n]
  score = torch.where(score > 0, score / penalty, score * penalty)
  return torch.index_put_(scores, [penalised[0], penalised[1]], score)


# scores: [V], in place; ids: [n]
def keep_only(scores: Tensor, ids: Tensor) -> Tensor:
  kept = scores.index_select(0, ids)
  return scores.fill_(-inf).index_copy_(0, ids, kept)


# The index of each row's greatest score, the first of equals. On a processor the greatest of a block of
# scores is found many times as fast as its index: only one block's index is looked for.
# scores: [R, V] -> [R] int64
def greatest(scores: Tensor) -> Tensor:
  count, width = torch.size(scores)
  if scores.device.type != "cpu" or width % 128 != 0:
    return torch.argmax(scores, 1)
  blocks = scores.view([count, 128, width // 128])
  block = torch.argmax(torch.amax(blocks, [2]), 1, True)                # [R, 1]
  chosen = block.unsqueeze(2).expand([count, 1, width // 128])
  within = torch.argmax(blocks.gather(1, chosen), 2)                    # [R, 1]
  return (block * (width // 128) + within).squeeze(1)


# How much the logarithms of the sums of exponentials exceed some number of each row.
# scores: [R, V], in place; base: [R], about the greatest score of each -> [R]
def excess(scores: Tensor, base: Tensor) -> Tensor:
  return torch.log(torch.sum(scores.sub_(base.unsqueeze(1)).exp_(), [1]))


# Draws an id by inverse transform: the same number draws the same id. As transformers does it, top-k
# keeps ties with the k-th score, and top-p the smallest set of most likely tokens whose probability
# reaches top_p.
# scores: [V] -> [] int64
def sample(scores: Tensor, temperature: float, top_k: int, top_p: float, uniform: float) -> Tensor:
  scores = torch.to(scores, 7) / temperature
  count = scores.size(0)
  if top_k > 0 and top_k < count:
    least = torch.topk(scores, top_k)[0][-1]
    count = int(torch.sum(scores >= least))
  ordered, ids = torch.topk(scores, count)                              # [count], descending
  cumulative = torch.cumsum(torch.softmax(ordered, 0), 0)
  if top_p < 1.:
    # a token stays if those before it do not reach top_p: the last that stays is at the number of
    # tokens that, with those before them, do not
    count = min(count, int(torch.sum(cumulative < top_p)) + 1)
    cumulative = cumulative.narrow(0, 0, count)
  drawn = torch.sum(cumulative <= cumulative[-1] * uniform)
  return ids[drawn.clamp(max=count - 1)]
