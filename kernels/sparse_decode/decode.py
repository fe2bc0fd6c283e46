"""Sparse MLA attention: each token has a list of cache rows, out = softmax(scale * q k^T) v with v = the first 512 of k.

A token sees the rows index[t, 0:length] of `cache` and extra_index[t, 0:extra_length] of `extra`, both in one softmax. An
index outside of its cache is skipped; one that stands twice counts twice. What is absent has extent 0: lengths (all K
indices then), the second pool, sink, max_logits.

Grid: (ceil(H / BLOCK_H) * T * splits). A unit is 64 positions of a list; the second list begins at a unit. Part i of token t has
units [i * n, (i + 1) * n) of its own, n = ceil(units / splits). With one part a token is written to out and lse, else part i to
slot t * splits + i of the partial results (merge.py of dense_decode). lse is written times lse_scale, as lse_empty where it is
-inf, and with sink_in_lse after exp(sink) was added to the sum whose logarithm it is; merge.py does the same.

FORMAT names the records of ml.gather; 'rows' are rows of D numbers, of which 8-bit ones are to be multiplied by kv_scale,
which scale_log2 contains.
"""

import mla
import mla.language as ml


@mla.jit
def length_of(lengths, t, tokens_per_length, longest):
    """Indices of token t that count: a length serves several tokens; all do without lengths."""
    length = longest.to(ml.int32)
    if lengths.shape[0] > 0:
        length = ml.minimum(ml.maximum(ml.load(lengths[t // tokens_per_length]), 0), length)
    return length


@mla.jit
def log_sum(a, b):
    """log(exp(a) + exp(b)), infinities included."""
    more = ml.maximum(a, b)
    less = ml.minimum(a, b)
    return ml.where((less == -float("inf")) | (more == float("inf")), more, more + ml.log(1.0 + ml.exp(less - more)))


@mla.kernel
def decode(
    q: ml.tensor[ml.bf16, 'T', 'H', 'D'],
    cache: ml.tensor[ml.bf16, 'PAGES', 'PAGE', 'BYTES'],
    index: ml.tensor[ml.int32, 'T', 'K'], lengths: ml.tensor[ml.int32, 'LENGTHS'],
    extra: ml.tensor[ml.bf16, 'EXTRA_PAGES', 'EXTRA_PAGE', 'BYTES'],
    extra_index: ml.tensor[ml.int32, 'T', 'EXTRA_K'], extra_lengths: ml.tensor[ml.int32, 'EXTRA_LENGTHS'],
    sink: ml.tensor[ml.float32, 'SINKS'],
    out: ml.tensor[ml.bf16, 'T', 'H', 512], lse: ml.tensor[ml.float32, 'T', 'H'],
    max_logits: ml.tensor[ml.float32, 'MAX_T', 'H'],
    partial_out: ml.tensor[ml.float32, 'SLOTS', 'H', 512], partial_lse: ml.tensor[ml.float32, 'SLOTS', 'H'],
    tokens_per_length, splits, scale_log2, kv_scale, lse_scale, lse_empty, sink_in_lse,
    D: ml.constexpr, BYTES: ml.constexpr, FORMAT: ml.constexpr, BLOCK_H: ml.constexpr, BLOCK_N: ml.constexpr,
    SUMS: ml.constexpr,
):
    LATENT: ml.constexpr = 448 if FORMAT == "fp8_dsv4" else 512
    head_blocks = ml.cdiv(q.shape[1].to(ml.int32), BLOCK_H)
    part = ml.program_id(0) // head_blocks
    h0 = ml.program_id(0) % head_blocks * BLOCK_H
    # One pass: a load in a loop can have a role of its own.
    for t in range(part // splits, part // splits + 1):
        length = length_of(lengths, t, tokens_per_length, index.shape[1])
        extra_length = length_of(extra_lengths, t, tokens_per_length, extra_index.shape[1])
        middle = ml.cdiv(length, 64)
        units = middle + ml.cdiv(extra_length, 64)
        per_part = ml.cdiv(units, splits)
        first = part % splits * per_part
        end = ml.minimum(first + per_part, units) * 64
        first = first * 64
        middle = middle * 64

        main_indices = index.ptr + t * index.strides[0]
        extra_indices = extra_index.ptr + t * extra_index.strides[0]
        m, l, acc = ml.attn.softmax_init(BLOCK_H, SUMS, LATENT)
        if FORMAT == "rows":
            queries = ml.load(q[t, h0:h0 + BLOCK_H, :], label="q")
        else:
            queries = ml.load(q[t, h0:h0 + BLOCK_H, 0:LATENT], label="q")
            rope_queries = ml.load(q[t, h0:h0 + BLOCK_H, LATENT:D], label="q_rope")
        if FORMAT == "fp8_dsv4":
            rope_acc = ml.zeros((BLOCK_H, 64), ml.float32)

        for k0 in ml.range(first, end, BLOCK_N, label="keys"):
            is_extra = k0 >= middle
            pool = extra if is_extra else cache
            indices = extra_indices if is_extra else main_indices
            limit = ml.where(is_extra, extra_length, length)
            positions = k0 - ml.where(is_extra, middle, 0) + ml.arange(0, BLOCK_N)
            slots = ml.load(indices + positions, mask=positions < limit, other=-1)
            exists = (slots >= 0) & (slots < pool.shape[0] * pool.shape[1])
            if FORMAT == "rows":
                keys = ml.gather.rows(pool, slots, label="kv").to(queries.dtype)
                s = ml.dot(queries, keys.T, label="qk")
            else:
                records, behind = ml.gather.record_views(pool, FORMAT)
                scales = ml.gather.rows(behind, slots, label="scales") if behind is not None else None
                raw = ml.gather.rows(records, slots, label="kv")
                keys, rope = ml.gather.decode_record(raw, FORMAT, scales, dtype=queries.dtype, label="decode")
                s = ml.dot(queries, keys.T, label="qk")
                s = ml.dot(rope_queries, rope.T, s, label="qk_rope")
            s = ml.where(exists[None, :], s, -float("inf"))
            before = m
            p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=scale_log2, label="softmax")
            weights = p.to(queries.dtype)
            acc = ml.dot(weights, keys[:, :LATENT], acc, label="pv")
            if FORMAT == "fp8_dsv4":
                decay = ml.where(before == -float("inf"), 0.0, ml.exp2(before - m))
                rope_acc = ml.dot(weights, rope, rope_acc * decay[:, None], label="pv_rope")

        # Parts of a token are joined first, then the sink is added.
        sinks = ml.full((BLOCK_H,), -float("inf"), ml.float32)
        if (splits == 1) & (sink.shape[0] > 0):
            sinks = ml.load(sink[h0:h0 + BLOCK_H])
        value, row_lse = ml.attn.softmax_finish(m, l, acc, sink=sinks)
        value = value * kv_scale
        if splits == 1:
            if sink_in_lse != 0:
                row_lse = log_sum(row_lse, sinks)
            row_lse = ml.where(row_lse == -float("inf"), lse_empty, row_lse * lse_scale)
            ml.store(out[t, h0:h0 + BLOCK_H, 0:LATENT], value)
            ml.store(lse[t, h0:h0 + BLOCK_H], row_lse)
            ml.store(max_logits[t, h0:h0 + BLOCK_H], m * 0.6931471805599453)
        else:
            ml.store(partial_out[part, h0:h0 + BLOCK_H, 0:LATENT], value)
            ml.store(partial_lse[part, h0:h0 + BLOCK_H], row_lse)
        if FORMAT == "fp8_dsv4":
            rope_value, _ = ml.attn.softmax_finish(m, l, rope_acc, sink=sinks)
            rope_value = rope_value * kv_scale
            if splits == 1:
                ml.store(out[t, h0:h0 + BLOCK_H, 448:512], rope_value)
            else:
                ml.store(partial_out[part, h0:h0 + BLOCK_H, 448:512], rope_value)
