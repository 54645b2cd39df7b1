# A mixture of experts: a router sends every token to a few experts, whose outputs are added up with
# the router's weights.
#
# Experts on a processor are separate feed-forward layers. Only those that a token is sent to are
# computed, or even read. On a GPU their matrices are stacked, so that few products compute all of them.
# In every case a token's outputs are added in the order of its own experts, so its result does not
# depend on the tokens beside it.
#
# Letters beside those of the decoder: E experts; k experts of a token; I width of one expert.
class Experts:
  router : Tensor                   # [E, H] float32
  per_token : int                   # k
  normalised : bool                 # whether a token's weights are made to add up to 1
  device : Device                   # computes the experts; the layer's device computes the rest
  each : List[__torch__.FeedForward]  # E, or none if they are stacked
  stacked : List[Tensor]            # 2, [E, 2 I, H] gates, then ups, and [E, H, I] downs; or none
  shared : List[__torch__.FeedForward]  # 1 that every token is sent to, or none
  shared_gate : List[Tensor]        # 1, [1, H] float32, how much of it counts; or none

  def __init__(self: __torch__.Experts, router: Tensor, per_token: int, normalised: bool,
               device: Device) -> NoneType:
    self.router = router
    self.per_token = per_token
    self.normalised = normalised
    self.device = device
    self.each = annotate(List[__torch__.FeedForward], [])
    self.stacked = annotate(List[Tensor], [])
    self.shared = annotate(List[__torch__.FeedForward], [])
    self.shared_gate = annotate(List[Tensor], [])

  # Allocates E experts in two tensors.
  def stack(self: __torch__.Experts, inner: int, dtype: int, device: Device) -> int:
    count, hidden = torch.size(self.router)
    self.stacked = [
        torch.empty([count, 2 * inner, hidden], dtype=dtype, device=device),
        torch.empty([count, hidden, inner], dtype=dtype, device=device)]
    return 0

  # The same with copies of those matrices that a device computes with. Separate experts are stacked in
  # the copy, unless some of them are packed or quantised.
  def copied(self: __torch__.Experts, device: Device) -> __torch__.Experts:
    copy = __torch__.Experts(self.router, self.per_token, self.normalised, self.device)
    copy.shared_gate = self.shared_gate
    for shared in self.shared:
      copy.shared.append(shared.copied(device))
    if self.device != device:
      copy.each = self.each
      copy.stacked = self.stacked
      return copy
    for matrices in self.stacked:
      copy.stacked.append(__torch__.copied(matrices, device))
    if len(self.each) == 0:
      return copy
    dense = True
    for each in self.each:
      dense = dense and len(each.input.dense()) > 0 and len(each.output.dense()) > 0
    if not dense:
      for each in self.each:
        copy.each.append(each.copied(device))
      return copy
    down = self.each[0].output.dense()[0]
    copy.stack(down.size(1), down.dtype, device)
    for i in range(len(self.each)):
      __torch__.carry_all(self.each[i].input.dense(), copy.stacked[0].select(0, i))
      __torch__.carry_all(self.each[i].output.dense(), copy.stacked[1].select(0, i))
    return copy

  # x: [T, H] -> [T, H]
  def forward(self: __torch__.Experts, x: Tensor) -> Tensor:
    if x.size(0) == 0:
      return x
    weights, ids = self.route(x)
    found = self.answer(torch.to(x, self.device), torch.to(ids, self.device))
    # [T, 1, k] times [T, k, H]
    y = torch.bmm(torch.to(weights, self.device).unsqueeze(1), found).squeeze(1)
    y = torch.to(y, x.device)
    if len(self.shared) > 0:
      gate = torch.sigmoid(torch.linear(x, self.shared_gate[0]))        # [T, 1]
      y = y.addcmul_(self.shared[0].forward(x), gate)
    return y

  # x: [T, H] -> weights [T, k] and experts [T, k], by falling weight
  def route(self: __torch__.Experts, x: Tensor) -> Tuple[Tensor, Tensor]:
    weights, ids = torch.topk(torch.softmax(torch.linear(x, self.router), 1), self.per_token, 1)
    if self.normalised:
      weights = weights / torch.sum(weights, [1], True)
    return (weights, ids)

  # x: [T, H]; ids: [T, k] -> the outputs of each token's experts, [T, k, H] float32
  def answer(self: __torch__.Experts, x: Tensor, ids: Tensor) -> Tensor:
    if len(self.stacked) == 0:
      return self.one_by_one(x, ids)
    tokens = x.size(0)
    count = self.router.size(0)
    if 3 * tokens * self.per_token <= count:
      # gathering reads and writes a matrix before the product reads it: still fewer bytes than all experts
      return self.gathered(x, ids)
    if tokens * count <= 8192:
      # computing so few rows costs less than reading the matrices, and the program need not wait for
      # the GPU to tell how tokens are spread
      return self.padded(x, ids, tokens, 1)
    flat = ids.view([-1])
    spread = torch.zeros([count], dtype=4, device=x.device)
    fullest = int(torch.max(spread.index_add_(0, flat, torch.ones_like(flat))))
    # twice the rows of an even spread; what exceeds them is left to another pass
    rows = min(fullest, (2 * tokens * self.per_token + count - 1) // count)
    return self.padded(x, ids, rows, (fullest + rows - 1) // rows)

  # Tokens grouped by expert, one expert after the other. If the experts are on a GPU, the program waits
  # for it once.
  def one_by_one(self: __torch__.Experts, x: Tensor, ids: Tensor) -> Tensor:
    grouped, order = torch.sort(ids.view([-1]), stable=True)            # both [T k]
    used, _, counts = torch.unique_consecutive(grouped, False, True)
    which = annotate(List[int], torch.stack([used, counts]).view([-1]).tolist())
    rows = x.index_select(0, torch.floor_divide(order, self.per_token))
    outputs = annotate(List[Tensor], [])
    first = 0
    for i in range(len(which) // 2):
      count = which[len(which) // 2 + i]
      outputs.append(self.each[which[i]].forward(rows.narrow(0, first, count)))
      first = first + count
    return self.ungrouped(__torch__.concatenated(outputs), order)

  # Restores the order of tokens of rows that were grouped by expert: [T k, H] -> [T, k, H]
  def ungrouped(self: __torch__.Experts, found: Tensor, order: Tensor) -> Tensor:
    return found.index_select(0, torch.argsort(order)).view([-1, self.per_token, found.size(1)])

  # Gathers a matrix for every pair of token and expert, and computes a product for each pair.
  def gathered(self: __torch__.Experts, x: Tensor, ids: Tensor) -> Tensor:
    flat = ids.view([-1])                                               # [T k]
    gate_up = self.stacked[0].index_select(0, flat)                     # [T k, 2 I, H]
    down = self.stacked[1].index_select(0, flat)                        # [T k, H, I]
    columns = torch.to(x, gate_up.dtype).repeat_interleave(self.per_token, 0).unsqueeze(2)
    inner = __torch__.activated(torch.bmm(gate_up, columns), 1)         # [T k, I, 1]
    return torch.to(torch.bmm(down, inner), 6).view([-1, self.per_token, x.size(1)])

  # Pads all experts to the same number of rows and computes one product for all, in as many passes as
  # the fullest expert needs. Padding rows repeat a token that is computed anyway.
  def padded(self: __torch__.Experts, x: Tensor, ids: Tensor, rows: int, passes: int) -> Tensor:
    gate_up = self.stacked[0].transpose(1, 2)                           # [E, H, 2 I]
    down = self.stacked[1].transpose(1, 2)                              # [E, I, H]
    hidden = x.size(1)
    grouped, order = torch.sort(ids.view([-1]), stable=True)
    tokens = torch.floor_divide(order, self.per_token)
    count = order.size(0)                                               # T k
    each = torch.arange(gate_up.size(0), device=x.device).unsqueeze(1)
    begins = torch.searchsorted(grouped, each)                          # [E, 1], among the grouped
    ends = torch.searchsorted(grouped, each, right=True)
    x = torch.to(x, gate_up.dtype)
    # the last row takes the results of padding rows
    found = torch.empty([count + 1, hidden], dtype=x.dtype, device=x.device)
    for i in range(passes):
      places = begins + torch.arange(i * rows, (i + 1) * rows, device=x.device)  # [E, rows]
      places = torch.where(places < ends, places, count).view([-1])
      table = x.index_select(0, tokens.index_select(0, places.clamp(max=count - 1)))
      table = table.view([-1, rows, hidden])
      inner = __torch__.activated(torch.bmm(table, gate_up), 2)         # [E, rows, I]
      found = found.index_copy_(0, places, torch.bmm(inner, down).view([-1, hidden]))
    return self.ungrouped(torch.to(found.narrow(0, 0, count), 6), order)
