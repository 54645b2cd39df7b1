# A mixture of experts: a router sends every token to a few experts, whose answers are added up with
# the router's weights.
#
# Experts on a processor are separate feed-forward layers, and only those that a token is sent to are
# computed, or even read. On a GPU their matrices are stacked, so that few products serve them all.
# Whatever the way, a token's answers are added in the order of its own experts, so that it does not
# matter which tokens are beside it.
#
# Letters beside those of the decoder: E experts; k experts of a token; I width of one expert.
class Experts:
  router : Tensor                   # [E, H] float32
  per_token : int                   # k
  normalised : bool                 # whether a token's weights are made to add up to 1
  device : Device                   # of the experts; the others lie where the layer does
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

  # Makes room for E experts in two matrices.
  def stack(self: __torch__.Experts, inner: int, dtype: int, device: Device) -> int:
    count, hidden = torch.size(self.router)
    self.stacked = [
        torch.empty([count, 2 * inner, hidden], dtype=dtype, device=device),
        torch.empty([count, hidden, inner], dtype=dtype, device=device)]
    return 0

  # The same with copies of its matrices where they are computed with on a device. Experts that lie
  # by themselves are stacked there, unless they are packed.
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
    if len(self.each[0].input.dense) == 0:
      for each in self.each:
        copy.each.append(each.copied(device))
      return copy
    down = self.each[0].output.dense[0]
    copy.stack(down.size(1), down.dtype, device)
    for i in range(len(self.each)):
      __torch__.carry_all(self.each[i].input.dense, copy.stacked[0].select(0, i))
      __torch__.carry_all(self.each[i].output.dense, copy.stacked[1].select(0, i))
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

  # x: [T, H] -> weights [T, k] and experts [T, k], the weightiest first
  def route(self: __torch__.Experts, x: Tensor) -> Tuple[Tensor, Tensor]:
    weights, ids = torch.topk(torch.softmax(torch.linear(x, self.router), 1), self.per_token, 1)
    if self.normalised:
      weights = weights / torch.sum(weights, [1], True)
    return (weights, ids)

  # What each token's experts answer. The less is known of the routing, the less the processor waits
  # for the GPU: gathering and padding to every token wait for nothing.
  # x: [T, H]; ids: [T, k] -> [T, k, H] float32
  def answer(self: __torch__.Experts, x: Tensor, ids: Tensor) -> Tensor:
    if len(self.stacked) == 0:
      return self.one_by_one(x, ids)
    tokens = x.size(0)
    count = self.router.size(0)
    if 3 * tokens * self.per_token <= count:
      # gathering reads and writes a matrix before it is read again: fewer bytes than all experts
      return self.gathered(x, ids)
    if tokens <= 64:
      # so few rows cost less than reading the matrices does, whether they are used or not
      return self.padded(x, ids, tokens)
    flat = ids.view([-1])
    spread = torch.zeros([count], dtype=4, device=x.device)
    fullest = int(torch.max(spread.index_add_(0, flat, torch.ones_like(flat))))
    if count * fullest <= 8 * tokens * self.per_token:
      return self.padded(x, ids, fullest)
    # a few experts have most of the tokens: others would be mostly padding
    return self.one_by_one(x, ids)

  # Tokens grouped by expert, one expert after the other.
  def one_by_one(self: __torch__.Experts, x: Tensor, ids: Tensor) -> Tensor:
    grouped, order = torch.sort(ids.view([-1]), stable=True)            # both [T k]
    used, _, counts = torch.unique_consecutive(grouped, False, True)
    rows = x.index_select(0, torch.floor_divide(order, self.per_token))
    # the program waits here, if the experts lie on a GPU
    which = annotate(List[int], torch.stack([used, counts]).view([-1]).tolist())
    experts = len(which) // 2
    outputs = annotate(List[Tensor], [])
    first = 0
    for i in range(experts):
      count = which[experts + i]
      outputs.append(self.expert(which[i], rows.narrow(0, first, count)))
      first = first + count
    found = __torch__.concatenated(outputs)
    inverse = torch.argsort(order)
    return found.index_select(0, inverse).view([-1, self.per_token, x.size(1)])

  # x: [n, H] -> [n, H] float32
  def expert(self: __torch__.Experts, index: int, x: Tensor) -> Tensor:
    if len(self.stacked) == 0:
      return self.each[index].forward(x)
    gate_up = self.stacked[0].select(0, index)
    down = self.stacked[1].select(0, index)
    inner = __torch__.activated(torch.linear(torch.to(x, gate_up.dtype), gate_up), 1)
    return torch.to(torch.linear(inner, down), 6)

  # A matrix of its own for every token and expert, and a product for each.
  def gathered(self: __torch__.Experts, x: Tensor, ids: Tensor) -> Tensor:
    flat = ids.view([-1])                                               # [T k]
    gate_up = self.stacked[0].index_select(0, flat)                     # [T k, 2 I, H]
    down = self.stacked[1].index_select(0, flat)                        # [T k, H, I]
    columns = torch.to(x, gate_up.dtype).repeat_interleave(self.per_token, 0).unsqueeze(2)
    inner = __torch__.activated(torch.bmm(gate_up, columns), 1)         # [T k, I, 1]
    return torch.to(torch.bmm(down, inner), 6).view([-1, self.per_token, x.size(1)])

  # The same number of rows for every expert, those that no token needs being zero, and one product
  # for all experts.
  # rows: of an expert, no fewer than the fullest has
  def padded(self: __torch__.Experts, x: Tensor, ids: Tensor, rows: int) -> Tensor:
    gate_up = self.stacked[0]
    count = gate_up.size(0)
    hidden = x.size(1)
    flat = ids.view([-1])                                               # [T k]
    grouped, order = torch.sort(flat, stable=True)
    # a token's place among its expert's: its place among all less that of the expert's first
    places = torch.arange(flat.size(0), device=x.device) - torch.searchsorted(grouped, grouped)
    slots = torch.empty_like(flat).index_copy_(0, order, grouped * rows + places)
    table = torch.zeros([count * rows, hidden], dtype=gate_up.dtype, device=x.device)
    each = torch.to(x, gate_up.dtype).repeat_interleave(self.per_token, 0)
    table = table.index_copy_(0, slots, each).view([count, rows, hidden])
    inner = __torch__.activated(torch.bmm(table, gate_up.transpose(1, 2)), 2)  # [E, rows, I]
    found = torch.bmm(inner, self.stacked[1].transpose(1, 2)).view([count * rows, hidden])
    return torch.to(found.index_select(0, slots), 6).view([-1, self.per_token, hidden])
