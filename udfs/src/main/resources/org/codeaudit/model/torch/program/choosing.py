# Choosing a token from scores.

# Divides positive and multiplies negative scores by the row's penalty.
# scores: [R, V], in place; penalised: [2, n] row and id; penalties: [R]
def penalise(scores: Tensor, penalised: Tensor, penalties: Tensor) -> Tensor:
  penalty = penalties.index_select(0, penalised[0])                     # [n]
  score = torch.index(scores, [penalised[0], penalised[1]])             # [n]
  score = torch.where(score > 0, score / penalty, score * penalty)
  return torch.index_put_(scores, [penalised[0], penalised[1]], score)


# Restricts some rows to some ids.
# scores: [R, V], in place; limited: [m], those rows; rows, ids: [n], what they keep
def keep_only(scores: Tensor, limited: Tensor, rows: Tensor, ids: Tensor) -> Tensor:
  kept = torch.index(scores, [rows, ids])
  return torch.index_put_(scores.index_fill_(0, limited, -inf), [rows, ids], kept)


# The index of each row's greatest score, the first one of equals. On a processor it is many times faster
# to find the greatest score of a block than its index, so the index is only searched in one block.
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


# How much the log-sum-exp of each row exceeds a number of the row. Scores that are smaller than that
# number by more than 80 add nothing to the sum, and are raised to it: exponentials of infinities take a
# processor five times as long as others.
# scores: [R, V], in place; base: [R], about the greatest score of each -> [R]
def excess(scores: Tensor, base: Tensor) -> Tensor:
  return torch.log(torch.sum(scores.sub_(base.unsqueeze(1)).clamp_min_(-80.).exp_(), [1]))


# Draws an id for each row by inverse transform sampling: the same number draws the same id, whichever
# rows are beside it. As in transformers, top-k keeps ties with the k-th score (64 of them at most, so
# that a GPU need not report how many there are), and top-p keeps the smallest set of most likely tokens
# whose probability reaches top_p.
# scores: [n, V]; top_k: 0 for all; settings: 3 a row: temperature, top-p, uniform number -> [n] int64
def sample(scores: Tensor, top_k: int, settings: List[float]) -> Tensor:
  width = scores.size(1)
  kept = width
  if top_k > 0:
    kept = min(width, top_k)
  columns = torch.tensor(settings, dtype=7, device=scores.device).view([-1, 3]).t().unsqueeze(2)
  temperature, top_p, uniform = torch.unbind(columns, 0)                # each [n, 1]
  ordered, ids = torch.topk(torch.to(scores, 7) / temperature, min(width, kept + 64), 1)
  stays = ordered >= ordered.narrow(1, kept - 1, 1)
  # if scores are NaN no token stays, and a negative index would make a GPU unusable
  count = torch.sum(stays, [1], True).clamp_min_(1)                     # [n, 1]
  cumulative = torch.cumsum(torch.softmax(ordered.masked_fill_(torch.logical_not(stays), -inf), 1), 1)
  # a token stays if the tokens before it do not reach top_p together; so the index of the last one that
  # stays is the number of tokens whose cumulative probability does not reach it
  enough = torch.sum(cumulative < top_p, [1], True) + 1
  count = torch.where(top_p < 1., torch.minimum(enough, count), count)
  end = cumulative.gather(1, count - 1)
  drawn = torch.sum(cumulative <= end * uniform, [1], True)
  return ids.gather(1, torch.minimum(drawn, count - 1)).squeeze(1)
