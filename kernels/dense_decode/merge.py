"""Joins the partial results of requests that were computed in several; the others are in place already.

out = sum_p exp(lse_p - lse) out_p with lse = log(sum_p exp(lse_p)), p ascending. Which slots a request has:
- starts absent (extent 0): `splits` from r * splits on;
- else slot r + p for each part p that has units of it (see plan.py; PARTS = num_parts).

A sink, one for each of ROWS, adds exp(sink) to the sum by which out is divided, and with sink_in_lse to the one whose logarithm
lse is; absent (extent 0) it adds nothing. `lse` is written times lse_scale, and as lse_empty where it is -inf. Rows lie in groups
(see decode.py). Grid: (B * T * KV_HEADS * ROWS, any number that shares the columns).
"""

import mla
import mla.language as ml


@mla.jit
def log_sum(a, b):
    """log(exp(a) + exp(b)), infinities included."""
    more = ml.maximum(a, b)
    less = ml.minimum(a, b)
    return ml.where((less == -float("inf")) | (more == float("inf")), more, more + ml.log(1.0 + ml.exp(less - more)))


@mla.kernel
def merge(
    starts: ml.tensor[ml.int32, 'STARTS'],
    partial_out: ml.tensor[ml.float32, 'SLOTS', 'GROUPS', 'ROWS', 512],
    partial_lse: ml.tensor[ml.float32, 'SLOTS', 'GROUPS', 'ROWS'],
    sink: ml.tensor[ml.float32, 'SINKS'],
    out: ml.tensor[ml.bf16, 'B', 'T', 'KV_HEADS', 'ROWS', 512], lse: ml.tensor[ml.float32, 'B', 'T', 'KV_HEADS', 'ROWS', 1],
    num_parts, splits, lse_scale, lse_empty, sink_in_lse,
    CHUNK: ml.constexpr, COLUMNS: ml.constexpr,
):
    rows = out.shape[3].to(ml.int32)
    kv_heads = out.shape[2].to(ml.int32)
    groups = out.shape[1].to(ml.int32) * kv_heads
    row = ml.program_id(0) % rows
    group = ml.program_id(0) // rows % groups
    r = ml.program_id(0) // rows // groups
    slot = r * splits
    count = splits
    if starts.shape[0] > 0:
        budget = ml.cdiv(ml.load(starts[out.shape[0]]), num_parts)
        first = ml.load(starts[r]) // budget
        slot = r + first
        count = (ml.load(starts[r + 1]) - 1) // budget - first + 1
    if count > 1:
        lanes = ml.arange(0, CHUNK)
        sinks = ml.full((1,), -float("inf"), ml.float32)
        if sink.shape[0] > 0:
            sinks = ml.load(sink[row:row + 1])
        for column in range(ml.program_id(1) * COLUMNS, 512, ml.num_programs(1) * COLUMNS):
            m, l, acc = ml.attn.softmax_init(1, CHUNK, COLUMNS)
            for p in range(0, count, CHUNK):
                part_lse = ml.load(partial_lse[slot + p:slot + p + CHUNK, group, row], valid=count - p)
                part_out = ml.load(partial_out[slot + p:slot + p + CHUNK, group, row, column:column + COLUMNS], valid=count - p)
                part_lse = ml.where(p + lanes < count, part_lse, -float("inf"))
                m, l, acc = ml.attn.merge_step(part_out, part_lse, m, l, acc, label="merge")
            value, row_lse = ml.attn.softmax_finish(m, l, acc, sink=sinks)
            ml.store(out[r, group // kv_heads, group % kv_heads, row:row + 1, column:column + COLUMNS], value)
            if column == 0:
                if sink_in_lse != 0:
                    row_lse = log_sum(row_lse, sinks)
                row_lse = ml.where(row_lse == -float("inf"), lse_empty, row_lse * lse_scale)
                ml.store(lse[r, group // kv_heads, group % kv_heads, row:row + 1, 0], row_lse)
