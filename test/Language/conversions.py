"""Conversions between all element types, 8-bit floats to the last bit, and operators of every integer type."""

import mla
import mla.language as ml


@mla.kernel
def convert(x_ptr, y_ptr, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    ml.store(y_ptr + offs, ml.load(x_ptr + offs).to(y_ptr.dtype.element_ty))


@mla.kernel
def convert_halves(y_ptr, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    x = offs.to(ml.uint16).to(ml.float16, bitcast=True)
    ml.store(y_ptr + offs, x.to(y_ptr.dtype.element_ty))


@mla.kernel
def convert_floats(y_ptr, NUDGE: ml.constexpr, BLOCK: ml.constexpr):
    """fp16's numbers as fp32, moved by so many units in the last place; what NaN becomes bit by bit is nobody's promise."""
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    x = offs.to(ml.uint16).to(ml.float16, bitcast=True).to(ml.float32)
    x = ml.where(x == x, (x.to(ml.int32, bitcast=True) + NUDGE).to(ml.float32, bitcast=True), x)
    ml.store(y_ptr + offs, x.to(y_ptr.dtype.element_ty))


@mla.kernel
def convert_doubles(y_ptr, NUDGE: ml.constexpr, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    x = offs.to(ml.uint16).to(ml.float16, bitcast=True).to(ml.float64)
    x = ml.where(x == x, (x.to(ml.int64, bitcast=True) + NUDGE).to(ml.float64, bitcast=True), x)
    ml.store(y_ptr + offs, x.to(y_ptr.dtype.element_ty))


@mla.kernel
def cut(x_ptr, y_ptr, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    ml.store(y_ptr + offs, ml.load(x_ptr + offs).to(y_ptr.dtype.element_ty, fp_downcast_rounding="rtz"))


@mla.kernel
def cut_halves(y_ptr, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    x = offs.to(ml.uint16).to(ml.float16, bitcast=True)
    ml.store(y_ptr + offs, x.to(y_ptr.dtype.element_ty, fp_downcast_rounding="rtz"))


@mla.kernel
def choose(x_ptr, y_ptr, abs_ptr, n, BLOCK: ml.constexpr):
    """Masked loads, selection, absolute values and constants of a type."""
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs, mask=offs < n, other=-2.0)
    y = ml.full((BLOCK,), 1e6, x_ptr.dtype.element_ty)
    ml.store(y_ptr + offs, ml.where(offs % 3 == 0, y, x))
    ml.store(abs_ptr + offs, ml.abs(x))


@mla.kernel
def convert_to_all(x_ptr, i1_ptr, i8_ptr, i16_ptr, i32_ptr, i64_ptr, u8_ptr, u16_ptr, u32_ptr, u64_ptr, f16_ptr, bf16_ptr,
                   f32_ptr, f64_ptr, e4m3_ptr, e5m2_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    ml.store(i1_ptr + offs, x.to(ml.int1).to(ml.int8))
    ml.store(i8_ptr + offs, x.to(ml.int8))
    ml.store(i16_ptr + offs, x.to(ml.int16))
    ml.store(i32_ptr + offs, x.to(ml.int32))
    ml.store(i64_ptr + offs, x.to(ml.int64))
    ml.store(u8_ptr + offs, x.to(ml.uint8))
    ml.store(u16_ptr + offs, x.to(ml.uint16))
    ml.store(u32_ptr + offs, x.to(ml.uint32))
    ml.store(u64_ptr + offs, x.to(ml.uint64))
    ml.store(f16_ptr + offs, x.to(ml.float16))
    ml.store(bf16_ptr + offs, x.to(ml.bfloat16))
    ml.store(f32_ptr + offs, x.to(ml.float32))
    ml.store(f64_ptr + offs, x.to(ml.float64))
    ml.store(e4m3_ptr + offs, x.to(ml.float8e4nv))
    ml.store(e5m2_ptr + offs, x.to(ml.float8e5))


@mla.kernel
def operators(x_ptr, y_ptr, add_ptr, sub_ptr, mul_ptr, and_ptr, or_ptr, xor_ptr, shl_ptr, shr_ptr, negate_ptr, invert_ptr,
              less_ptr, equal_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    y = ml.load(y_ptr + offs)
    by = y & 7
    ml.store(add_ptr + offs, x + y)
    ml.store(sub_ptr + offs, x - y)
    ml.store(mul_ptr + offs, x * y)
    ml.store(and_ptr + offs, x & y)
    ml.store(or_ptr + offs, x | y)
    ml.store(xor_ptr + offs, x ^ y)
    ml.store(shl_ptr + offs, x << by)
    ml.store(shr_ptr + offs, x >> by)
    ml.store(negate_ptr + offs, -x)
    ml.store(invert_ptr + offs, ~x)
    ml.store(less_ptr + offs, (x < y).to(ml.int8))
    ml.store(equal_ptr + offs, (x == by).to(ml.int8))


@mla.kernel
def promote(x_ptr, y_ptr, sum_ptr, product_ptr, BLOCK: ml.constexpr):
    """Operands of two types meet in the type that Triton promotes them to; the output has it."""
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    y = ml.load(y_ptr + offs)
    ml.static_assert((x + y).dtype == sum_ptr.dtype.element_ty)
    ml.store(sum_ptr + offs, x + y)
    ml.store(product_ptr + offs, x * y)
