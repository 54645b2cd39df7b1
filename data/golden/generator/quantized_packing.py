"""How AutoRound and GPTQ pack integers, written from the description of the format."""

import torch

WORD = 32


def round_to_integers(weight: torch.Tensor, bits: int, group: int, symmetric: bool, order=None):
    """Codes [N, K], zeros and scales [N, groups] of rounding to the nearest; groups are of columns.

    Symmetric codes use the full range, as AutoRound's do: where the largest number is positive the
    scale is negative. Asymmetric zeros may be 0. `order` lists the columns, those of a group
    together.
    """
    rows, columns = weight.shape
    order = torch.arange(columns) if order is None else order
    groups = -(-columns // group)
    codes = torch.zeros(rows, columns, dtype=torch.int64)
    scales, zeros = torch.zeros(rows, groups), torch.zeros(rows, groups, dtype=torch.int64)
    largest, middle = 2**bits - 1, 2 ** (bits - 1)
    for n in range(groups):
        at = order[n * group:(n + 1) * group]
        low, high = weight[:, at].amin(1), weight[:, at].amax(1)
        if symmetric:
            scale = torch.where(-low > high, -low / middle, -high / middle).half().float()
            zero = torch.full_like(scale, middle)
        else:
            low, high = low.clamp(max=0), high.clamp(min=0)
            scale = ((high - low) / largest).half().float()
            zero = (-low / scale).round().clamp(0, largest)
        exact = weight[:, at] / scale[:, None] + zero[:, None]
        codes[:, at] = exact.round().clamp(0, largest).long()
        scales[:, n], zeros[:, n] = scale, zero.long()
    return codes, zeros, scales


def group_of_columns(columns: int, group: int, order=None) -> torch.Tensor:
    order = torch.arange(columns) if order is None else order
    groups = torch.empty(columns, dtype=torch.int64)
    groups[order] = torch.arange(columns) // group
    return groups


def dequantized(codes, zeros, scales, groups) -> torch.Tensor:
    return (codes - zeros[:, groups]).float() * scales[:, groups]


def packed(codes, zeros, scales, bits: int, less: int) -> dict[str, torch.Tensor]:
    """The stored tensors; `less` is what a stored zero lacks: 1 in version 1 of the format."""
    stored = zeros - less
    assert stored.min() >= 0 and stored.max() < 2**bits
    return {
        "qweight": _words(codes, bits).T.contiguous(),  # K is packed, N runs along the rows
        "qzeros": _words(stored.T.contiguous(), bits),  # N is packed
        "scales": scales.T.contiguous().half(),
    }


def _words(codes: torch.Tensor, bits: int) -> torch.Tensor:
    """[rows, n] to int32 words [rows, n * bits / 32], the first number in the lowest bits."""
    rows, count = codes.shape
    each = WORD // bits
    shifts = torch.arange(each) * bits
    words = (codes.reshape(rows, count // each, each) << shifts).sum(-1)
    return torch.where(words >= 2**31, words - 2**32, words).to(torch.int32)
