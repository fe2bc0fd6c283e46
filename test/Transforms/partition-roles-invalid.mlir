// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-partition-roles))' -verify-diagnostics

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

func.func @product_without_a_role(%zero: !sums) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["qk"]}, {name = "right", warps = 4 : i32, ops = ["pv.left"]}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %t = ws.get %c : !channel
    // expected-note @below {{matrix product "qk"}}
    %s = tile.dot %t, %t, %zero {label = "qk"} : !tile, !tile, !sums
    // expected-note @below {{matrix product "pv.left"}}
    %l = tile.dot %t, %t, %zero {label = "pv.left"} : !tile, !tile, !sums
    // expected-error @below {{"pv.right" is placed in no role of the recipe}}
    // expected-note @below {{matrix product "pv.right"}}
    %r = tile.dot %t, %t, %zero {label = "pv.right"} : !tile, !tile, !sums
    ws.release %c : !channel
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

func.func @product_without_a_label(%zero: !sums) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 8 : i32, ops = ["*"]}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %t = ws.get %c : !channel
    // expected-note @below {{matrix product "qk"}}
    %s = tile.dot %t, %t, %zero {label = "qk"} : !tile, !tile, !sums
    // expected-error @below {{"without a label" is placed in no role of the recipe}}
    // expected-note @below {{matrix product "without a label"}}
    %l = tile.dot %t, %t, %zero : !tile, !tile, !sums
    ws.release %c : !channel
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

func.func @pattern_that_fits_nothing(%zero: !sums) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["qk"]}, {name = "right", warps = 4 : i32, ops = ["pv.*"]}]} {
  %c = ws.channel {label = "a"} : !channel
  // expected-error @below {{role "right" places "pv.*", which no matrix product is labelled}}
  ws.role "compute" warps(0, 8) {
    %t = ws.get %c : !channel
    // expected-note @below {{matrix product "qk"}}
    %s = tile.dot %t, %t, %zero {label = "qk"} : !tile, !tile, !sums
    // expected-note @below {{matrix product "pv"}}
    %l = tile.dot %t, %t, %zero {label = "pv"} : !tile, !tile, !sums
    ws.release %c : !channel
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

// Twice in one role is once.
func.func @product_placed_twice(%zero: !sums) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["pv.0", "pv.*"]}, {name = "right", warps = 4 : i32, ops = ["*.1"]}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %t = ws.get %c : !channel
    %s = tile.dot %t, %t, %zero {label = "pv.0"} : !tile, !tile, !sums
    // expected-error @below {{"pv.1" is placed in role "left" and in role "right"}}
    %l = tile.dot %t, %t, %zero {label = "pv.1"} : !tile, !tile, !sums
    ws.release %c : !channel
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

func.func @matrices_of_two_roles(%zero: !sums, %out: tensor<64x64x!tile.ptr<f32>>) attributes {tile.kernel, tile.num_warps = 12 : i32,
      tile.roles = [{name = "left", warps = 4 : i32, ops = ["qk.0"]}, {name = "right", warps = 4 : i32, ops = ["qk.1"]}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %t = ws.get %c : !channel
    %s0 = tile.dot %t, %t, %zero {label = "qk.0"} : !tile, !tile, !sums
    %s1 = tile.dot %t, %t, %zero {label = "qk.1"} : !tile, !tile, !sums
    %e1 = math.exp %s1 : !sums
    // expected-error @below {{works on matrices of the roles "left" and "right": only matrix products can, with the left operand from another role}}
    %sum = arith.addf %s0, %e1 : !sums
    ws.release %c : !channel
    tile.store %out, %sum : tensor<64x64x!tile.ptr<f32>>
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

// What a loop carries belongs to the role of what comes in.
func.func @matrices_of_two_roles_in_a_loop(%zero: !sums, %n: i32, %out: tensor<64x64x!tile.ptr<f32>>) attributes {tile.kernel,
      tile.num_warps = 12 : i32, tile.roles = [{name = "left", warps = 4 : i32, ops = ["qk.0"]}, {name = "right", warps = 4 : i32, ops = ["qk.1"]}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %t = ws.get %c : !channel
    %s0 = tile.dot %t, %t, %zero {label = "qk.0"} : !tile, !tile, !sums
    %r = scf.for %i = %n to %n step %n iter_args(%acc = %s0) -> (!sums) : i32 {
      %s1 = tile.dot %t, %t, %zero {label = "qk.1"} : !tile, !tile, !sums
      // expected-error @below {{works on matrices of the roles "left" and "right"}}
      %sum = arith.addf %acc, %s1 : !sums
      scf.yield %sum : !sums
    }
    ws.release %c : !channel
    tile.store %out, %r : tensor<64x64x!tile.ptr<f32>>
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

// expected-error @below {{the recipe's roles have 4 warps, the kernel computes with 8}}
func.func @other_warps(%zero: !sums) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["qk"]}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %t = ws.get %c : !channel
    %s = tile.dot %t, %t, %zero {label = "qk"} : !tile, !tile, !sums
    ws.release %c : !channel
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<1 x tensor<64x64xbf16>>

// expected-error @below {{the recipe names roles, which needs tiles that are copied in bulk: on this target the kernel has one role}}
func.func @one_role(%zero: !sums, %p: tensor<64x64x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 4 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["qk"]}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put %c, %p : !channel, tensor<64x64x!tile.ptr<bf16>>
    %t = ws.get %c : !channel
    %s = tile.dot %t, %t, %zero {label = "qk"} : !tile, !tile, !sums
    ws.release %c : !channel
  }
  return
}

// -----

// expected-error @below {{`tile.roles` must be an array of roles, got "left"}}
func.func @no_array() attributes {tile.kernel, tile.num_warps = 4 : i32, tile.roles = "left"} {
  return
}

// -----

// expected-error @below {{`tile.roles` holds no role: "left"}}
func.func @no_role() attributes {tile.kernel, tile.num_warps = 4 : i32, tile.roles = ["left"]} {
  return
}

// -----

// expected-error @below {{`tile.roles` holds no role: {name = "left", ops = ["qk"]}}}
func.func @no_warps() attributes {tile.kernel, tile.num_warps = 4 : i32, tile.roles = [{name = "left", ops = ["qk"]}]} {
  return
}

// -----

// expected-error @below {{`tile.roles` holds no role: {name = "right", ops = [1 : i32], warps = 4 : i32}}}
func.func @no_label() attributes {tile.kernel, tile.num_warps = 4 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["qk"]}, {name = "right", warps = 4 : i32, ops = [1 : i32]}]} {
  return
}
