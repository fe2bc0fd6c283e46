"""Dense MLA decode over a paged cache: out = softmax(scale * q k^T) v with v = the first 512 numbers of k.

A request has ROWS = tokens * heads query rows; row i belongs to token i // heads and sees the keys before
length - (causal ? tokens - 1 - token : 0). Grid: (ceil(ROWS / BLOCK_H), PARTS); see plan.py for parts. A request that
lies in one part is written to out and lse, any other to the slots request + part of the partial results (merge.py).

The denominator of a row is held in SUMS sums: BLOCK_N, one for each column of the scores, or 1.

Pages hold a multiple of 64 keys, so that BLOCK_N keys lie in one; with GATHER any number, and each key is looked up
by itself.
"""

import mla
import mla.language as ml


@mla.kernel
def decode(
    q: ml.tensor[ml.bf16, 'B', 'ROWS', 576], cache: ml.tensor[ml.bf16, 'PAGES', 'PAGE', 576],
    table: ml.tensor[ml.int32, 'B', 'MAX_PAGES'], lengths: ml.tensor[ml.int32, 'B'],
    starts: ml.tensor[ml.int32, 'STARTS'], parts: ml.tensor[ml.int32, 'PARTS', 2],
    out: ml.tensor[ml.bf16, 'B', 'ROWS', 512], lse: ml.tensor[ml.float32, 'B', 'ROWS'],
    partial_out: ml.tensor[ml.float32, 'SLOTS', 'ROWS', 512], partial_lse: ml.tensor[ml.float32, 'SLOTS', 'ROWS'],
    heads, causal, scale_log2,
    BLOCK_H: ml.constexpr, BLOCK_N: ml.constexpr, GATHER: ml.constexpr, SUMS: ml.constexpr,
):
    row0 = ml.program_id(0) * BLOCK_H
    part = ml.program_id(1)
    budget = ml.cdiv(ml.load(starts[lengths.shape[0]]), ml.num_programs(1))
    page_size = cache.shape[1].to(ml.int32)
    token = (row0 + ml.arange(0, BLOCK_H)) // heads
    hidden = ml.where(causal != 0, (q.shape[1] // heads).to(ml.int32) - 1 - token, 0)

    for r in range(ml.load(parts[part, 0]), ml.load(parts[part, 1])):
        start = ml.load(starts[r])
        stop = ml.load(starts[r + 1])
        length = ml.load(lengths[r])
        first = ml.maximum(part * budget - start, 0) * 64
        end = ml.minimum((ml.minimum((part + 1) * budget, stop) - start) * 64, length)
        limit = length - hidden
        qt = ml.load(q[r, row0:row0 + BLOCK_H, :], label="q")

        m, l, acc = ml.attn.softmax_init(BLOCK_H, SUMS, 512)
        for k0 in ml.range(first, end, BLOCK_N, label="keys"):
            if GATHER:
                keys = k0 + ml.arange(0, BLOCK_N)
                pages = ml.load(table.ptr + r * table.strides[0] + keys // page_size, mask=keys < length, other=-1)
                rows = pages * cache.strides[0] + keys % page_size * cache.strides[1]
                exists = (pages >= 0) & (pages < cache.shape[0])
                kv = ml.load((cache.ptr + rows)[:, None] + ml.arange(0, 576)[None, :], mask=exists[:, None], label="kv")
            else:
                page = ml.load(table[r, k0 // page_size])
                slot = k0 % page_size
                kv = ml.load(cache[page, slot:slot + BLOCK_N, :], valid=length - k0, label="kv")
            s = ml.dot(qt, ml.trans(kv), label="qk")
            s = ml.attn.mask(s, k0, limit, label="mask")
            p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=scale_log2, label="softmax")
            acc = ml.dot(p.to(kv.dtype), kv[:, :512], acc, label="pv")

        value, row_lse = ml.attn.softmax_finish(m, l, acc)
        if (start >= part * budget) & (stop <= (part + 1) * budget):
            ml.store(out[r, row0:row0 + BLOCK_H, :], value)
            ml.store(lse[r, row0:row0 + BLOCK_H], row_lse)
        else:
            ml.store(partial_out[r + part, row0:row0 + BLOCK_H, :], value)
            ml.store(partial_lse[r + part, row0:row0 + BLOCK_H], row_lse)
