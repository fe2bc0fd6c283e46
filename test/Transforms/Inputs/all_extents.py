"""Writes one kernel per extent (write), or checks what padding made of them (check, from standard input)."""

import argparse
import re
import sys

EXTENTS = [*range(1, 71), 96, 100, 192, 528, 576]

KERNEL = """
func.func @extent_{n}(%x: !tile.ptr<bf16> {{tile.divisibility = 16 : i32}}, %n: i32) {{
  %offs = tile.range 0 to {n} : tensor<{n}xi32>
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<{n}x!tile.ptr<bf16>>
  %p = tile.addptr %base, %offs : tensor<{n}x!tile.ptr<bf16>>, tensor<{n}xi32>
  %limit = tile.splat %n : i32 -> tensor<{n}xi32>
  %mask = arith.cmpi slt, %offs, %limit : tensor<{n}xi32>
  %v = tile.load %p, mask %mask : tensor<{n}x!tile.ptr<bf16>>
  %sum = tile.reduce sum %v {{axis = 0 : i32}} : tensor<{n}xbf16> -> bf16
  %max = tile.reduce max %v {{axis = 0 : i32}} : tensor<{n}xbf16> -> bf16
  %both = arith.addf %sum, %max : bf16
  %w = tile.splat %both : bf16 -> tensor<{n}xbf16>
  tile.store %p, %w : tensor<{n}x!tile.ptr<bf16>>
  %row = tile.expand_dims %p {{axis = 0 : i32}} : tensor<{n}x!tile.ptr<bf16>> -> tensor<1x{n}x!tile.ptr<bf16>>
  %col = tile.expand_dims %p {{axis = 1 : i32}} : tensor<{n}x!tile.ptr<bf16>> -> tensor<{n}x1x!tile.ptr<bf16>>
  %rows = tile.broadcast %row : tensor<1x{n}x!tile.ptr<bf16>> -> tensor<7x{n}x!tile.ptr<bf16>>
  %cols = tile.broadcast %col : tensor<{n}x1x!tile.ptr<bf16>> -> tensor<{n}x19x!tile.ptr<bf16>>
  %a = tile.load %rows : tensor<7x{n}x!tile.ptr<bf16>>
  %b = tile.load %cols : tensor<{n}x19x!tile.ptr<bf16>>
  %zero = arith.constant dense<0.0> : tensor<7x19xf32>
  %d = tile.dot %a, %b, %zero : tensor<7x{n}xbf16>, tensor<{n}x19xbf16>, tensor<7x19xf32>
  %e = tile.reduce max %d {{axis = 1 : i32}} : tensor<7x19xf32> -> tensor<7xf32>
  %s = tile.reduce min %e {{axis = 0 : i32}} : tensor<7xf32> -> f32
  %h = arith.truncf %s : f32 to bf16
  tile.store %x, %h : !tile.ptr<bf16>
  return
}}
"""


def storable(extent):
    """A power of two, or c * 2^k with k >= 4 and c <= 16."""
    power = extent & -extent
    return power == extent or (power >= 16 and extent // power <= 16)


def check(text):
    functions = re.split(r"func\.func @extent_", text)[1:]
    assert len(functions) == len(EXTENTS), f"{len(functions)} functions"
    for n, body in zip(EXTENTS, functions):
        padded = next(extent for extent in range(n, 2 * n + 17) if storable(extent))
        shapes = re.findall(r"tensor<((?:\d+x)+)", body)
        extents = {int(extent) for shape in shapes for extent in shape.split("x")[:-1]}
        assert extents <= {1, 8, 32, padded}, f"{n}: extents {sorted(extents)}"
        assert f"tile.range 0 to {padded} " in body, f"{n}: the range does not reach {padded}"
        assert f"tensor<8x{padded}xbf16>, tensor<{padded}x32xbf16>, tensor<8x32xf32>" in body, f"{n}: dot"
        accesses = re.findall(r"tile\.(?:load|store) .*tensor.*", body)
        assert len(accesses) == 4, f"{n}: {len(accesses)} accesses"
        if padded != n:
            assert all("mask" in access for access in accesses), f"{n}: an access has no mask"
            assert f"dense<{n}> : tensor<{padded}xi32>" in body, f"{n}: no comparison with the extent"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=["write", "check"])
    if parser.parse_args().mode == "write":
        sys.stdout.write("".join(KERNEL.format(n=n) for n in EXTENTS))
    else:
        check(sys.stdin.read())


if __name__ == "__main__":
    main()
