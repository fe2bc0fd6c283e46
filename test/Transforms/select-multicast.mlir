// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(ws-select-multicast))' | FileCheck %s

!queries = !ws.channel<1 x tensor<64x64xbf16>>
!keys = !ws.channel<2 x tensor<64x64xbf16>>
!rows = !tile.view<?x64xbf16>
!pages = !tile.view<?x?x64xbf16>

// Decode over pages. CTAs along x have heads of their own, and share a request: the page and the number of tiles come from
// memory, at a place that only program_id 1 names; the position goes round the loop.
// CHECK-LABEL: func.func @keys_are_shared_queries_are_not
// CHECK-SAME:  tile.cluster = 2
// CHECK:       %[[Q:.*]] = ws.channel {label = "q"}
// CHECK:       %[[KV:.*]] = ws.channel {label = "kv"}
// CHECK:       ws.put_view %[[Q]], %{{.*}}[%{{.*}}, %{{.*}}] :
// CHECK:       scf.for
// CHECK:         ws.put_view %[[KV]], %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}] multicast :
func.func @keys_are_shared_queries_are_not(%q: !rows, %kv: !pages, %table: !tile.ptr<i64>, %counts: !tile.ptr<i32>)
    attributes {tile.kernel, tile.cluster = 2 : i32} {
  %cq = ws.channel {label = "q"} : !queries
  %ck = ws.channel {label = "kv"} : !keys
  ws.role "all" warps(0, 8) {
    %zero = arith.constant 0 : i64
    %by = arith.constant 64 : i64
    %first = arith.constant 0 : i32
    %step = arith.constant 1 : i32
    %x = tile.program_id 0
    %head = arith.extsi %x : i32 to i64
    ws.put_view %cq, %q[%head, %zero] : !queries, !rows
    %qt = ws.get %cq : !queries
    %request = tile.program_id 1
    %at = tile.addptr %counts, %request : !tile.ptr<i32>, i32
    %count = tile.load %at : !tile.ptr<i32>
    %end = scf.for %i = %first to %count step %step iter_args(%k = %zero) -> (i64) : i32 {
      %place = tile.addptr %table, %i : !tile.ptr<i64>, i32
      %page = tile.load %place : !tile.ptr<i64>
      ws.put_view %ck, %kv[%page, %k, %zero] : !keys, !pages
      %t = ws.get %ck : !keys
      ws.release %ck : !keys
      %next = arith.addi %k, %by : i64
      scf.yield %next : i64
    }
    ws.release %cq : !queries
  }
  return
}

// -----

!channel = !ws.channel<2 x tensor<64x64xbf16>>
!view = !tile.view<?x?xbf16>

// What goes round a loop varies if it begins with, or is advanced by, what varies; its result as well, and also where only
// the number of iterations varies. A loop that varies inside another one is enough.
// CHECK-LABEL: func.func @loop_carried_positions
// CHECK:       ws.channel {label = "same"}
// CHECK:       ws.put_view %{{.*}}[%{{.*}}, %{{.*}}] multicast :
// CHECK-NOT:   multicast
func.func @loop_carried_positions(%v: !view, %n: i32, %zero: i64) attributes {tile.kernel, tile.cluster = 4 : i32} {
  %same = ws.channel {label = "same"} : !channel
  %begins = ws.channel {label = "begins"} : !channel
  %advances = ws.channel {label = "advances"} : !channel
  %index = ws.channel {label = "index"} : !channel
  %behind = ws.channel {label = "behind"} : !channel
  %trips = ws.channel {label = "trips"} : !channel
  %outer = ws.channel {label = "outer"} : !channel
  ws.role "all" warps(0, 4) {
    %first = arith.constant 0 : i32
    %step = arith.constant 1 : i32
    %by = arith.constant 64 : i64
    %x = tile.program_id 0
    %wide = arith.extsi %x : i32 to i64
    %r:3 = scf.for %i = %first to %n step %step iter_args(%a = %zero, %b = %wide, %c = %zero) -> (i64, i64, i64) : i32 {
      ws.put_view %same, %v[%a, %zero] : !channel, !view
      ws.put_view %begins, %v[%b, %zero] : !channel, !view
      ws.put_view %advances, %v[%zero, %c] : !channel, !view
      %a1 = arith.addi %a, %by : i64
      %b1 = arith.addi %b, %by : i64
      %c1 = arith.addi %c, %wide : i64
      scf.yield %a1, %b1, %c1 : i64, i64, i64
    }
    ws.put_view %behind, %v[%r#2, %zero] : !channel, !view
    // The bound is different in each CTA: so are the number of puts and the position behind.
    %end = scf.for %i = %first to %x step %step iter_args(%k = %zero) -> (i64) : i32 {
      ws.put_view %trips, %v[%zero, %zero] : !channel, !view
      scf.for %j = %first to %n step %step : i32 {
        ws.put_view %outer, %v[%zero, %zero] : !channel, !view
      }
      %k1 = arith.addi %k, %by : i64
      scf.yield %k1 : i64
    }
    ws.put_view %behind, %v[%end, %zero] : !channel, !view
    scf.for %i = %x to %n step %step : i32 {
      %k = arith.extsi %i : i32 to i64
      ws.put_view %index, %v[%k, %zero] : !channel, !view
    }
  }
  return
}

// -----

!channel = !ws.channel<2 x tensor<64x64xbf16>>
!view = !tile.view<?x?xbf16>

// All puts of a channel agree or none is shared; what a branch decides is not looked into.
// CHECK-LABEL: func.func @all_puts_of_a_channel
// CHECK:       %[[BOTH:.*]] = ws.channel {label = "both"}
// CHECK:       %[[ONE:.*]] = ws.channel {label = "one"}
// CHECK:       %[[IF:.*]] = ws.channel {label = "if"}
// CHECK:       ws.put_view %[[BOTH]], %{{.*}} multicast :
// CHECK:       ws.put_view %[[BOTH]], %{{.*}} multicast :
// CHECK:       ws.put_view %[[ONE]], %{{.*}}[%{{.*}}, %{{.*}}] :
// CHECK:       ws.put_view %[[ONE]], %{{.*}}[%{{.*}}, %{{.*}}] :
// CHECK:       ws.put_view %[[IF]], %{{.*}}[%{{.*}}, %{{.*}}] :
// CHECK:       ws.put_view %[[IF]], %{{.*}}[%{{.*}}, %{{.*}}] :
func.func @all_puts_of_a_channel(%v: !view, %zero: i64, %flag: i1) attributes {tile.kernel, tile.cluster = 2 : i32} {
  %both = ws.channel {label = "both"} : !channel
  %one = ws.channel {label = "one"} : !channel
  %if = ws.channel {label = "if"} : !channel
  ws.role "all" warps(0, 4) {
    %x = tile.program_id 0
    %y = tile.program_id 1
    %programs = tile.num_programs 0
    %differs = arith.extsi %x : i32 to i64
    %row = arith.extsi %y : i32 to i64
    %last = arith.extsi %programs : i32 to i64
    ws.put_view %both, %v[%zero, %row] : !channel, !view
    ws.put_view %both, %v[%row, %last] : !channel, !view
    ws.put_view %one, %v[%zero, %row] : !channel, !view
    ws.put_view %one, %v[%zero, %differs] : !channel, !view
    scf.if %flag {
      ws.put_view %if, %v[%zero, %zero] : !channel, !view
    }
    %chosen = scf.if %flag -> (i64) {
      scf.yield %zero : i64
    } else {
      scf.yield %row : i64
    }
    ws.put_view %if, %v[%chosen, %zero] : !channel, !view
  }
  return
}

// -----

!channel = !ws.channel<2 x tensor<64x64xbf16>>
!view = !tile.view<?x?xbf16>

// Tiles that threads copy are not shared, wherever they lie; with nothing to share there is no cluster.
// CHECK-LABEL: func.func @nothing_in_common
// CHECK-NOT:   tile.cluster
// CHECK-NOT:   multicast
// expected-remark @below {{the CTAs of a cluster have no tile in common: the kernel has no cluster}}
func.func @nothing_in_common(%v: !view, %zero: i64, %p: tensor<64x64x!tile.ptr<bf16>>) attributes {tile.kernel, tile.cluster = 2 : i32} {
  %bulk = ws.channel {label = "bulk"} : !channel
  %threads = ws.channel {label = "threads"} : !channel
  ws.role "all" warps(0, 4) {
    %x = tile.program_id 0
    %row = arith.extsi %x : i32 to i64
    ws.put_view %bulk, %v[%row, %zero] : !channel, !view
    ws.put %threads, %p : !channel, tensor<64x64x!tile.ptr<bf16>>
  }
  return
}

// -----

!channel = !ws.channel<2 x tensor<64x64xbf16>>
!view = !tile.view<?x?xbf16>

// No cluster, nothing to do, nothing to remark: without the key, with a cluster of one, or outside of kernels.
// CHECK-LABEL: func.func @no_cluster
// CHECK-NOT:   multicast
func.func @no_cluster(%v: !view, %zero: i64) attributes {tile.kernel} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put_view %c, %v[%zero, %zero] : !channel, !view
  }
  return
}
// CHECK-LABEL: func.func @cluster_of_one
// CHECK-SAME:  tile.cluster = 1
// CHECK-NOT:   multicast
func.func @cluster_of_one(%v: !view, %zero: i64) attributes {tile.kernel, tile.cluster = 1 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put_view %c, %v[%zero, %zero] : !channel, !view
  }
  return
}
