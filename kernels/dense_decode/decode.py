"""Dense MLA decode over a paged cache: out = softmax(scale * q k^T) v with v = the first 512 of the D numbers of k.

A request has tokens * heads query rows for each of its KV_HEADS key/value heads. They lie in T groups of ROWS rows, all tokens in
one group (T = 1) or one token in each: row i of group t belongs to token t + i // heads and sees the keys before
length - (causal ? tokens - 1 - token : 0). Grid: (T * KV_HEADS * ceil(ROWS / BLOCK_H), Y, Z) with Y * Z >= PARTS, since Y is
65535 at most; part y + z * Y. See plan.py for parts and units.
A request that lies in one part is written to out and lse, any other to the slots request + part of the partial results (merge.py).

The denominator of a row is held in SUMS sums: BLOCK_N, one for each column of the scores, or 1.

Codes of 8 bits are exact in the type of out, to which they are converted in front of the products; the scores are multiplied by
q_scale[0] and k_scale[0], the values by k_scale[0], or by 1 where these are absent (extent 0).

Pages hold a multiple of BLOCK_N keys, so that BLOCK_N keys lie in one; with GATHER any number, and each key is looked up
by itself.
"""

import mla
import mla.language as ml


@mla.jit
def scale_of(scales):
    """What codes are to be multiplied by: scales[0], 1 if there is none."""
    scale = 1.0
    if scales is not None:
        scale = ml.where(scales.shape[0] > 0, ml.load(scales[0]), 1.0)
    return scale


@mla.kernel
def decode(
    q: ml.tensor[ml.bf16, 'B', 'T', 'KV_HEADS', 'ROWS', 'D'], cache: ml.tensor[ml.bf16, 'PAGES', 'KV_HEADS', 'PAGE', 'D'],
    table: ml.tensor[ml.int32, 'B', 'MAX_PAGES'], lengths: ml.tensor[ml.int32, 'B'],
    starts: ml.tensor[ml.int32, 'STARTS'], parts: ml.tensor[ml.int32, 'PARTS', 2],
    out: ml.tensor[ml.bf16, 'B', 'T', 'KV_HEADS', 'ROWS', 512], lse: ml.tensor[ml.float32, 'B', 'T', 'KV_HEADS', 'ROWS', 1],
    partial_out: ml.tensor[ml.float32, 'SLOTS', 'GROUPS', 'ROWS', 512],
    partial_lse: ml.tensor[ml.float32, 'SLOTS', 'GROUPS', 'ROWS'],
    heads, causal, scale_log2, lse_scale, lse_empty,
    D: ml.constexpr, BLOCK_H: ml.constexpr, BLOCK_N: ml.constexpr, GATHER: ml.constexpr, SUMS: ml.constexpr,
    q_scale: ml.tensor[ml.float32, 'Q_SCALES'] = None, k_scale: ml.tensor[ml.float32, 'K_SCALES'] = None,
):
    blocks = ml.cdiv(q.shape[3].to(ml.int32), BLOCK_H)
    row0 = ml.program_id(0) % blocks * BLOCK_H
    group = ml.program_id(0) // blocks
    kv_head = group % q.shape[2].to(ml.int32)
    t = group // q.shape[2].to(ml.int32)
    part = ml.program_id(1) + ml.program_id(2) * ml.num_programs(1)
    budget = ml.cdiv(ml.load(starts[lengths.shape[0]]), parts.shape[0].to(ml.int32))
    page_size = cache.shape[2].to(ml.int32)
    token = t + (row0 + ml.arange(0, BLOCK_H)) // heads
    tokens = (q.shape[1] * (q.shape[3] // heads)).to(ml.int32)
    value_scale = scale_of(k_scale)
    scale = scale_log2 * value_scale * scale_of(q_scale)
    hidden = ml.where(causal != 0, tokens - 1 - token, 0)

    for r in range(ml.load(parts[part, 0]), ml.load(parts[part, 1])):
        start = ml.load(starts[r])
        stop = ml.load(starts[r + 1])
        length = ml.load(lengths[r])
        unit = ml.cdiv(ml.cdiv(length, 64), stop - start) * 64
        first = ml.maximum(part * budget - start, 0) * unit
        end = ml.minimum((ml.minimum((part + 1) * budget, stop) - start) * unit, length)
        limit = length - hidden
        qt = ml.load(q[r, t, kv_head, row0:row0 + BLOCK_H, :], label="q").to(out.dtype)

        m, l, acc = ml.attn.softmax_init(BLOCK_H, SUMS, 512)
        for k0 in ml.range(first, end, BLOCK_N, label="keys"):
            if GATHER:
                keys = k0 + ml.arange(0, BLOCK_N)
                pages = ml.load(table.ptr + r * table.strides[0] + keys // page_size, mask=keys < length, other=-1)
                rows = pages * cache.strides[0] + kv_head * cache.strides[1] + keys % page_size * cache.strides[2]
                exists = (pages >= 0) & (pages < cache.shape[0])
                kv = ml.load((cache.ptr + rows)[:, None] + ml.arange(0, D)[None, :], mask=exists[:, None], label="kv")
            else:
                page = ml.load(table[r, k0 // page_size])
                slot = k0 % page_size
                kv = ml.load(cache[page, kv_head, slot:slot + BLOCK_N, :], valid=length - k0, label="kv")
            kv = kv.to(out.dtype)
            s = ml.dot(qt, ml.trans(kv), label="qk")
            s = ml.attn.mask(s, k0, limit, label="mask")
            p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=scale, label="softmax")
            acc = ml.dot(p.to(kv.dtype), kv[:, :512], acc, label="pv")

        value, row_lse = ml.attn.softmax_finish(m, l, acc)
        value = value * value_scale
        if (start >= part * budget) & (stop <= (part + 1) * budget):
            row_lse = ml.where(row_lse == -float("inf"), lse_empty, row_lse * lse_scale)
            ml.store(out[r, t, kv_head, row0:row0 + BLOCK_H, :], value)
            ml.store(lse[r, t, kv_head, row0:row0 + BLOCK_H, 0], row_lse)
        else:
            ml.store(partial_out[r + part, group, row0:row0 + BLOCK_H, :], value)
            ml.store(partial_lse[r + part, group, row0:row0 + BLOCK_H], row_lse)
