// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(expand-indexer),canonicalize,cse)' | FileCheck %s --implicit-check-not=indexer.

// The maximum keeps NaN; the scale multiplies sums.
// CHECK-LABEL: func @head_reduce
// CHECK-SAME:  (%[[S:.*]]: tensor<6x5xf32>, %[[W:.*]]: tensor<2x3xf32>, %[[K:.*]]: tensor<5xf32>)
// CHECK:       %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<6x5xf32>
// CHECK:       %[[MAX:.*]] = arith.maximumf %[[S]], %[[ZERO]]
// CHECK:       %[[HEADS:.*]] = tile.reshape %[[MAX]] : tensor<6x5xf32> -> tensor<2x3x5xf32>
// CHECK:       %[[W1:.*]] = tile.expand_dims %[[W]] {axis = 2 : i32}
// CHECK:       %[[W2:.*]] = tile.broadcast %[[W1]] : tensor<2x3x1xf32> -> tensor<2x3x5xf32>
// CHECK:       %[[PARTS:.*]] = arith.mulf %[[HEADS]], %[[W2]] fastmath<contract>
// CHECK:       %[[SUMS:.*]] = tile.reduce sum %[[PARTS]] {axis = 1 : i32} : tensor<2x3x5xf32> -> tensor<2x5xf32>
// CHECK:       %[[K1:.*]] = tile.expand_dims %[[K]] {axis = 0 : i32}
// CHECK:       %[[K2:.*]] = tile.broadcast %[[K1]] : tensor<1x5xf32> -> tensor<2x5xf32>
// CHECK:       %[[R:.*]] = arith.mulf %[[SUMS]], %[[K2]] fastmath<contract>
// CHECK:       return %[[R]]
func.func @head_reduce(%s: tensor<6x5xf32>, %w: tensor<2x3xf32>, %k: tensor<5xf32>) -> tensor<2x5xf32> {
  %r = indexer.head_reduce %s, %w key_scale %k : tensor<6x5xf32>, tensor<2x3xf32>, tensor<5xf32> -> tensor<2x5xf32>
  return %r : tensor<2x5xf32>
}

// -----

// CHECK-LABEL: func @head_reduce_unscaled
// CHECK:       %[[SUMS:.*]] = tile.reduce sum
// CHECK-NEXT:  return %[[SUMS]]
func.func @head_reduce_unscaled(%s: tensor<6x5xf32>, %w: tensor<1x6xf32>) -> tensor<1x5xf32> {
  %r = indexer.head_reduce %s, %w : tensor<6x5xf32>, tensor<1x6xf32> -> tensor<1x5xf32>
  return %r : tensor<1x5xf32>
}

// -----

// CHECK-LABEL: func @topk_init
// CHECK:       %[[R:.*]] = arith.constant dense<-9223372036854775808> : tensor<2x4xi64>
// CHECK:       return %[[R]]
func.func @topk_init() -> tensor<2x4xi64> {
  %r = indexer.topk_init : tensor<2x4xi64>
  return %r : tensor<2x4xi64>
}

// -----

// As many logits as places: entries, sorted; the greater of both; one pass.
// CHECK-LABEL: func @topk_step
// CHECK-SAME:  (%[[X:.*]]: tensor<2x4xf32>, %[[FIRST:.*]]: tensor<2xi32>, %[[LIMIT:.*]]: tensor<2xi32>, %[[S:.*]]: tensor<2x4xi64>)
// CHECK-DAG:   %[[NONE:.*]] = arith.constant dense<-9223372036854775808> : tensor<2x4xi64>
// CHECK-DAG:   %[[NAN:.*]] = arith.constant dense<-2147483647> : tensor<2x4xi32>
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<2x4xf32>
// CHECK-DAG:   %[[NOLIMIT:.*]] = arith.constant dense<0> : tensor<2xi32>
// CHECK-DAG:   %[[WORD:.*]] = arith.constant dense<32> : tensor<2x4xi64>
// CHECK-DAG:   %[[ONES:.*]] = arith.constant dense<-1> : tensor<2x4xi32>
// CHECK:       %[[COLS:.*]] = tile.broadcast %{{.*}} : tensor<1x4xi32> -> tensor<2x4xi32>
// CHECK:       %[[INDEX:.*]] = arith.addi %{{.*}}, %[[COLS]]
// CHECK:       %[[END:.*]] = arith.maxsi %[[LIMIT]], %[[NOLIMIT]]
// CHECK:       %[[IN:.*]] = arith.cmpi ult, %[[INDEX]], %{{.*}}
// CHECK:       %[[ISNAN:.*]] = arith.cmpf uno, %[[X]], %[[X]]
// CHECK:       %[[NUMBER:.*]] = arith.addf %[[X]], %[[ZERO]] : tensor<2x4xf32>
// CHECK:       %[[BITS:.*]] = arith.bitcast %[[NUMBER]]
// CHECK:       %[[SIGN:.*]] = arith.shrsi %[[BITS]], %{{.*}}
// CHECK:       %[[OTHERS:.*]] = arith.shrui %[[SIGN]], %{{.*}}
// CHECK:       %[[ORDERED:.*]] = arith.xori %[[BITS]], %[[OTHERS]]
// CHECK:       %[[RANK:.*]] = arith.select %[[ISNAN]], %[[NAN]], %[[ORDERED]]
// CHECK:       %[[WIDE:.*]] = arith.extsi %[[RANK]]
// CHECK:       %[[HIGH:.*]] = arith.shli %[[WIDE]], %[[WORD]]
// CHECK:       %[[INVERSE:.*]] = arith.xori %[[INDEX]], %[[ONES]]
// CHECK:       %[[LOW:.*]] = arith.extui %[[INVERSE]]
// CHECK:       %[[ENTRY:.*]] = arith.ori %[[HIGH]], %[[LOW]]
// CHECK:       %[[ENTRIES:.*]] = arith.select %[[IN]], %[[ENTRY]], %[[NONE]]
// CHECK:       %[[SORTED:.*]] = tile.sort %[[ENTRIES]] {axis = 1 : i32, descending}
// CHECK:       %[[BOTH:.*]] = arith.maxsi %[[S]], %[[SORTED]]
// CHECK:       %[[R:.*]] = tile.sort %[[BOTH]] {axis = 1 : i32, bitonic}
// CHECK:       return %[[R]]
func.func @topk_step(%x: tensor<2x4xf32>, %first: tensor<2xi32>, %limit: tensor<2xi32>, %s: tensor<2x4xi64>) -> tensor<2x4xi64> {
  %r = indexer.topk_step %x, %first, %limit, %s : tensor<2x4xf32>, tensor<2x4xi64>
  return %r : tensor<2x4xi64>
}

// -----

// More logits than places: the first ones of those sorted.
// CHECK-LABEL: func @topk_step_cuts
// CHECK:       %[[SORTED:.*]] = tile.sort %{{.*}} {axis = 1 : i32, descending} : tensor<2x7xi64>
// CHECK:       %[[FIRST:.*]] = tile.slice %[[SORTED]] [0, 0] : tensor<2x7xi64> -> tensor<2x4xi64>
// CHECK:       arith.maxsi %{{.*}}, %[[FIRST]]
func.func @topk_step_cuts(%x: tensor<2x7xf32>, %first: tensor<2xi32>, %limit: tensor<2xi32>, %s: tensor<2x4xi64>) -> tensor<2x4xi64> {
  %r = indexer.topk_step %x, %first, %limit, %s : tensor<2x7xf32>, tensor<2x4xi64>
  return %r : tensor<2x4xi64>
}

// -----

// Fewer logits than places, a power of two: copies, of which the first counts.
// CHECK-LABEL: func @topk_step_fills
// CHECK-DAG:   %[[NONE:.*]] = arith.constant dense<-9223372036854775808> : tensor<2x16xi64>
// CHECK-DAG:   %[[COUNT:.*]] = arith.constant dense<4> : tensor<2x16xi32>
// CHECK:       %[[SORTED:.*]] = tile.sort %{{.*}} {axis = 1 : i32, descending} : tensor<2x4xi64>
// CHECK:       %[[ONE:.*]] = tile.expand_dims %[[SORTED]] {axis = 1 : i32}
// CHECK:       %[[COPIES:.*]] = tile.broadcast %[[ONE]] : tensor<2x1x4xi64> -> tensor<2x4x4xi64>
// CHECK:       %[[ROW:.*]] = tile.reshape %[[COPIES]] : tensor<2x4x4xi64> -> tensor<2x16xi64>
// CHECK:       %[[PRESENT:.*]] = arith.cmpi slt, %{{.*}}, %[[COUNT]]
// CHECK:       %[[FILLED:.*]] = arith.select %[[PRESENT]], %[[ROW]], %[[NONE]]
// CHECK:       arith.maxsi %{{.*}}, %[[FILLED]]
func.func @topk_step_fills(%x: tensor<2x4xf32>, %first: tensor<2xi32>, %limit: tensor<2xi32>, %s: tensor<2x16xi64>) -> tensor<2x16xi64> {
  %r = indexer.topk_step %x, %first, %limit, %s : tensor<2x4xf32>, tensor<2x16xi64>
  return %r : tensor<2x16xi64>
}

// -----

// Fewer logits than places, any number.
// CHECK-LABEL: func @topk_step_gathers
// CHECK:       %[[SORTED:.*]] = tile.sort %{{.*}} {axis = 1 : i32, descending} : tensor<2x5xi64>
// CHECK:       %[[ROW:.*]] = tile.gather %[[SORTED]][%[[COLS:.*]]] {axis = 1 : i32} : tensor<2x5xi64>, tensor<2x8xi32> -> tensor<2x8xi64>
// CHECK:       %[[PRESENT:.*]] = arith.cmpi slt, %[[COLS]], %{{.*}}
// CHECK:       arith.select %[[PRESENT]], %[[ROW]], %{{.*}}
func.func @topk_step_gathers(%x: tensor<2x5xf32>, %first: tensor<2xi32>, %limit: tensor<2xi32>, %s: tensor<2x8xi64>) -> tensor<2x8xi64> {
  %r = indexer.topk_step %x, %first, %limit, %s : tensor<2x5xf32>, tensor<2x8xi64>
  return %r : tensor<2x8xi64>
}

// -----

// CHECK-LABEL: func @topk_finish
// CHECK-SAME:  (%[[S:.*]]: tensor<2x4xi64>)
// CHECK-DAG:   %[[NEGINF:.*]] = arith.constant dense<0xFF800000> : tensor<2x3xf32>
// CHECK-DAG:   %[[NAN:.*]] = arith.constant dense<0x7FC00000> : tensor<2x3xf32>
// CHECK-DAG:   %[[NANRANK:.*]] = arith.constant dense<-2147483647> : tensor<2x3xi32>
// CHECK-DAG:   %[[NORANK:.*]] = arith.constant dense<-2147483648> : tensor<2x3xi32>
// CHECK:       %[[SORTED:.*]] = tile.sort %[[S]] {axis = 1 : i32, bitonic, descending}
// CHECK:       %[[CHOSEN:.*]] = tile.slice %[[SORTED]] [0, 0] : tensor<2x4xi64> -> tensor<2x3xi64>
// CHECK:       %[[HIGH:.*]] = arith.shrui %[[CHOSEN]], %{{.*}}
// CHECK:       %[[RANK:.*]] = arith.trunci %[[HIGH]]
// CHECK:       %[[BITS:.*]] = arith.xori %[[RANK]], %{{.*}}
// CHECK:       %[[NUMBER:.*]] = arith.bitcast %[[BITS]]
// CHECK:       %[[ISNAN:.*]] = arith.cmpi eq, %[[RANK]], %[[NANRANK]]
// CHECK:       %[[VALUE:.*]] = arith.select %[[ISNAN]], %[[NAN]], %[[NUMBER]]
// CHECK:       %[[UNUSED:.*]] = arith.cmpi eq, %[[RANK]], %[[NORANK]]
// CHECK:       %[[VALUES:.*]] = arith.select %[[UNUSED]], %[[NEGINF]], %[[VALUE]]
// CHECK:       %[[LOW:.*]] = arith.trunci %[[CHOSEN]]
// CHECK:       %[[INDICES:.*]] = arith.xori %[[LOW]], %{{.*}}
// CHECK:       return %[[VALUES]], %[[INDICES]]
func.func @topk_finish(%s: tensor<2x4xi64>) -> (tensor<2x3xf32>, tensor<2x3xi32>) {
  %v, %i = indexer.topk_finish %s : tensor<2x4xi64> -> tensor<2x3xf32>, tensor<2x3xi32>
  return %v, %i : tensor<2x3xf32>, tensor<2x3xi32>
}
