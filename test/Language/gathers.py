"""Rows of views by index: what is not there is zero and is not read."""

import mla
import mla.language as ml


@mla.kernel
def flat(kv: ml.tensor[ml.bf16, 'ROWS', 576], index: ml.tensor[ml.int32, 'N'], out: ml.tensor[ml.bf16, 'N', 576],
         BLOCK: ml.constexpr):
    first = ml.program_id(0) * BLOCK
    rows = ml.gather.rows(kv, ml.load(index[first:first + BLOCK]), label="kv")
    ml.store(out[first:first + BLOCK, :], rows)


@mla.kernel
def part(kv: ml.tensor[ml.bf16, 'ROWS', 576], index: ml.tensor[ml.int64, 'N'], out: ml.tensor[ml.bf16, 'N', 'TAKEN'],
         FIRST: ml.constexpr, WIDTH: ml.constexpr, BLOCK: ml.constexpr):
    rows = ml.gather.rows(kv, ml.load(index[0:BLOCK]), first=FIRST, width=WIDTH)
    ml.store(out[0:BLOCK, 0:WIDTH], rows)


# More columns than there are.
@mla.kernel
def pages(cache: ml.tensor[ml.float32, 'PAGES', 'PAGE', 'COLUMNS'], index: ml.tensor[ml.int32, 'N'],
          out: ml.tensor[ml.float32, 'N', 'TAKEN'], WIDTH: ml.constexpr, BLOCK: ml.constexpr):
    rows = ml.gather.rows(cache, ml.load(index[0:BLOCK]), width=WIDTH)
    ml.store(out[0:BLOCK, 0:WIDTH], rows)


@mla.kernel
def byte_rows(cache: ml.tensor[ml.uint8, 'PAGES', 64, 656], index: ml.tensor[ml.int32, 'N'],
              out: ml.tensor[ml.uint8, 'N', 656], BLOCK: ml.constexpr):
    rows = ml.gather.rows(cache, ml.load(index[0:BLOCK]))
    ml.store(out[0:BLOCK, :], rows)


@mla.kernel
def bool_rows(x: ml.tensor[ml.int1, 'ROWS', 32], index: ml.tensor[ml.int32, 'N'], out: ml.tensor[ml.int32, 'N', 32],
              BLOCK: ml.constexpr):
    rows = ml.gather.rows(x, ml.load(index[0:BLOCK]))
    ml.store(out[0:BLOCK, :], ml.where(rows, 3, 5))


# Positions from `first` on, in blocks; row b of the table is the program's.
@mla.kernel
def paged(cache: ml.tensor[ml.bf16, 'PAGES', 'PAGE', 64], table: ml.tensor[ml.int32, 'B', 'LISTED'],
          lengths: ml.tensor[ml.int32, 'B'], out: ml.tensor[ml.bf16, 'B', 'N', 64], first, BLOCK: ml.constexpr):
    b = ml.program_id(0)
    length = ml.load(lengths[b])
    for k in range(0, out.shape[1].to(ml.int32), BLOCK):
        rows = ml.gather.paged_rows(cache, table, b, first + k + ml.arange(0, BLOCK), length, label="kv")
        ml.store(out[b, k:k + BLOCK, :], rows)


# Attention over the keys that a list names: the value is a part of the key.
@mla.kernel
def sparse_attention(q: ml.tensor[ml.bf16, 'T', 'H', 192], kv: ml.tensor[ml.bf16, 'ROWS', 192],
                     index: ml.tensor[ml.int32, 'T', 'K'], out: ml.tensor[ml.bf16, 'T', 'H', 128],
                     lse: ml.tensor[ml.float32, 'T', 'H'], scale_log2, BLOCK_H: ml.constexpr, BLOCK_N: ml.constexpr):
    t = ml.program_id(0)
    h = ml.program_id(1) * BLOCK_H
    qt = ml.load(q[t, h:h + BLOCK_H, :])
    rows = kv.shape[0].to(ml.int32)
    m, l, acc = ml.attn.softmax_init(BLOCK_H, 1, 128)
    for k in ml.range(0, index.shape[1].to(ml.int32), BLOCK_N, label="keys"):
        slots = ml.load(index.ptr + t * index.strides[0] + k + ml.arange(0, BLOCK_N),
                        mask=k + ml.arange(0, BLOCK_N) < index.shape[1], other=-1)
        keys = ml.gather.rows(kv, slots, label="kv")
        s = ml.dot(qt, keys.T, label="qk")
        s = ml.where(((slots >= 0) & (slots < rows))[None, :], s, float("-inf"))
        p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=scale_log2, label="softmax")
        acc = ml.dot(p.to(ml.bfloat16), keys[:, :128], acc, label="pv")
    value, log = ml.attn.softmax_finish(m, l, acc)
    ml.store(out[t, h:h + BLOCK_H, :], value)
    ml.store(lse[t, h:h + BLOCK_H], log)
