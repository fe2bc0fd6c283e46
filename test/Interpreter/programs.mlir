// Every program of the grid runs once, in order or, with a seed, in another one that is the same each time.
// RUN: mla-interpret %s --grid 2,3,2 --argument "arg0=*i32:13?" --print all | FileCheck %s --check-prefixes=CHECK,ORDER
// RUN: mla-interpret %s --grid 2,3,2 --argument "arg0=*i32:13?" --print all --seed 2 > %t.first
// RUN: mla-interpret %s --grid 2,3,2 --argument "arg0=*i32:13?" --print all --seed 2 > %t.second
// RUN: FileCheck %s --implicit-check-not=" 11]" < %t.first
// RUN: cmp %t.first %t.second
// RUN: mla-interpret %s --grid 2,0 --argument "arg0=*i32:13?" --print all | FileCheck %s --check-prefix=NONE

// CHECK: arg0 = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
// ORDER-SAME: {{^}} 11]
// NONE: arg0 = [?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?]
func.func @programs(%out: !tile.ptr<i32>) attributes {tile.kernel} {
  %c12 = arith.constant 12 : i32
  %x = tile.program_id 0
  %y = tile.program_id 1
  %z = tile.program_id 2
  %width = tile.num_programs 0
  %height = tile.num_programs 1
  %plane = arith.muli %z, %height : i32
  %row = arith.addi %plane, %y : i32
  %first = arith.muli %row, %width : i32
  %index = arith.addi %first, %x : i32
  %own = tile.addptr %out, %index : !tile.ptr<i32>, i32
  tile.store %own, %index : !tile.ptr<i32>
  %last = tile.addptr %out, %c12 : !tile.ptr<i32>, i32
  tile.store %last, %index : !tile.ptr<i32>
  return
}
