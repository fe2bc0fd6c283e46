"""Functions of one, two and three numbers, and those of libdevice."""

import mla
import mla.language as ml
from triton.language.extra import libdevice


@mla.kernel
def exponentials(x_ptr, exp_ptr, exp2_ptr, log_ptr, log2_ptr, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    ml.store(exp_ptr + offs, ml.exp(x))
    ml.store(exp2_ptr + offs, ml.exp2(x))
    ml.store(log_ptr + offs, ml.log(ml.abs(x)))
    ml.store(log2_ptr + offs, ml.math.log2(ml.abs(x)))


@mla.kernel
def waves(x_ptr, sin_ptr, cos_ptr, erf_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    ml.store(sin_ptr + offs, ml.sin(x))
    ml.store(cos_ptr + offs, ml.cos(x))
    ml.store(erf_ptr + offs, ml.erf(x))


@mla.kernel
def roots(x_ptr, sqrt_ptr, rsqrt_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    ml.store(sqrt_ptr + offs, ml.sqrt(x))
    ml.store(rsqrt_ptr + offs, ml.rsqrt(x))


@mla.kernel
def exact(x_ptr, y_ptr, root_ptr, quotient_ptr, fused_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    y = ml.load(y_ptr + offs)
    ml.store(root_ptr + offs, ml.sqrt_rn(ml.abs(x)))
    ml.store(quotient_ptr + offs, ml.div_rn(x, y))
    ml.store(fused_ptr + offs, ml.fma(x, y, x))


@mla.kernel
def whole(x_ptr, floor_ptr, ceil_ptr, abs_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    ml.store(floor_ptr + offs, ml.floor(x))
    ml.store(ceil_ptr + offs, ml.ceil(x))
    ml.store(abs_ptr + offs, ml.abs(x))


@mla.kernel
def absolute(x_ptr, y_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    ml.store(y_ptr + offs, ml.abs(ml.load(x_ptr + offs)))


@mla.kernel
def high_product(x_ptr, y_ptr, z_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    ml.store(z_ptr + offs, ml.umulhi(ml.load(x_ptr + offs), ml.load(y_ptr + offs)))


@mla.kernel
def extrema(x_ptr, y_ptr, max_ptr, min_ptr, max_nan_ptr, min_nan_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    y = ml.load(y_ptr + offs)
    ml.store(max_ptr + offs, ml.maximum(x, y))
    ml.store(min_ptr + offs, ml.minimum(x, y))
    ml.store(max_nan_ptr + offs, ml.maximum(x, y, propagate_nan=ml.PropagateNan.ALL))
    ml.store(min_nan_ptr + offs, ml.minimum(x, y, propagate_nan=ml.PropagateNan.ALL))


@mla.kernel
def clamped(x_ptr, y_ptr, nan_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    ml.store(y_ptr + offs, ml.clamp(x, -1.5, 2.0))
    ml.store(nan_ptr + offs, ml.clamp(x, -1.5, 2.0, propagate_nan=ml.PropagateNan.ALL))


@mla.kernel
def device_functions(x_ptr, tanh_ptr, expm1_ptr, log1p_ptr, atan2_ptr, pow_ptr, powi_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    size = ml.abs(x)
    ml.store(tanh_ptr + offs, libdevice.tanh(x))
    ml.store(expm1_ptr + offs, libdevice.expm1(x))
    ml.store(log1p_ptr + offs, libdevice.log1p(size))
    ml.store(atan2_ptr + offs, libdevice.atan2(x, size - 1.0))
    ml.store(pow_ptr + offs, libdevice.pow(size, x))
    ml.store(powi_ptr + offs, libdevice.pow(x, offs % 5 - 2))


@mla.kernel
def device_rounding(x_ptr, rint_ptr, round_ptr, trunc_ptr, fmod_ptr, flags_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    ml.store(rint_ptr + offs, libdevice.rint(x))
    ml.store(round_ptr + offs, libdevice.round(x))
    ml.store(trunc_ptr + offs, libdevice.trunc(x))
    ml.store(fmod_ptr + offs, libdevice.fmod(x, 0.75))
    flags = libdevice.isnan(x).to(ml.int32) + libdevice.isinf(x).to(ml.int32) * 2
    ml.store(flags_ptr + offs, flags + libdevice.signbit(x).to(ml.int32) * 4)


@mla.constexpr_function
def power_above(n):
    power = 1
    while power < n:
        power *= 2
    return power


@mla.kernel
def padded_sums(x_ptr, y_ptr, N: ml.constexpr):
    """Sums of rows of a length that is no power of two; the tile's extent is computed by a constexpr_function."""
    row = ml.program_id(0)
    offs = ml.arange(0, power_above(N))
    x = ml.load(x_ptr + row * N + offs, mask=offs < N, other=0.0)
    ml.store(y_ptr + row, ml.sum(x, axis=0))


@mla.kernel
def sum_of_shifts(x_ptr, y_ptr, BLOCK: ml.constexpr):
    """A list comprehension over a tuple makes a tuple of tiles."""
    offs = ml.arange(0, BLOCK)
    tiles = [ml.load(x_ptr + offs + shift) for shift in (0, 1, 4)]
    ml.store(y_ptr + offs, tiles[0] + tiles[1] * tiles[2])
