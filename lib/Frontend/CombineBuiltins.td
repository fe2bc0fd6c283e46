//===- CombineBuiltins.td - reductions and scans --------------------------===//
// Part of Builtins.td, which includes it.

let In = ReductionsChapter in {
def Sum : Builtin<"sum", "input, axis=None, keep_dims=False, dtype=None", Both> {
  let Result = "elements of input without axis";
  let Doc = "Sum along an axis, or of all elements. Integers narrower than 32 bits are summed in "
            "32 bits; floats keep their type unless dtype names another.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr, ml.sum(x, axis=0))\n"
                "ml.store(y_ptr + 1, x.sum())";
}
def Max : Builtin<"max",
        "input, axis=None, return_indices=False, return_indices_tie_break_left=True, "
        "keep_dims=False", Both> {
  let Result = "elements of input without axis; with return_indices a tuple of them and int32 indices";
  let Doc = "Largest element along an axis, or of all. NaN is ignored unless all are NaN. fp16 "
            "and bf16 give fp32, integers narrower than 32 bits give int32. With return_indices also "
            "where it is, as argmax does; elements then keep their type, except that bf16 gives fp32.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr, ml.max(x, axis=0))\n"
                "value, index = ml.max(x, axis=0, return_indices=True)\n"
                "ml.store(y_ptr + index, value)";
}
def Min : Builtin<"min",
        "input, axis=None, return_indices=False, return_indices_tie_break_left=True, "
        "keep_dims=False", Both> {
  let Result = "elements of input without axis; with return_indices a tuple of them and int32 indices";
  let Doc = "Smallest element along an axis, or of all. NaN is ignored unless all are NaN. fp16 "
            "and bf16 give fp32, integers narrower than 32 bits give int32. With return_indices also "
            "where it is, as argmin does; elements then keep their type, except that bf16 gives fp32.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr, ml.min(x, axis=0))";
}
def Argmax : Builtin<"argmax", "input, axis, tie_break_left=True, keep_dims=False", Both> {
  let Result = "int32 in the shape of input without axis";
  let Doc = "Index along an axis of the largest element; of equal ones the first, or any without "
            "tie_break_left. With NaN among the elements it is any index.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.argmax(x, axis=0), 0.0)";
}
def Argmin : Builtin<"argmin", "input, axis, tie_break_left=True, keep_dims=False", Both> {
  let Result = "int32 in the shape of input without axis";
  let Doc = "Index along an axis of the smallest element; of equal ones the first, or any without "
            "tie_break_left. With NaN among the elements it is any index.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + x.argmin(0), 0.0)";
}
def XorSum : Builtin<"xor_sum", "input, axis=None, keep_dims=False", Both> {
  let Result = "elements of input without axis";
  let Doc = "Exclusive or of integers along an axis, or of all.";
  let Example = "ml.store(y_ptr + ml.xor_sum(ml.arange(0, BLOCK), axis=0), 0.0)";
}
def ReduceOr : Builtin<"reduce_or", "input, axis=None, keep_dims=False", Both> {
  let Result = "elements of input without axis";
  let Doc = "Bitwise or of integers along an axis, or of all.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "if ml.reduce_or(x > 0.0, axis=0):\n"
                "    ml.store(y_ptr, 1.0)";
}
def Reduce : Builtin<"reduce", "input, axis, combine_fn, keep_dims=False", Both> {
  let Result = "elements of input without axis, a tuple if input is one";
  let Doc = "Combines the elements along an axis, of all if it is None, by combine_fn, a helper or a "
            "built-in: it takes the scalars of a left and of a right group of neighbours, one for each "
            "input, and returns those of both together. It must be associative; it need not commute, "
            "since the order of elements is kept.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr, ml.reduce(x, 0, ml.maximum))";
}
def AssociativeScan : Builtin<"associative_scan", "input, axis, combine_fn, reverse=False", Both> {
  let Result = "type of input, a tuple if input is one";
  let Doc = "Combines each element with all before it along an axis, or with all behind it if reverse is "
            "set, by combine_fn as in reduce. In a reverse scan elements nearer to the end are on the left.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.associative_scan(ml.load(x_ptr + offs), 0, ml.maximum))";
}
def Cumsum : Builtin<"cumsum", "input, axis=0, reverse=False, dtype=None", Both> {
  let Result = "type of input";
  let Doc = "Sums of the elements up to each place along an axis, or from it on if reverse is set. Integers "
            "narrower than 32 bits are summed in 32 bits, bf16 in fp32; dtype names another type.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.cumsum(ml.load(x_ptr + offs)))";
}
def Cumprod : Builtin<"cumprod", "input, axis=0, reverse=False", Both> {
  let Result = "type of input";
  let Doc = "Products of the elements up to each place along an axis, or from it on if reverse is set. bf16 "
            "gives fp32.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.load(x_ptr + offs).cumprod(0))";
}
def Softmax : Builtin<"softmax", "x, dim=None, keep_dims=False, ieee_rounding=False", Both> {
  let Result = "fp32 or fp64 in the shape of x";
  let Doc = "exp(x) divided by its sum along a dimension, the first if dim is None; computed from differences "
            "to the greatest element, so that it does not overflow. keep_dims has no effect.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.softmax(ml.load(x_ptr + offs)))";
}
def Sigmoid : Builtin<"sigmoid", "x", Both> {
  let Result = "type of x (fp32 or fp64)";
  let Doc = "1 / (1 + exp(-x)) of each element.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, ml.sigmoid(ml.load(x_ptr + offs)))";
}
} // let
