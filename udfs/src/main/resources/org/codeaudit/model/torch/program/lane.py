# The order of copies and computations on a device; here one after the other. See lane_cuda.py.
class Lane:
  at : Device

  def __init__(self: __torch__.Lane, at: Device) -> NoneType:
    self.at = at

  # Marks the point that copies wait for: all that is queued on the device now comes before it.
  def mark(self: __torch__.Lane) -> int:
    return 0

  # Copies begin once everything before the mark is done.
  def enter(self: __torch__.Lane) -> int:
    return 0

  # Copies end.
  def leave(self: __torch__.Lane) -> int:
    return 0

  # What is queued from here on waits for the copies.
  def join(self: __torch__.Lane) -> int:
    return 0
