"""Cache records: bytes to numbers, numbers to bytes, and back."""

import mla
import mla.language as ml


@mla.kernel
def decode_two(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 'BYTES'], index: ml.tensor[ml.int32, 'SLOTS'], a_ptr, b_ptr,
               FORMAT: ml.constexpr, N: ml.constexpr, A: ml.constexpr):
    views, behind = ml.gather.record_views(cache, FORMAT)
    slots = ml.load(index[0:N])
    raw = ml.gather.rows(views, slots, label="kv")
    scales = ml.gather.rows(behind, slots) if behind is not None else None
    element = a_ptr.dtype.element_ty
    a, b = ml.gather.decode_record(raw, FORMAT, scales, dtype=element)
    rows = ml.arange(0, N)[:, None]
    ml.store(a_ptr + rows * A + ml.arange(0, A)[None, :], a)
    ml.store(b_ptr + rows * 64 + ml.arange(0, 64)[None, :], b)


@mla.kernel
def decode_one(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 'BYTES'], index: ml.tensor[ml.int32, 'SLOTS'], a_ptr,
               FORMAT: ml.constexpr, N: ml.constexpr, A: ml.constexpr):
    views, behind = ml.gather.record_views(cache, FORMAT)
    slots = ml.load(index[0:N])
    a = ml.gather.decode_record(ml.gather.rows(views, slots), FORMAT, ml.gather.rows(behind, slots),
                                dtype=a_ptr.dtype.element_ty)
    ml.store(a_ptr + ml.arange(0, N)[:, None] * A + ml.arange(0, A)[None, :], a)


# Keys and their scales as two arrays.
@mla.kernel
def decode_keys(keys: ml.tensor[ml.int8, 'ROWS', 128], scales: ml.tensor[ml.float32, 'ROWS', 1],
                index: ml.tensor[ml.int32, 'SLOTS'], a_ptr, N: ml.constexpr):
    slots = ml.load(index[0:N])
    a = ml.gather.decode_record(ml.gather.rows(keys, slots), "indexer_fp8", ml.gather.rows(scales, slots),
                                dtype=a_ptr.dtype.element_ty)
    ml.store(a_ptr + ml.arange(0, N)[:, None] * 128 + ml.arange(0, 128)[None, :], a)


@mla.kernel
def decode_scaled(raw: ml.tensor[ml.uint8, 'ROWS', 'COLUMNS'], a_ptr, scale, FORMAT: ml.constexpr, N: ml.constexpr,
                  A: ml.constexpr):
    codes = ml.load(raw[0:N, 0:A])
    a = ml.gather.decode_record(codes, FORMAT, scale, dtype=a_ptr.dtype.element_ty)
    ml.store(a_ptr + ml.arange(0, N)[:, None] * A + ml.arange(0, A)[None, :], a)


@mla.kernel
def decode_plain(raw_ptr, a_ptr, FORMAT: ml.constexpr, N: ml.constexpr, A: ml.constexpr):
    offsets = ml.arange(0, N)[:, None] * A + ml.arange(0, A)[None, :]
    ml.store(a_ptr + offsets, ml.gather.decode_record(ml.load(raw_ptr + offsets), FORMAT, dtype=a_ptr.dtype.element_ty))


@mla.kernel
def encode_latent(x_ptr, codes_ptr, scales_ptr, rope_ptr, FORMAT: ml.constexpr, RULE: ml.constexpr, N: ml.constexpr,
                  A: ml.constexpr, SCALES: ml.constexpr):
    rows = ml.arange(0, N)[:, None]
    x = ml.load(x_ptr + rows * (A + 64) + ml.arange(0, A)[None, :])
    r = ml.load(x_ptr + rows * (A + 64) + A + ml.arange(0, 64)[None, :])
    codes, scales, rope = ml.gather.encode_record((x, r), FORMAT, rule=RULE)
    ml.store(codes_ptr + rows * A + ml.arange(0, A)[None, :], codes)
    ml.store(scales_ptr + rows * SCALES + ml.arange(0, SCALES)[None, :], scales)
    ml.store(rope_ptr + rows * 64 + ml.arange(0, 64)[None, :], rope)


@mla.kernel
def encode_keys(x_ptr, codes_ptr, scales_ptr, FORMAT: ml.constexpr, RULE: ml.constexpr, N: ml.constexpr,
                A: ml.constexpr, SCALES: ml.constexpr):
    rows = ml.arange(0, N)[:, None]
    x = ml.load(x_ptr + rows * A + ml.arange(0, A)[None, :])
    codes, scales = ml.gather.encode_record(x, FORMAT, rule=RULE)
    ml.store(codes_ptr + rows * A + ml.arange(0, A)[None, :], codes)
    ml.store(scales_ptr + rows * SCALES + ml.arange(0, SCALES)[None, :], scales)


@mla.kernel
def encode_scaled(x_ptr, codes_ptr, scale, FORMAT: ml.constexpr, N: ml.constexpr, A: ml.constexpr):
    offsets = ml.arange(0, N)[:, None] * A + ml.arange(0, A)[None, :]
    ml.store(codes_ptr + offsets, ml.gather.encode_record(ml.load(x_ptr + offsets), FORMAT, scale=scale))


# A writer: token t goes to slot slots[t], nowhere if that is negative. What it wrote is read again.
@mla.kernel
def write_and_read(x: ml.tensor[ml.bf16, 'T', 'WIDTH'], slots: ml.tensor[ml.int64, 'T'],
                   cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 'BYTES'], a_ptr, b_ptr, FORMAT: ml.constexpr,
                   RULE: ml.constexpr, A: ml.constexpr, SCALES: ml.constexpr):
    t = ml.program_id(0)
    slot = ml.load(slots[t])
    page = slot // cache.shape[1]
    place = slot % cache.shape[1]
    latent = ml.load(x[t:t + 1, 0:A])
    rope = ml.load(x[t:t + 1, A:A + 64])
    codes, scales, rope = ml.gather.encode_record((latent, rope), FORMAT, rule=RULE)
    codes_view, scales_view, rope_view = ml.gather.field_views(cache, FORMAT)
    ml.store(codes_view[page, place:place + 1, 0:A], codes)
    ml.store(scales_view[page, place:place + 1, 0:SCALES], scales)
    ml.store(rope_view[page, place:place + 1, 0:64], rope)
    ml.debug_barrier()
    slot1 = slot + ml.arange(0, 1).to(ml.int64)
    a, b = ml.gather.decode_record(ml.gather.rows(cache, slot1, width=656), FORMAT, dtype=ml.float32)
    ml.store(a_ptr + t * A + ml.arange(0, A)[None, :], a)
    ml.store(b_ptr + t * 64 + ml.arange(0, 64)[None, :], b)


# Products take the parts of a record: scores of both, values of the first.
@mla.kernel
def record_attention(q: ml.tensor[ml.bf16, 'T', 'H', 576], cache: ml.tensor[ml.uint8, 'PAGES', 64, 656],
                     index: ml.tensor[ml.int32, 'T', 'K'], out: ml.tensor[ml.bf16, 'T', 'H', 512], scale_log2,
                     BLOCK_H: ml.constexpr, BLOCK_N: ml.constexpr):
    t = ml.program_id(0)
    h = ml.program_id(1) * BLOCK_H
    q_latent = ml.load(q[t, h:h + BLOCK_H, 0:512])
    q_rope = ml.load(q[t, h:h + BLOCK_H, 512:576])
    m, l, acc = ml.attn.softmax_init(BLOCK_H, 1, 512)
    for k in ml.range(0, index.shape[1].to(ml.int32), BLOCK_N, label="keys"):
        slots = ml.load(index.ptr + t * index.strides[0] + k + ml.arange(0, BLOCK_N))
        raw = ml.gather.rows(cache, slots, label="kv")
        latent, rope = ml.gather.decode_record(raw, "fp8_ds_mla", label="decode")
        s = ml.dot(q_latent, latent.T, label="qk")
        s = ml.dot(q_rope, rope.T, s, label="qk_rope")
        s = ml.where((slots >= 0)[None, :], s, float("-inf"))
        p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=scale_log2, label="softmax")
        acc = ml.dot(p.to(ml.bfloat16), latent, acc, label="pv")
    value, log = ml.attn.softmax_finish(m, l, acc)
    ml.store(out[t, h:h + BLOCK_H, :], value)
