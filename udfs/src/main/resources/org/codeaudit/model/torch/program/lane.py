# The order of copies and computations on a device: here one after the other. See lane_cuda.py.
class Lane:
  at : Device

  def __init__(self: __torch__.Lane, at: Device) -> NoneType:
    self.at = at

  # Everything that is under way on the device now is before what copies wait for.
  def mark(self: __torch__.Lane) -> int:
    return 0

  # Copies begin, once what was before the mark is done.
  def enter(self: __torch__.Lane) -> int:
    return 0

  # Copies end.
  def leave(self: __torch__.Lane) -> int:
    return 0

  # What comes next waits for the copies.
  def join(self: __torch__.Lane) -> int:
    return 0
