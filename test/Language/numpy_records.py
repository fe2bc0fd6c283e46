"""Rows of caches and their records in numpy, for expectations: `records.rows(cache, index)`.

Written from the layouts that serving systems document, apart from the compiler's table. Numbers come and go as float64;
products and quotients are float32, as on a device.
"""
# SPDX-License-Identifier: Apache-2.0

import numpy as np

# Bytes of a record without scales behind the page; codes; numbers that a scale is for; scales (first byte, count) in the
# record; bytes behind the page for each record; first byte of the bf16 numbers.
LAYOUTS = {
    "fp8_ds_mla": {"bytes": 656, "codes": 512, "group": 128, "inside": 512, "behind": 0, "rope": 528},
    "fp8_dsv4": {"bytes": 576, "codes": 448, "group": 64, "behind": 8, "rope": 448},
    "fp8_dsv41": {"bytes": 512, "codes": 512, "group": 32, "behind": 16},
    "indexer_fp8": {"bytes": 128, "codes": 128, "group": 128, "behind": 4},
    "indexer_fp8_64": {"bytes": 64, "codes": 64, "group": 64, "behind": 4},
    "indexer_fp8_32": {"bytes": 32, "codes": 32, "group": 32, "behind": 4},
}


def name_of(text):
    """The name in a constant as it stands in a signature: 'fp8_dsv4' with its quotes."""
    return text.strip("'\"")


def rows(view, index, first=0, width=None):
    """Rows of an array of two or three dimensions; zeros where there is none."""
    flat = view.reshape(-1, view.shape[-1])
    there = (index >= 0) & (index < len(flat))
    columns = slice(first, None if width is None else first + width)
    return np.where(there[:, None], flat[np.where(there, index, 0)][:, columns], 0)


def paged_rows(view, table, sequence, positions, length):
    """Rows at positions of a sequence."""
    pages, size, columns = view.shape
    result = np.zeros((len(positions), columns), view.dtype)
    for i, position in enumerate(positions):
        if 0 <= position < length and 0 <= sequence < len(table) and position // size < table.shape[1]:
            page = table[sequence, position // size]
            if 0 <= page < pages:
                result[i] = view[page, position % size]
    return result


def _e4m3(codes):
    """Values of bytes."""
    codes = codes.astype(np.int64) & 255
    exponent, mantissa = codes >> 3 & 15, codes & 7
    value = np.where(exponent == 0, mantissa * 2.0**-9, (8 + mantissa) * 2.0 ** (exponent - 10))
    value = np.where(codes & 127 == 127, np.nan, value)
    return np.where(codes & 128, -value, value)


def _bytes(numbers):
    return np.ascontiguousarray(numbers.astype(np.int64).astype(np.uint8))


def _powers(exponents):
    return np.where(exponents == 255, np.nan, 2.0 ** (exponents.astype(np.float64) - 127))


def decode(raw, format, behind=None):
    """(scaled values, other values or None) of records, each row the bytes of one; `behind`: bytes behind the page."""
    layout = LAYOUTS[name_of(format)]
    raw = _bytes(raw)
    count = layout["codes"] // layout["group"]
    if layout["behind"] in (8, 16):
        scales = _powers(_bytes(behind)[:, :count])
    else:
        where = raw[:, layout["inside"]:] if "inside" in layout else _bytes(behind)
        scales = np.ascontiguousarray(where[:, :4 * count]).view(np.float32)
    with np.errstate(all="ignore"):
        scales = np.repeat(scales.astype(np.float32), layout["group"], axis=1)
        values = _e4m3(raw[:, :layout["codes"]]).astype(np.float32) * scales
    rope = None
    if "rope" in layout:
        words = np.ascontiguousarray(raw[:, layout["rope"]:layout["rope"] + 128]).view(np.uint16)
        rope = (words.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return values.astype(np.float64), rope


def random_cache(shape, format, random):
    """Bytes of a cache whose numbers are finite, about 1 in size, and whose scales are no powers of two if they can be."""
    pages, page, _ = shape
    layout = LAYOUTS[name_of(format)]
    count, size = pages * page, layout["bytes"]
    codes = random.integers(0, 256, (count, layout["codes"])).astype(np.uint8)
    codes[(codes & 127) > 119] &= 0x8f
    raw = np.zeros((count, size), np.uint8)
    raw[:, :layout["codes"]] = codes
    groups = layout["codes"] // layout["group"]
    behind = np.zeros((count, layout["behind"]), np.uint8)
    if layout["behind"] in (8, 16):
        behind[:] = random.integers(117, 120, behind.shape)
        behind[:, groups:] = 255
    else:
        scales = random.uniform(0.003, 0.01, (count, groups)).astype(np.float32).view(np.uint8)
        if "inside" in layout:
            raw[:, layout["inside"]:layout["inside"] + 4 * groups] = scales
        else:
            behind[:] = scales
    if "rope" in layout:
        rope = (random.standard_normal((count, 64)).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
        raw[:, layout["rope"]:layout["rope"] + 128] = rope.view(np.uint8)
    parts = raw.reshape(pages, -1), behind.reshape(pages, -1)
    return np.concatenate(parts, axis=1).reshape(-1).astype(np.int64)


def decode_rows(codes, scales):
    """Codes times a scale for each row."""
    with np.errstate(all="ignore"):
        return (_e4m3(codes).astype(np.float32) * scales.astype(np.float32)).astype(np.float64)


def as_codes(values):
    """Numbers as codes hold them."""
    numbers = np.sort(_e4m3(np.arange(127)))
    size = np.abs(values)
    above = np.clip(np.searchsorted(numbers, size), 1, 126)
    low, high = numbers[above - 1], numbers[above]
    is_high = (size - low > high - size) | ((size - low == high - size) & (above % 2 == 0))
    return np.copysign(np.where(is_high, high, low), values)


def decode_scaled(codes, scale):
    """Codes times one scale."""
    with np.errstate(all="ignore"):
        return (_e4m3(codes).astype(np.float32) * np.float32(scale)).astype(np.float64)


def encode(values, format, rule="pow2"):
    """(codes as numbers, scales as numbers): what a writer stores of the scaled field."""
    format, rule = name_of(format), name_of(rule)
    layout = LAYOUTS[format]
    groups = values.astype(np.float32).reshape(len(values), -1, layout["group"])
    amax = np.nanmax(np.where(np.isnan(groups), 0, np.abs(groups)), axis=2)
    if format.startswith("indexer"):
        amax = np.maximum(amax, np.float32(1e-4))
    with np.errstate(all="ignore"):
        scale = amax / np.float32(448)
        if not format.startswith("indexer"):
            scale = np.maximum(scale, np.float32(1e-4 if rule == "pow2" else 2.0**-126))
        if rule == "pow2":
            fraction, exponent = np.frexp(scale)
            rounded = np.ldexp(np.float32(1), np.where(fraction == 0.5, exponent - 1, exponent))
            scale = np.where(np.isinf(scale), scale, rounded).astype(np.float32)
        codes = np.clip(groups / scale[:, :, None], -448, 448)
    return codes.reshape(values.shape).astype(np.float64), scale.astype(np.float64)


def exponents(scales, width):
    """Powers of two as bytes, zeros behind them."""
    _, exponent = np.frexp(scales)
    stored = np.where(np.isinf(scales), 255, exponent + 126)
    return np.pad(stored, ((0, 0), (0, width - stored.shape[1])))
