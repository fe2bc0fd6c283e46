"""What the kernels round attention compute, in numpy, for expectations: `serving.convert(…)`.

Written from the contracts of kernels/*/README.md, one number after the other, apart from the kernels.
"""
# SPDX-License-Identifier: Apache-2.0

import numpy as np

import numpy_records


def compacted(lists):
    """Each list with what is not -1 in front, in order."""
    return np.stack([np.concatenate([row[row >= 0], row[row < 0]]) for row in lists]) if lists.size else lists


def valid_counts(lists):
    """How many entries of each list are not -1."""
    return (lists >= 0).sum(axis=1)


def convert(requests, table, tokens, page, page_stride, spaces=(), starts=(), world=1, rank=0, interleave=1):
    """Rows of the cache for positions in requests."""
    out = np.full(tokens.shape, -1, np.int64)
    for t, token_list in enumerate(tokens):
        request = int(requests[t])
        space = int(spaces[t]) if t < len(spaces) else -1
        for i, token in enumerate(int(token) for token in token_list):
            if token < 0:
                continue
            if world > 1:
                if token // interleave % world != rank:
                    continue
                token = token // (world * interleave) * interleave + token % interleave
            if token // page >= table.shape[1]:
                continue
            if space >= 0:
                row = int(starts[space]) + token if space < len(starts) and starts[space] >= 0 else -1
            elif 0 <= request < len(table) and table[request, token // page] >= 0:
                row = int(table[request, token // page]) * page_stride + token % page
            else:
                row = -1
            out[t, i] = row if row < 2**31 else -1
    return out


def filtered(tokens, requests, lengths):
    """(positions in the context, positions behind it counted from its end), -1 where there is none."""
    context, new = np.full(tokens.shape, -1, np.int64), np.full(tokens.shape, -1, np.int64)
    for t, token_list in enumerate(tokens):
        request = int(requests[t]) if len(requests) else 0 if len(lengths) == 1 else t
        if not 0 <= request < len(lengths):
            continue
        length = max(int(lengths[request]), 0)
        context[t] = np.where(token_list < length, np.maximum(token_list, -1), -1)
        new[t] = np.where((token_list >= length) & (token_list >= 0), token_list - length, -1)
    return context, new


def _slots(slots, tokens, cache):
    """(row, page, row of the page) of what is written."""
    size = cache.shape[1]
    return [(t, int(slot) // size, int(slot) % size) for t, slot in enumerate(slots[:tokens])
            if 0 <= slot < cache.shape[0] * size]


def written_rows(latent, rope, slots, cache, scale=()):
    """A cache behind the writing of rows; with a scale, one number, as 8-bit floats."""
    rows = np.concatenate([latent, rope], axis=1)
    if len(scale):
        rows = np.clip((rows.astype(np.float32) / np.float32(scale[0])).astype(np.float64), -448, 448)
    cache = cache.copy()
    for t, page, place in _slots(slots, len(latent), cache):
        cache[page, place, :rows.shape[1]] = rows[t]
    return cache


def _e4m3_bytes(values):
    """Codes of numbers in the range of codes."""
    values = np.where(np.isnan(values), values, numpy_records.as_codes(values))
    size = np.abs(np.nan_to_num(values))
    _, exponent = np.frexp(size)
    exponent = np.maximum(exponent + 6, 1)
    mantissa = (size / 2.0 ** (exponent - 10)).astype(np.int64)
    code = np.where(mantissa < 8, mantissa, (exponent << 3) + mantissa - 8)
    code = np.where(np.isnan(values), 127, code)
    return (code | np.where(np.signbit(values) & ~np.isnan(values), 128, 0)).astype(np.uint8)


def _words(values, is_bf16):
    """The bytes of 16-bit floats that hold these numbers exactly."""
    if is_bf16:
        words = np.ascontiguousarray(values.astype(np.float32)).view(np.uint32) >> 16
        return words.astype(np.uint16).view(np.uint8)
    return np.ascontiguousarray(values.astype(np.float16)).view(np.uint8)


def written_records(latent, rope, slots, cache, rule="pow2", is_bf16=True):
    """A cache of 656-byte records behind the writing of some."""
    codes, scales = numpy_records.encode(latent, "fp8_ds_mla", rule)
    parts = [_e4m3_bytes(codes), np.ascontiguousarray(scales.astype(np.float32)).view(np.uint8),
             _words(rope, is_bf16)]
    records = np.concatenate(parts, axis=1)
    cache = cache.copy()
    for t, page, place in _slots(slots, len(latent), cache):
        cache[page, place] = records[t]
    return cache


def written_dsv4(latent, rope, slots, cache, is_bf16=True):
    """A cache of 584-byte records: a page's rows of 576 bytes, behind them 7 scales and a zero for each."""
    codes, scales = numpy_records.encode(latent, "fp8_dsv4")
    rows = np.concatenate([_e4m3_bytes(codes), _words(rope, is_bf16)], axis=1)
    behind = numpy_records.exponents(scales, 8).astype(np.uint8)
    pages, size, _ = cache.shape
    written = cache.reshape(pages, -1).copy()
    for t, page, place in _slots(slots, len(latent), cache):
        written[page, 576 * place:576 * (place + 1)] = rows[t]
        written[page, 576 * size + 8 * place:576 * size + 8 * (place + 1)] = behind[t]
    return written.reshape(cache.shape)


def merged(first, others, first_lse, others_lse, first_tokens, lse_factor=1.0, out_factor=1.0, empty_lse=-np.inf, scale=None):
    """(out, lse) of parts [T, H, D] and [N, T, H, D] with lse [T, H] and [N, T, H]; with a scale, out as codes hold it."""
    first_lse = np.where((np.arange(len(first)) < first_tokens)[:, None], first_lse, -np.inf)
    lses = np.concatenate([first_lse[None], others_lse]) * lse_factor
    parts = np.concatenate([first[None], others])
    is_empty = np.isinf(lses)
    lses = np.where(is_empty, -np.inf, lses)
    largest = lses.max(axis=0)
    none = largest == -np.inf
    weights = np.where(is_empty, 0, np.exp(lses - np.where(none, 0, largest)))
    total = weights.sum(axis=0)
    parts = np.where(is_empty[..., None], 0, parts)
    out = np.where(none[..., None], 0, (weights[..., None] * parts).sum(axis=0) / np.where(none, 1, total)[..., None])
    lse = np.where(none, empty_lse, (largest + np.log(total)) * out_factor)
    if scale is not None:
        out = np.clip(out / scale, -448, 448)
    return out, lse
