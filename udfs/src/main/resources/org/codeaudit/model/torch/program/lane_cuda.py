# The order of copies and computations on a GPU: copies have a CUDA stream of their own, so they run
# while the GPU computes. Only a libtorch with CUDA can load this program; lane.py replaces it elsewhere.
class Lane:
  at : Device
  side : List[__torch__.torch.classes.cuda.Stream]    # 1, that of the copies; none on the processor
  main : List[__torch__.torch.classes.cuda.Stream]    # 1, that of the computations, while copying
  before : List[__torch__.torch.classes.cuda.Event]   # 1, the last mark

  def __init__(self: __torch__.Lane, at: Device) -> NoneType:
    self.at = at
    self.side = annotate(List[__torch__.torch.classes.cuda.Stream], [])
    self.main = annotate(List[__torch__.torch.classes.cuda.Stream], [])
    self.before = annotate(List[__torch__.torch.classes.cuda.Event], [])
    if at.type == "cuda":
      self.side.append(__torch__.torch.classes.cuda.Stream(at, 0))

  # Marks the point that copies wait for: all that is queued on the device now comes before it.
  def mark(self: __torch__.Lane) -> int:
    if len(self.side) > 0:
      event = __torch__.torch.classes.cuda.Event(False, False, False)
      self.before = [ops.cuda.current_stream(self.at).record_event(event)]
    return 0

  # Copies begin once everything before the mark is done. They reuse the memory of copies that were
  # dropped, so all that read those must be before the mark.
  def enter(self: __torch__.Lane) -> int:
    if len(self.side) > 0:
      self.main = [ops.cuda.current_stream(self.at)]
      for event in self.before:
        self.side[0].wait_event(event)
      ops.cuda.set_stream(self.side[0])
    return 0

  # Copies end.
  def leave(self: __torch__.Lane) -> int:
    if len(self.side) > 0:
      ops.cuda.set_stream(self.main[0])
    return 0

  # What is queued from here on waits for the copies.
  def join(self: __torch__.Lane) -> int:
    if len(self.side) > 0:
      ops.cuda.current_stream(self.at).wait_stream(self.side[0])
    return 0
