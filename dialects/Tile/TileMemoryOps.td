//===- TileMemoryOps.td - atomics, hints and debugging of the tile dialect ===//
#ifndef MLA_DIALECTS_TILE_TILEMEMORYOPS
#define MLA_DIALECTS_TILE_TILEMEMORYOPS

include "Tile/TileBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Atomics
//===----------------------------------------------------------------------===//

class Tile_AtomicOp<string mnemonic> : Tile_Op<mnemonic, [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let results = (outs Tile_Value:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether accesses that follow must see what another program released: an acquire whose value somebody looks at.
    bool acquires() {
      return !getResult().use_empty() && (getSem() == MemorySem::Acquire || getSem() == MemorySem::AcqRel);
    }
    /// Whether accesses of the whole program that came before are released with it.
    bool releases() { return getSem() == MemorySem::Release || getSem() == MemorySem::AcqRel; }
  }];
}

def Tile_AtomicRmwOp : Tile_AtomicOp<"atomic_rmw"> {
  let summary = "reads, combines and writes global memory in one step";
  let description = [{
    Each element of memory is replaced by what `kind` makes of it and of the element of `value`; the result is what was
    there before. Elements whose mask is false are left alone, their result is zero. Elements of a tile are combined once
    each, in no order; several of them may name one address.
    `max` and `min` of integers are signed unless `is_unsigned` is set. Floats are compared as integers by their bits:
    `max` keeps a positive NaN, -0 is below +0.
    `sem` orders other accesses of the program: with `release` or `acq_rel` all earlier ones, of every thread, come
    first; with `acquire` or `acq_rel` all later ones see what a release that was read had written before. `scope` says
    among whom: the program (`cta`), the device or the system.
    C1. The value has the shape of the pointers and their pointee as element type; so has the result.
    C2. The mask has the same shape with element type i1.
    C3. `add` takes i32, i64, f16, bf16, f32 or f64; `max` and `min` take i32, i64, f32 or f64; `and`, `or` and `xor` take
        i32 or i64; `xchg` takes i32, i64, f32 or f64.

    ```mlir
    %old = tile.atomic_rmw add relaxed gpu %p, %v, mask %m : tensor<128x!tile.ptr<f32>>
    ```
  }];
  let arguments = (ins Tile_AtomicKindAttr:$kind, Tile_MemorySemAttr:$sem, Tile_MemoryScopeAttr:$scope,
                       Tile_PtrLike:$ptr, Tile_Value:$value, Optional<Tile_BoolLike>:$mask, UnitAttr:$is_unsigned);
  let assemblyFormat = [{
    $kind $sem $scope $ptr `,` $value (`,` `mask` $mask^)? attr-dict `:` type($ptr)
    custom<AtomicTypes>(ref($mask), ref(type($ptr)), type($value), type($mask), type($result))
  }];
}

def Tile_AtomicCasOp : Tile_AtomicOp<"atomic_cas"> {
  let summary = "writes global memory where it holds an expected value";
  let description = [{
    Each element of memory that has the bits of `cmp` is replaced by `value`; the result is what was there before. The
    order of other accesses is as for atomic_rmw.
    C1. `cmp` and `value` have the shape of the pointers and their pointee as element type; so has the result.
    C2. The mask has the same shape with element type i1. Elements whose mask is false are left alone, their result is zero.
    C3. The pointee has 16, 32 or 64 bits.

    ```mlir
    %old = tile.atomic_cas acq_rel gpu %p, %expected, %new : !tile.ptr<i32>
    ```
  }];
  let arguments = (ins Tile_MemorySemAttr:$sem, Tile_MemoryScopeAttr:$scope, Tile_PtrLike:$ptr, Tile_Value:$cmp,
                       Tile_Value:$value, Optional<Tile_BoolLike>:$mask);
  let assemblyFormat = [{
    $sem $scope $ptr `,` $cmp `,` $value (`,` `mask` $mask^)? attr-dict `:` type($ptr)
    custom<CasTypes>(ref($mask), ref(type($ptr)), type($cmp), type($value), type($mask), type($result))
  }];
}

//===----------------------------------------------------------------------===//
// Order and debugging
//===----------------------------------------------------------------------===//

/// Ops that memory knows nothing of, but that must stay, once each and in order.
def Tile_Output : Resource<"::mla::tile::OutputResource">;

def Tile_BarrierOp : Tile_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits for all threads of the program";
  let description = [{
    What any thread of the program wrote to global memory before is seen by all of them afterwards. No access is moved
    across it.

    ```mlir
    tile.barrier
    ```
  }];
  let assemblyFormat = "attr-dict";
}

def Tile_AssertOp : Tile_Op<"assert", [MemoryEffects<[MemWrite<Tile_Output>]>]> {
  let summary = "ends the kernel with a message where a condition is false";
  let description = [{
    The launch fails if an element of the condition is false; the message, the function and the place in the kernel's
    text are printed.

    ```mlir
    tile.assert %inside, "index out of range" at "kernel.py" : 12 in "gather" : tensor<128xi1>
    ```
  }];
  let arguments = (ins Tile_BoolLike:$condition, StrAttr:$message, StrAttr:$file, I32Attr:$line, StrAttr:$function);
  let assemblyFormat = "$condition `,` $message `at` $file `:` $line `in` $function attr-dict `:` type($condition)";
}

def Tile_PrintOp : Tile_Op<"print", [MemoryEffects<[MemWrite<Tile_Output>]>]> {
  let summary = "prints values while the kernel runs";
  let description = [{
    A line for each element of each value: the program's index, the element's, the prefix, and the value; one line with
    the prefix alone if there are no values. Each element is printed by one thread.
    `hex` prints bits. Integers are signed where `is_signed` says so.
    `extents` (set by `tile-pad-extents`) has what the values' extents were; elements outside are not printed.
    C1. `is_signed` has one entry for each value.
    C2. `extents` has one array for each value, with one entry for each of its dimensions.

    ```mlir
    tile.print ": x: " %x, %n {is_signed = array<i32: 0, 1>} : tensor<128xf32>, i32
    ```
  }];
  let arguments = (ins StrAttr:$prefix, Variadic<Tile_Value>:$values, DenseI32ArrayAttr:$is_signed, UnitAttr:$hex,
                       OptionalAttr<TypedArrayAttrBase<DenseI64ArrayAttr, "arrays of integers">>:$extents);
  let assemblyFormat = "$prefix ($values^)? attr-dict (`:` type($values)^)?";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// What the author knows
//===----------------------------------------------------------------------===//

def Tile_AssumeOp : Tile_Op<"assume", [MemoryEffects<[MemWrite<Tile_Output>]>]> {
  let summary = "promises that a condition holds";
  let description = [{
    The behaviour is undefined where it does not. The effect keeps the promise in place.

    ```mlir
    tile.assume %positive
    ```
  }];
  let arguments = (ins I1:$condition);
  let assemblyFormat = "$condition attr-dict";
}

def Tile_AxisHintOp : Tile_Op<"axis_hint", [Pure, AllTypesMatch<["source", "result"]>]> {
  let summary = "promises how the elements of a value lie";
  let description = [{
    The result is the source. Along dimension d, aligned groups of `contiguity[d]` elements are consecutive numbers,
    aligned groups of `constancy[d]` elements are equal, and the first element of each contiguous group is a multiple of
    `divisibility[d]` (of so many bytes, if it is a pointer). `tile-infer-access` removes the op.
    C1. Each array that is present has one entry for each dimension, one for a scalar.
    C2. Entries are at least 1.

    ```mlir
    %r = tile.axis_hint %x {contiguity = array<i64: 128>} : tensor<128xi32>
    ```
  }];
  let arguments = (ins Tile_Value:$source, OptionalAttr<DenseI64ArrayAttr>:$divisibility,
                       OptionalAttr<DenseI64ArrayAttr>:$contiguity, OptionalAttr<DenseI64ArrayAttr>:$constancy);
  let results = (outs Tile_Value:$result);
  let assemblyFormat = "$source attr-dict `:` type($source)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif
