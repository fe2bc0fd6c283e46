"""Writes the latents and rope parts of new tokens into a paged cache: as they are, as 8-bit floats with one scale, or as
records with scales of their own.

Row t goes to slot slots[t], which is row slot % PAGE of page slot // PAGE; a slot that is negative or none of the cache's is
skipped. Grid: (ceil(N / BLOCK_T)), N slots; there may be more rows than slots.
"""

import mla
import mla.language as ml


@mla.kernel
def places(slots, tokens, cache, BLOCK_T: ml.constexpr):
    """This program's rows, whether they are written, and their page and row in it."""
    t = ml.program_id(0).to(ml.int64) * BLOCK_T + ml.arange(0, BLOCK_T)
    slot = ml.load(slots.ptr + t, mask=t < ml.minimum(slots.shape[0], tokens), other=-1)
    is_written = (slot >= 0) & (slot < cache.shape[0] * cache.shape[1])
    size = ml.maximum(cache.shape[1], 1)
    return t, is_written, slot // size, slot % size


@mla.kernel
def write_rows(
    latent: ml.tensor[ml.bf16, 'T', 'RANK'], rope: ml.tensor[ml.bf16, 'T', 'ROPE'], slots: ml.tensor[ml.int64, 'N'],
    cache: ml.tensor[ml.bf16, 'PAGES', 'PAGE', 'WIDTH'], scale: ml.tensor[ml.float32, 'SCALED'],
    FORMAT: ml.constexpr, BLOCK_T: ml.constexpr,
):
    """cache[slot] = latent, then rope; 8-bit floats are divided by scale[0], by 1 if there is none."""
    t, is_written, page, place = places(slots, latent.shape[0], cache, BLOCK_T)
    target = cache.ptr + page * cache.strides[0] + place * cache.strides[1]
    divisor = ml.where(scale.shape[0] > 0, ml.load(scale[0]), 1.0)
    put_columns(latent, t, is_written, target, divisor, FORMAT, 512)
    put_columns(rope, t, is_written, target + latent.shape[1], divisor, FORMAT, 64)


@mla.kernel
def put_columns(source, t, is_written, target, divisor, FORMAT: ml.constexpr, BLOCK: ml.constexpr):
    """Rows t of a matrix to where `target` points."""
    for c in range(0, source.shape[1].to(ml.int32), BLOCK):
        columns = c + ml.arange(0, BLOCK)
        mask = is_written[:, None] & (columns < source.shape[1])[None, :]
        # 1 where nothing is written: quotients of zeros are slow.
        value = ml.load((source.ptr + t * source.strides[0])[:, None] + columns[None, :], mask=mask, other=1)
        if FORMAT is not None:
            value = ml.gather.encode_record(value, FORMAT, scale=divisor)
        ml.store(target[:, None] + columns[None, :], value, mask=mask)


@mla.kernel
def write_records(
    latent: ml.tensor[ml.bf16, 'T', 'COLUMNS'], rope: ml.tensor[ml.bf16, 'T', 64], slots: ml.tensor[ml.int64, 'N'],
    cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 'BYTES'], legacy_scales,
    FORMAT: ml.constexpr, BYTES: ml.constexpr, RANK: ml.constexpr, BLOCK_T: ml.constexpr,
):
    """A record for each slot; the rope part's 16 bits are copied, whatever their type.

    The rows of a page of fp8_dsv4 are 576 bytes each, whatever their stride, and their scales lie behind them.
    """
    t, is_written, page, place = places(slots, latent.shape[0], cache, BLOCK_T)
    mask = is_written[:, None]
    numbers = ml.load((latent.ptr + t * latent.strides[0])[:, None] + ml.arange(0, RANK)[None, :], mask=mask, other=1)
    rotated = ml.load((rope.ptr + t * rope.strides[0])[:, None] + ml.arange(0, 64)[None, :], mask=mask, other=0)
    values = (numbers, rotated.to(ml.bfloat16, bitcast=True))
    codes, scales, rotated = encode(values, legacy_scales, FORMAT)
    code_view, scale_view, rope_view = ml.gather.field_views(cache, FORMAT)
    put_field(code_view, page, place, codes, mask)
    put_field(scale_view, page, place, scales, mask)
    put_field(rope_view, page, place, rotated, mask)


@mla.kernel
def encode(values, legacy_scales, FORMAT: ml.constexpr):
    """Codes, scales, rope. Scales that are bytes are powers of two whatever the rule."""
    if FORMAT != "fp8_ds_mla":
        return ml.gather.encode_record(values, FORMAT)
    if legacy_scales != 0:
        return ml.gather.encode_record(values, FORMAT, rule="linear")
    return ml.gather.encode_record(values, FORMAT, rule="pow2")


@mla.kernel
def put_field(field, page, place, value, mask):
    """A part of each record."""
    target = field.ptr + page * field.strides[0] + place * field.strides[1]
    ml.store(target[:, None] + ml.arange(0, value.shape[1])[None, :], value, mask=mask)
