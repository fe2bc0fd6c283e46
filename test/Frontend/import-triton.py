# RUN: mla-translate %s --kernel k --signature "*fp32, *fp32, i32, 64" --emit source-tile | FileCheck %s
"""A Triton kernel compiles unchanged; autotuning decorators, other imports and statements are skipped."""

import triton
import triton.language as tl

# CHECK-LABEL: func.func @k(
# CHECK: tile.load
# CHECK: tile.store
try:
    import numpy as np
except ImportError:
    raise


class Unrelated:
    def method(self):
        yield {x: y for x, y in zip(*self)}


@triton.autotune(configs=[triton.Config({"BLOCK": b}, num_warps=4) for b in (64, 128)], key=["n"])
@triton.jit
def k(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    offs = tl.program_id(axis=0) * BLOCK + tl.arange(0, BLOCK)
    mask = offs < n
    tl.store(y_ptr + offs, tl.load(x_ptr + offs, mask), mask=mask)


if __name__ == "__main__":
    print(f"{k!r:>{10}} and {{}}")
