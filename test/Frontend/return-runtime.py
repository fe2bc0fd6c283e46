# RUN: mla-translate %s --kernel k --signature "*i32, i32" --emit source-tile | FileCheck %s
"""return under a run-time condition: what follows it is the other side of the branch."""

import mla
import mla.language as ml


@mla.jit
def sign(x):
    if x > 0:
        return 1, x
    elif x == 0:
        return 0, x
    x = -x
    return -1, x


@mla.jit
def nested(x, y):
    if x > 0:
        if y > 0:
            return x
        y += 5
    else:
        y += 6
    return y + 7


# CHECK-LABEL: func.func @k
@mla.kernel
def k(p, n):
    # CHECK: %[[NONE:.*]] = arith.cmpi sle
    # CHECK-NEXT: scf.if %[[NONE]] {
    # CHECK-NEXT: } else {
    if n <= 0:
        return
    # CHECK: %[[R:.*]]:2 = scf.if %{{.*}} -> (i32, i32) {
    # CHECK: } else {
    # CHECK:   scf.if %{{.*}} -> (i32, i32) {
    # CHECK:   } else {
    # CHECK:     arith.subi
    s, m = sign(n)
    # CHECK: tile.store %{{.*}}, %[[R]]#0
    ml.store(p, s)
    ml.store(p + 1, m)
    # What follows a branch that may go on on both sides stands on both.
    # CHECK: scf.if
    # CHECK:   scf.if
    # CHECK:   } else {
    # CHECK:     arith.constant 5
    # CHECK:     arith.constant 7
    # CHECK: } else {
    # CHECK:   arith.constant 6
    # CHECK:   arith.constant 7
    ml.store(p + 2, nested(n, s))
