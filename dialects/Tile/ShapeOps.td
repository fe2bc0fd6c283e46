//===- ShapeOps.td - ops that give elements other coordinates -------------===//
// Part of TileOps.td, which includes it.
#ifndef MLA_DIALECTS_TILE_SHAPEOPS
#define MLA_DIALECTS_TILE_SHAPEOPS

include "Tile/TileBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tile_TransOp : Tile_Op<"trans", [Pure]> {
  let summary = "permutes dimensions";
  let description = [{
    Dimension d of the result is dimension `order[d]` of the source. Without `order` the dimensions are reversed: element
    [i, j] of the result is element [j, i] of the source.
    C1. `order` names each of at least two dimensions once. It is neither the identity nor the reversal, which is written
        without it.
    C2. Extent d of the result is extent `order[d]` of the source.
    C3. Element types agree.

    ```mlir
    %r = tile.trans %t : tensor<64x576xbf16> -> tensor<576x64xbf16>
    %s = tile.trans %u {order = array<i32: 0, 2, 1>} : tensor<4x16x8xf32> -> tensor<4x8x16xf32>
    ```
  }];
  let arguments = (ins Tile_Tile:$source, OptionalAttr<DenseI32ArrayAttr>:$order);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  // Of the dimensions of `source`, in the order given, which is not the identity.
  let builders = [OpBuilder<(ins "::mlir::Value":$source, "::llvm::ArrayRef<int32_t>":$order)>];
  let extraClassDeclaration = [{
    /// The dimension of the source that is dimension `dim` of the result.
    unsigned sourceDim(unsigned dim);
    /// The dimension of the result that is dimension `dim` of the source.
    unsigned resultDim(unsigned dim);
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_ReshapeOp : Tile_Op<"reshape", [Pure]> {
  let summary = "gives the elements other extents, in row-major order";
  let description = [{
    Element i of the result is element i of the source, both counted in row-major order (the last dimension fastest).
    `from` and `to` say how much of source and result counts (`tile-pad-extents` sets them): element i of the array of
    extents `to` in the corner of the result is element i of that of extents `from` in the corner of the source. What lies
    outside holds anything.
    C1. Without `from` and `to` both types have the same number of elements.
    C2. `from` and `to` come together, one extent for each dimension of source and result, in [1, extent], with one product.
    C3. Element types agree.

    ```mlir
    %r = tile.reshape %t : tensor<64x64xf32> -> tensor<4x1024xf32>
    %s = tile.reshape %u {from = array<i64: 3, 4>, to = array<i64: 12>} : tensor<4x4xf32> -> tensor<16xf32>
    ```
  }];
  let arguments = (ins Tile_Tile:$source, OptionalAttr<DenseI64ArrayAttr>:$from,
                       OptionalAttr<DenseI64ArrayAttr>:$to);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let extraClassDeclaration = [{
    /// The extents of the source and of the result that count.
    ::llvm::ArrayRef<int64_t> fromShape();
    ::llvm::ArrayRef<int64_t> toShape();
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_JoinOp : Tile_Op<"join", [Pure, AllTypesMatch<["lhs", "rhs"]>]> {
  let summary = "puts two tiles side by side along a new last dimension";
  let description = [{
    Element [i, 0] of the result is element [i] of `lhs`, element [i, 1] that of `rhs`.
    C1. The operands have one type. The result has their extents and a last extent 2.
    C2. Element types agree.

    ```mlir
    %r = tile.join %a, %b : tensor<16x8xf32> -> tensor<16x8x2xf32>
    ```
  }];
  let arguments = (ins Tile_Tile:$lhs, Tile_Tile:$rhs);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
  let hasVerifier = 1;
}

def Tile_SplitOp : Tile_Op<"split", [Pure, AllTypesMatch<["lhs", "rhs"]>]> {
  let summary = "takes the two halves of a last dimension of extent 2";
  let description = [{
    Element [i] of `lhs` is element [i, 0] of the source, that of `rhs` element [i, 1].
    C1. The source has at least two dimensions, the last of extent 2; the results have the others.
    C2. Element types agree.

    ```mlir
    %a, %b = tile.split %t : tensor<16x8x2xf32> -> tensor<16x8xf32>
    ```
  }];
  let arguments = (ins Tile_Tile:$source);
  let results = (outs Tile_Tile:$lhs, Tile_Tile:$rhs);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($lhs)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_UnsplatOp : Tile_Op<"unsplat", [Pure]> {
  let summary = "takes the element out of a tile of one element";
  let description = [{
    C1. Every extent of the source is 1.
    C2. The result has the source's element type.

    ```mlir
    %x = tile.unsplat %t : tensor<1x1xf32> -> f32
    ```
  }];
  let arguments = (ins Tile_Tile:$source);
  let results = (outs Tile_Scalar:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif
