"""Merges partial results of attention over disjoint sets of keys:

    out = sum_n w_n part_n / sum_n w_n,   lse = log(sum_n exp(lse_n)),   w_n = exp(lse_n - max lse)

The first part is a tensor of its own, the others are slices of another one. Grid: (T, ceil(H / BLOCK_H), ceil(D / BLOCK_D)).
"""

import mla
import mla.language as ml


@mla.kernel
def merge_states(
    first: ml.tensor[ml.bf16, 'T', 'H', 'D'],             # part 0
    others: ml.tensor[ml.bf16, 'OTHERS', 'T', 'H', 'D'],  # parts 1, 2, …; OTHERS may be 0
    first_lse, first_lse_token, first_lse_head,           # fp32, and its strides
    others_lse, others_lse_part, others_lse_token, others_lse_head,
    out: ml.tensor[ml.bf16, 'T', 'H', 'D'],
    lse: ml.tensor[ml.float32, 'LSES'], lse_token, lse_head,  # LSES is 0 if it is not wanted
    scale: ml.tensor[ml.float32, 'SCALED'],               # of 8-bit outputs; may be absent
    first_tokens,                                         # tokens from here on have no part 0
    lse_factor,                                           # from the parts' lse to natural logarithms
    out_factor,                                           # from natural logarithms to lse
    empty_lse,                                            # lse of what no part has keys for
    FORMAT: ml.constexpr, BLOCK_H: ml.constexpr, BLOCK_D: ml.constexpr,
):
    t = ml.program_id(0)
    h = ml.program_id(1) * BLOCK_H + ml.arange(0, BLOCK_H)
    d = ml.program_id(2) * BLOCK_D + ml.arange(0, BLOCK_D)
    is_head = h < out.shape[1]
    inside = is_head[:, None] & (d < out.shape[2])[None, :]

    # The first part is taken last: its values are on their way while the others are merged.
    is_first = is_head & (t < first_tokens)
    row = first.ptr + t * first.strides[0] + h * first.strides[1]
    first_part = ml.load(row[:, None] + d[None, :], mask=inside & is_first[:, None], other=0)
    first_part_lse = ml.load(first_lse + t * first_lse_token + h * first_lse_head, mask=is_first, other=float("-inf"))

    m = ml.full((BLOCK_H,), float("-inf"), ml.float32)
    total = ml.zeros((BLOCK_H,), ml.float32)
    acc = ml.zeros((BLOCK_H, BLOCK_D), ml.float32)
    for n in range(0, others.shape[0].to(ml.int32)):
        row = others.ptr + n * others.strides[0] + t * others.strides[1] + h * others.strides[2]
        part = ml.load(row[:, None] + d[None, :], mask=inside, other=0)
        part_lse = ml.load(others_lse + n * others_lse_part + t * others_lse_token + h * others_lse_head, mask=is_head, other=0)
        m, total, acc = add(part, natural(part_lse, lse_factor), m, total, acc)
    m, total, acc = add(first_part, natural(first_part_lse, lse_factor), m, total, acc)

    is_empty = m == float("-inf")
    value = ml.where(is_empty[:, None], 0.0, acc / total[:, None])
    if FORMAT is not None:
        value = ml.gather.encode_record(value, FORMAT, scale=ml.where(scale.shape[0] > 0, ml.load(scale[0]), 1.0))
    target = out.ptr + t * out.strides[0] + h * out.strides[1]
    ml.store(target[:, None] + d[None, :], value, mask=inside)
    if ml.program_id(2) == 0:
        found = ml.where(is_empty, empty_lse, (m + ml.log(total)) * out_factor)
        ml.store(lse.ptr + t * lse_token + h * lse_head, found, mask=is_head & (lse.shape[0] > 0))


@mla.kernel
def natural(lse, factor):
    """A part's lse as natural logarithm; -inf if it is empty, which +inf says too."""
    return ml.where(ml.abs(lse) == float("inf"), float("-inf"), lse * factor)


@mla.kernel
def weight_of(lse, largest):
    """exp(lse - largest), 0 of an empty part whatever the others are."""
    return ml.where(lse == float("-inf"), 0.0, ml.exp(lse - largest))


@mla.kernel
def add(part, lse, m, total, acc):
    """What has been merged, with one part more. The values of an empty part may be anything."""
    largest = ml.maximum(m, lse, propagate_nan=ml.PropagateNan.ALL)
    kept = weight_of(m, largest)
    weight = weight_of(lse, largest)
    value = ml.where((lse == float("-inf"))[:, None], 0.0, part.to(ml.float32))
    return largest, total * kept + weight, acc * kept[:, None] + value * weight[:, None]
