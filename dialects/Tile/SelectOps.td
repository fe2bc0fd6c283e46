//===- SelectOps.td - ops in which data decides where elements go ---------===//
// Part of TileOps.td, which includes it.
#ifndef MLA_DIALECTS_TILE_SELECTOPS
#define MLA_DIALECTS_TILE_SELECTOPS

include "Tile/TileBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tile_GatherOp : Tile_Op<"gather", [Pure]> {
  let summary = "takes elements along one dimension by index";
  let description = [{
    Element [i, j] of the result along `axis` 0 is element [index[i, j], j] of the source, along `axis` 1 element
    [i, index[i, j]]; zero where the index, read as unsigned, is not below the source's extent.
    C1. 0 ≤ axis < rank.
    C2. The index has the source's extents in all dimensions but `axis`.
    C3. The result has the shape of the index and the source's element type.

    ```mlir
    %r = tile.gather %t[%i] {axis = 1 : i32} : tensor<16x64xf32>, tensor<16x8xi32> -> tensor<16x8xf32>
    ```
  }];
  let arguments = (ins Tile_NumberTile:$source, RankedTensorOf<[I32, I64]>:$index, I32Attr:$axis);
  let results = (outs Tile_NumberTile:$result);
  let assemblyFormat = [{
    $source `[` $index `]` attr-dict `:` type($source) `,` type($index) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Tile_HistogramOp : Tile_Op<"histogram", [Pure]> {
  let summary = "counts how often each number occurs";
  let description = [{
    Element i of the result is the number of elements of the source that equal i. Those that are no position of the
    result, read as unsigned, count nowhere, nor do those where the mask is false.
    C1. The mask has the shape of the source.

    ```mlir
    %r = tile.histogram %t, mask %m : tensor<64xi32> -> tensor<16xi32>
    ```
  }];
  let arguments = (ins 1DTensorOf<[I32, I64]>:$source, Optional<1DTensorOf<[I1]>>:$mask);
  let results = (outs 1DTensorOf<[I32]>:$result);
  let assemblyFormat = [{
    $source (`,` `mask` $mask^)? attr-dict `:` type($source) custom<MaskType>(ref($mask), ref(type($source)), type($mask))
    `->` type($result)
  }];
  let hasVerifier = 1;
}

def Tile_SortOp : Tile_Op<"sort", [Pure, AllTypesMatch<["source", "result"]>]> {
  let summary = "sorts along one dimension";
  let description = [{
    Ascending, or with `descending` the other way round. Integers are signed unless `is_unsigned` is set. Floats have a total
    order: -inf, …, -0, +0, …, +inf, NaN; every NaN of the result has the same bits.

    `bitonic` promises that the elements along the axis rise and then fall, or the other way round, or that they would if counted from
    another one on, the first following the last. Two sorted lines a and b of one length merge so: the greater of a ascending and b
    descending, place by place, are the greatest half of both and bitonic. One pass in place of log2(extent) sorts them.
    C1. 0 ≤ axis < rank.
    C2. Elements are integers or floats of at least 16 bits.
    C3. With `bitonic` the extent along the axis is a power of two.

    ```mlir
    %r = tile.sort %t {axis = 1 : i32} : tensor<16x64xf32>
    %s = tile.sort %t {axis = 1 : i32, bitonic} : tensor<16x64xf32>
    ```
  }];
  let arguments = (ins Tile_NumberTile:$source, I32Attr:$axis, UnitAttr:$descending, UnitAttr:$is_unsigned,
                       UnitAttr:$bitonic);
  let results = (outs Tile_NumberTile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source)";
  let hasVerifier = 1;
}

#endif
