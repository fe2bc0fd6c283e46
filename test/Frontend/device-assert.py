# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile --debug | FileCheck %s
# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s --check-prefix=RELEASE
"""Assertions about run-time values are kept with --debug only."""

import mla
import mla.language as ml

# RELEASE-NOT: tile.assert

# CHECK-LABEL: func.func @k(
@mla.kernel
def k(p, n):
    # CHECK: tile.assert %{{.*}}, "" at "{{.*}}device-assert.py" : [[#@LINE+1]] in "k" : i1
    assert n > 2
    offs = ml.arange(0, 8)
    # CHECK: %[[INSIDE:.*]] = arith.cmpi slt
    # CHECK: %[[MASK:.*]] = arith.cmpi ne
    # CHECK: %[[UNSELECTED:.*]] = arith.xori %[[MASK]], %{{.*}} : tensor<8xi1>
    # CHECK: %[[EITHER:.*]] = arith.ori %[[INSIDE]], %[[UNSELECTED]] : tensor<8xi1>
    # CHECK: tile.assert %[[EITHER]], "too large" at "{{.*}}device-assert.py" : [[#@LINE+1]] in "k" : tensor<8xi1>
    ml.device_assert(offs < n, "too large", mask=offs != 3)
    helper(n)


@mla.jit
def helper(n):
    # CHECK: tile.assert %{{.*}}, "zero" at "{{.*}}device-assert.py" : [[#@LINE+1]] in "helper" : i1
    ml.device_assert(n, "zero")
    ml.static_assert(True)
