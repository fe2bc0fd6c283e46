"""Merges the partial results of requests that several parts share; the others are in place already.

out = sum_p exp(lse_p - lse) out_p with lse = log(sum_p exp(lse_p)), parts in ascending order. Grid: (ROWS, B).
"""

import mla
import mla.language as ml


@mla.kernel
def merge(
    starts: ml.tensor[ml.int32, 'STARTS'],
    partial_out: ml.tensor[ml.float32, 'SLOTS', 'ROWS', 512], partial_lse: ml.tensor[ml.float32, 'SLOTS', 'ROWS'],
    out: ml.tensor[ml.bf16, 'B', 'ROWS', 512], lse: ml.tensor[ml.float32, 'B', 'ROWS'], num_parts,
    CHUNK: ml.constexpr,
):
    row = ml.program_id(0)
    r = ml.program_id(1)
    start = ml.load(starts[r])
    stop = ml.load(starts[r + 1])
    budget = ml.cdiv(ml.load(starts[out.shape[0]]), num_parts)
    first = start // budget
    last = (stop - 1) // budget
    if first < last:
        lanes = ml.arange(0, CHUNK)
        m, l, acc = ml.attn.softmax_init(1, CHUNK, 512)
        for p in range(first, last + 1, CHUNK):
            part_lse = ml.load(partial_lse[r + p:r + p + CHUNK, row], valid=last + 1 - p)
            part_out = ml.load(partial_out[r + p:r + p + CHUNK, row, :], valid=last + 1 - p)
            part_lse = ml.where(p + lanes <= last, part_lse, -float("inf"))
            m, l, acc = ml.attn.merge_step(part_out, part_lse, m, l, acc, label="merge")
        value, row_lse = ml.attn.softmax_finish(m, l, acc)
        ml.store(out[r, row:row + 1, :], value)
        ml.store(lse[r, row:row + 1], row_lse)
