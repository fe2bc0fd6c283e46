//===- Builtins.td - every built-in of the kernel language ----------------===//
// The one declaration of each built-in, from which arguments are checked and the reference is made.
//
// Parameters are written as in Python; a default is a literal; `*name` takes the rest. An example
// is the body of a kernel
//   def example(x_ptr: "*fp32", y_ptr: "*fp32", h_ptr: "*fp16", i_ptr: "*i32", n: "i32",
//               view: ml.tensor[ml.f32, 'ROWS', 'COLS', 576], table: ml.tensor[ml.i32, 'LISTS', 'LISTED'],
//               cache: ml.tensor[ml.u8, 'PAGES', 'PAGE', 656], BLOCK: ml.constexpr = 64)
// and a test compiles it.
include "llvm/TableGen/SearchableTable.td"
include "Language.td"

/// Where a built-in is found.
class BuiltinHome<string cppName> { string Cpp = cppName; }
/// ml.name
def Language : BuiltinHome<"Language">;
/// ml.attn.name
def Attention : BuiltinHome<"Attention">;
/// ml.indexer.name
def Indexer : BuiltinHome<"Indexer">;
/// ml.gather.name
def GatherModule : BuiltinHome<"GatherModule">;
/// ml.name(x) and x.name()
def Both : BuiltinHome<"Both">;
/// ml.name, ml.math.name and x.name()
def Math : BuiltinHome<"Math">;
/// ml.name and ml.math.name
def MathFunction : BuiltinHome<"MathFunction">;
/// ml.extra.libdevice.name
def Libdevice : BuiltinHome<"Libdevice">;
/// x.name() of a value
def Member : BuiltinHome<"Member">;
/// T.name() of an element type
def TypeMember : BuiltinHome<"TypeMember">;
/// ml.name(x) and x.name() of a block pointer
def BlockMember : BuiltinHome<"BlockMember">;
/// x.name() of a tensor descriptor
def DescriptorMember : BuiltinHome<"DescriptorMember">;
/// name, as in Python
def Python : BuiltinHome<"Python">;

class Builtin<string name, string parameters, BuiltinHome home = Language> {
  /// Where the reference lists it (Language.td); `let In = … in` around the built-ins of a chapter.
  Chapter In = ?;
  string Name = name;
  string Parameters = parameters;
  BuiltinHome Home = home;
  /// Type and shape of the result. Stubs understand None, "(a, b)" and "2 × a" (tuples), "type",
  /// "block pointer", "tensor descriptor", and "constant …"; everything else is a value.
  string Result = "";
  string Doc = "";
  string Example = "";

  // C++ spellings of the above.
  string Id = NAME;
  string CppId = "BuiltinId::" # NAME;
  string CppHome = "BuiltinHome::" # home.Cpp;
  string CppResult = "R\"text(" # Result # ")text\"";
  string CppDoc = "R\"text(" # Doc # ")text\"";
  string CppExample = "R\"text(" # Example # ")text\"";
  bits<16> Position = In.Position;
}

def BuiltinId : GenericEnum {
  let FilterClass = "Builtin";
  let NameField = "Id";
}
def BuiltinTable : GenericTable {
  let FilterClass = "Builtin";
  let CppTypeName = "BuiltinInfo";
  let Fields = ["CppId", "Name", "Parameters", "CppHome", "CppResult", "CppDoc", "CppExample",
                "Position"];
  string TypeOf_CppId = "code";
  string TypeOf_CppHome = "code";
  string TypeOf_CppResult = "code";
  string TypeOf_CppDoc = "code";
  string TypeOf_CppExample = "code";
}

//===----------------------------------------------------------------------===//
// Programs and creation
//===----------------------------------------------------------------------===//

let In = CreationChapter in {
def ProgramId : Builtin<"program_id", "axis"> {
  let Result = "int32";
  let Doc = "Index of this program along an axis (0, 1 or 2) of the launch grid.";
  let Example = "pid = ml.program_id(0)\n"
                "ml.store(y_ptr + pid, 1.0)";
}
def NumPrograms : Builtin<"num_programs", "axis"> {
  let Result = "int32";
  let Doc = "Number of programs along an axis (0, 1 or 2) of the launch grid.";
  let Example = "for i in range(ml.program_id(0), n, ml.num_programs(0)):\n"
                "    ml.store(y_ptr + i, 0.0)";
}
def Arange : Builtin<"arange", "start, end"> {
  let Result = "int32[end - start]";
  let Doc = "Consecutive integers start, start + 1, …, end - 1. Both bounds are compile-time "
            "constants.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, 0.0, mask=offs < n)";
}
def Full : Builtin<"full", "shape, value, dtype"> {
  let Result = "dtype[shape]";
  let Doc = "A tile filled with a number or a scalar. The shape is a tuple of compile-time "
            "extents, each at least 1.";
  let Example = "best = ml.full((BLOCK,), -float(\"inf\"), ml.float32)\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), best)";
}
def Zeros : Builtin<"zeros", "shape, dtype"> {
  let Result = "dtype[shape]";
  let Doc = "A tile of zeros.";
  let Example = "acc = ml.zeros((BLOCK,), dtype=ml.float32)\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), acc)";
}
} // let

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

let In = MemoryChapter in {
def Load : Builtin<"load",
        "pointer, mask=None, other=None, boundary_check=(), padding_option='', cache_modifier='', "
        "eviction_policy='', volatile=False, label='', valid=None"> {
  let Result = "pointee[shape of pointer, mask and other]";
  let Doc = "Reads through a pointer or a tile of pointers. Where the mask is false nothing is "
            "read and the result is `other`, or zero without it. cache_modifier and "
            "eviction_policy are hints that change no result. `label` names the load in recipes.\n"
            "Or reads a slice of a view, a parameter annotated ml.tensor[type, extent, …] with a "
            "name in quotes for each extent known at run time. Each dimension is indexed by "
            "start:start + N with a constant N, by : if its extent is a constant, or by a scalar, "
            "which drops it. Elements outside the view read as zero; mask and other do not apply. "
            "With `valid`, an integer, rows of the slice's first dimension at or past it read as "
            "zero too, all of them if it is not positive, and are not dereferenced. "
            "view.shape and view.strides are tuples of int64, view.dtype is the element type, "
            "view.ptr a pointer to the first element.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "x = ml.load(x_ptr + offs, mask=offs < n, other=0.0)\n"
                "rows = ml.load(view[n:n + 16, 0, :], valid=8)\n"
                "ml.store(y_ptr + offs, x + rows.sum(), mask=offs < n)";
}
def Store : Builtin<"store",
        "pointer, value, mask=None, boundary_check=(), cache_modifier='', eviction_policy=''"> {
  let Result = "None";
  let Doc = "Writes a value, converted to the pointee type, where the mask is true; or to a slice "
            "of a view (see load), where what lies outside the view is not stored.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(h_ptr + offs, offs * 0.5, mask=offs < n)\n"
                "ml.store(view[0, 0:16, n:n + BLOCK], 1.0)";
}
} // let

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

let In = ProductsChapter in {
def Dot : Builtin<"dot",
        "input, other, acc=None, input_precision=None, allow_tf32=None, "
        "max_num_imprecise_acc=None, out_dtype=float32, label=''"> {
  let Result = "fp32[M, N], int32[M, N] of int8, fp64[M, N] of fp64";
  let Doc = "Matrix product input @ other + acc of tiles [M, K] and [K, N] of one type: fp16, bf16, "
            "fp32, fp64 or int8; or of any two 8-bit floats. Sums are fp32, of int8 int32, of fp64 "
            "fp64. out_dtype=float16 rounds the sum of fp16 or 8-bit floats to fp16 at the end. "
            "input_precision says what fp32 is multiplied as: 'tf32' (the default; 10 bits of the "
            "mantissa), 'tf32x3' (twice as many, in three products) or 'ieee' (fp32; slow); "
            "allow_tf32=False is 'ieee'. `label` names the product in recipes. 3-D tiles [B, M, K] and "
            "[B, K, N] are a batch of B products, made one after the other; their labels are label.0 and so on.";
  let Example = "rows = ml.arange(0, 16)\n"
                "a = ml.load(h_ptr + rows[:, None] * 16 + rows[None, :])\n"
                "c = ml.dot(a, a)\n"
                "c = ml.dot(a, a, acc=c)\n"
                "ml.store(y_ptr + rows[:, None] * 16 + rows[None, :], c)";
}
} // let

//===----------------------------------------------------------------------===//
// Attention, tile by tile
//===----------------------------------------------------------------------===//

let In = AttentionChapter in {
def AttnMask : Builtin<"mask", "scores, first_key, limit, window=None, label=''", Attention> {
  let Result = "fp32[M, N]";
  let Doc = "Scores fp32[M, N] with those of keys that a row may not see replaced by -inf, whatever "
            "they were. Column j belongs to the key first_key + j (int32, at least 0); row i sees the "
            "keys before limit[i] (int32[M], or one for all rows), with a window (int32) only the "
            "last `window` of them.";
  let Example = "s = ml.zeros((16, 32), ml.float32)\n"
                "for k in range(0, n, 32):\n"
                "    s += ml.exp2(ml.attn.mask(s, k, n - ml.arange(0, 16), window=128))";
}
def AttnSoftmaxInit : Builtin<"softmax_init", "rows, sums, dims", Attention> {
  let Result = "(fp32[rows], fp32[rows, sums], fp32[rows, dims])";
  let Doc = "State (m, l, acc) of a softmax over keys that arrive in tiles: the greatest score of each "
            "row so far (-inf), sums of weights (0), and the sum of weight times value (0), to which the "
            "kernel adds. `sums` is the number of keys in a tile, for a sum per column, which needs no "
            "reduction in a step, or 1, for a sum per row.";
  let Example = "m, l, acc = ml.attn.softmax_init(16, 32, 64)";
}
def AttnSoftmaxStep : Builtin<"softmax_step", "scores, m, l, acc, scale=None, label=''", Attention> {
  let Result = "(fp32[M, N], fp32[M], fp32[M, L], fp32[M, D])";
  let Doc = "Weights of a tile of scores fp32[M, N], and the state with it. `scale` (fp32) is the scores' "
            "factor times log2(e), positive and finite; without it they have that factor already. Hidden "
            "scores are -inf. A weight is exp2(score * scale - m) with the new m; l and "
            "acc decay by exp2(old m - m), l gains the weights. The kernel adds the product of the "
            "weights and the values to acc. `label` names the step in recipes.";
  let Example = "v = ml.load(view[0:32, 0, 0:64]).to(ml.bfloat16)\n"
                "m, l, acc = ml.attn.softmax_init(16, 32, 64)\n"
                "for k in range(0, n, 32):\n"
                "    s = ml.attn.mask(ml.zeros((16, 32), ml.float32), k, n)\n"
                "    p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=0.5)\n"
                "    acc = ml.dot(p.to(ml.bfloat16), v, acc)";
}
def AttnSoftmaxFinish : Builtin<"softmax_finish", "m, l, acc, sink=None, label=''", Attention> {
  let Result = "(fp32[M, D], fp32[M])";
  let Doc = "Output acc / sum of the weights, and lse, the natural logarithm of the sum of exp(score). "
            "A row without keys gives 0 and -inf. A sink (fp32[M], or one for all rows; a natural "
            "logarithm, ±inf allowed) adds exp(sink) to the denominator, but not to lse.";
  let Example = "m, l, acc = ml.attn.softmax_init(16, 32, 64)\n"
                "out, lse = ml.attn.softmax_finish(m, l, acc, sink=ml.load(x_ptr))\n"
                "ml.store(y_ptr + ml.arange(0, 16), lse)";
}
def AttnMergeStep : Builtin<"merge_step", "out, lse, m, l, acc, label=''", Attention> {
  let Result = "(fp32[1], fp32[1, P], fp32[1, D])";
  let Doc = "Adds results that softmax_finish gave for P parts of one row's keys, out fp32[P, D] and lse "
            "fp32[P], to the state softmax_init(1, P, D). Parts may come in several steps; "
            "softmax_finish gives out and lse of all keys. A part with lse = -inf weighs nothing, "
            "whatever its out holds.";
  let Example = "m, l, acc = ml.attn.softmax_init(1, 8, 64)\n"
                "for p in range(0, n, 8):\n"
                "    part_lse = ml.load(view[0, p:p + 8, 0])\n"
                "    m, l, acc = ml.attn.merge_step(ml.load(view[1, p:p + 8, 0:64]), part_lse, m, l, acc)\n"
                "out, lse = ml.attn.softmax_finish(m, l, acc)";
}
def AttnGradScores : Builtin<"grad_scores",
        "scores, lse, grad_weights, delta, scale, transposed=False, label=''", Attention> {
  let Result = "(fp32[M, N], fp32[M, N])";
  let Doc = "The backward step of a softmax: weights exp(score * scale - lse) of a tile of scores fp32[M, N], "
            "and the gradients of scores without the factor scale, weight * (grad_weight - delta) * scale. "
            "Hidden scores are -inf; `lse` fp32[M] is softmax_finish's (with a sink, the one that includes "
            "it), grad_weights fp32[M, N] the products of the output's gradient and the values, `delta` "
            "fp32[M] the sum of output times its gradient of each row, `scale` (fp32) the scores' factor, "
            "not times log2(e). A hidden score and a row with lse = -inf or +inf give exactly 0 twice, whatever the "
            "other arguments hold. With `transposed` tiles are fp32[N, M]: rows are keys.";
  let Example = "s = ml.attn.mask(ml.zeros((16, 32), ml.float32), 0, n)\n"
                "lse = ml.load(x_ptr + ml.arange(0, 16))\n"
                "p, ds = ml.attn.grad_scores(s, lse, ml.full((16, 32), 1.0, ml.float32), lse * 0.5, 0.125)\n"
                "ml.store(y_ptr + ml.arange(0, 16), ml.sum(p + ds, axis=1))";
}
} // let

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

let In = ElementsChapter in {
def Where : Builtin<"where", "condition, x, y"> {
  let Result = "common type of x and y";
  let Doc = "x where the condition is true, else y. All three are broadcast; both x and y are "
            "evaluated.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "x = ml.load(x_ptr + offs)\n"
                "ml.store(y_ptr + offs, ml.where(x > 0.0, x, 0.0))";
}
/// A function of one fp32 or fp64 operand.
class UnaryMath<string name, string doc> : Builtin<name, "x", Math> {
  let Result = "type of x (fp32 or fp64)";
  let Doc = doc;
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "x = ml.load(x_ptr + offs)\n"
                "ml.store(y_ptr + offs, ml." # name # "(x) + x." # name # "())";
}
def Exp : UnaryMath<"exp", "e to the power of each element; fp32 by the hardware's approximation.">;
def Exp2 : UnaryMath<"exp2", "2 to the power of each element; fp32 by the hardware's approximation.">;
def Log : UnaryMath<"log", "Natural logarithm of each element.">;
def Log2 : UnaryMath<"log2", "Logarithm of each element to base 2.">;
def Sin : UnaryMath<"sin", "Sine of each element, in radians.">;
def Cos : UnaryMath<"cos", "Cosine of each element, in radians.">;
def Sqrt : UnaryMath<"sqrt", "Square root of each element; fp32 by the hardware's approximation.">;
def Rsqrt : UnaryMath<"rsqrt", "Inverse square root of each element; fp32 by the hardware's "
                               "approximation.">;
def Erf : UnaryMath<"erf", "Error function of each element.">;
def Floor : UnaryMath<"floor", "Largest whole number that is not above each element.">;
def Ceil : UnaryMath<"ceil", "Smallest whole number that is not below each element.">;
def SqrtRn : Builtin<"sqrt_rn", "x", Math> {
  let Result = "type of x (fp32)";
  let Doc = "Square root of each element, rounded to nearest even.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.sqrt_rn(ml.load(x_ptr + offs)))";
}
def Abs : Builtin<"abs", "x", Math> {
  let Result = "type of x";
  let Doc = "Absolute value of each element; of the least signed integer, that integer.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.abs(ml.load(x_ptr + offs)))";
}
def Fma : Builtin<"fma", "x, y, z", MathFunction> {
  let Result = "common type of x, y and z (a float)";
  let Doc = "x * y + z rounded once. Constants take part with their own type (fp32).";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "x = ml.load(x_ptr + offs)\n"
                "ml.store(y_ptr + offs, ml.fma(x, x, 1.0))";
}
def Umulhi : Builtin<"umulhi", "x, y", MathFunction> {
  let Result = "common type of x and y";
  let Doc = "Upper half of the product of two 32-bit or two 64-bit integers, taken as unsigned.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.umulhi(offs, 0x7fffffff))";
}
def DivRn : Builtin<"div_rn", "x, y", MathFunction> {
  let Result = "fp32";
  let Doc = "Quotient of two fp32 values, rounded to nearest even.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.div_rn(ml.load(x_ptr + offs), 3.0))";
}
def Fdiv : Builtin<"fdiv", "x, y, ieee_rounding=False", MathFunction> {
  let Result = "common type of x and y";
  let Doc = "Quotient of two floats. fp32 is off by up to 2 units in the last place, as with "
            "the operator /, unless ieee_rounding asks for rounding to nearest even.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "x = ml.load(x_ptr + offs)\n"
                "ml.store(y_ptr + offs, ml.fdiv(x, 3.0, ieee_rounding=True) + ml.fdiv(1.0, x))";
}
def Clamp : Builtin<"clamp", "x, min, max, propagate_nan=None"> {
  let Result = "common type of x, min and max (a float)";
  let Doc = "x, but at least min and at most max. NaN in x gives min, or NaN with "
            "propagate_nan=ml.PropagateNan.ALL. bf16 is computed in fp32.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.clamp(ml.load(x_ptr + offs), -1.0, 1.0))";
}
def Maximum : Builtin<"maximum", "x, y, propagate_nan=None"> {
  let Result = "common type of x and y";
  let Doc = "The larger of two elements; of a number and NaN, the number, or NaN with "
            "propagate_nan=ml.PropagateNan.ALL. Constants take part with their own type (int32, "
            "fp32), bf16 is computed in fp32.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.maximum(ml.load(x_ptr + offs), 0.0))";
}
def Minimum : Builtin<"minimum", "x, y, propagate_nan=None"> {
  let Result = "common type of x and y";
  let Doc = "The smaller of two elements; of a number and NaN, the number, or NaN with "
            "propagate_nan=ml.PropagateNan.ALL. Constants take part with their own type (int32, "
            "fp32), bf16 is computed in fp32.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + ml.minimum(offs, n - 1), 0.0)";
}
def Cdiv : Builtin<"cdiv", "x, div", Both> {
  let Result = "common type of x and div";
  let Doc = "Division rounded up: (x + div - 1) // div.";
  let Example = "for k in range(0, ml.cdiv(n, BLOCK)):\n"
                "    ml.store(y_ptr + k * BLOCK, 0.0)";
}
} // let

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

let In = ConversionsChapter in {
def To : Builtin<"to", "dtype, fp_downcast_rounding=None, bitcast=False", Member> {
  let Result = "dtype[shape of the value]";
  let Doc = "Converts elements: floats round to nearest even, or toward zero with "
            "fp_downcast_rounding='rtz', float to integer truncates, anything to int1 compares "
            "with zero. float8e4nv and float8e5 saturate: what is larger than their greatest "
            "number, infinity included, becomes that number. bitcast=True keeps the bits. A pointer "
            "becomes a pointer to another type at the same address.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "h = ml.load(x_ptr + offs).to(ml.float16)\n"
                "ml.store(h_ptr + offs, h)\n"
                "ml.store(y_ptr, h.to(ml.int16, bitcast=True).sum())";
}
def PointerType : Builtin<"pointer_type", "element_ty"> {
  let Result = "type";
  let Doc = "Pointer to elements of a type, for annotations and comparisons.";
  let Example = "ml.static_assert(x_ptr.dtype == ml.pointer_type(ml.float32))";
}
def Pointer : Builtin<"pointer", "element_ty"> {
  let Result = "type";
  let Doc = "The same as pointer_type.";
  let Example = "ml.static_assert(h_ptr.dtype == ml.pointer(ml.float16))";
}
def IsBlock : Builtin<"is_block", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type, which is x.type of a value x, is that of a tile. Such a type also has element_ty, scalar and "
            "shape; all other tests of it are false.";
  let Example = "ml.static_assert(ml.arange(0, 16).type.is_block() and not n.type.is_block())";
}
def IsFloating : Builtin<"is_floating", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is a float.";
  let Example = "ml.static_assert(x_ptr.dtype.element_ty.is_floating())";
}
def IsInt : Builtin<"is_int", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is an integer, int1 included.";
  let Example = "ml.static_assert(n.dtype.is_int())";
}
def IsPtr : Builtin<"is_ptr", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is a pointer.";
  let Example = "ml.static_assert(x_ptr.dtype.is_ptr())";
}
/// T.is_NAME(): whether T is that type.
class IsType<string name> : Builtin<"is_" # name, "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is " # name # ".";
  let Example = "ml.static_assert(not ml.pointer_type(ml.int8).is_" # name # "())";
}
foreach name = ["fp8e4nv", "fp8e5", "fp16", "bf16", "fp32", "fp64", "int1", "int8", "int16", "int32",
                "int64", "uint8", "uint16", "uint32", "uint64"] in
  def Is_ # name : IsType<name>;
def IsFp8 : Builtin<"is_fp8", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is a float of 8 bits.";
  let Example = "ml.static_assert(ml.float8e5.is_fp8())";
}
def IsStandardFloating : Builtin<"is_standard_floating", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is a float of 16 bits or more.";
  let Example = "ml.static_assert(not ml.float8e5.is_standard_floating())";
}
def IsIntSigned : Builtin<"is_int_signed", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is a signed integer.";
  let Example = "ml.static_assert(n.dtype.is_int_signed())";
}
def IsIntUnsigned : Builtin<"is_int_unsigned", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "Whether the type is an unsigned integer, int1 included.";
  let Example = "ml.static_assert(ml.int1.is_int_unsigned())";
}
def IsBool : Builtin<"is_bool", "", TypeMember> {
  let Result = "constant bool";
  let Doc = "The same as is_int1.";
  let Example = "ml.static_assert((n > 0).dtype.is_bool())";
}
} // let

//===----------------------------------------------------------------------===//
// Compile time
//===----------------------------------------------------------------------===//

let In = CompileTimeChapter in {
def Constexpr : Builtin<"constexpr", "value"> {
  let Result = "value";
  let Doc = "A compile-time constant. As an annotation (X: ml.constexpr) it makes a parameter or "
            "variable one.";
  let Example = "HALF: ml.constexpr = BLOCK // 2\n"
                "ml.store(y_ptr + ml.arange(0, HALF), 0.0)";
}
def StaticAssert : Builtin<"static_assert", "cond, msg=''"> {
  let Result = "None";
  let Doc = "Fails to compile with the message if a compile-time condition is false.";
  let Example = "ml.static_assert(BLOCK % 32 == 0, \"BLOCK must be a multiple of 32\")";
}
def StaticPrint : Builtin<"static_print", "*values"> {
  let Result = "None";
  let Doc = "Prints compile-time values, and types of run-time values, as a remark of the "
            "compiler.";
  let Example = "ml.static_print(\"block\", BLOCK)";
}
def Range : Builtin<"range",
        "arg1, arg2=None, step=None, num_stages=None, loop_unroll_factor=None, "
        "disallow_acc_multi_buffer=False, flatten=False, warp_specialize=False, "
        "disable_licm=False, label=''"> {
  let Result = "iterator of a for loop";
  let Doc = "range(end) or range(start, end[, step]) at run time. A negative step must be a "
            "constant; any other step must be positive. num_stages is the depth of this "
            "loop's pipelines, unless a recipe or the command line says otherwise, and the greatest of "
            "all is that of loops without it. loop_unroll_factor iterations are done at a time, unless a "
            "recipe transforms the kernel. `label` names the loop in recipes; the other options have no "
            "effect.";
  let Example = "for k in ml.range(0, n, BLOCK, num_stages=3, label=\"blocks\"):\n"
                "    ml.store(y_ptr + k, 0.0)";
}
def StaticRange : Builtin<"static_range", "arg1, arg2=None, step=None"> {
  let Result = "iterator of a for loop";
  let Doc = "Like range, but the loop is unrolled and its variable is a compile-time constant.";
  let Example = "for k in ml.static_range(4):\n"
                "    ml.store(y_ptr + k, 1.0 * k)";
}
} // let

//===----------------------------------------------------------------------===//
// Python's own
//===----------------------------------------------------------------------===//

let In = PythonChapter in {
def PythonRange : Builtin<"range", "arg1, arg2=None, step=None", Python> {
  let Result = "iterator of a for loop";
  let Doc = "The same as ml.range without options.";
  let Example = "for k in range(n - 1, -1, -1):\n"
                "    ml.store(y_ptr + k, 0.0)";
}
def PythonFloat : Builtin<"float", "value", Python> {
  let Result = "constant";
  let Doc = "A compile-time number or string (\"inf\", \"-inf\", \"nan\") as a float.";
  let Example = "ml.store(y_ptr, float(\"-inf\"))";
}
def PythonInt : Builtin<"int", "value", Python> {
  let Result = "constant";
  let Doc = "A compile-time number as an integer, rounded towards zero.";
  let Example = "ml.static_assert(int(2.5) == 2)";
}
def PythonBool : Builtin<"bool", "value", Python> {
  let Result = "constant";
  let Doc = "Whether a compile-time value is true.";
  let Example = "ml.static_assert(bool(BLOCK))";
}
def PythonLen : Builtin<"len", "value", Python> {
  let Result = "constant";
  let Doc = "Number of elements of a tuple, or of characters of a string.";
  let Example = "ml.static_assert(len((1, 2)) == 2)";
}
def PythonIsinstance : Builtin<"isinstance", "value, kind", Python> {
  let Result = "constant";
  let Doc = "Whether a value is of a class, or of one of a tuple of classes: ml.tensor (a run-time "
            "number or tile), ml.constexpr (known at compile time), ml.tuple, ml.dtype or "
            "ml.tensor_descriptor.";
  let Example = "ml.static_assert(isinstance(n, ml.tensor))";
}
def PythonMin : Builtin<"min", "x, y", Python> {
  let Result = "common type of x and y";
  let Doc = "The same as ml.minimum; of two constants, a constant.";
  let Example = "for k in range(0, min(n, 8)):\n"
                "    ml.store(y_ptr + k, 0.0)";
}
def PythonMax : Builtin<"max", "x, y", Python> {
  let Result = "common type of x and y";
  let Doc = "The same as ml.maximum; of two constants, a constant.";
  let Example = "for k in range(0, max(n, 1)):\n"
                "    ml.store(y_ptr + k, 0.0)";
}
} // let

include "CombineBuiltins.td"
include "IndexerBuiltins.td"
include "ShapeBuiltins.td"
include "MemoryBuiltins.td"
include "GatherBuiltins.td"
include "LibdeviceBuiltins.td"
