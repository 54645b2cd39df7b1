"""In which order requests are asked, so that the first ones of a run that is cut short stand for all of them."""


def cost(request):
    return len(request["prompt"]) + request["new_tokens"]


def spread(items):
    """The items so that each beginning of the list is spread evenly over the whole: by the reversed bits of places."""
    bits = max(1, (len(items) - 1).bit_length())
    places = (int(format(number, f"0{bits}b")[::-1], 2) for number in range(1 << bits))
    return [items[place] for place in places if place < len(items)]


def batches(requests, size):
    """Batches of requests of like length, in such an order."""
    if size == 1:
        return [[request] for request in requests]
    ordered = sorted(requests, key=cost)
    return spread([ordered[first:first + size] for first in range(0, len(ordered), size)])
