//===- TileOps.td - ops of the tile dialect -------------------------------===//
#ifndef MLA_DIALECTS_TILE_TILEOPS
#define MLA_DIALECTS_TILE_TILEOPS

include "Tile/TileMemoryOps.td"
include "mlir/Interfaces/InferIntRangeInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Program and index ops
//===----------------------------------------------------------------------===//

class Tile_GridOp<string mnemonic> : Tile_Op<mnemonic, [Pure,
    DeclareOpInterfaceMethods<InferIntRangeInterface, ["inferResultRanges"]>]> {
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative, IntMaxValue<2>]>:$axis);
  let results = (outs I32:$result);
  let assemblyFormat = "$axis attr-dict";
  let builders = [OpBuilder<(ins "int32_t":$axis),
    [{ build($_builder, $_state, $_builder.getI32Type(), axis); }]>];
  let skipDefaultBuilders = 0;
}

def Tile_ProgramIdOp : Tile_GridOp<"program_id"> {
  let summary = "index of this program instance along a grid axis";
  let description = [{
    C1. `axis` is 0, 1 or 2 (x, y, z of the launch grid).

    ```mlir
    %pid = tile.program_id 0
    ```
  }];
}

def Tile_NumProgramsOp : Tile_GridOp<"num_programs"> {
  let summary = "number of program instances along a grid axis";
  let description = [{
    C1. `axis` is 0, 1 or 2.

    ```mlir
    %n = tile.num_programs 0
    ```
  }];
}

def Tile_RangeOp : Tile_Op<"range", [Pure]> {
  let summary = "consecutive integers start, start + 1, …";
  let description = [{
    C1. The result is a 1-D tile of i32 with `end - start` elements, at least 1.

    ```mlir
    %offs = tile.range 0 to 128 : tensor<128xi32>
    ```
  }];
  let arguments = (ins I32Attr:$start, I32Attr:$end);
  let results = (outs 1DTensorOf<[I32]>:$result);
  let assemblyFormat = "$start `to` $end attr-dict `:` type($result)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Shape ops
//===----------------------------------------------------------------------===//

def Tile_SplatOp : Tile_Op<"splat", [Pure]> {
  let summary = "repeats a scalar over a tile";
  let description = [{
    C1. The element type of the result is the type of the scalar.

    ```mlir
    %t = tile.splat %x : f32 -> tensor<16x64xf32>
    ```
  }];
  let arguments = (ins Tile_Scalar:$source);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_ExpandDimsOp : Tile_Op<"expand_dims", [Pure]> {
  let summary = "inserts a dimension of extent 1";
  let description = [{
    C1. The result shape is the source shape with extent 1 inserted at `axis`, 0 ≤ axis ≤ rank.
    C2. Element types agree.

    ```mlir
    %col = tile.expand_dims %row {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>
    ```
  }];
  let arguments = (ins Tile_Tile:$source, I32Attr:$axis);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_BroadcastOp : Tile_Op<"broadcast", [Pure]> {
  let summary = "repeats dimensions of extent 1";
  let description = [{
    C1. Ranks and element types agree.
    C2. Each result extent equals the source extent, or the source extent is 1.

    ```mlir
    %t = tile.broadcast %col : tensor<16x1xi32> -> tensor<16x64xi32>
    ```
  }];
  let arguments = (ins Tile_Tile:$source);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_SliceOp : Tile_Op<"slice", [Pure]> {
  let summary = "takes a part of a tile";
  let description = [{
    Element [i, j] of the result is element [i + offsets[0], j + offsets[1]] of the source.
    C1. Ranks and element types agree; one offset for each dimension.
    C2. The result lies inside the source: 0 ≤ offset and offset + extent ≤ source extent in every dimension.

    ```mlir
    %r = tile.slice %t [0, 0] : tensor<64x576xbf16> -> tensor<64x512xbf16>
    ```
  }];
  let arguments = (ins Tile_Tile:$source, DenseI64ArrayAttr:$offsets);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source $offsets attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

include "Tile/ShapeOps.td"
include "Tile/SelectOps.td"

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

def Tile_AddPtrOp : Tile_Op<"addptr", [Pure, AllTypesMatch<["ptr", "result"]>]> {
  let summary = "moves pointers by a number of elements";
  let description = [{
    C1. Pointer and offset are both scalars, or tiles of one shape (and one layout).
    The offset is signed and keeps its width: i32 offsets are sign-extended when they reach the address.

    ```mlir
    %p = tile.addptr %ptrs, %offs : tensor<128x!tile.ptr<f32>>, tensor<128xi32>
    ```
  }];
  let arguments = (ins Tile_PtrLike:$ptr, Tile_IntLike:$offset);
  let results = (outs Tile_PtrLike:$result);
  let assemblyFormat = "$ptr `,` $offset attr-dict `:` type($ptr) `,` type($offset)";
  let hasVerifier = 1;
}

def Tile_PtrCastOp : Tile_Op<"ptr_cast", [Pure]> {
  let summary = "the same addresses as pointers to another type";
  let description = [{
    C1. Source and result are both scalars, or tiles of one shape (and one layout).

    ```mlir
    %numbers = tile.ptr_cast %bytes : !tile.ptr<i8> -> !tile.ptr<bf16>
    ```
  }];
  let arguments = (ins Tile_PtrLike:$source);
  let results = (outs Tile_PtrLike:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_LoadOp : Tile_Op<"load", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "reads global memory";
  let description = [{
    C1. The result has the shape of the pointers and their pointee as element type.
    C2. The mask has the same shape with element type i1; `other` has the type of the result.
    C3. `cache` is ca, cg or cv.
    Where the mask is false nothing is read and the result is `other`, or zero without `other`.
    `cache` and `evict` are hints to the caches that change no result; with both, `cache` counts. With `is_volatile` each
    run of the op reads memory once.

    ```mlir
    %v = tile.load %p, mask %m : tensor<128x!tile.ptr<f32>>
    ```
  }];
  let arguments = (ins Tile_PtrLike:$ptr, Optional<Tile_BoolLike>:$mask, Optional<Tile_Value>:$other,
                       OptionalAttr<Tile_AccessAttr>:$access, OptionalAttr<StrAttr>:$label,
                       OptionalAttr<Tile_CacheKindAttr>:$cache, OptionalAttr<Tile_EvictKindAttr>:$evict,
                       UnitAttr:$is_volatile);
  let results = (outs Tile_Value:$result);
  let assemblyFormat = [{
    $ptr (`,` `mask` $mask^)? (`,` `other` $other^)? attr-dict `:` type($ptr)
    custom<LoadTypes>(ref($mask), ref($other), ref(type($ptr)), type($mask), type($other), type($result))
  }];
  let hasVerifier = 1;
}

def Tile_StoreOp : Tile_Op<"store", [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "writes global memory";
  let description = [{
    C1. The value has the shape of the pointers and their pointee as element type.
    C2. The mask has the same shape with element type i1. Where it is false nothing is written.
    C3. `cache` is wb, cg, cs or wt; it and `evict` are hints as in load.

    ```mlir
    tile.store %p, %v, mask %m : tensor<128x!tile.ptr<f32>>
    ```
  }];
  let arguments = (ins Tile_PtrLike:$ptr, Tile_Value:$value, Optional<Tile_BoolLike>:$mask,
                       OptionalAttr<Tile_AccessAttr>:$access, OptionalAttr<Tile_CacheKindAttr>:$cache,
                       OptionalAttr<Tile_EvictKindAttr>:$evict);
  let assemblyFormat = [{
    $ptr `,` $value (`,` `mask` $mask^)? attr-dict `:` type($ptr)
    custom<StoreTypes>(ref($mask), ref(type($ptr)), type($value), type($mask))
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

def Tile_ViewOp : Tile_Op<"view", [Pure, AttrSizedOperandSegments,
    TypesMatchWith<"the pointee is the view's element type", "result", "ptr",
                   "PtrType::get($_ctxt, ::llvm::cast<ViewType>($_self).getElementType())">]> {
  let summary = "names an array in global memory";
  let description = [{
    Element [i, j] lies `i · strides[0] + j` elements behind `ptr`. Extents are at least 0.
    C1. One extent for each `?` of the type, in order.
    C2. One stride for each dimension but the last, whose stride is 1.

    ```mlir
    %v = tile.view %p, shape [%m] strides [%s] : !tile.view<?x576xbf16>
    ```
  }];
  let arguments = (ins Tile_PtrType:$ptr, Variadic<I64>:$extents, Variadic<I64>:$strides);
  let results = (outs Tile_ViewType:$result);
  let assemblyFormat = [{
    $ptr `,` `shape` `[` $extents `]` `strides` `[` $strides `]` attr-dict `:` qualified(type($result))
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The extent of dimension `dim`: a constant or an operand.
    ::mlir::OpFoldResult getMixedExtent(unsigned dim);
  }];
}

def Tile_LoadViewOp : Tile_Op<"load_view", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "reads a tile of a view";
  let description = [{
    Dimension k of the tile runs along dimension `dims[k]` of the view from the index there on; the other indices select
    one position each. Elements outside the view, also before its start, read as zero.
    C1. One index for each dimension of the view.
    C2. `dims` ascends, names dimensions of the view, and has one entry for each dimension of the tile; without entries
        the result is a scalar.
    C3. The tile's element type is the view's.
    C4. `valid` needs a tile. Positions of the tile's first dimension at or past `valid` read as zero too, all of them if it is not
        positive, and are not dereferenced.
    C5. `unchecked` ascends and names dimensions of the view. Along these the program promises that the tile lies inside.
    C6. With `pad_nan` elements outside the view read as NaN instead; it needs floats, and no `valid`.
    C7. `cache` is ca, cg or cv; it, `evict` and `is_volatile` are as in load.
    `bulk_copy` (set by `tile-select-copies`) says that the bulk tensor copy engine will make the tile; `tile-expand-views` leaves such
    loads alone.

    ```mlir
    %t = tile.load_view %v[%i, %j] dims [0, 1] : !tile.view<?x?xbf16> -> tensor<128x64xbf16>
    %u = tile.load_view %v[%i, %j] dims [0, 1] valid %n : !tile.view<?x?xbf16> -> tensor<128x64xbf16>
    %x = tile.load_view %v[%i, %j] dims [] : !tile.view<?x?xbf16> -> bf16
    ```
  }];
  let arguments = (ins Tile_ViewType:$view, Variadic<I64>:$indices, Optional<I64>:$valid,
                       DenseI32ArrayAttr:$dims, OptionalAttr<StrAttr>:$label, UnitAttr:$bulk_copy,
                       OptionalAttr<DenseI32ArrayAttr>:$unchecked, UnitAttr:$pad_nan,
                       OptionalAttr<Tile_CacheKindAttr>:$cache, OptionalAttr<Tile_EvictKindAttr>:$evict,
                       UnitAttr:$is_volatile);
  let results = (outs AnyTypeOf<[Tile_Int, Tile_Float, Tile_NumberTile]>:$result);
  let assemblyFormat = [{
    $view `[` $indices `]` `dims` $dims (`valid` $valid^)? attr-dict `:` qualified(type($view)) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Tile_StoreViewOp : Tile_Op<"store_view", [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "writes a tile of a view";
  let description = [{
    Where the elements go is as in load_view; those outside the view are not stored.
    C1. One index for each dimension of the view.
    C2. `dims` ascends, names dimensions of the view, and has one entry for each dimension of the tile; without entries
        the value is a scalar.
    C3. The value's element type is the view's.
    C4. `unchecked` is as in load_view (C5).
    C5. `cache` is wb, cg, cs or wt; it and `evict` are hints as in load.

    ```mlir
    tile.store_view %t, %v[%i, %j] dims [0, 1] : tensor<128x64xbf16>, !tile.view<?x?xbf16>
    ```
  }];
  let arguments = (ins AnyTypeOf<[Tile_Int, Tile_Float, Tile_NumberTile]>:$value, Tile_ViewType:$view,
                       Variadic<I64>:$indices, DenseI32ArrayAttr:$dims, OptionalAttr<DenseI32ArrayAttr>:$unchecked,
                       OptionalAttr<Tile_CacheKindAttr>:$cache, OptionalAttr<Tile_EvictKindAttr>:$evict);
  let assemblyFormat = "$value `,` $view `[` $indices `]` `dims` $dims attr-dict `:` type($value) `,` qualified(type($view))";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Computation
//===----------------------------------------------------------------------===//

def Tile_DotOp : Tile_Op<"dot", [Pure, AllTypesMatch<["acc", "result"]>]> {
  let summary = "matrix product with accumulation";
  let description = [{
    result = a · b + acc, accumulated in the type of `acc`.
    C1. Shapes are [M, K], [K, N], [M, N].
    C2. `a` and `b` have one element type, f16, bf16, f32, f64 or i8, or are any two of the 8-bit floats.
    C3. `acc` is f64 for f64, i32 for i8 (wrapping), f32 for the others.
    C4. `precision` is present exactly for f32: `tf32` multiplies the leading 10 bits of the mantissas, `tf32x3` adds the
        products with the next 10, `ieee` multiplies and adds in f32.

    ```mlir
    %d = tile.dot %a, %b, %acc : tensor<64x32xbf16>, tensor<32x64xbf16>, tensor<64x64xf32>
    ```
  }];
  let arguments = (ins 2DTensorOf<[Tile_Float, I8]>:$a, 2DTensorOf<[Tile_Float, I8]>:$b,
                       2DTensorOf<[F32, F64, I32]>:$acc, OptionalAttr<StrAttr>:$label,
                       OptionalAttr<Tile_DotPrecisionAttr>:$precision);
  let results = (outs 2DTensorOf<[F32, F64, I32]>:$result);
  let assemblyFormat = "$a `,` $b `,` $acc attr-dict `:` type($a) `,` type($b) `,` type($acc)";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def Tile_ReduceOp : Tile_Op<"reduce", [Pure]> {
  let summary = "combines the elements along one dimension";
  let description = [{
    C1. 0 ≤ axis < rank.
    C2. The result shape is the source shape without `axis`; a 1-D source gives a scalar.
    C3. Element types agree. `max` and `min` ignore NaN unless all elements are NaN (IEEE maximumNumber);
        integers are signed unless `is_unsigned` is set. `xor`, `or` and `and` are for integers.
    C4. The elements are no 8-bit floats, which have no arithmetic.

    ```mlir
    %s = tile.reduce sum %t {axis = 1 : i32} : tensor<16x64xf32> -> tensor<16xf32>
    ```
  }];
  let arguments = (ins Tile_ReduceKindAttr:$kind, Tile_NumberTile:$source, I32Attr:$axis,
                       UnitAttr:$is_unsigned);
  let results = (outs AnyTypeOf<[Tile_Int, Tile_Float, Tile_NumberTile]>:$result);
  let assemblyFormat = "$kind $source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
}

include "Tile/TileCombineOps.td"

#endif
