//===- TileBase.td - the tile dialect, its types and attributes -----------===//
#ifndef MLA_DIALECTS_TILE_TILEBASE
#define MLA_DIALECTS_TILE_TILEBASE

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::mla::tile";
  let summary = "value-semantic tiles of one program instance";
  let description = [{
    What one program instance (one CTA) of a kernel computes, without saying which thread does it. Tiles are
    builtin ranked tensors; arithmetic on them is `arith` and `math`, control flow is `scf`, a kernel is a
    `func.func` with the unit attribute `tile.kernel`. This dialect adds pointers, memory accesses, matrix
    products, reductions and shape changes.

    Function attributes (discardable, kept down to the LLVM function):
    - `tile.kernel` (unit): entry point.
    - `tile.num_warps`, `tile.num_stages` (i32): launch and pipelining choices in force.
    - `tile.arguments` (array of `{name, type, divisibility}`): the run-time arguments in launch order.
    - `tile.constants` (dictionary): constexpr values the kernel was specialised for.
    - `tile.provenance` (dictionary of strings): where each choice came from.
    - `tile.channel_depths` (dictionary of i32): tiles that the channel of this label holds.
    - `tile.registers` (dictionary of i32): registers per thread of this role.
    - `tile.roles` (array of `{name, warps, registers, ops}`): the roles that compute, in warp order, by the labels of what each
      computes; `registers` may be absent.
    - `tile.cluster` (i32): so many CTAs along x form a cluster, which copies what is the same for all of them once.
    - `tile.l2_hints` (dictionary of strings): how long the L2 cache shall keep what the load of this label reads.
    - `tile.transforms` (array of `{name = {option = value, …}}`): what `tile-apply-transforms` will do, in order; afterwards
      `tile.applied_transforms`.
    Loop attributes (on `scf.for`): `tile.label` (string), the loop's name in recipes (loads and products have `label`);
    `tile.num_stages` (i32), the pipelining choice for this loop; `tile.unroll_factor` (i32), so many iterations shall be
    done at a time (`tile-apply-transforms` does so, unless a recipe has transforms).
    Argument attribute `tile.divisibility` (i32): a pointer is aligned to, or an integer divisible by, so much.

    Extents are any positive integers until `tile-pad-extents`; afterwards each is a power of two or
    c · 2^k with k ≥ 4 and c ≤ 16. At the hardware level the same ops carry `#sm.layout` encodings.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

class Tile_AreStatic<string values>
    : CPred<"::llvm::all_of($_op.get" # values # "Types(), [](::mlir::Type type) {"
            "  auto tile = ::llvm::dyn_cast<::mlir::RankedTensorType>(type);"
            "  return !tile || tile.hasStaticShape();"
            "})">;
/// What all ops on tiles demand before their own rules, which may count on it.
def Tile_StaticTiles
    : PredOpTrait<"tiles have constant extents", And<[Tile_AreStatic<"Operand">, Tile_AreStatic<"Result">]>>;

class Tile_Op<string mnemonic, list<Trait> traits = []>
    : Op<Tile_Dialect, mnemonic, !listconcat([Tile_StaticTiles], traits)>;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

def Tile_PtrType : TypeDef<Tile_Dialect, "Ptr"> {
  let mnemonic = "ptr";
  let summary = "pointer to elements in global memory";
  let description = [{
    `!tile.ptr<bf16>`: 64-bit address of global memory, counted in elements. A tile of pointers is
    `tensor<64x!tile.ptr<bf16>>`.
  }];
  let parameters = (ins "::mlir::Type":$pointee);
  let assemblyFormat = "`<` $pointee `>`";
  let genVerifyDecl = 1;
}

def Tile_ViewType : TypeDef<Tile_Dialect, "View"> {
  let mnemonic = "view";
  let summary = "array in global memory";
  let description = [{
    `!tile.view<?x576xbf16>`: address, extents and strides of an array of 1 to 5 dimensions, its last one contiguous.
    Extents are constants or, as `?`, known at run time.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType);
  let assemblyFormat = "`<` custom<ViewShape>($shape, $elementType) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static constexpr unsigned kMaxRank = 5;
    unsigned getRank() const { return unsigned(getShape().size()); }
    /// Number of extents that are known at run time.
    unsigned numDynamicExtents() const {
      return unsigned(::llvm::count(getShape(), ::mlir::ShapedType::kDynamic));
    }
  }];
}

/// Scalars a kernel can hold.
def Tile_Int : AnyTypeOf<[I1, I8, I16, I32, I64]>;
def Tile_Float : AnyTypeOf<[F16, BF16, F32, F64, F8E4M3FN, F8E5M2]>;
def Tile_Scalar : AnyTypeOf<[Tile_Int, Tile_Float, Tile_PtrType]>;
def Tile_Tile : RankedTensorOf<[Tile_Int, Tile_Float, Tile_PtrType]>;
def Tile_NumberTile : RankedTensorOf<[Tile_Int, Tile_Float]>;
def Tile_Value : AnyTypeOf<[Tile_Scalar, Tile_Tile]>;
def Tile_PtrLike : AnyTypeOf<[Tile_PtrType, RankedTensorOf<[Tile_PtrType]>]>;
def Tile_IntLike : AnyTypeOf<[Tile_Int, RankedTensorOf<[Tile_Int]>]>;
def Tile_BoolLike : AnyTypeOf<[I1, RankedTensorOf<[I1]>]>;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Tile_AccessAttr : AttrDef<Tile_Dialect, "Access"> {
  let mnemonic = "access";
  let summary = "how contiguous a global access is";
  let description = [{
    `#tile.access<dim = 1, elems = 8>`: along dimension `dim`, every aligned group of `elems` tile elements
    lies at consecutive addresses aligned to `elems` · element bytes, and the mask is constant over each group.
    Written by `tile-infer-access`; absent means nothing is known (1 element).
  }];
  let parameters = (ins "int32_t":$dim, "int32_t":$elems);
  let assemblyFormat = "`<` `dim` `=` $dim `,` `elems` `=` $elems `>`";
}

def Tile_ReduceKind : I32EnumAttr<"ReduceKind", "combining operation of a reduction", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Max", 1, "max">, I32EnumAttrCase<"Min", 2, "min">,
    I32EnumAttrCase<"Prod", 3, "prod">, I32EnumAttrCase<"Xor", 4, "xor">, I32EnumAttrCase<"Or", 5, "or">,
    I32EnumAttrCase<"And", 6, "and">]> {
  let cppNamespace = "::mla::tile";
  let genSpecializedAttr = 0;
}
def Tile_ReduceKindAttr : EnumAttr<Tile_Dialect, Tile_ReduceKind, "reduce_kind"> {
  let assemblyFormat = "$value";
}

/// An enumeration written as its keyword.
class Tile_Enum<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mla::tile";
  let genSpecializedAttr = 0;
}
class Tile_EnumAttr<EnumAttrInfo info, string name> : EnumAttr<Tile_Dialect, info, name> {
  let assemblyFormat = "$value";
}

def Tile_CacheKind : Tile_Enum<"CacheKind", "how an access uses the caches (PTX ISA: cache operators)", [
    I32EnumAttrCase<"Ca", 0, "ca">, I32EnumAttrCase<"Cg", 1, "cg">, I32EnumAttrCase<"Cv", 2, "cv">,
    I32EnumAttrCase<"Wb", 3, "wb">, I32EnumAttrCase<"Cs", 4, "cs">, I32EnumAttrCase<"Wt", 5, "wt">]>;
def Tile_CacheKindAttr : Tile_EnumAttr<Tile_CacheKind, "cache">;
def Tile_EvictKind : Tile_Enum<"EvictKind", "which lines a cache gives up first", [
    I32EnumAttrCase<"First", 0, "first">, I32EnumAttrCase<"Last", 1, "last">]>;
def Tile_EvictKindAttr : Tile_EnumAttr<Tile_EvictKind, "evict">;

def Tile_AtomicKind : Tile_Enum<"AtomicKind", "what an atomic makes of memory and a value", [
    I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Max", 1, "max">, I32EnumAttrCase<"Min", 2, "min">,
    I32EnumAttrCase<"And", 3, "and">, I32EnumAttrCase<"Or", 4, "or">, I32EnumAttrCase<"Xor", 5, "xor">,
    I32EnumAttrCase<"Xchg", 6, "xchg">]>;
def Tile_AtomicKindAttr : Tile_EnumAttr<Tile_AtomicKind, "atomic_kind">;
def Tile_MemorySem : Tile_Enum<"MemorySem", "which other accesses an atomic orders", [
    I32EnumAttrCase<"Relaxed", 0, "relaxed">, I32EnumAttrCase<"Acquire", 1, "acquire">,
    I32EnumAttrCase<"Release", 2, "release">, I32EnumAttrCase<"AcqRel", 3, "acq_rel">]>;
def Tile_MemorySemAttr : Tile_EnumAttr<Tile_MemorySem, "sem">;
def Tile_MemoryScope : Tile_Enum<"MemoryScope", "among whom an atomic orders accesses", [
    I32EnumAttrCase<"Cta", 0, "cta">, I32EnumAttrCase<"Gpu", 1, "gpu">, I32EnumAttrCase<"Sys", 2, "sys">]>;
def Tile_MemoryScopeAttr : Tile_EnumAttr<Tile_MemoryScope, "scope">;

def Tile_DotPrecision : I32EnumAttr<"DotPrecision", "what a matrix product of f32 tiles multiplies", [
    I32EnumAttrCase<"TF32", 0, "tf32">, I32EnumAttrCase<"TF32x3", 1, "tf32x3">, I32EnumAttrCase<"IEEE", 2, "ieee">]> {
  let cppNamespace = "::mla::tile";
  let genSpecializedAttr = 0;
}
def Tile_DotPrecisionAttr : EnumAttr<Tile_Dialect, Tile_DotPrecision, "dot_precision"> {
  let assemblyFormat = "`<` $value `>`";
}

#endif
