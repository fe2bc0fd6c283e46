// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm),canonicalize)' | FileCheck %s

// One role with products of warpgroups: what cp.async copied is fenced for the async proxy behind its wait. Nothing but products
// uses the accumulator, so that each runs into the next iteration: it is issued before the copies, which fill the slot of the
// product before.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<3 x tensor<64x64xbf16, #shared>>
!ptrs = tensor<64x64x!tile.ptr<bf16>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @products_stay_in_flight
  // CHECK:       %[[LOOP:[0-9]+]]:2 = scf.for {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[K:.*]] = %{{.*}})
  // CHECK:         sm.wait_group 1 for
  // CHECK-NEXT:    sm.fence_proxy_async
  // CHECK-NEXT:    %[[A:.*]] = sm.slot %{{.*}}[%[[K]]]
  // CHECK-NEXT:    %[[B:.*]] = sm.slot %{{.*}}[%[[K]]]
  // CHECK:         %[[T:.*]] = sm.trans %[[B]]
  // CHECK-NEXT:    %[[D:.*]] = sm.wgmma %[[A]], %[[T]], %[[ACC]] warps [4, 1]
  // CHECK-NEXT:    sm.wgmma_wait 1{{$}}
  // CHECK-NEXT:    sm.async_copy
  // CHECK:         scf.yield %[[D]]
  // CHECK:       sm.wgmma_wait 0 for %[[LOOP]]#0
  func.func @products_stay_in_flight(%p: !ptrs, %if: i1, %n: i32, %out: tensor<64x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !channel
    %b = ws.channel {label = "b"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %first = arith.constant dense<0.0> : tensor<64x64xf32>
      %r:2 = scf.for %i = %zero to %n step %one iter_args(%acc = %first, %k = %zero) -> (tensor<64x64xf32>, i32) : i32 {
        %ta = ws.get %a[%k] {ahead = 2 : i32} : !channel
        %tb = ws.get %b[%k] {ahead = 2 : i32} : !channel
        %next = arith.addi %k, %one : i32
        ws.put %a[%next], %p if %if {access = #tile.access<dim = 1, elems = 8>} : !channel, !ptrs
        ws.put %b[%next], %p if %if {access = #tile.access<dim = 1, elems = 8>} : !channel, !ptrs
        %t = tile.trans %tb : tensor<64x64xbf16> -> tensor<64x64xbf16>
        %d = tile.dot %ta, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        scf.yield %d, %next : tensor<64x64xf32>, i32
      }
      tile.store %out, %r#0 : tensor<64x64x!tile.ptr<f32>>
    }
    return
  }
}

// -----

// Slots filled behind their last reader: the product is complete before.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #shared>>
!ptrs = tensor<64x64x!tile.ptr<bf16>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @late
  // CHECK:         sm.wait_group 0 for
  // CHECK-NEXT:    sm.fence_proxy_async
  // CHECK:         %[[D:.*]] = sm.wgmma
  // CHECK:         sm.wgmma_wait 0 for %[[D]]
  // CHECK-NEXT:    sm.async_copy
  func.func @late(%p: !ptrs, %if: i1, %n: i32, %out: tensor<64x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %first = arith.constant dense<0.0> : tensor<64x64xf32>
      %r = scf.for %i = %zero to %n step %one iter_args(%acc = %first) -> (tensor<64x64xf32>) : i32 {
        %t = ws.get %a[%zero] {ahead = 1 : i32} : !channel
        %d = tile.dot %t, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        ws.put %a[%zero], %p if %if {access = #tile.access<dim = 1, elems = 8>} : !channel, !ptrs
        scf.yield %d : tensor<64x64xf32>
      }
      tile.store %out, %r : tensor<64x64x!tile.ptr<f32>>
    }
    return
  }
}

// -----

// The left factor in registers, the result scaled: complete where it is used. Outside a loop a product ends at once, since other
// memory may be planned where its factors lie.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<2 x tensor<64x64xbf16, #shared>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @results_are_waited_for
  // CHECK:         %[[D:.*]] = sm.wgmma %{{.*}}, %{{.*}}, %{{.*}} warps [4, 1] : tensor<64x64xbf16>
  // CHECK:         %[[OTHER:.*]] = arith.addf
  // CHECK:         %[[W:.*]] = sm.wgmma_wait 0 for %[[D]]
  // CHECK-NEXT:    arith.addf %[[W]], %[[OTHER]]
  // CHECK:       %[[E:.*]] = sm.wgmma
  // CHECK-NEXT:  sm.wgmma_wait 0 for %[[E]]
  func.func @results_are_waited_for(%x: tensor<64x64xbf16>, %y: tensor<64x64xf32>, %n: i32, %out: tensor<64x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %first = arith.constant dense<0.0> : tensor<64x64xf32>
      %r = scf.for %i = %zero to %n step %one iter_args(%acc = %first) -> (tensor<64x64xf32>) : i32 {
        %t = ws.get %a[%zero] {ahead = 1 : i32} : !channel
        %d = tile.dot %x, %t, %first : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        %other = arith.addf %acc, %y : tensor<64x64xf32>
        %sum = arith.addf %d, %other : tensor<64x64xf32>
        scf.yield %sum : tensor<64x64xf32>
      }
      %last = ws.get %a[%zero] : !channel
      %e = tile.dot %x, %last, %r : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      %twice = arith.addf %y, %y : tensor<64x64xf32>
      %all = arith.addf %e, %twice : tensor<64x64xf32>
      tile.store %out, %all : tensor<64x64x!tile.ptr<f32>>
    }
    return
  }
}

// -----

// Fewer rows than an instruction has, or warps that are no warpgroup: mma.sync.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #shared>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @unfit
  // CHECK-NOT:   fence_proxy
  // CHECK:       sm.mma
  // CHECK-NOT:   sm.wgmma
  func.func @unfit(%x: tensor<16x64xbf16>, %acc: tensor<16x64xf32>, %out: tensor<16x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      %t = ws.get %a[%zero] : !channel
      %d = tile.dot %x, %t, %acc : tensor<16x64xbf16>, tensor<64x64xbf16>, tensor<16x64xf32>
      tile.store %out, %d : tensor<16x64x!tile.ptr<f32>>
    }
    return
  }
}

// -----

// Copies of 2 bytes go through registers, which an accumulator of wgmma would take from the loads under way: mma.sync.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #shared>>
!ptrs = tensor<64x64x!tile.ptr<bf16>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @narrow_copies
  // CHECK-NOT:   fence_proxy
  // CHECK:       sm.mma
  // CHECK-NOT:   sm.wgmma
  func.func @narrow_copies(%p: !ptrs, %if: i1, %acc: tensor<64x64xf32>, %out: tensor<64x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      ws.put %a[%zero], %p if %if {access = #tile.access<dim = 1, elems = 1>} : !channel, !ptrs
      %t = ws.get %a[%zero] : !channel
      %d = tile.dot %t, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      tile.store %out, %d : tensor<64x64x!tile.ptr<f32>>
    }
    return
  }
}

// -----

// A tile that is copied and read in one iteration is waited for behind the copy: the product stays there, and ends there.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!deep = !ws.channel<3 x tensor<64x64xbf16, #shared>>
!channel = !ws.channel<1 x tensor<64x64xbf16, #shared>>
!ptrs = tensor<64x64x!tile.ptr<bf16>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @waited_for_behind_a_copy
  // CHECK:         sm.async_copy
  // CHECK:         sm.async_copy
  // CHECK:         sm.wait_group 0
  // CHECK:         %[[D:.*]] = sm.wgmma
  // CHECK:         %[[W:.*]] = sm.wgmma_wait 0 for %[[D]]
  // CHECK:         scf.yield %[[W]]
  func.func @waited_for_behind_a_copy(%p: !ptrs, %if: i1, %n: i32, %out: tensor<64x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !deep
    %b = ws.channel {label = "b"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %first = arith.constant dense<0.0> : tensor<64x64xf32>
      %r = scf.for %i = %zero to %n step %one iter_args(%acc = %first) -> (tensor<64x64xf32>) : i32 {
        %ta = ws.get %a[%zero] {ahead = 2 : i32} : !deep
        ws.put %a[%one], %p if %if {access = #tile.access<dim = 1, elems = 8>} : !deep, !ptrs
        ws.put %b[%zero], %p {access = #tile.access<dim = 1, elems = 8>} : !channel, !ptrs
        %tb = ws.get %b[%zero] : !channel
        %d = tile.dot %ta, %tb, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        scf.yield %d : tensor<64x64xf32>
      }
      tile.store %out, %r : tensor<64x64x!tile.ptr<f32>>
    }
    return
  }
}

// -----

// A result with another user than the next product's accumulator is complete before that product, in the same block or a nested one.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #shared>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @two_users
  // CHECK:         %[[D:.*]] = sm.wgmma
  // CHECK:         %[[WD:.*]] = sm.wgmma_wait 0 for %[[D]]
  // CHECK:         %[[E:.*]] = sm.wgmma %{{.*}}, %{{.*}}, %[[WD]]
  // CHECK:         %[[WE:.*]] = sm.wgmma_wait 0 for %[[E]]
  // CHECK:         arith.mulf %[[WE]], %[[WD]]
  func.func @two_users(%x: tensor<64x64xbf16>, %n: i32, %out: tensor<64x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %first = arith.constant dense<0.0> : tensor<64x64xf32>
      scf.for %i = %zero to %n step %one : i32 {
        %t = ws.get %a[%zero] {ahead = 1 : i32} : !channel
        %d = tile.dot %x, %t, %first : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        %e = tile.dot %x, %t, %d : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        %m = arith.mulf %e, %d : tensor<64x64xf32>
        tile.store %out, %m : tensor<64x64x!tile.ptr<f32>>
      }
    }
    return
  }
}

// -----

// A tile that is computed for the next iteration is stored while the product runs: it goes into another slot. The product is
// complete where its sum is needed.
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<2 x tensor<64x64xbf16, #shared>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @computed_ahead
  // CHECK:         %[[D:.*]] = sm.wgmma
  // CHECK-NOT:     sm.wgmma_wait
  // CHECK:         sm.store_shared
  // CHECK-NEXT:    sm.fence_proxy_async
  // CHECK-NEXT:    sm.wgmma_wait 0 for %[[D]]
  func.func @computed_ahead(%x: tensor<64x64xbf16>, %n: i32, %out: tensor<64x64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "qk.shared"} : !channel
    ws.role "all" warps(0, 4) {
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %first = arith.constant dense<0.0> : tensor<64x64xf32>
      %r:2 = scf.for %i = %zero to %n step %one iter_args(%acc = %first, %k = %zero) -> (tensor<64x64xf32>, i32) : i32 {
        %t = ws.get %a[%k] {ahead = 1 : i32} : !channel
        %next = arith.subi %one, %k : i32
        %u = tile.trans %t : tensor<64x64xbf16> -> tensor<64x64xbf16>
        %d = tile.dot %t, %u, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        ws.put_tile %a[%next], %x : !channel, tensor<64x64xbf16>
        scf.yield %d, %next : tensor<64x64xf32>, i32
      }
      tile.store %out, %r#0 : tensor<64x64x!tile.ptr<f32>>
    }
    return
  }
}
