//===- SmOps.td - the hardware dialect ------------------------------------===//
#ifndef MLA_DIALECTS_SM_SMOPS
#define MLA_DIALECTS_SM_SMOPS

include "Tile/TileBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Sm_Dialect : Dialect {
  let name = "sm";
  let cppNamespace = "::mla::sm";
  let summary = "hardware-shaped ops: layouts, shared memory, asynchronous copies, matrix instructions";
  let description = [{
    The level at which every tile has a `#sm.layout` encoding (which register of which lane of which warp holds which
    element) and shared memory is explicit. `tile`, `arith` and `math` ops on encoded tensors keep their meaning; both
    operands of an elementwise op have one encoding.

    Module attribute `sm.arch` (string, e.g. "sm_90a"): the target. Function attribute `sm.shared_bytes` (i64):
    dynamic shared memory of the kernel, set by `sm-plan-memory`. Op attribute `sm.scratch_offset` (i64) on
    `sm.convert_layout` and `tile.reduce`: byte offset of the scratch memory that the op exchanges data through.

    Function attribute `sm.tensor_maps` (array): for each `!sm.tensor_map` argument, in order, what a launcher encodes:
    `{name = "a_map", pointer = "a_ptr", type = "bf16", box = array<i32: 64, 128>, swizzle = 128 : i32,
    extents = ["K", "M"], strides = ["stride_am"]}`. Dimensions run from the contiguous one outwards. Extents, and strides
    (in elements, one fewer), are names of integer arguments or constants. Box and swizzle are those of the slots it is
    copied to (matchTma). A map that sm.tma_store writes through also says `stores = true`.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mla::tile::TileDialect"];
}

class Sm_Op<string mnemonic, list<Trait> traits = []> : Op<Sm_Dialect, mnemonic, traits>;

def Sm_LayoutAttr : AttrDef<Sm_Dialect, "Layout"> {
  let mnemonic = "layout";
  let summary = "linear layout of a tile";
  let description = [{
    `#sm.layout<[1, 3], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>`:
    segments per dimension, the bases of each input dimension (see mla/Layout/LinearLayout.h), and the block's extents.
    Register layouts have the inputs register, lane, warp (5 lane bits); shared-memory layouts have the
    single input offset, in elements.
  }];
  let parameters = (ins AttrParameter<"::mla::TileLayout", "", "const ::mla::TileLayout &">:$layout);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool isShared() const { return getLayout().block.hasIn(::mla::kOffset); }
  }];
}

def Sm_BufferType : TypeDef<Sm_Dialect, "Buffer"> {
  let mnemonic = "buffer";
  let summary = "tiles in shared memory";
  let description = [{
    `!sm.buffer<3 x tensor<128x64xbf16, #shared>>`: `depth` tiles one after another, each laid out by its encoding.
  }];
  let parameters = (ins "int32_t":$depth, "::mlir::RankedTensorType":$tile);
  let assemblyFormat = "`<` $depth `x` $tile `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    ::mla::sm::LayoutAttr getLayout() const { return ::llvm::cast<::mla::sm::LayoutAttr>(getTile().getEncoding()); }
    /// Bytes of one tile and of all tiles.
    int64_t getTileBytes() const;
    int64_t getBytes() const { return getDepth() * getTileBytes(); }
  }];
}

def Sm_TileOrBuffer : AnyTypeOf<[RankedTensorOf<[AnyType]>, Sm_BufferType]>;

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

def Sm_AllocOp : Sm_Op<"alloc", [Pure]> {
  let summary = "names a range of shared memory";
  let description = [{
    `offset` (bytes, a multiple of 1024) is set by `sm-plan-memory`.

    ```mlir
    %b = sm.alloc {label = "a"} : !sm.buffer<3 x tensor<16x16xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>>>
    ```
  }];
  let arguments = (ins StrAttr:$label, OptionalAttr<I64Attr>:$offset);
  let results = (outs Sm_BufferType:$buffer);
  let assemblyFormat = "attr-dict `:` type($buffer)";
}

def Sm_SlotOp : Sm_Op<"slot", [Pure]> {
  let summary = "one tile of a buffer";
  let description = [{
    C1. The result has depth 1 and the tile of the buffer. 0 ≤ index < depth at run time.

    ```mlir
    %s = sm.slot %b[%i] : !sm.buffer<3 x tensor<16x16xbf16, #layout>>
    ```
  }];
  let arguments = (ins Sm_BufferType:$buffer, I32:$index);
  let results = (outs Sm_BufferType:$result);
  let assemblyFormat = "$buffer `[` $index `]` attr-dict `:` type($buffer) custom<SlotType>(ref(type($buffer)), type($result))";
  let hasVerifier = 1;
}

def Sm_TransOp : Sm_Op<"trans", [Pure]> {
  let summary = "the same bytes of shared memory as the transposed matrix";
  let description = [{
    C1. Slot and result have depth 1; the result's tile is the transposed tile of the slot, with the layout that the same bytes then have.
        There is none where both dimensions have several segments.

    ```mlir
    %t = sm.trans %slot : !sm.buffer<1 x tensor<16x16xbf16, #layout>> -> !sm.buffer<1 x tensor<16x16xbf16,
        #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [0, 4], [0, 8]]}, [16, 16]>>>
    ```
  }];
  let arguments = (ins Sm_BufferType:$slot);
  let results = (outs Sm_BufferType:$result);
  let assemblyFormat = "$slot attr-dict `:` type($slot) `->` type($result)";
  let hasVerifier = 1;
}

def Sm_SubslotOp : Sm_Op<"subslot", [Pure]> {
  let summary = "a part of a tile in shared memory";
  let description = [{
    C1. Slot and result have depth 1 and one element type; one offset for each dimension.
    C2. The result lies inside the slot's tile, and its layout is the one that its bytes have there (`sharedSubtile`). There is none
        where no swizzled layout of that shape describes them.

    ```mlir
    %s = sm.subslot %slot[8, 0] : !sm.buffer<1 x tensor<64x64xbf16, #swizzled>> -> !sm.buffer<1 x tensor<4x64xbf16,
        #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16]]}, [4, 64]>>>
    ```
  }];
  let arguments = (ins Sm_BufferType:$slot, DenseI64ArrayAttr:$offsets);
  let results = (outs Sm_BufferType:$result);
  let assemblyFormat = "$slot `` $offsets attr-dict `:` type($slot) `->` type($result)";
  let hasVerifier = 1;
}

def Sm_AsyncCopyOp : Sm_Op<"async_copy", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "copies a tile from global to shared memory (cp.async)";
  let description = [{
    Every thread copies the elements that the pointers' layout gives it, in pieces as wide as `access`, the pointers' layout and
    the slot's layout allow (4, 8 or 16 bytes: PTX ISA §9.7.9.25.3.1; narrower elements are copied through
    registers). Where the mask is false the slot gets zeros and nothing is read. `predicate` false: nothing happens.
    C1. The slot has depth 1, the shape of the pointers, and their pointee as element type.
    C2. The mask has the type of the pointers with element i1.

    ```mlir
    sm.async_copy %ptrs to %slot, mask %m if %p : tensor<16x16x!tile.ptr<bf16>, #regs> to !sm.buffer<1 x tensor<16x16xbf16, #layout>>
    ```
  }];
  let arguments = (ins RankedTensorOf<[Tile_PtrType]>:$ptr, Sm_BufferType:$slot,
                       Optional<RankedTensorOf<[I1]>>:$mask, Optional<I1>:$predicate,
                       OptionalAttr<Tile_AccessAttr>:$access);
  let assemblyFormat = [{
    $ptr `to` $slot (`,` `mask` $mask^)? (`if` $predicate^)? attr-dict `:` type($ptr)
    custom<MaskType>(ref($mask), ref(type($ptr)), type($mask)) `to` type($slot)
  }];
  let hasVerifier = 1;
}

def Sm_CommitGroupOp : Sm_Op<"commit_group", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "closes a group of asynchronous copies";
  let description = [{
    The copies issued by this thread since the last commit form a group (cp.async.commit_group); it may be empty.

    ```mlir
    sm.commit_group
    ```
  }];
  let assemblyFormat = "attr-dict";
}

def Sm_WaitGroupOp : Sm_Op<"wait_group", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits until at most `pending` newest copy groups are in flight";
  let description = [{
    Afterwards the executing thread's own copies of the older groups are in `buffers`; other threads see them after a
    barrier (`sm-insert-barriers` puts it).
    C1. `pending` is at least 0.

    ```mlir
    sm.wait_group 1 for %b : !sm.buffer<3 x tensor<16x16xbf16, #layout>>
    ```
  }];
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative]>:$pending, Variadic<Sm_BufferType>:$buffers);
  let assemblyFormat = "$pending (`for` $buffers^)? attr-dict (`:` type($buffers)^)?";
}

def Sm_BarrierOp : Sm_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits for all threads of the CTA, inside sm.warps for those of the role";
  let description = [{
    barrier.sync (PTX ISA §9.7.13.1): orders all shared-memory accesses before it and after it.

    ```mlir
    sm.barrier
    ```
  }];
  let assemblyFormat = "attr-dict";
}

def Sm_LoadSharedOp : Sm_Op<"load_shared", [MemoryEffects<[MemRead]>]> {
  let summary = "reads a tile from shared memory into registers";
  let description = [{
    Uses ldmatrix where the layouts allow it. `ordered`: mbarriers order it after the writes of the slot and before the
    next ones, so that sm-insert-barriers has nothing to do.
    C1. The slot has depth 1 and the result its shape and element type.

    ```mlir
    %t = sm.load_shared %slot : !sm.buffer<1 x tensor<16x16xbf16, #layout>> -> tensor<16x16xbf16, #regs>
    ```
  }];
  let arguments = (ins Sm_BufferType:$slot, UnitAttr:$ordered);
  let results = (outs RankedTensorOf<[AnyType]>:$result);
  let assemblyFormat = "$slot (`ordered` $ordered^)? attr-dict `:` type($slot) `->` type($result)";
  let hasVerifier = 1;
}

def Sm_StoreSharedOp : Sm_Op<"store_shared", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a tile from registers to shared memory";
  let description = [{
    `ordered`: as of sm.load_shared.
    C1. The slot has depth 1 and the source's shape and element type.

    ```mlir
    sm.store_shared %tile to %slot : tensor<16x16xbf16, #regs> to !sm.buffer<1 x tensor<16x16xbf16, #layout>>
    ```
  }];
  let arguments = (ins RankedTensorOf<[AnyType]>:$source, Sm_BufferType:$slot, UnitAttr:$ordered);
  let assemblyFormat = "$source `to` $slot (`ordered` $ordered^)? attr-dict `:` type($source) `to` type($slot)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

def Sm_ConvertLayoutOp : Sm_Op<"convert_layout", [Pure]> {
  let summary = "moves a tile to another register layout";
  let description = [{
    C1. Source and result differ only in the encoding; both are register layouts.
    A permutation of each thread's registers where the layouts allow it; otherwise through `sm.scratch_offset`: write,
    barrier, read.

    ```mlir
    %r = sm.convert_layout %t : tensor<16x16xf32, #a> -> tensor<16x16xf32, #b>
    ```
  }];
  let arguments = (ins RankedTensorOf<[AnyType]>:$source);
  let results = (outs RankedTensorOf<[AnyType]>:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
}

def Sm_MmaOp : Sm_Op<"mma", [MemoryEffects<[MemRead]>, AllTypesMatch<["acc", "result"]>]> {
  let summary = "matrix product by mma.sync";
  let description = [{
    result = a · b + acc with mma.sync (PTX ISA §9.7.14.5): m16n8k32 for 8-bit elements, m16n8k16 for 16-bit ones, m16n8k8 for
    f32; f64, and f32 with `ieee`, by fused products and sums in the same layouts. An operand is a tile in the matching
    operand layout, or a tile in shared memory that is read fragment by fragment (ldmatrix) just before its use; f64 comes
    in registers.
    C1. Shapes are [M, K], [K, N], [M, N]; element types and `precision` are those of tile.dot.
    C2. The accumulator has an m16n8 accumulator layout; register operands the operand layouts that belong to it
        for the warp grid `warps` = [M warps, N warps].

    ```mlir
    %d = sm.mma %a, %b, %acc warps [1, 1] : !sm.buffer<1 x tensor<16x16xbf16, #layout>>, tensor<16x16xbf16, #regs>, tensor<16x16xf32, #acc>
    ```
  }];
  let arguments = (ins Sm_TileOrBuffer:$a, Sm_TileOrBuffer:$b, RankedTensorOf<[F32, F64, I32]>:$acc,
                       DenseI32ArrayAttr:$warps, OptionalAttr<Tile_DotPrecisionAttr>:$precision);
  let results = (outs RankedTensorOf<[F32, F64, I32]>:$result);
  let assemblyFormat = "$a `,` $b `,` $acc `warps` $warps attr-dict `:` type($a) `,` type($b) `,` type($acc)";
  let hasVerifier = 1;
}

include "Sm/SmHopperOps.td"

#endif
