# Layers whose matrices lie in the processor's memory and are copied to their device for every step:
# while one computes the next is on its way, and no more than two are there.
class Streaming:
  layers : List[__torch__.Layer]    # in the order they are used
  lanes : List[__torch__.Lane]      # of each
  next : int                        # index of the layer to be copied next
  coming : List[__torch__.Layer]    # a copy on its way, or none
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

  # A step begins: the first layer is sent for.
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

  # All computations with the copy in use are under way: the next one is sent for while they are made.
  # Only then is this one dropped, or the next would be written over it.
  def advance(self: __torch__.Streaming) -> int:
    self.send()
    self.used = annotate(List[__torch__.Layer], [])
    return 0
