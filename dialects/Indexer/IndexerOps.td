//===- IndexerOps.td - the indexer dialect --------------------------------===//
#ifndef MLA_DIALECTS_INDEXER_INDEXEROPS
#define MLA_DIALECTS_INDEXER_INDEXEROPS

include "Tile/TileBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Indexer_Dialect : Dialect {
  let name = "indexer";
  let cppNamespace = "::mla::indexer";
  let summary = "steps of choosing keys for sparse attention";
  let description = [{
    The logit of a key is a weighted sum over the heads of a token; the keys of the k greatest logits are chosen, while logits arrive in
    tiles of N for M rows. Tiles are values as in `tile`; `expand-indexer` replaces every op by `tile` and `arith` ops.

    Logits have a total order: greater numbers first, -0 equal to +0, then -inf, then NaN, which are all equal; of equal logits the
    one with the lower index is first. So the choice never depends on how keys were divided into tiles.

    The state of a choice is a tile of entries [M, S] of i64 that a loop carries: the S entries of each row that are first in this
    order so far, each row ascending, its last entry the one that is first. S is a power of two; to choose k, take S ≥ k.
    An entry is a pair of a logit and its index as one number, which is the greater the earlier its logit is in the order:

        entry = rank(logit) · 2^32 + (2^32 - 1 - index)

    where rank(x) is the i32 with the bits of x for x > 0, 0 for ±0, -1 - rank(-x) for x < 0, and -2^31 + 1 for NaN. An unused place holds -2^63, less than every entry: the logit -inf with the index -1. Entries of several
    states can be stored, loaded and sorted as integers, which merges them.
  }];
  let dependentDialects = ["::mla::tile::TileDialect", "::mlir::arith::ArithDialect"];
}

class Indexer_Op<string mnemonic, list<Trait> traits = []>
    : Op<Indexer_Dialect, mnemonic, !listconcat([Pure, Tile_StaticTiles], traits)>;

def Indexer_Vector : 1DTensorOf<[F32]>;
def Indexer_Matrix : 2DTensorOf<[F32]>;
def Indexer_Rows : 1DTensorOf<[I32]>;
def Indexer_State : 2DTensorOf<[I64]>;

/// `vector` has an element of `element` for each of dimension `dim` of `matrix`.
class Indexer_OneForEach<string what, string matrix, string vector, int dim, string element>
    : TypesMatchWith<what, matrix, vector,
                     "::mlir::RankedTensorType::get({::llvm::cast<::mlir::RankedTensorType>($_self).getDimSize(" # dim #
                         ")}, ::mlir::Builder($_self.getContext())." # element # "())">;

def Indexer_HeadReduceOp : Indexer_Op<"head_reduce"> {
  let summary = "logits of keys: weighted sum over heads of positive scores";
  let description = [{
    `scores` [T·H, N] of H heads of T tokens with N keys, the heads of a token adjacent; `weights` [T, H]; `key_scale` [N]:

        result[t, n] = key_scale[n] · Σ_h weights[t, h] · max(scores[t·H + h, n], 0)

    in f32, without `key_scale` the sum alone. The maximum with 0 is taken of each head before its weight, which may be negative; the
    scale is applied to the sum, so that it may have any sign. NaN is kept: max(NaN, 0) is NaN. The order of the sum is fixed when
    the kernel is compiled and depends on no data; a product and a sum may be rounded once.
    C1. `scores` have T · H rows.
    C2. The result is [T, N].
    C3. `key_scale` has an element for each key.

    ```mlir
    %logits = indexer.head_reduce %scores, %weights key_scale %scale {label = "heads"}
        : tensor<128x64xf32>, tensor<2x64xf32>, tensor<64xf32> -> tensor<2x64xf32>
    ```
  }];
  let arguments = (ins Indexer_Matrix:$scores, Indexer_Matrix:$weights, Optional<Indexer_Vector>:$key_scale,
                       OptionalAttr<StrAttr>:$label);
  let results = (outs Indexer_Matrix:$result);
  let assemblyFormat = [{
    $scores `,` $weights (`key_scale` $key_scale^)? attr-dict `:` type($scores) `,` type($weights) (`,` type($key_scale)^)? `->`
    type($result)
  }];
  let hasVerifier = 1;
}

def Indexer_TopkInitOp : Indexer_Op<"topk_init"> {
  let summary = "state of a choice before its first logit";
  let description = [{
    Every place is unused.
    C1. The state is [M, S], S a power of two.

    ```mlir
    %state = indexer.topk_init : tensor<4x2048xi64>
    ```
  }];
  let results = (outs Indexer_State:$state);
  let assemblyFormat = "attr-dict `:` type($state)";
  let hasVerifier = 1;
}

def Indexer_TopkStepOp : Indexer_Op<"topk_step", [
    AllTypesMatch<["state", "new_state"]>,
    Indexer_OneForEach<"first has an i32 for each row", "state", "first", 0, "getI32Type">,
    Indexer_OneForEach<"limit has an i32 for each row", "state", "limit", 0, "getI32Type">]> {
  let summary = "adds one tile of logits to a choice";
  let description = [{
    `logits` [M, N] f32, `first` [M] i32, `limit` [M] i32; the state (see the dialect). Column j of row i has the index
    `first[i]` + j, and takes part if 0 ≤ index < `limit[i]`: exactly, nothing overflows. So with `first` = 0 - start for keys
    start ≤ n < end and `limit` = end - start, indices count from the start of each row's range. Other columns leave no trace, whatever
    they hold. The new state has the S first of the entries of the state and of those that take part. No index may come twice.
    C1. The state is [M, S], S a power of two.
    C2. `logits` have the rows of the state.
    C3. `first` and `limit` have an element for each row.
    The state must be ascending along each row. If no column can take part, because limits are constants ≤ 0, it stays as it is.

    ```mlir
    %s1 = indexer.topk_step %logits, %first, %limit, %s0 {label = "choose"} : tensor<4x256xf32>, tensor<4x2048xi64>
    ```
  }];
  let arguments = (ins Indexer_Matrix:$logits, Indexer_Rows:$first, Indexer_Rows:$limit, Indexer_State:$state,
                       OptionalAttr<StrAttr>:$label);
  let results = (outs Indexer_State:$new_state);
  let assemblyFormat = "$logits `,` $first `,` $limit `,` $state attr-dict `:` type($logits) `,` type($state)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Indexer_TopkFinishOp : Indexer_Op<"topk_finish"> {
  let summary = "the chosen logits and their indices";
  let description = [{
    The k first entries of each row in order: `values` [M, k] f32 and `indices` [M, k] i32. A chosen ±0 is given as +0, a NaN with
    the bits 0x7fc00000; unused places have the value -inf and the index -1 and come last.
    C1. The state is [M, S], S a power of two.
    C2. `values` and `indices` are [M, k] with k ≤ S.
    The state must be ascending along each row.

    ```mlir
    %values, %indices = indexer.topk_finish %s1 {label = "chosen"} : tensor<4x2048xi64> -> tensor<4x1152xf32>, tensor<4x1152xi32>
    ```
  }];
  let arguments = (ins Indexer_State:$state, OptionalAttr<StrAttr>:$label);
  let results = (outs Indexer_Matrix:$values, 2DTensorOf<[I32]>:$indices);
  let assemblyFormat = "$state attr-dict `:` type($state) `->` type($values) `,` type($indices)";
  let hasVerifier = 1;
}

#endif
