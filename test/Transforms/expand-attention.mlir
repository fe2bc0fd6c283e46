// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(expand-attention),canonicalize,cse)' | FileCheck %s --implicit-check-not=attn.

// Limits are clamped to 0 before the first key is subtracted, so that nothing overflows; hidden scores are selected
// away. Columns and rows become matrices only to be compared.
// CHECK-LABEL: func @mask
// CHECK-SAME:  (%[[S:.*]]: tensor<5x7xf32>, %[[K:.*]]: i32, %[[LIMIT:.*]]: tensor<5xi32>)
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0> : tensor<5xi32>
// CHECK-DAG:   %[[NEG:.*]] = arith.constant dense<0xFF800000> : tensor<5x7xf32>
// CHECK:       %[[COLS:.*]] = tile.range 0 to 7 : tensor<7xi32>
// CHECK:       %[[ROW:.*]] = tile.expand_dims %[[COLS]] {axis = 0 : i32}
// CHECK:       %[[COLS2:.*]] = tile.broadcast %[[ROW]] : tensor<1x7xi32> -> tensor<5x7xi32>
// CHECK:       %[[FIRST:.*]] = tile.splat %[[K]] : i32 -> tensor<5xi32>
// CHECK:       %[[END:.*]] = arith.maxsi %[[LIMIT]], %[[ZERO]]
// CHECK:       %[[LEFT:.*]] = arith.subi %[[END]], %[[FIRST]]
// CHECK:       %[[COL:.*]] = tile.expand_dims %[[LEFT]] {axis = 1 : i32}
// CHECK:       %[[LEFT2:.*]] = tile.broadcast %[[COL]] : tensor<5x1xi32> -> tensor<5x7xi32>
// CHECK:       %[[VISIBLE:.*]] = arith.cmpi slt, %[[COLS2]], %[[LEFT2]]
// CHECK:       %[[R:.*]] = arith.select %[[VISIBLE]], %[[S]], %[[NEG]]
// CHECK:       return %[[R]]
func.func @mask(%s: tensor<5x7xf32>, %k: i32, %limit: tensor<5xi32>) -> tensor<5x7xf32> {
  %r = attn.mask %s, %k, %limit : tensor<5x7xf32>, tensor<5xi32>
  return %r : tensor<5x7xf32>
}

// -----

// The window too is clamped, and where it begins.
// CHECK-LABEL: func @mask_window
// CHECK-SAME:  (%[[S:.*]]: tensor<5x7xf32>, %[[K:.*]]: i32, %[[LIMIT:.*]]: tensor<5xi32>, %[[W:.*]]: i32)
// CHECK-DAG:   %[[NONE:.*]] = arith.constant 0 : i32
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0> : tensor<5xi32>
// CHECK:       %[[FIRST:.*]] = tile.splat %[[K]]
// CHECK:       %[[END:.*]] = arith.maxsi %[[LIMIT]], %[[ZERO]]
// CHECK:       %[[BEFORE:.*]] = arith.cmpi slt, %[[COLS:.*]], %{{.*}}
// CHECK:       %[[WIDTH:.*]] = arith.maxsi %[[W]], %[[NONE]] : i32
// CHECK:       %[[WIDTHS:.*]] = tile.splat %[[WIDTH]] : i32 -> tensor<5xi32>
// CHECK:       %[[START:.*]] = arith.subi %[[END]], %[[WIDTHS]]
// CHECK:       %[[START0:.*]] = arith.maxsi %[[START]], %[[ZERO]]
// CHECK:       %[[LEFT:.*]] = arith.subi %[[START0]], %[[FIRST]]
// CHECK:       %[[COL:.*]] = tile.expand_dims %[[LEFT]] {axis = 1 : i32}
// CHECK:       %[[LEFT2:.*]] = tile.broadcast %[[COL]]
// CHECK:       %[[BEHIND:.*]] = arith.cmpi sge, %[[COLS]], %[[LEFT2]]
// CHECK:       %[[VISIBLE:.*]] = arith.andi %[[BEFORE]], %[[BEHIND]]
// CHECK:       arith.select %[[VISIBLE]], %[[S]], %{{.*}}
func.func @mask_window(%s: tensor<5x7xf32>, %k: i32, %limit: tensor<5xi32>, %w: i32) -> tensor<5x7xf32> {
  %r = attn.mask %s, %k, %limit window %w {label = "mask"} : tensor<5x7xf32>, tensor<5xi32>
  return %r : tensor<5x7xf32>
}

// -----

// CHECK-LABEL: func @softmax_init
// CHECK-DAG:   %[[M:.*]] = arith.constant dense<0xFF800000> : tensor<5xf32>
// CHECK-DAG:   %[[L:.*]] = arith.constant dense<0.000000e+00> : tensor<5x7xf32>
// CHECK-DAG:   %[[ACC:.*]] = arith.constant dense<0.000000e+00> : tensor<5x3xf32>
// CHECK:       return %[[M]], %[[L]], %[[ACC]]
func.func @softmax_init() -> (tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>) {
  %m, %l, %acc = attn.softmax_init : tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>
  return %m, %l, %acc : tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>
}

// -----

// Weights and decay subtract the base, which is finite, not the maximum.
// CHECK-LABEL: func @softmax_step
// CHECK-SAME:  (%[[S:.*]]: tensor<5x7xf32>, %[[M:.*]]: tensor<5xf32>, %[[L:.*]]: tensor<5x7xf32>, %[[ACC:.*]]: tensor<5x3xf32>)
// CHECK-DAG:   %[[NEG:.*]] = arith.constant dense<0xFF800000> : tensor<5xf32>
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<5xf32>
// CHECK:       %[[MAX:.*]] = tile.reduce max %[[S]] {axis = 1 : i32} : tensor<5x7xf32> -> tensor<5xf32>
// CHECK:       %[[TOP:.*]] = arith.maxnumf %[[M]], %[[MAX]] fastmath<contract>
// CHECK:       %[[NONE:.*]] = arith.cmpf oeq, %[[TOP]], %[[NEG]]
// CHECK:       %[[BASE:.*]] = arith.select %[[NONE]], %[[ZERO]], %[[TOP]]
// CHECK:       %[[LOSS:.*]] = arith.subf %[[M]], %[[BASE]] fastmath<contract>
// CHECK:       %[[DECAY:.*]] = math.exp2 %[[LOSS]] fastmath<afn> : tensor<5xf32>
// CHECK:       %[[DECAY1:.*]] = tile.expand_dims %[[DECAY]] {axis = 1 : i32}
// CHECK:       %[[DECAY2:.*]] = tile.broadcast %[[DECAY1]] : tensor<5x1xf32> -> tensor<5x7xf32>
// CHECK:       %[[OLD:.*]] = arith.mulf %[[L]], %[[DECAY2]] fastmath<contract>
// CHECK:       %[[DECAY3:.*]] = tile.broadcast %[[DECAY1]] : tensor<5x1xf32> -> tensor<5x3xf32>
// CHECK:       %[[ACC1:.*]] = arith.mulf %[[ACC]], %[[DECAY3]] fastmath<contract>
// CHECK:       %[[BASE1:.*]] = tile.expand_dims %[[BASE]] {axis = 1 : i32}
// CHECK:       %[[BASE2:.*]] = tile.broadcast %[[BASE1]] : tensor<5x1xf32> -> tensor<5x7xf32>
// CHECK:       %[[DIFF:.*]] = arith.subf %[[S]], %[[BASE2]] fastmath<contract>
// CHECK:       %[[P:.*]] = math.exp2 %[[DIFF]] fastmath<afn> : tensor<5x7xf32>
// CHECK:       %[[L1:.*]] = arith.addf %[[OLD]], %[[P]] fastmath<contract>
// CHECK:       return %[[P]], %[[TOP]], %[[L1]], %[[ACC1]]
func.func @softmax_step(%s: tensor<5x7xf32>, %m: tensor<5xf32>, %l: tensor<5x7xf32>, %acc: tensor<5x3xf32>)
    -> (tensor<5x7xf32>, tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>) {
  %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc {label = "softmax"}
      : tensor<5x7xf32>, tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>
  return %p, %m1, %l1, %acc1 : tensor<5x7xf32>, tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>
}

// -----

// With one column of sums a step reduces its weights.
// CHECK-LABEL: func @softmax_step_row_sums
// CHECK-SAME:  %[[L:[^:]*]]: tensor<5x1xf32>
// CHECK:       %[[DECAY:.*]] = tile.expand_dims %{{.*}} {axis = 1 : i32} : tensor<5xf32> -> tensor<5x1xf32>
// CHECK:       %[[OLD:.*]] = arith.mulf %[[L]], %[[DECAY]] fastmath<contract> : tensor<5x1xf32>
// CHECK:       %[[P:.*]] = math.exp2 %{{.*}} fastmath<afn> : tensor<5x7xf32>
// CHECK:       %[[SUM:.*]] = tile.reduce sum %[[P]] {axis = 1 : i32} : tensor<5x7xf32> -> tensor<5xf32>
// CHECK:       %[[COLUMN:.*]] = tile.expand_dims %[[SUM]] {axis = 1 : i32}
// CHECK:       %[[L1:.*]] = arith.addf %[[OLD]], %[[COLUMN]] fastmath<contract> : tensor<5x1xf32>
// CHECK:       return %[[P]], %{{.*}}, %[[L1]], %{{.*}}
func.func @softmax_step_row_sums(%s: tensor<5x7xf32>, %m: tensor<5xf32>, %l: tensor<5x1xf32>, %acc: tensor<5x3xf32>)
    -> (tensor<5x7xf32>, tensor<5xf32>, tensor<5x1xf32>, tensor<5x3xf32>) {
  %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc
      : tensor<5x7xf32>, tensor<5xf32>, tensor<5x1xf32>, tensor<5x3xf32>
  return %p, %m1, %l1, %acc1 : tensor<5x7xf32>, tensor<5xf32>, tensor<5x1xf32>, tensor<5x3xf32>
}

// -----

// The greatest score is scaled for the maximum, each score where the base is subtracted, so that product and difference
// can be one operation.
// CHECK-LABEL: func @softmax_step_scale
// CHECK-SAME:  (%[[S:[^:]*]]: tensor<5x7xf32>, %[[M:[^:]*]]: tensor<5xf32>, {{.*}}, %[[SCALE:[^:]*]]: f32)
// CHECK:       %[[MAX:.*]] = tile.reduce max %[[S]] {axis = 1 : i32}
// CHECK:       %[[ROWS:.*]] = tile.splat %[[SCALE]] : f32 -> tensor<5xf32>
// CHECK:       %[[TOP1:.*]] = arith.mulf %[[MAX]], %[[ROWS]] fastmath<contract>
// CHECK:       %[[TOP:.*]] = arith.maxnumf %[[M]], %[[TOP1]]
// CHECK:       %[[ALL:.*]] = tile.splat %[[SCALE]] : f32 -> tensor<5x7xf32>
// CHECK:       %[[X:.*]] = arith.mulf %[[S]], %[[ALL]] fastmath<contract>
// CHECK:       %[[DIFF:.*]] = arith.subf %[[X]], %{{.*}} fastmath<contract>
// CHECK:       %[[P:.*]] = math.exp2 %[[DIFF]] fastmath<afn>
// CHECK:       return %[[P]], %[[TOP]]
func.func @softmax_step_scale(%s: tensor<5x7xf32>, %m: tensor<5xf32>, %l: tensor<5x1xf32>, %acc: tensor<5x3xf32>, %scale: f32)
    -> (tensor<5x7xf32>, tensor<5xf32>) {
  %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc scale %scale
      : tensor<5x7xf32>, tensor<5xf32>, tensor<5x1xf32>, tensor<5x3xf32>
  return %p, %m1 : tensor<5x7xf32>, tensor<5xf32>
}

// -----

// CHECK-LABEL: func @softmax_finish
// CHECK-SAME:  (%[[M:.*]]: tensor<5xf32>, %[[L:.*]]: tensor<5x7xf32>, %[[ACC:.*]]: tensor<5x3xf32>)
// CHECK-DAG:   %[[NEG:.*]] = arith.constant dense<0xFF800000> : tensor<5xf32>
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<5xf32>
// CHECK-DAG:   %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<5xf32>
// CHECK-DAG:   %[[LN2:.*]] = arith.constant dense<0.693147182> : tensor<5xf32>
// CHECK:       %[[TOTAL:.*]] = tile.reduce sum %[[L]] {axis = 1 : i32}
// CHECK:       %[[EMPTY:.*]] = arith.cmpf oeq, %[[TOTAL]], %[[ZERO]]
// CHECK:       %[[DIV:.*]] = arith.divf %[[ONE]], %[[TOTAL]] fastmath<contract,afn>
// CHECK:       %[[INV:.*]] = arith.select %[[EMPTY]], %[[ZERO]], %[[DIV]]
// CHECK:       %[[INV1:.*]] = tile.expand_dims %[[INV]] {axis = 1 : i32}
// CHECK:       %[[INV2:.*]] = tile.broadcast %[[INV1]] : tensor<5x1xf32> -> tensor<5x3xf32>
// CHECK:       %[[OUT:.*]] = arith.mulf %[[ACC]], %[[INV2]] fastmath<contract>
// CHECK:       %[[LOG:.*]] = math.log2 %[[TOTAL]] fastmath<afn> : tensor<5xf32>
// CHECK:       %[[SUM:.*]] = arith.addf %[[M]], %[[LOG]] fastmath<contract>
// CHECK:       %[[NAT:.*]] = arith.mulf %[[SUM]], %[[LN2]] fastmath<contract>
// CHECK:       %[[LSE:.*]] = arith.select %[[EMPTY]], %[[NEG]], %[[NAT]]
// CHECK:       return %[[OUT]], %[[LSE]]
func.func @softmax_finish(%m: tensor<5xf32>, %l: tensor<5x7xf32>, %acc: tensor<5x3xf32>)
    -> (tensor<5x3xf32>, tensor<5xf32>) {
  %out, %lse = attn.softmax_finish %m, %l, %acc : tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>
  return %out, %lse : tensor<5x3xf32>, tensor<5xf32>
}

// -----

// The sink joins the denominator of the output, not the logarithm; a row without keys takes 0 for its maximum.
// CHECK-LABEL: func @softmax_finish_sink
// CHECK-SAME:  (%[[M:.*]]: tensor<5xf32>, %[[L:.*]]: tensor<5x7xf32>, %[[ACC:.*]]: tensor<5x3xf32>, %[[SINK:.*]]: tensor<5xf32>)
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<5xf32>
// CHECK-DAG:   %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<5xf32>
// CHECK-DAG:   %[[LOG2E:.*]] = arith.constant dense<1.44269502> : tensor<5xf32>
// CHECK:       %[[TOTAL:.*]] = tile.reduce sum %[[L]]
// CHECK:       %[[EMPTY:.*]] = arith.cmpf oeq, %[[TOTAL]], %[[ZERO]]
// CHECK:       %[[BASE:.*]] = arith.select %[[EMPTY]], %[[ZERO]], %[[M]]
// CHECK:       %[[SCORE:.*]] = arith.mulf %[[SINK]], %[[LOG2E]]
// CHECK:       %[[DIFF:.*]] = arith.subf %[[SCORE]], %[[BASE]]
// CHECK:       %[[WEIGHT:.*]] = math.exp2 %[[DIFF]]
// CHECK:       %[[ALL:.*]] = arith.addf %[[TOTAL]], %[[WEIGHT]]
// CHECK:       %[[DIV:.*]] = arith.divf %[[ONE]], %[[ALL]]
// CHECK:       arith.select %[[EMPTY]], %[[ZERO]], %[[DIV]]
// CHECK:       math.log2 %[[TOTAL]]
func.func @softmax_finish_sink(%m: tensor<5xf32>, %l: tensor<5x7xf32>, %acc: tensor<5x3xf32>, %sink: tensor<5xf32>)
    -> (tensor<5x3xf32>, tensor<5xf32>) {
  %out, %lse = attn.softmax_finish %m, %l, %acc sink %sink : tensor<5xf32>, tensor<5x7xf32>, tensor<5x3xf32>
  return %out, %lse : tensor<5x3xf32>, tensor<5xf32>
}

// -----

// Outputs of parts without weight are selected away before they are weighted. The scaling is not contracted with the difference.
// CHECK-LABEL: func @merge_step
// CHECK-SAME:  (%[[OUT:.*]]: tensor<3x5xf32>, %[[LSE:.*]]: tensor<3xf32>, %[[M:.*]]: tensor<1xf32>, %[[L:.*]]: tensor<1x3xf32>, %[[ACC:.*]]: tensor<1x5xf32>)
// CHECK-DAG:   %[[LOG2E:.*]] = arith.constant dense<1.44269502> : tensor<3xf32>
// CHECK-DAG:   %[[NEG1:.*]] = arith.constant dense<0xFF800000> : tensor<1xf32>
// CHECK-DAG:   %[[NOTHING:.*]] = arith.constant dense<0.000000e+00> : tensor<3x1xf32>
// CHECK-DAG:   %[[ZERO1:.*]] = arith.constant dense<0.000000e+00> : tensor<1xf32>
// CHECK-DAG:   %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : tensor<3x5xf32>
// CHECK:       %[[S:.*]] = arith.mulf %[[LSE]], %[[LOG2E]] : tensor<3xf32>
// CHECK:       %[[MAX:.*]] = tile.reduce max %[[S]] {axis = 0 : i32} : tensor<3xf32> -> f32
// CHECK:       %[[MAXS:.*]] = tile.splat %[[MAX]] : f32 -> tensor<1xf32>
// CHECK:       %[[TOP:.*]] = arith.maxnumf %[[M]], %[[MAXS]]
// CHECK:       %[[NONE:.*]] = arith.cmpf oeq, %[[TOP]], %[[NEG1]]
// CHECK:       %[[BASE:.*]] = arith.select %[[NONE]], %[[ZERO1]], %[[TOP]]
// CHECK:       %[[LOSS:.*]] = arith.subf %[[M]], %[[BASE]]
// CHECK:       %[[DECAY:.*]] = math.exp2 %[[LOSS]] fastmath<afn> : tensor<1xf32>
// CHECK:       %[[BASES:.*]] = tile.broadcast %[[BASE]] : tensor<1xf32> -> tensor<3xf32>
// CHECK:       %[[DIFF:.*]] = arith.subf %[[S]], %[[BASES]]
// CHECK:       %[[W:.*]] = math.exp2 %[[DIFF]] fastmath<afn> : tensor<3xf32>
// CHECK:       %[[DECAY1:.*]] = tile.expand_dims %[[DECAY]] {axis = 1 : i32}
// CHECK:       %[[DECAYL:.*]] = tile.broadcast %[[DECAY1]] : tensor<1x1xf32> -> tensor<1x3xf32>
// CHECK:       %[[OLDL:.*]] = arith.mulf %[[L]], %[[DECAYL]]
// CHECK:       %[[WROW:.*]] = tile.expand_dims %[[W]] {axis = 0 : i32}
// CHECK:       %[[L1:.*]] = arith.addf %[[OLDL]], %[[WROW]]
// CHECK:       %[[WCOL:.*]] = tile.expand_dims %[[W]] {axis = 1 : i32}
// CHECK:       %[[ABSENT:.*]] = arith.cmpf oeq, %[[WCOL]], %[[NOTHING]] : tensor<3x1xf32>
// CHECK:       %[[ABSENT2:.*]] = tile.broadcast %[[ABSENT]] : tensor<3x1xi1> -> tensor<3x5xi1>
// CHECK:       %[[VALUES:.*]] = arith.select %[[ABSENT2]], %[[ZEROS]], %[[OUT]]
// CHECK:       %[[W2:.*]] = tile.broadcast %[[WCOL]] : tensor<3x1xf32> -> tensor<3x5xf32>
// CHECK:       %[[WEIGHTED:.*]] = arith.mulf %[[VALUES]], %[[W2]]
// CHECK:       %[[SUM:.*]] = tile.reduce sum %[[WEIGHTED]] {axis = 0 : i32} : tensor<3x5xf32> -> tensor<5xf32>
// CHECK:       %[[SUM1:.*]] = tile.expand_dims %[[SUM]] {axis = 0 : i32}
// CHECK:       %[[DECAYACC:.*]] = tile.broadcast %[[DECAY1]] : tensor<1x1xf32> -> tensor<1x5xf32>
// CHECK:       %[[OLDACC:.*]] = arith.mulf %[[ACC]], %[[DECAYACC]]
// CHECK:       %[[ACC1:.*]] = arith.addf %[[OLDACC]], %[[SUM1]]
// CHECK:       return %[[TOP]], %[[L1]], %[[ACC1]]
func.func @merge_step(%out: tensor<3x5xf32>, %lse: tensor<3xf32>, %m: tensor<1xf32>, %l: tensor<1x3xf32>, %acc: tensor<1x5xf32>)
    -> (tensor<1xf32>, tensor<1x3xf32>, tensor<1x5xf32>) {
  %m1, %l1, %acc1 = attn.merge_step %out, %lse, %m, %l, %acc {label = "merge"}
      : tensor<3x5xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1x3xf32>, tensor<1x5xf32>
  return %m1, %l1, %acc1 : tensor<1xf32>, tensor<1x3xf32>, tensor<1x5xf32>
}

// -----

// What is hidden has the weight 0 whatever the exponent is; where the weight is 0 so is the gradient, whatever it would be multiplied by.
// CHECK-LABEL: func @grad_scores
// CHECK-SAME:  (%[[S:.*]]: tensor<5x7xf32>, %[[LSE:.*]]: tensor<5xf32>, %[[DP:.*]]: tensor<5x7xf32>, %[[DELTA:.*]]: tensor<5xf32>, %[[SCALE:.*]]: f32)
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<5x7xf32>
// CHECK-DAG:   %[[LOG2E:.*]] = arith.constant 1.44269502 : f32
// CHECK:       %[[FACTOR:.*]] = arith.mulf %[[SCALE]], %[[LOG2E]] fastmath<contract> : f32
// CHECK:       %[[BASE:.*]] = arith.mulf %[[LSE]], %{{.*}} fastmath<contract> : tensor<5xf32>
// CHECK:       %[[ABS:.*]] = math.absf %[[LSE]]
// CHECK:       %[[EMPTY:.*]] = arith.cmpf oeq, %[[ABS]], %{{.*}} : tensor<5xf32>
// CHECK:       %[[HIDDEN1:.*]] = arith.cmpf oeq, %[[S]], %{{.*}} : tensor<5x7xf32>
// CHECK:       %[[EMPTY1:.*]] = tile.expand_dims %[[EMPTY]] {axis = 1 : i32}
// CHECK:       %[[EMPTY2:.*]] = tile.broadcast %[[EMPTY1]] : tensor<5x1xi1> -> tensor<5x7xi1>
// CHECK:       %[[HIDDEN:.*]] = arith.ori %[[HIDDEN1]], %[[EMPTY2]]
// CHECK:       %[[X:.*]] = arith.mulf %[[S]], %{{.*}} fastmath<contract>
// CHECK:       %[[DIFF:.*]] = arith.subf %[[X]], %{{.*}} fastmath<contract>
// CHECK:       %[[EXP:.*]] = math.exp2 %[[DIFF]] fastmath<afn>
// CHECK:       %[[P:.*]] = arith.select %[[HIDDEN]], %[[ZERO]], %[[EXP]]
// CHECK:       %[[GRAD:.*]] = arith.subf %[[DP]], %{{.*}} fastmath<contract>
// CHECK:       %[[PROD:.*]] = arith.mulf %[[P]], %[[GRAD]] fastmath<contract>
// CHECK:       %[[DS:.*]] = arith.mulf %[[PROD]], %{{.*}} fastmath<contract>
// CHECK:       %[[NONE:.*]] = arith.cmpf oeq, %[[P]], %[[ZERO]]
// CHECK:       %[[R:.*]] = arith.select %[[NONE]], %[[ZERO]], %[[DS]]
// CHECK:       return %[[P]], %[[R]]
func.func @grad_scores(%s: tensor<5x7xf32>, %lse: tensor<5xf32>, %dp: tensor<5x7xf32>, %delta: tensor<5xf32>, %scale: f32)
    -> (tensor<5x7xf32>, tensor<5x7xf32>) {
  %p, %ds = attn.grad_scores %s, %lse, %dp, %delta, %scale : tensor<5x7xf32>, tensor<5xf32>
  return %p, %ds : tensor<5x7xf32>, tensor<5x7xf32>
}

// -----

// Rows of the softmax are columns of the tile.
// CHECK-LABEL: func @grad_scores_transposed
// CHECK-SAME:  %[[LSE:[^:]*]]: tensor<7xf32>, %[[DELTA:[^:]*]]: tensor<7xf32>
// CHECK:       tile.expand_dims %{{.*}} {axis = 0 : i32} : tensor<7xi1> -> tensor<1x7xi1>
// CHECK:       tile.expand_dims %{{.*}} {axis = 0 : i32} : tensor<7xf32> -> tensor<1x7xf32>
// CHECK:       tile.expand_dims %[[DELTA]] {axis = 0 : i32} : tensor<7xf32> -> tensor<1x7xf32>
func.func @grad_scores_transposed(%s: tensor<5x7xf32>, %lse: tensor<7xf32>, %delta: tensor<7xf32>, %scale: f32)
    -> (tensor<5x7xf32>, tensor<5x7xf32>) {
  %p, %ds = attn.grad_scores %s, %lse, %s, %delta, %scale {transposed} : tensor<5x7xf32>, tensor<7xf32>
  return %p, %ds : tensor<5x7xf32>, tensor<5x7xf32>
}
