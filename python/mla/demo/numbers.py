"""Number formats of caches as numpy sees them: bits to fp64 and back, and the 656-byte record."""
# SPDX-License-Identifier: Apache-2.0

import numpy as np

LATENT, ROPE = 512, 64  # numbers of a row: the value, and what is rotated
TILE = 128  # numbers that share a scale
RECORD_BYTES = LATENT + 4 * (LATENT // TILE) + 2 * ROPE
E4M3_MAX = 448


def to_bf16(values):
    """fp32 to bits, rounded to nearest even."""
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + (0x7FFF + (bits >> 16 & 1))) >> 16).astype(np.uint16)


def from_bf16(bits, dtype=np.float64):
    """Bits to numbers."""
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(dtype)


def e4m3_values():
    """The number of each of the 256 codes: sign, 4 bits of exponent with bias 7, 3 of mantissa; all ones is NaN."""
    code = np.arange(128)
    exponent, mantissa = code >> 3, code & 7
    positive = np.where(exponent == 0, mantissa * 2.0**-9, (8 + mantissa) * 2.0 ** (exponent - 10.0))
    positive[127] = np.nan
    return np.concatenate([positive, -positive])


E4M3 = e4m3_values()


def to_e4m3(values):
    """fp32 to codes, rounded to nearest even and held at the largest number."""
    magnitude = np.minimum(np.abs(values), E4M3_MAX)
    _, exponent = np.frexp(magnitude)
    step = np.ldexp(np.float32(1), np.maximum(exponent - 1, -6) - 3)
    rounded = np.rint(magnitude / step) * step
    mantissa, exponent = np.frexp(rounded.astype(np.float32))
    normal = (exponent + 6 << 3) + (mantissa * 16).astype(np.int32) - 8
    code = np.where(rounded < 2.0**-6, (rounded * 512).astype(np.int32), normal)
    return (code | np.signbit(values) << 7).astype(np.uint8)


def to_records(rows):
    """bf16 bits [N, 576] to bytes [N, 656]: codes, fp32 scales that are powers of two, the bits of the rope part."""
    latent = from_bf16(rows[:, :LATENT], np.float32).reshape(len(rows), -1, TILE)
    largest = np.maximum(np.abs(latent).max(axis=2) / np.float32(E4M3_MAX), np.float32(1e-4))
    mantissa, exponent = np.frexp(largest)
    scales = np.ldexp(np.float32(1), np.where(mantissa == 0.5, exponent - 1, exponent))  # 2^ceil(log2(largest))
    records = np.empty((len(rows), RECORD_BYTES), np.uint8)
    records[:, :LATENT] = to_e4m3(latent / scales[:, :, None]).reshape(len(rows), LATENT)
    records[:, LATENT:-2 * ROPE] = scales.view(np.uint8)
    records[:, -2 * ROPE:] = np.ascontiguousarray(rows[:, LATENT:]).view(np.uint8)
    return records


def from_records(records):
    """Bytes [N, 656] to fp64 [N, 576]."""
    scales = np.ascontiguousarray(records[:, LATENT:-2 * ROPE]).view(np.float32).astype(np.float64)
    rope = np.ascontiguousarray(records[:, -2 * ROPE:]).view(np.uint16)
    latent = E4M3[records[:, :LATENT]].reshape(len(records), -1, TILE) * scales[:, :, None]
    return np.concatenate([latent.reshape(len(records), LATENT), from_bf16(rope)], axis=1)
