# RUN: mla-translate %s --kernel k --emit source-tile | FileCheck %s
"""Prefixes, escapes, adjacent and triple-quoted strings."""

import mla
import mla.language as ml

THREE = 3


# CHECK: tile.kernel
@mla.kernel
def k():
    ml.static_assert("\x41\u0042\103\n" == 'ABC' '\n')
    ml.static_assert(r"\n" == "\\n" and len(R'\'') == 2)
    ml.static_assert("""a
b""" == "a\nb" and '''c''' == u"c")
    ml.static_assert(f"{THREE + 1}{{}}\t" rf"\{THREE}" == "4{}\t\\3")
    ml.static_assert("a\
b" == "ab")
