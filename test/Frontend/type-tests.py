# RUN: mla-translate %s --kernel k --signature "*bf16, u8, fp32, i1" --emit source-tile | FileCheck %s
"""What types say of themselves."""

import mla
import mla.language as ml


# CHECK: func.func @k
@mla.kernel
def k(p, n, x, flag):
    ml.static_assert(p.dtype.is_ptr() and not p.dtype.is_bf16() and p.dtype.element_ty.is_bf16())
    ml.static_assert(n.dtype.is_uint8() and n.dtype.is_int_unsigned() and not n.dtype.is_int8())
    ml.static_assert(x.dtype.is_fp32() and x.dtype.is_standard_floating() and not x.dtype.is_fp64())
    ml.static_assert(flag.dtype.is_int1() and flag.dtype.is_bool() and not flag.dtype.is_int_signed())
    ml.static_assert(ml.float8e5.is_fp8() and ml.float8e5.is_fp8e5() and not ml.float8e5.is_fp8e4nv())
    ml.static_assert(ml.float8e4nv.is_fp8e4nv() and not ml.float8e4nv.is_standard_floating())
    ml.static_assert(ml.int64.is_int64() and ml.int64.is_int_signed() and not ml.int64.is_floating())
