# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""All of Python may stand outside kernels."""

import mla
import mla.language as ml

# CHECK: func.func @k(
from __future__ import annotations
import os.path, sys as system
type Alias[T] = list[T]
lambda_ = lambda *args, **kw: (yield) if args else await_
nested = f"{f'{system!r:>{10}}'}" + f"{lambda_ if "same" else 'quotes'}" + rb"bytes" + f"""{
    1 + 1  # a comment in a field
:x}"""
numbers = [1_0.5e-3j, 0XfF, 1., .5, 1e5, 00, 0_0]
if (walrus := 10) > 5: pass
match numbers:
    case [1, *rest] if rest:
        print(*rest, sep="")
    case _:
        pass
async def coroutine():
    async with a as b, c as d:
        async for e in b:
            await e
with open("x") as f, \
        open("y") as g:
    del f; assert g, "message"
@decorator(lambda: 0)
class C(metaclass=M):
    x: int = 3
    def f(self, /, a, *, b=1) -> None: ...
try:
    pass
except* (ValueError, TypeError) as error:
    raise error from None
else:
    global_ = ~1 ** -2 @ 3 // 4
finally:
    a = b = c; a @= b; c >>= 1; a <<= 2; b **= 3; a //= 2
print(a if b else c, not a, a is not b, a not in b, *[1], **{"k": {1, 2}, **{}})


@mla.kernel
def k(p):
    pass
