// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-print-schedule))' -o /dev/null 2>&1 | FileCheck %s --strict-whitespace
// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-assign-phases,canonicalize,ws-print-schedule))' -o /dev/null 2>&1 | FileCheck %s --check-prefix=PHASES

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<2 x tensor<64x64xbf16>>

// CHECK-LABEL: schedule of attend for sm_90a
// CHECK-NEXT:{{^}}  shared memory: 16384 of 232448 bytes
// CHECK-NEXT:{{^}}    kv        2 x 64x64 bf16        16384 bytes  copy to compute
// CHECK-NEXT:{{^}}  registers: 35840 of 65536
// CHECK-NEXT:{{^}}  compute: warps 0-3, 240 registers       | copy: warps 4-7, 40 registers
// CHECK-NEXT:{{^}}  ----------------------------------------+-----------------------------------------
// CHECK-NEXT:{{^}}  for keys: i = 0 to min(n, 4096) step 64 | for keys: i = 0 to min(n, 4096) step 64
// CHECK-NEXT:{{^}}    get kv                                |   put kv
// CHECK-NEXT:{{^}}    dot qk: 64x64x64 bf16                 |
// CHECK-NEXT:{{^}}    reduce max: 64x64 f32 along 1         |
// CHECK-NEXT:{{^}}    exp2, truncf: 64x64                   |
// CHECK-NEXT:{{^}}    dot pv: 64x64x64 bf16                 |
// CHECK-NEXT:{{^}}    release kv                            |
// CHECK-NEXT:{{^}}  if last                                 |
// CHECK-NEXT:{{^}}    store: 64x64 f32                      |
// CHECK-NEXT:{{^}}  else                                    |
// CHECK-NEXT:{{^}}    store: 64x64 f32                      |
// CHECK-EMPTY:

// PHASES-LABEL: schedule of attend
// PHASES:       for keys: i = 0 to min(n, 4096) step 64
// PHASES-NEXT:    get kv[slot] {{ *}}|   put kv[slot]
// PHASES:         release kv[slot]
module attributes {sm.arch = "sm_90a"} {
func.func @attend(%v: !view, %n: i32, %flag: i1, %out: tensor<64x64x!tile.ptr<f32>>) attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "cache"}, {name = "n"}, {name = "last"}, {name = "out"}]} {
  %kv = ws.channel {label = "kv"} : !channel
  %c0 = arith.constant 0 : i32
  %c64 = arith.constant 64 : i32
  %most = arith.constant 4096 : i32
  %end = arith.minsi %n, %most : i32
  %col = arith.constant 0 : i64
  ws.role "compute" warps(0, 4) registers(240) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %r = scf.for %i = %c0 to %end step %c64 iter_args(%acc = %zero) -> (tensor<64x64xf32>) : i32 {
      %t = ws.get %kv : !channel
      %s = tile.dot %t, %t, %zero {label = "qk"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      %top = tile.reduce max %s {axis = 1 : i32} : tensor<64x64xf32> -> tensor<64xf32>
      %p = math.exp2 %s : tensor<64x64xf32>
      %h = arith.truncf %p : tensor<64x64xf32> to tensor<64x64xbf16>
      %d = tile.dot %h, %t, %acc {label = "pv"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      ws.release %kv : !channel
      scf.yield %d : tensor<64x64xf32>
    } {tile.label = "keys"}
    scf.if %flag {
      tile.store %out, %r : tensor<64x64x!tile.ptr<f32>>
    } else {
      tile.store %out, %zero : tensor<64x64x!tile.ptr<f32>>
    }
  }
  ws.role "copy" warps(4, 4) registers(40) {
    scf.for %i = %c0 to %end step %c64 : i32 {
      %row = arith.extsi %i : i32 to i64
      ws.put_view %kv, %v[%row, %col] : !channel, !view
    } {tile.label = "keys"}
  }
  return
}
}

// -----

!probs = !ws.channel<1 x tensor<64x64xbf16>>
!maxima = !ws.channel<2 x tensor<64xf32>>

// A computed tile is put as a copied one is. Its slot is the channel's own counter also where both roles only put and get.
// CHECK-LABEL: schedule of hand_over for sm_90a
// CHECK-NEXT:{{^}}  shared memory: 8704 of 232448 bytes
// CHECK-NEXT:{{^}}    p         1 x 64x64 bf16         8192 bytes  left to right
// CHECK-NEXT:{{^}}    max       2 x 64 f32              512 bytes  left to right
// CHECK-NEXT:{{^}}  left: warps 0-3       | right: warps 4-7
// CHECK-NEXT:{{^}}  ----------------------+-----------------------
// CHECK-NEXT:{{^}}  for i = 0 to n step 1 | for i = 0 to n step 1
// CHECK-NEXT:{{^}}    put p               |   get p
// CHECK-NEXT:{{^}}    put max             |   get max
// CHECK-NEXT:{{^}}                        |   release p
// PHASES-LABEL: schedule of hand_over
// PHASES:       for i = 0 to n step 1
// PHASES-NEXT:    put p[slot] {{ *}}|   get p[slot]
// PHASES-NEXT:    put max[slot] {{ *}}|   get max[slot]
module attributes {sm.arch = "sm_90a"} {
func.func @hand_over(%p: tensor<64x64xbf16>, %m: tensor<64xf32>, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "p"}, {name = "m"}, {name = "n"}]} {
  %cp = ws.channel {label = "p"} : !probs
  %cm = ws.channel {label = "max"} : !maxima
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_tile %cp, %p : !probs, tensor<64x64xbf16>
      ws.put_tile %cm, %m : !maxima, tensor<64xf32>
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %cp : !probs
      %x = ws.get %cm : !maxima
      ws.release %cp : !probs
      ws.release %cm : !maxima
    }
  }
  return
}
}

// -----

// A kernel without roles has no schedule.
// CHECK-NOT: schedule of nothing
func.func @nothing() attributes {tile.kernel} {
  return
}
