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
