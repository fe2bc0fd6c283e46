// Loops of zero, one and several iterations, counting unsigned and with a remainder, values that change places, branches, while.
// RUN: mla-interpret %s --grid 2,2 --argument "arg0=*i32:48?" --print all | FileCheck %s

// For each program: signed from -3 to 4 by 3; none; unsigned 250 to 255 by 2 of i8, added as signed; three swaps; a
// branch by program; steps from 6 to 1.
// CHECK: arg0 = [
// CHECK-SAME: {{^}}0, 0, -12, 2, 1, 8, 0, 0, 0, 0, 0, 0,
// CHECK-SAME: {{^}} 0, 0, -12, 2, 2, 8, 0, 0, 0, 0, 0, 0,
// CHECK-SAME: {{^}} 0, 0, -12, 2, 11, 8, 0, 0, 0, 0, 0, 0,
// CHECK-SAME: {{^}} 0, 0, -12, 2, 12, 8, 0, 0, 0, 0, 0, 0]
func.func @control(%out: !tile.ptr<i32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  %c6 = arith.constant 6 : i32
  %c10 = arith.constant 10 : i32
  %c12 = arith.constant 12 : i32
  %m3 = arith.constant -3 : i32
  %x = tile.program_id 0
  %y = tile.program_id 1
  %width = tile.num_programs 0
  %row = arith.muli %y, %width : i32
  %program = arith.addi %row, %x : i32
  %base = arith.muli %program, %c12 : i32
  %p = tile.addptr %out, %base : !tile.ptr<i32>, i32
  %r = tile.range 0 to 12 : tensor<12xi32>
  %ps = tile.splat %p : !tile.ptr<i32> -> tensor<12x!tile.ptr<i32>>
  %all = tile.addptr %ps, %r : tensor<12x!tile.ptr<i32>>, tensor<12xi32>
  %zeros = arith.constant dense<0> : tensor<12xi32>
  tile.store %all, %zeros : tensor<12x!tile.ptr<i32>>

  %a = scf.for %i = %m3 to %c4 step %c3 iter_args(%sum = %c0) -> (i32) : i32 {
    %next = arith.addi %sum, %i : i32
    scf.yield %next : i32
  }
  tile.store %p, %a : !tile.ptr<i32>

  %b = scf.for %i = %c4 to %m3 step %c1 iter_args(%sum = %c0) -> (i32) : i32 {
    scf.yield %c10 : i32
  }
  %p1 = tile.addptr %p, %c1 : !tile.ptr<i32>, i32
  tile.store %p1, %b : !tile.ptr<i32>

  %from = arith.constant 250 : i8
  %to = arith.constant 255 : i8
  %by = arith.constant 2 : i8
  %c = scf.for unsigned %i = %from to %to step %by iter_args(%sum = %c0) -> (i32) : i8 {
    %wide = arith.extsi %i : i8 to i32
    %next = arith.addi %sum, %wide : i32
    scf.yield %next : i32
  }
  %p2 = tile.addptr %p, %c2 : !tile.ptr<i32>, i32
  %d:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%left = %c1, %right = %c2) -> (i32, i32) : i32 {
    scf.yield %right, %left : i32, i32
  }
  tile.store %p2, %c : !tile.ptr<i32>
  %p3 = tile.addptr %p, %c3 : !tile.ptr<i32>, i32
  tile.store %p3, %d#0 : !tile.ptr<i32>

  %first = arith.cmpi eq, %y, %c0 : i32
  %e = scf.if %first -> (i32) {
    %one = arith.addi %x, %c1 : i32
    scf.yield %one : i32
  } else {
    %eleven = arith.addi %x, %c10 : i32
    %more = arith.addi %eleven, %c1 : i32
    scf.yield %more : i32
  }
  %p4 = tile.addptr %p, %c4 : !tile.ptr<i32>, i32
  scf.if %first {
    tile.store %p4, %e : !tile.ptr<i32>
  } else {
    tile.store %p4, %e : !tile.ptr<i32>
  }

  %f:2 = scf.while (%n = %c6, %steps = %c0) : (i32, i32) -> (i32, i32) {
    %goesOn = arith.cmpi ne, %n, %c1 : i32
    scf.condition(%goesOn) %n, %steps : i32, i32
  } do {
  ^bb0(%n: i32, %steps: i32):
    %half = arith.divsi %n, %c2 : i32
    %triple = arith.muli %n, %c3 : i32
    %odd = arith.addi %triple, %c1 : i32
    %rest = arith.remsi %n, %c2 : i32
    %isEven = arith.cmpi eq, %rest, %c0 : i32
    %next = arith.select %isEven, %half, %odd : i32
    %count = arith.addi %steps, %c1 : i32
    scf.yield %next, %count : i32, i32
  }
  %c5 = arith.constant 5 : i32
  %p5 = tile.addptr %p, %c5 : !tile.ptr<i32>, i32
  tile.store %p5, %f#1 : !tile.ptr<i32>
  return
}
