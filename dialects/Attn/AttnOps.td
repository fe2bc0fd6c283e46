//===- AttnOps.td - the attention dialect ---------------------------------===//
#ifndef MLA_DIALECTS_ATTN_ATTNOPS
#define MLA_DIALECTS_ATTN_ATTNOPS

include "Tile/TileBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Attn_Dialect : Dialect {
  let name = "attn";
  let cppNamespace = "::mla::attn";
  let summary = "steps of tiled attention";
  let description = [{
    Softmax over keys that arrive in tiles of N, for M rows (queries) and D columns of the output, and the merge of results
    that were computed from parts of the keys. Tiles are values as in `tile`; `expand-attention` replaces every op by `tile`, `arith`
    and `math` ops.

    The state of a softmax are three tiles of f32 that a loop carries:
    - `m` [M]: the greatest score of each row so far, -inf before the first visible key,
    - `l` [M, L]: sums of weights; the sum along a row is its denominator. With L = N each column sums what this column of
      the score tiles weighed: adding a tile costs less than reducing it across warps in every step. With L = 1 every step reduces its
      weights: less to hold, and of a size that two warpgroups can hand to each other,
    - `acc` [M, D]: the sum of weight · value, not yet divided. The kernel adds to it with its own matrix product.

    Scores, `m` and weights are in powers of two: the weight of a score s is exp2(s - m), so that the kernel multiplies
    its scores by scale · log2(e). Results (`lse`) and sinks are natural logarithms. A row without any visible key has
    the output 0 and the `lse` -inf.
  }];
  let dependentDialects = ["::mla::tile::TileDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

class Attn_Op<string mnemonic, list<Trait> traits = []>
    : Op<Attn_Dialect, mnemonic, !listconcat([Pure, Tile_StaticTiles], traits)>;

def Attn_Vector : 1DTensorOf<[F32]>;
def Attn_Matrix : 2DTensorOf<[F32]>;

def Attn_MaskOp : Attn_Op<"mask", [AllTypesMatch<["scores", "result"]>]> {
  let summary = "hides the scores of keys that a row may not see";
  let description = [{
    `scores` [M, N] f32, `limit` [M] i32, `first_key` and `window` i32. Column j of the scores belongs to the key
    k = `first_key` + j with `first_key` ≥ 0, and

        result[i, j] = scores[i, j] if k < limit[i] and k ≥ limit[i] - window, else -inf

    exactly: nothing overflows for any limit and window. Without `window` only the first condition holds. A limit of 0 or
    less, or a window of 0 or less, hides the whole row. What a hidden score was, NaN included, leaves no trace. A causal mask is a limit
    that differs from row to row.
    C1. `limit` has one element for each row of the scores.

    ```mlir
    %visible = attn.mask %s, %k0, %limit window %w {label = "mask"} : tensor<64x32xf32>, tensor<64xi32>
    ```
  }];
  let arguments = (ins Attn_Matrix:$scores, I32:$first_key, 1DTensorOf<[I32]>:$limit, Optional<I32>:$window,
                       OptionalAttr<StrAttr>:$label);
  let results = (outs Attn_Matrix:$result);
  let assemblyFormat = [{
    $scores `,` $first_key `,` $limit (`window` $window^)? attr-dict `:` type($scores) `,` type($limit)
  }];
  let hasVerifier = 1;
}

def Attn_SoftmaxInitOp : Attn_Op<"softmax_init"> {
  let summary = "state of a softmax before its first key";
  let description = [{
    m = -inf, l = 0, acc = 0.
    C1. `m` is [M], `l` is [M, L], `acc` is [M, D], each with the same M.

    ```mlir
    %m, %l, %acc = attn.softmax_init : tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
    ```
  }];
  let results = (outs Attn_Vector:$m, Attn_Matrix:$l, Attn_Matrix:$acc);
  let assemblyFormat = "attr-dict `:` type($m) `,` type($l) `,` type($acc)";
  let hasVerifier = 1;
}

def Attn_SoftmaxStepOp : Attn_Op<"softmax_step", [
    AllTypesMatch<["scores", "weights"]>, AllTypesMatch<["m", "new_m"]>, AllTypesMatch<["l", "new_l"]>,
    AllTypesMatch<["acc", "new_acc"]>]> {
  let summary = "weights of one tile of scores";
  let description = [{
    `scores` [M, N] f32, hidden ones -inf; the state (see the dialect). With x[j] = scores[j] · `scale`, a positive finite
    number, or x = scores without `scale`, which then have the factor scale · log2(e) already, for each row

        new_m = max(m, max_j x[j])           base = new_m, or 0 if that is -inf
        weights[j] = exp2(x[j] - base)       decay = exp2(m - base)
        new_l[j] = l[j] · decay + weights[j] new_acc[d] = acc[d] · decay

    with Σ_j weights[j] in place of weights[j] if `l` has one column of sums. A hidden score weighs 0, also in a row that has
    seen no key yet. x[j] - base may be rounded once, and weights below 2^-126 may be 0. The kernel then adds the product of
    the weights and the values to `new_acc`.
    C1. `m` is [M], `l` is [M, L], `acc` is [M, D], each with the same M.
    C2. `scores` are [M, N], and L is N or 1.

    ```mlir
    %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc scale %log2_scale {label = "softmax"}
        : tensor<64x32xf32>, tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
    ```
  }];
  let arguments = (ins Attn_Matrix:$scores, Attn_Vector:$m, Attn_Matrix:$l, Attn_Matrix:$acc, Optional<F32>:$scale,
                       OptionalAttr<StrAttr>:$label);
  let results = (outs Attn_Matrix:$weights, Attn_Vector:$new_m, Attn_Matrix:$new_l, Attn_Matrix:$new_acc);
  let assemblyFormat = [{
    $scores `,` $m `,` $l `,` $acc (`scale` $scale^)? attr-dict `:` type($scores) `,` type($m) `,` type($l) `,` type($acc)
  }];
  let hasVerifier = 1;
}

def Attn_SoftmaxFinishOp : Attn_Op<"softmax_finish", [
    AllTypesMatch<["m", "lse"]>, AllTypesMatch<["acc", "result"]>,
    OptionalTypesMatchWith<"the sink has the type of m", "m", "sink", "$_self">]> {
  let summary = "output and logarithm of the denominator";
  let description = [{
    The state after the last key; `sink` [M] f32, a natural logarithm, -inf and +inf allowed, not NaN. For each row

        total = Σ_j l[j]                     lse = (m + log2(total)) · ln(2)
        result[d] = acc[d] / (total + exp2(sink · log2(e) - m))

    where the second term is absent without `sink`; the sink is no part of `lse`. A row without keys (total = 0) gives 0 and -inf
    whatever its sink, a sink of +inf gives 0, a sink of -inf changes nothing.
    C1. `m` is [M], `l` is [M, L], `acc` is [M, D], each with the same M.

    ```mlir
    %out, %lse = attn.softmax_finish %m, %l, %acc sink %sink {label = "finish"}
        : tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
    ```
  }];
  let arguments = (ins Attn_Vector:$m, Attn_Matrix:$l, Attn_Matrix:$acc, Optional<Attn_Vector>:$sink,
                       OptionalAttr<StrAttr>:$label);
  let results = (outs Attn_Matrix:$result, Attn_Vector:$lse);
  let assemblyFormat = [{
    $m `,` $l `,` $acc (`sink` $sink^)? attr-dict `:` type($m) `,` type($l) `,` type($acc)
  }];
  let hasVerifier = 1;
}

def Attn_MergeStepOp : Attn_Op<"merge_step", [
    AllTypesMatch<["m", "new_m"]>, AllTypesMatch<["l", "new_l"]>, AllTypesMatch<["acc", "new_acc"]>]> {
  let summary = "adds finished results of P parts of the keys to the softmax of one row";
  let description = [{
    `out` [P, D] f32 and `lse` [P] f32 (natural logarithm) are what softmax_finish gave for P parts of the keys of one row. A part is to
    the merge what a key is to the softmax: its score is lse · log2(e), its value is its output. The state is that of a softmax of
    one row with L = N = P, begins with softmax_init and ends with softmax_finish:

        new_m = max(m, max_p lse[p] · log2(e)) base = new_m, or 0 if that is -inf
        w[p] = exp2(lse[p] · log2(e) - base)   decay = exp2(m - base)
        new_l[p] = l[p] · decay + w[p]         new_acc[d] = acc[d] · decay + Σ_p w[p] · out[p, d]

    where parts of weight 0 are left out of the sum, whatever their output holds, NaN included. A part with lse = -inf, empty or
    absent, has weight 0.
    C1. `out` is [P, D], `lse` is [P].
    C2. `m` is [1], `l` is [1, P], `acc` is [1, D].

    ```mlir
    %m1, %l1, %acc1 = attn.merge_step %out, %lse, %m, %l, %acc {label = "merge"}
        : tensor<8x512xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1x8xf32>, tensor<1x512xf32>
    ```
  }];
  let arguments = (ins Attn_Matrix:$out, Attn_Vector:$lse, Attn_Vector:$m, Attn_Matrix:$l, Attn_Matrix:$acc,
                       OptionalAttr<StrAttr>:$label);
  let results = (outs Attn_Vector:$new_m, Attn_Matrix:$new_l, Attn_Matrix:$new_acc);
  let assemblyFormat = [{
    $out `,` $lse `,` $m `,` $l `,` $acc attr-dict `:` type($out) `,` type($lse) `,` type($m) `,` type($l) `,` type($acc)
  }];
  let hasVerifier = 1;
}

def Attn_GradScoresOp : Attn_Op<"grad_scores", [
    AllTypesMatch<["scores", "grad_weights", "weights", "result"]>, AllTypesMatch<["lse", "delta"]>]> {
  let summary = "weights and gradients of one tile of scores";
  let description = [{
    The backward step of a softmax. `scores` [M, N] f32 without any factor, hidden ones -inf; `lse` [M] f32, the natural logarithm of
    softmax_finish for the row, or with a sink the one that includes it; `grad_weights` [M, N] f32, the products of the output's gradient
    and the values; `delta` [M] f32, the sum over the row's columns of output · its gradient; `scale` f32, the scores' factor:

        weights[i, j] = exp(scores[i, j] · scale - lse[i])
        result[i, j] = weights[i, j] · (grad_weights[i, j] - delta[i]) · scale

    A hidden score, and every score of a row without keys (`lse` = -inf, or +inf as others write it), has the weight 0. Where the weight is 0
    the result is 0, both exactly, whatever the other operands hold, NaN included. The exponent may be rounded once, and weights below
    2^-126 may be 0. With `transposed` the scores are [N, M], so are the other tiles, and element [j, i] is what [i, j] is without.
    C1. `lse` and `delta` have an element for each of the M rows, with `transposed` for each of the M columns.

    ```mlir
    %p, %ds = attn.grad_scores %s, %lse, %dp, %delta, %scale {label = "grad"} : tensor<64x32xf32>, tensor<64xf32>
    %pt, %dst = attn.grad_scores %s, %keys, %dp, %deltas, %scale {transposed} : tensor<64x32xf32>, tensor<32xf32>
    ```
  }];
  let arguments = (ins Attn_Matrix:$scores, Attn_Vector:$lse, Attn_Matrix:$grad_weights, Attn_Vector:$delta, F32:$scale,
                       UnitAttr:$transposed, OptionalAttr<StrAttr>:$label);
  let results = (outs Attn_Matrix:$weights, Attn_Matrix:$result);
  let assemblyFormat = [{
    $scores `,` $lse `,` $grad_weights `,` $delta `,` $scale attr-dict `:` type($scores) `,` type($lse)
  }];
  let hasVerifier = 1;
}

#endif
