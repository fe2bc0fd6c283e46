"""Checks that every example in the dialects' documentation parses, verifies and round-trips.

Examples are fragments. Undefined values become arguments of a function (ARGUMENTS), undefined layouts are defined for
the shape that they encode (layout_alias). Every op needs an example that uses it; examples of types and attributes stand
in backquotes in their descriptions.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

# What the values that an example uses, but does not define, are.
ARGUMENTS = {
    "attn.mask": {"s": "tensor<64x32xf32>", "k0": "i32", "limit": "tensor<64xi32>", "w": "i32"},
    "attn.softmax_step": {
        "s": "tensor<64x32xf32>",
        "m": "tensor<64xf32>",
        "l": "tensor<64x32xf32>",
        "acc": "tensor<64x512xf32>",
        "log2_scale": "f32",
    },
    "attn.softmax_finish": {
        "m": "tensor<64xf32>",
        "l": "tensor<64x32xf32>",
        "acc": "tensor<64x512xf32>",
        "sink": "tensor<64xf32>",
    },
    "attn.merge_step": {
        "out": "tensor<8x512xf32>",
        "lse": "tensor<8xf32>",
        "m": "tensor<1xf32>",
        "l": "tensor<1x8xf32>",
        "acc": "tensor<1x512xf32>",
    },
    "attn.grad_scores": {
        "s": "tensor<64x32xf32>",
        "lse": "tensor<64xf32>",
        "dp": "tensor<64x32xf32>",
        "delta": "tensor<64xf32>",
        "keys": "tensor<32xf32>",
        "deltas": "tensor<32xf32>",
        "scale": "f32",
    },
    "indexer.head_reduce": {"scores": "tensor<128x64xf32>", "weights": "tensor<2x64xf32>", "scale": "tensor<64xf32>"},
    "indexer.topk_step": {
        "logits": "tensor<4x256xf32>",
        "first": "tensor<4xi32>",
        "limit": "tensor<4xi32>",
        "s0": "tensor<4x2048xi64>",
    },
    "indexer.topk_finish": {"s1": "tensor<4x2048xi64>"},
    "gather.rows": {
        "cache": "!tile.view<?x?x576xbf16>",
        "keys": "!tile.view<?x576xbf16>",
        "index": "tensor<64xi32>",
    },
    "gather.paged_rows": {
        "cache": "!tile.view<?x?x576xbf16>",
        "table": "!tile.view<?x?xi32>",
        "b": "i64",
        "positions": "tensor<64xi32>",
        "n": "i32",
    },
    "gather.decode_record": {"raw": "tensor<64x656xi8>", "page": "tensor<64x576xi8>", "s": "tensor<64x8xi8>"},
    "gather.encode_record": {"latent": "tensor<4x512xbf16>", "rope": "tensor<4x64xbf16>"},
    "tile.splat": {"x": "f32"},
    "tile.expand_dims": {"row": "tensor<16xi32>"},
    "tile.broadcast": {"col": "tensor<16x1xi32>"},
    "tile.trans": {"t": "tensor<64x576xbf16>", "u": "tensor<4x16x8xf32>"},
    "tile.reshape": {"t": "tensor<64x64xf32>", "u": "tensor<4x4xf32>"},
    "tile.join": {"a": "tensor<16x8xf32>", "b": "tensor<16x8xf32>"},
    "tile.split": {"t": "tensor<16x8x2xf32>"},
    "tile.unsplat": {"t": "tensor<1x1xf32>"},
    "tile.gather": {"t": "tensor<16x64xf32>", "i": "tensor<16x8xi32>"},
    "tile.histogram": {"t": "tensor<64xi32>", "m": "tensor<64xi1>"},
    "tile.sort": {"t": "tensor<16x64xf32>"},
    "tile.slice": {"t": "tensor<64x576xbf16>"},
    "tile.ptr_cast": {"bytes": "!tile.ptr<i8>"},
    "tile.addptr": {"ptrs": "tensor<128x!tile.ptr<f32>>", "offs": "tensor<128xi32>"},
    "tile.load": {"p": "tensor<128x!tile.ptr<f32>>", "m": "tensor<128xi1>"},
    "tile.store": {"p": "tensor<128x!tile.ptr<f32>>", "v": "tensor<128xf32>", "m": "tensor<128xi1>"},
    "tile.atomic_rmw": {"p": "tensor<128x!tile.ptr<f32>>", "v": "tensor<128xf32>", "m": "tensor<128xi1>"},
    "tile.atomic_cas": {"p": "!tile.ptr<i32>", "expected": "i32", "new": "i32"},
    "tile.assert": {"inside": "tensor<128xi1>"},
    "tile.print": {"x": "tensor<128xf32>", "n": "i32"},
    "tile.assume": {"positive": "i1"},
    "tile.axis_hint": {"x": "tensor<128xi32>"},
    "tile.view": {"p": "!tile.ptr<bf16>", "m": "i64", "s": "i64"},
    "ws.put_view": {"c": "!ws.channel<3 x tensor<128x64xbf16>>", "v": "!tile.view<?x?xbf16>", "i": "i64", "j": "i64"},
    "tile.load_view": {"v": "!tile.view<?x?xbf16>", "i": "i64", "j": "i64", "n": "i64"},
    "tile.store_view": {"t": "tensor<128x64xbf16>", "v": "!tile.view<?x?xbf16>", "i": "i64", "j": "i64"},
    "tile.dot": {"a": "tensor<64x32xbf16>", "b": "tensor<32x64xbf16>", "acc": "tensor<64x64xf32>"},
    "tile.reduce": {"t": "tensor<16x64xf32>"},
    "tile.generic_reduce": {"v": "tensor<4x64xf32>", "i": "tensor<4x64xi32>"},
    "tile.scan": {"v": "tensor<64xi32>"},
    "tile.yield": {"v": "tensor<64xi32>"},
    "ws.put": {
        "c": "!ws.channel<3 x tensor<128x64xbf16>>",
        "ptrs": "tensor<128x64x!tile.ptr<bf16>>",
        "m": "tensor<128x64xi1>",
    },
    "ws.put_tile": {"c": "!ws.channel<1 x tensor<128x64xbf16>>", "t": "tensor<128x64xbf16>"},
    "ws.get": {"c": "!ws.channel<3 x tensor<128x64xbf16>>"},
    "ws.release": {"c": "!ws.channel<3 x tensor<128x64xbf16>>"},
    "sm.slot": {"b": "!sm.buffer<3 x tensor<16x16xbf16, #layout>>", "i": "i32"},
    "sm.trans": {"slot": "!sm.buffer<1 x tensor<16x16xbf16, #layout>>"},
    "sm.subslot": {"slot": "!sm.buffer<1 x tensor<64x64xbf16, #swizzled>>"},
    "sm.async_copy": {
        "ptrs": "tensor<16x16x!tile.ptr<bf16>, #regs>",
        "slot": "!sm.buffer<1 x tensor<16x16xbf16, #layout>>",
        "m": "tensor<16x16xi1, #regs>",
        "p": "i1",
    },
    "sm.wait_group": {"b": "!sm.buffer<3 x tensor<16x16xbf16, #layout>>"},
    "sm.load_shared": {"slot": "!sm.buffer<1 x tensor<16x16xbf16, #layout>>"},
    "sm.convert_layout": {"t": "tensor<16x16xf32, #a>"},
    "sm.mma": {
        "a": "!sm.buffer<1 x tensor<16x16xbf16, #layout>>",
        "b": "tensor<16x16xbf16, #regs>",
        "acc": "tensor<16x16xf32, #acc>",
    },
    "sm.store_shared": {
        "tile": "tensor<16x16xbf16, #regs>",
        "slot": "!sm.buffer<1 x tensor<16x16xbf16, #layout>>",
    },
    "sm.mbarrier_arrive": {"empty": "!sm.mbarrier<3>", "i": "i32"},
    "sm.mbarrier_expect_tx": {"full": "!sm.mbarrier<3>", "i": "i32"},
    "sm.mbarrier_wait": {"full": "!sm.mbarrier<3>", "i": "i32", "p": "i32"},
    "sm.tma_prefetch": {"map": "!sm.tensor_map"},
    "sm.tma_load": {
        "map": "!sm.tensor_map",
        "x": "i32",
        "y": "i32",
        "slot": "!sm.buffer<1 x tensor<64x64xbf16, #swizzled>>",
        "full": "!sm.mbarrier<3>",
        "i": "i32",
    },
    "sm.zero_rows": {"slot": "!sm.buffer<1 x tensor<64x64xbf16, #swizzled>>", "first": "i32"},
    "sm.tma_store": {
        "slot": "!sm.buffer<1 x tensor<64x64xbf16, #swizzled>>",
        "map": "!sm.tensor_map",
        "x": "i32",
        "y": "i32",
    },
    "sm.wgmma": {
        "a": "!sm.buffer<1 x tensor<64x64xbf16, #swizzled>>",
        "b": "!sm.buffer<1 x tensor<64x64xbf16, #swizzled>>",
        "acc": "tensor<64x64xf32>",
    },
    "sm.wgmma_wait": {"d": "tensor<64x64xf32>"},
}

# Layouts of 16 x 16 tiles in the registers of one warp: an mma accumulator, an operand B, and rows.
REGISTERS = {
    "acc": "register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]]",
    "regs": "register = [[1, 0], [8, 0], [0, 8]], lane = [[2, 0], [4, 0], [0, 1], [0, 2], [0, 4]]",
    "a": "register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]",
    "b": "register = [[1, 0], [2, 0], [4, 0]], lane = [[8, 0], [0, 1], [0, 2], [0, 4], [0, 8]]",
}


def layout_alias(name, shape):
    """Definition of `#name` for a tile of `shape`: shared memory, row after row, or one of REGISTERS."""
    if name in REGISTERS:
        assert shape == [16, 16], f"#{name} is defined for 16 x 16 tiles"
        return f"#{name} = #sm.layout<[1, 1], {{{REGISTERS[name]}, warp = []}}, [16, 16]>"
    if name == "swizzled":
        assert shape == [64, 64], "#swizzled is defined for 64 x 64 tiles of 16 bits"
        columns = [[0, 1 << bit] for bit in range(6)]
        rows = [[1 << bit, 8 << bit if bit < 3 else 0] for bit in range(6)]
        return f"#swizzled = #sm.layout<[1, 1], {{offset = {columns + rows}}}, [64, 64]>"
    assert name in ("layout", "shared"), f"#{name} is not known to {__file__}"
    bases = []
    for dim in reversed(range(len(shape))):
        bases += [[2**bit if d == dim else 0 for d in range(len(shape))] for bit in range(shape[dim].bit_length() - 1)]
    return f"#{name} = #sm.layout<{[1] * len(shape)}, {{offset = {bases}}}, {shape}>"


def aliases(text):
    """Definitions of the layouts that `text` names."""
    found = {}
    for shape, name in re.findall(r"tensor<((?:\d+x)+)[^#]*?, #(\w+)>", text):
        found[name] = layout_alias(name, [int(extent) for extent in shape.split("x")[:-1]])
    return "".join(definition + "\n" for definition in found.values())


def wrap_op(op, example):
    """A module around the example of an op."""
    arguments = ARGUMENTS.get(op, {})
    signature = ", ".join(f"%{name}: {type}" for name, type in arguments.items())
    return f"{aliases(signature + example)}func.func @example({signature}) {{\n{example}\nreturn\n}}\n"


def wrap_definition(example):
    """A module around a type or an attribute."""
    use = f"(%x: {example}) {{" if example.startswith("!") else f"() attributes {{x.x = {example}}} {{"
    return f"{aliases(example)}func.func @example{use}\nreturn\n}}\n"


def examples(records, local):
    """(what, module around an example) of every op, type and attribute of dialect `local`; None without example."""
    of = records["!instanceof"]
    for name in of.get("Op", []):
        record = records[name]
        if record["opDialect"]["def"] != local:
            continue
        op = f"{records[local]['name']}.{record['opName']}"
        blocks = re.findall(r"```mlir\n(.*?)```", record["description"], re.DOTALL)
        if not any(op in block for block in blocks):
            yield op, None
        for block in blocks:
            yield op, wrap_op(op, block.strip())
    for name in of.get("TypeDef", []) + of.get("AttrDef", []):
        record = records[name]
        if record["dialect"]["def"] != local or "EnumAttr" in record["!superclasses"]:
            continue
        mark = "!" if "TypeDef" in record["!superclasses"] else "#"
        what = f"{mark}{records[local]['name']}.{record['mnemonic']}"
        inline = re.findall(rf"`({mark}[^`]*)`", record["description"])
        if not any(what in example for example in inline):
            yield what, None
        for example in inline:
            yield what, wrap_definition(example)


def run(command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def check(text):
    """The reason why `text` does not round-trip, or None."""
    once = run(["mla-opt"], text)
    if once.returncode:
        return once.stderr
    twice = run(["mla-opt"], once.stdout)
    if twice.returncode:
        return f"does not parse as printed:\n{once.stdout}\n{twice.stderr}"
    return None if once.stdout == twice.stdout else f"prints differently:\n{once.stdout}\n{twice.stdout}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dialects", required=True, help="folder of the dialects' TableGen files")
    parser.add_argument("files", nargs="+", help="TableGen files of the dialects, relative to that folder")
    args = parser.parse_args()
    include = run(["llvm-config", "--includedir"]).stdout.strip()

    failed = count = 0
    for file in args.files:
        dump = run(["llvm-tblgen", "-dump-json", "-I", args.dialects, "-I", include, f"{args.dialects}/{file}"])
        if dump.returncode:
            sys.exit(f"{file}: {dump.stderr}")
        for what, text in examples(json.loads(dump.stdout), f"{Path(file).parent.name}_Dialect"):
            count += 1
            reason = "has no example of itself" if text is None else check(text)
            if reason:
                failed += 1
                print(f"{file}: {what}: {reason}\n{text or ''}")
    print(f"{count} examples, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
