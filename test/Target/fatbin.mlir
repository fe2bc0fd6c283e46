// One image per arch and PTX 7.0 for architectures to come, with a manifest that describes each.
// REQUIRES: ptxas
// RUN: rm -rf %t && mkdir %t
// RUN: mla-translate %s --arch all --emit fatbin -o %t/add_one.fatbin
// RUN: FileCheck %s < %t/add_one.json
// RUN: ls %t | FileCheck %s --check-prefix=FILES
// RUN: mla-translate %s --arch sm_90a,sm_80 --emit manifest | FileCheck %s --check-prefix=TWO

// FILES: add_one.fatbin
// FILES-NEXT: add_one.json
// FILES-NOT: tmp

// CHECK:      "version": 1,
// CHECK-NEXT: "kernel": "add_one",
// CHECK-NEXT: "source": "fatbin.mlir",
// CHECK:      "arch": "sm_80",
// CHECK-NEXT: "kind": "cubin",
// CHECK-NEXT: "entry": "add_one",
// CHECK:      "name": "x",
// CHECK-NEXT: "type": "*fp32",
// CHECK-NEXT: "divisibility": 16
// CHECK:      "name": "n",
// CHECK-NEXT: "type": "i32",
// CHECK-NEXT: "divisibility": 1
// CHECK:      "BLOCK": 128,
// CHECK-NEXT: "RELU": false
// CHECK:      "threads": 64,
// CHECK-NEXT: "num_warps": 2,
// CHECK-NEXT: "num_stages": 1,
// CHECK-NEXT: "cluster": 1,
// CHECK-NEXT: "shared_bytes": 512,
// CHECK-NEXT: "registers": {{[1-9][0-9]*}},
// CHECK-NEXT: "spill_bytes": 0,
// CHECK-NEXT: "ptx_version": "9.0",
// CHECK-NEXT: "ptxas": {
// CHECK-NEXT:   "spill_store_bytes": 0,
// CHECK-NEXT:   "spill_load_bytes": 0,
// CHECK-NEXT:   "stack_bytes": 0,
// CHECK-NEXT:   "static_shared_bytes": 0,
// CHECK-NEXT:   "notes": [],
// CHECK-NEXT:   "warnings": []
// CHECK:      "provenance": {
// CHECK-NEXT:   "num_warps": "recipe"
// CHECK:      "warnings": []
// CHECK:      "arch": "sm_86",
// CHECK:      "arch": "sm_87",
// CHECK:      "arch": "sm_88",
// CHECK:      "arch": "sm_89",
// CHECK:      "arch": "sm_90a",
// CHECK:      "arch": "sm_100a",
// CHECK:      "arch": "sm_103a",
// CHECK:      "arch": "sm_110a",
// CHECK:      "arch": "sm_120a",
// CHECK:      "arch": "sm_121a",
// CHECK:      "arch": "sm_80",
// CHECK-NEXT: "kind": "ptx",
// CHECK:      "registers": null,
// CHECK:      "ptx_version": "7.0",
// CHECK-NOT:  "arch"

// TWO: "arch": "sm_90a",
// TWO: "arch": "sm_80",
// TWO-NEXT: "kind": "cubin",
// TWO: "arch": "sm_80",
// TWO-NEXT: "kind": "ptx",
llvm.func @add_one(%x: !llvm.ptr<1>, %n: i32) attributes {
    nvvm.kernel, nvvm.reqntid = array<i32: 64>, tile.kernel,
    tile.num_warps = 2 : i32, tile.num_stages = 1 : i32, sm.shared_bytes = 512 : i64,
    tile.arguments = [{name = "x", type = "*fp32", divisibility = 16 : i32},
                      {name = "n", type = "i32", divisibility = 1 : i32}],
    tile.constants = {BLOCK = 128 : i64, RELU = false},
    tile.provenance = {num_warps = "recipe"}} {
  %one = llvm.mlir.constant(1.0 : f32) : f32
  %v = llvm.load %x : !llvm.ptr<1> -> f32
  %w = llvm.fadd %v, %one : f32
  llvm.store %w, %x : f32, !llvm.ptr<1>
  llvm.return
}
