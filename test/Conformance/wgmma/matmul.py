#!/usr/bin/env python3
"""Prints a matrix product at the hardware level for sm_90a: C = A B, bulk copies by one role, wgmma by another.

Every choice of the ops is an option, so that each can be run against a reference: which dimension is contiguous, where A
comes from, tiles and swizzles, how the result leaves, whether a product overlaps the wait for the one before. Memory is
not planned yet (sm-plan-memory).
"""
# SPDX-License-Identifier: Apache-2.0

import argparse
import dataclasses

WARP_THREADS = 32
CHUNK_BYTES = 16
ROW_BYTES = 128
OPERAND_BYTES = 2


@dataclasses.dataclass
class Config:
    """One kernel."""

    file: str = "matmul"
    m: int = 128
    n: int = 128
    k: int = 64
    stages: int = 3
    groups: int = 2  # warpgroups that multiply
    element: str = "bf16"
    a_major: str = "k"  # contiguous dimension of A in memory
    b_major: str = "k"
    a_from: str = "shared"  # or "registers"
    overlap: bool = False  # one product stays in flight
    store: str = "direct"  # or "bulk"
    registers: bool = False  # a whole warpgroup copies and gives registers away

    @property
    def consumers(self) -> int:
        """Warps that multiply."""
        return 4 * self.groups

    @property
    def producers(self) -> int:
        """Warps that copy."""
        return 4 if self.registers else 1


def segments(extent: int) -> tuple[int, int]:
    """extent = segments x block, a power of two."""
    block = extent & -extent
    return extent // block, block


def strides(first: int, last: int) -> list[int]:
    """first, 2 first, ... below last."""
    values = []
    while first < last:
        values.append(first)
        first *= 2
    return values


def text(values) -> str:
    """Nested lists as the IR writes them."""
    return str([list(value) for value in values]).replace("'", "")


def layout(counts, blocks, **inputs) -> str:
    """A #sm.layout attribute."""
    listed = ", ".join(f"{name} = {text(bases)}" for name, bases in inputs.items())
    return f"#sm.layout<{list(counts)}, {{{listed}}}, {list(blocks)}>"


def shared_layout(shape, fastest: int, element_bytes: int) -> str:
    """The swizzled layout of a matrix in shared memory."""
    counts, blocks = zip(*(segments(extent) for extent in shape))
    outer = 1 - fastest
    columns = min(blocks[fastest], ROW_BYTES // element_bytes)
    chunk = CHUNK_BYTES // element_bytes
    chunks = max(1, columns // chunk)
    rows_per_line = ROW_BYTES // CHUNK_BYTES // chunks
    bases = []

    def add(**coords):
        bases.append([coords.get("fastest", 0) if dim == fastest else coords.get("outer", 0) for dim in (0, 1)])

    for stride in strides(1, columns):
        add(fastest=stride)
    for row in strides(1, blocks[outer]):
        flips = row >= rows_per_line and row // rows_per_line < chunks
        add(outer=row, fastest=row // rows_per_line * chunk if flips else 0)
    for stride in strides(columns, blocks[fastest]):
        add(fastest=stride)
    return layout(counts, blocks, offset=bases)


def register_bases(shape, warps: int, first_columns) -> dict:
    """Rows as wgmma has them; columns `first_columns` then the rest from their double on."""
    rows, columns = segments(shape[0])[1], segments(shape[1])[1]
    shared_rows = 16 * warps
    return {
        "register": [[0, 1], [8, 0], *([0, each] for each in strides(first_columns, columns)),
                     *([each, 0] for each in strides(shared_rows, rows))],
        "lane": [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]],
        "warp": [[each, 0] for each in strides(16, shared_rows)],
    }


def register_layout(shape, warps: int) -> str:
    """Accumulator or operand A of wgmma."""
    counts, blocks = zip(*(segments(extent) for extent in shape))
    return layout(counts, blocks, **register_bases(shape, warps, 8))


def slice_layout(shape, warps: int, dim: int, keep: bool) -> str:
    """The accumulator's layout along one dimension, as a vector or (keep) as a matrix of extent 1."""
    counts, blocks = zip(*(segments(extent) for extent in shape))
    bases = register_bases(shape, warps, 8)

    def project(basis):
        return [basis[d] if d == dim else 0 for d in (0, 1)] if keep else [basis[dim]]

    registers = [project(basis) for basis in bases["register"] if basis[dim]]
    lanes = [project(basis) for basis in bases["lane"]]
    warp_bases = [project(basis) for basis in bases["warp"]]
    if keep:
        counts = [counts[d] if d == dim else 1 for d in (0, 1)]
        blocks = [blocks[d] if d == dim else 1 for d in (0, 1)]
    else:
        counts, blocks = [counts[dim]], [blocks[dim]]
    return layout(counts, blocks, register=registers, lane=lanes, warp=warp_bases)


def box(shape, fastest: int, element_bytes: int) -> tuple[list[int], int]:
    """Box of the tensor map and its swizzle."""
    blocks = [segments(extent)[1] for extent in shape]
    columns = min(blocks[fastest], ROW_BYTES // element_bytes)
    row_bytes = columns * element_bytes
    return [columns, min(blocks[1 - fastest], 256)], row_bytes if row_bytes > CHUNK_BYTES else 0


def tensor_map(name, pointer, element, shape, fastest, extents, stride, element_bytes, stores=False) -> str:
    """One entry of sm.tensor_maps."""
    extents_of_box, swizzle = box(shape, fastest, element_bytes)
    ordered = [extents[fastest], extents[1 - fastest]]
    return (f'{{name = "{name}", pointer = "{pointer}", type = "{element}", '
            f"box = array<i32: {', '.join(map(str, extents_of_box))}>, swizzle = {swizzle} : i32, "
            f"stores = {str(stores).lower()}, "
            f'extents = ["{ordered[0]}", "{ordered[1]}"], strides = ["{stride}"]}}')


def kernel(config: Config) -> str:
    """The module."""
    c = config
    a_fastest, b_fastest = 1 if c.a_major == "k" else 0, 0 if c.b_major == "k" else 1
    a_shape, b_shape, c_shape = (c.m, c.k), (c.k, c.n), (c.m, c.n)
    slot_bytes = (c.m * c.k + c.k * c.n) * OPERAND_BYTES
    warps = c.consumers + c.producers
    map_type = {"bf16": "bf16", "f16": "fp16"}[c.element]
    a_slot, b_slot = f"tensor<{c.m}x{c.k}x{c.element}, #sa>", f"tensor<{c.k}x{c.n}x{c.element}, #sb>"
    acc = f"tensor<{c.m}x{c.n}xf32, #acc>"
    maps = [
        tensor_map("a_map", "a_ptr", map_type, a_shape, a_fastest, ["M", "K"], "stride_a", OPERAND_BYTES),
        tensor_map("b_map", "b_ptr", map_type, b_shape, b_fastest, ["K", "N"], "stride_b", OPERAND_BYTES),
    ]
    map_arguments = "%am: !sm.tensor_map, %bm: !sm.tensor_map"
    if c.store == "bulk":
        maps.append(tensor_map("c_map", "c_ptr", "fp32", c_shape, 1, ["M", "N"], "stride_c", 4, stores=True))
        map_arguments += ", %cm: !sm.tensor_map"
    arguments = ", ".join(
        f'{{name = "{name}", type = "{type}", divisibility = {divisibility} : i32}}'
        for name, type, divisibility in (
            ("a_ptr", f"*{map_type}", 16), ("b_ptr", f"*{map_type}", 16), ("c_ptr", "*fp32", 16), ("M", "i32", 1),
            ("N", "i32", 1), ("K", "i32", 1), ("stride_a", "i64", 1), ("stride_b", "i64", 1), ("stride_c", "i64", 1)))
    aliases = [
        f"#sa = {shared_layout(a_shape, a_fastest, OPERAND_BYTES)}",
        f"#sb = {shared_layout(b_shape, b_fastest, OPERAND_BYTES)}",
        f"#sc = {shared_layout(c_shape, 1, 4)}",
        f"#acc = {register_layout(c_shape, c.consumers)}",
        f"#a = {register_layout(a_shape, c.consumers)}",
        f"#row = {slice_layout(c_shape, c.consumers, 0, False)}",
        f"#rows = {slice_layout(c_shape, c.consumers, 0, True)}",
        f"#col = {slice_layout(c_shape, c.consumers, 1, False)}",
        f"#cols = {slice_layout(c_shape, c.consumers, 1, True)}",
    ]
    ring = f"!sm.mbarrier<{c.stages}>"
    moves = (" registers(40)", f" registers({ {1: 216, 2: 232}.get(c.groups, 152) })") if c.registers else ("", "")
    slots = f"""      %a = sm.slot %as[%slot] : !sm.buffer<{c.stages} x {a_slot}>
      %b = sm.slot %bs[%slot] : !sm.buffer<{c.stages} x {b_slot}>"""
    position = """      %slot = arith.remsi %i, %stages : i32
      %round = arith.divsi %i, %stages : i32
      %phase = arith.andi %round, %c1 : i32"""
    operand, operand_type, load_a = "%a", f"!sm.buffer<1 x {a_slot}>", ""
    if c.a_from == "registers":
        operand, operand_type = "%ra", f"tensor<{c.m}x{c.k}x{c.element}, #a>"
        load_a = f"\n      %ra = sm.load_shared %a : !sm.buffer<1 x {a_slot}> -> {operand_type}"
    product = f"""{load_a}
      %d = sm.wgmma {operand}, %b, %sum warps [{c.consumers}, 1] : {operand_type}, !sm.buffer<1 x {b_slot}>, {acc}"""
    if c.overlap:
        retire = f"""
      sm.wgmma_wait 1
      %not_first = arith.cmpi sgt, %i, %c0 : i32
      scf.if %not_first {{
        %before = arith.subi %i, %c1 : i32
        %last = arith.remsi %before, %stages : i32
        sm.mbarrier_arrive %empty[%last] by warp : {ring}
      }}
      scf.yield %d : {acc}"""
        finish = f"    %sums = sm.wgmma_wait 0 for %loop : {acc}"
    else:
        retire = f"""
      %r = sm.wgmma_wait 0 for %d : {acc}
      sm.mbarrier_arrive %empty[%slot] by warp : {ring}
      scf.yield %r : {acc}"""
        finish = ""
    sums = "%sums" if c.overlap else "%loop"
    alloc_c = ""
    if c.store == "bulk":
        alloc_c = f'  %cs = sm.alloc {{label = "c"}} : !sm.buffer<1 x tensor<{c.m}x{c.n}xf32, #sc>>\n'
        epilogue = f"""    sm.store_shared {sums} to %cs : {acc} to !sm.buffer<1 x tensor<{c.m}x{c.n}xf32, #sc>>
    sm.fence_proxy_async
    sm.barrier
    sm.tma_store %cs to %cm[%m0, %n0] : !sm.buffer<1 x tensor<{c.m}x{c.n}xf32, #sc>>
    sm.tma_store_wait 0"""
    else:
        vector = {"row": (c.m, "m"), "col": (c.n, "n")}
        matrix = {"row": f"{c.m}x1", "col": f"1x{c.n}"}
        lines = []
        for name, (extent, letter) in vector.items():
            axis = 1 if name == "row" else 0
            small, whole = f"tensor<{extent}xi32, #{name}>", f"tensor<{matrix[name]}xi32, #{name}s>"
            full = f"tensor<{c.m}x{c.n}xi32, #acc>"
            lines += [
                f"    %{name}_range = tile.range 0 to {extent} : {small}",
                f"    %{name}_start = tile.splat %{letter}0 : i32 -> {small}",
                f"    %{name}_index = arith.addi %{name}_range, %{name}_start : {small}",
                f"    %{name}_thin = tile.expand_dims %{name}_index {{axis = {axis} : i32}} : {small} -> {whole}",
                f"    %{name} = tile.broadcast %{name}_thin : {whole} -> {full}",
                f"    %{name}_end = tile.splat %{letter.upper()} : i32 -> {full}",
                f"    %{name}_in = arith.cmpi slt, %{name}, %{name}_end : {full}",
            ]
        wide = f"tensor<{c.m}x{c.n}xi64, #acc>"
        pointers = f"tensor<{c.m}x{c.n}x!tile.ptr<f32>, #acc>"
        lines += [
            f"    %mask = arith.andi %row_in, %col_in : tensor<{c.m}x{c.n}xi1, #acc>",
            f"    %row_wide = arith.extsi %row : tensor<{c.m}x{c.n}xi32, #acc> to {wide}",
            f"    %col_wide = arith.extsi %col : tensor<{c.m}x{c.n}xi32, #acc> to {wide}",
            f"    %stride = tile.splat %stride_c : i64 -> {wide}",
            f"    %row_offset = arith.muli %row_wide, %stride : {wide}",
            f"    %offset = arith.addi %row_offset, %col_wide : {wide}",
            f"    %base = tile.splat %c_ptr : !tile.ptr<f32> -> {pointers}",
            f"    %pointers = tile.addptr %base, %offset : {pointers}, {wide}",
            f"    tile.store %pointers, {sums}, mask %mask : {pointers}",
        ]
        epilogue = "\n".join(lines)
    newline = "\n"
    return f"""{newline.join(aliases)}

module attributes {{sm.arch = "sm_90a"}} {{
func.func @matmul(%a_ptr: !tile.ptr<{c.element}>, %b_ptr: !tile.ptr<{c.element}>, %c_ptr: !tile.ptr<f32>,
    %M: i32, %N: i32, %K: i32, %stride_a: i64, %stride_b: i64, %stride_c: i64, {map_arguments})
    attributes {{tile.kernel, tile.num_warps = {warps} : i32, tile.num_stages = {c.stages} : i32,
      tile.arguments = [{arguments}],
      tile.constants = {{BLOCK_M = {c.m} : i64, BLOCK_N = {c.n} : i64, BLOCK_K = {c.k} : i64, A_MAJOR_K = {a_fastest} : i64, B_MAJOR_K = {1 - b_fastest} : i64}},
      sm.tensor_maps = [
        {(',' + newline + '        ').join(maps)}]}} {{
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %stages = arith.constant {c.stages} : i32
  %block_m = arith.constant {c.m} : i32
  %block_n = arith.constant {c.n} : i32
  %block_k = arith.constant {c.k} : i32
  %block_k_less = arith.constant {c.k - 1} : i32
  %pm = tile.program_id 0
  %pn = tile.program_id 1
  %m0 = arith.muli %pm, %block_m : i32
  %n0 = arith.muli %pn, %block_n : i32
  %k_up = arith.addi %K, %block_k_less : i32
  %steps = arith.divsi %k_up, %block_k : i32
  %as = sm.alloc {{label = "a"}} : !sm.buffer<{c.stages} x {a_slot}>
  %bs = sm.alloc {{label = "b"}} : !sm.buffer<{c.stages} x {b_slot}>
{alloc_c}  %full = sm.mbarrier_alloc {{label = "full", arrivals = 1 : i32}} : {ring}
  %empty = sm.mbarrier_alloc {{label = "empty", arrivals = {c.consumers} : i32}} : {ring}
  sm.mbarrier_init %full, %empty : {ring}, {ring}
  sm.barrier
  sm.warps first({c.consumers}) count({c.producers}){moves[0]} {{
    sm.tma_prefetch %am
    sm.tma_prefetch %bm
    scf.for %i = %c0 to %steps step %c1 : i32 {{
{position}
      %other = arith.xori %phase, %c1 : i32
      %k0 = arith.muli %i, %block_k : i32
      sm.mbarrier_wait %empty[%slot] parity %other : {ring}
      sm.mbarrier_expect_tx %full[%slot], {slot_bytes} : {ring}
{slots}
      sm.tma_load %am[%m0, %k0] to %a barrier %full[%slot] : !sm.buffer<1 x {a_slot}>, {ring}
      sm.tma_load %bm[%k0, %n0] to %b barrier %full[%slot] {{l2_hint = #sm.l2_hint<evict_last>}} : !sm.buffer<1 x {b_slot}>, {ring}
    }}
  }}
  sm.warps first(0) count({c.consumers}){moves[1]} {{
    %zero = arith.constant dense<0.0> : {acc}
    %loop = scf.for %i = %c0 to %steps step %c1 iter_args(%sum = %zero) -> ({acc}) : i32 {{
{position}
      sm.mbarrier_wait %full[%slot] parity %phase : {ring}
{slots}{product}{retire}
    }}
{finish}
{epilogue}
  }}
  return
}}
}}
"""


def main():
    """Prints one kernel."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for field in dataclasses.fields(Config):
        if field.type is bool or field.type == "bool":
            parser.add_argument(f"--{field.name}", action="store_true")
        else:
            parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    print(kernel(Config(**vars(parser.parse_args()))), end="")


if __name__ == "__main__":
    main()
