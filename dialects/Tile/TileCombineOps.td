//===- TileCombineOps.td - reductions and scans with a region -------------===//
// What tile.reduce is for known operations, for any associative function of scalars.
#ifndef MLA_DIALECTS_TILE_TILECOMBINEOPS
#define MLA_DIALECTS_TILE_TILECOMBINEOPS

/// The function that combines two groups of neighbouring elements.
class Tile_CombineOp<string mnemonic> : Tile_Op<mnemonic, [Pure, IsolatedFromAbove, SingleBlock]> {
  let regions = (region SizedRegion<1>:$combine);
  let assemblyFormat = [{
    $sources attr-dict `:` type($sources) `->` type($results) $combine
  }];
  let hasVerifier = 1;
}

def Tile_GenericReduceOp : Tile_CombineOp<"generic_reduce"> {
  let summary = "combines elements along one dimension by a region";
  let description = [{
    Result i holds component i of the combination of all elements along `axis`; the element at one place is made of that place's
    elements of all sources. The region takes the components of a left and of a right group of elements and yields those of
    both together. It must be associative; the groups are neighbours, the left one at lower coordinates. With `commutative` the
    groups may be any, in any order.
    C1. There is at least one source; the sources have one shape (and one layout), and 0 ≤ axis < rank.
    C2. There is one result for each source, with its element type, in the sources' shape without `axis`; 1-D sources give
        scalars.
    C3. The region takes two scalars for each source, first all of the left group, and yields one for each.
    C4. The region's ops work on numbers, not tiles, and have no side effects.
    A known operation on one source is canonically tile.reduce.

    ```mlir
    %r:2 = tile.generic_reduce %v, %i {axis = 1 : i32} : tensor<4x64xf32>, tensor<4x64xi32> -> tensor<4xf32>, tensor<4xi32> {
    ^bb0(%a: f32, %i0: i32, %b: f32, %i1: i32):
      %c = arith.cmpf ogt, %a, %b : f32
      %m = arith.select %c, %a, %b : f32
      %n = arith.select %c, %i0, %i1 : i32
      tile.yield %m, %n : f32, i32
    }
    ```
  }];
  let arguments = (ins Variadic<Tile_NumberTile>:$sources, I32Attr:$axis, UnitAttr:$commutative);
  let results = (outs Variadic<AnyTypeOf<[Tile_Int, Tile_Float, Tile_NumberTile]>>:$results);
  let hasCanonicalizer = 1;
}

def Tile_ScanOp : Tile_CombineOp<"scan"> {
  let summary = "combines each element with all before it";
  let description = [{
    Each result element is the combination of the elements from the start of `axis` up to its place; with `reverse`, from the
    end of `axis` down to its place, the elements nearer to the end on the left. The region is as in tile.generic_reduce.
    C1. There is at least one source; the sources have one shape (and one layout), and 0 ≤ axis < rank.
    C2. There is one result for each source, of its type.
    C3. The region takes two scalars for each source, first all of the left group, and yields one for each.
    C4. The region's ops work on numbers, not tiles, and have no side effects.

    ```mlir
    %r = tile.scan %v {axis = 0 : i32} : tensor<64xi32> -> tensor<64xi32> {
    ^bb0(%a: i32, %b: i32):
      %s = arith.addi %a, %b : i32
      tile.yield %s : i32
    }
    ```
  }];
  let arguments = (ins Variadic<Tile_NumberTile>:$sources, I32Attr:$axis, UnitAttr:$reverse);
  let results = (outs Variadic<Tile_NumberTile>:$results);
}

def Tile_YieldOp : Tile_Op<"yield", [Pure, Terminator,
    ParentOneOf<["GenericReduceOp", "ScanOp"]>]> {
  let summary = "ends the region of a reduction or scan";
  let description = [{
    The components of the combined group.
    C1. Inside tile.generic_reduce or tile.scan.

    ```mlir
    %r = tile.generic_reduce %v {axis = 0 : i32} : tensor<64xi32> -> i32 {
    ^bb0(%a: i32, %b: i32):
      %s = arith.muli %a, %b : i32
      tile.yield %s : i32
    }
    ```
  }];
  let arguments = (ins Variadic<AnyTypeOf<[Tile_Int, Tile_Float]>>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

#endif
