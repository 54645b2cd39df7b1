# Layers whose matrices are stored in the processor's memory and copied to their device for every step.
# While one layer computes, the next one is copied; at most two are on the device.
class Streaming:
  layers : List[__torch__.Layer]    # in the order they are used
  lanes : List[__torch__.Lane]      # of each
  next : int                        # index of the layer to be copied next
  coming : List[__torch__.Layer]    # the copy that is under way, or none
  used : List[__torch__.Layer]      # the copy in use, or none

  def __init__(self: __torch__.Streaming) -> NoneType:
    self.layers = annotate(List[__torch__.Layer], [])
    self.lanes = annotate(List[__torch__.Lane], [])
    self.next = 0
    self.coming = annotate(List[__torch__.Layer], [])
    self.used = annotate(List[__torch__.Layer], [])

  def add(self: __torch__.Streaming, layer: __torch__.Layer, lane: __torch__.Lane) -> int:
    self.layers.append(layer)
    self.lanes.append(lane)
    return 0

  # Begins a step, with the copy of the first layer.
  def begin(self: __torch__.Streaming) -> int:
    self.next = 0
    self.used = annotate(List[__torch__.Layer], [])
    self.coming = annotate(List[__torch__.Layer], [])
    for lane in self.lanes:
      lane.mark()
    return self.send()

  # Begins to copy the next layer, if there is one.
  def send(self: __torch__.Streaming) -> int:
    self.coming = annotate(List[__torch__.Layer], [])
    if self.next < len(self.layers):
      lane = self.lanes[self.next]
      lane.enter()
      self.coming = [self.layers[self.next].copied(lane.at)]
      lane.leave()
      self.next = self.next + 1
    return self.next

  # The copy of the layer that is used next.
  def arrived(self: __torch__.Streaming) -> __torch__.Layer:
    lane = self.lanes[self.next - 1]
    lane.mark()
    lane.join()
    self.used = self.coming
    return self.used[0]

  # To be called when all computations with the copy in use are queued: begins to copy the next layer
  # beside them. The copy in use is dropped only after that, or the next one would overwrite it.
  def advance(self: __torch__.Streaming) -> int:
    self.send()
    self.used = annotate(List[__torch__.Layer], [])
    return 0
