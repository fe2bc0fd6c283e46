// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// In front of everything, in the order of the attribute, which the manifest reads.
module attributes {sm.arch = "sm_90a"} {
// CHECK-LABEL: llvm.func @both
// CHECK-SAME:    sm.overlap = ["previous", "next"]
// CHECK-NEXT:    nvvm.griddepcontrol wait
// CHECK-NEXT:    nvvm.griddepcontrol launch_dependents
func.func @both() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.overlap = ["previous", "next"]} {
  sm.barrier
  return
}
// CHECK-LABEL: llvm.func @next
// CHECK-NEXT:    nvvm.griddepcontrol launch_dependents
// CHECK-NEXT:    nvvm.barrier
func.func @next() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.overlap = ["next"]} {
  sm.barrier
  return
}
}

// -----

// Before sm_90 kernels follow each other.
module attributes {sm.arch = "sm_89"} {
// CHECK-LABEL: llvm.func @alone
// CHECK-NOT:     griddepcontrol
func.func @alone() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.overlap = ["previous", "next"]} {
  sm.barrier
  return
}
}
