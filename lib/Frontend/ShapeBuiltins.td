//===- ShapeBuiltins.td - built-ins about shapes, and that move elements --===//
// Part of Builtins.td, which includes it.

let In = ShapesChapter in {
def Trans : Builtin<"trans", "input, *dims", Both> {
  let Result = "elements of input in permuted dimensions";
  let Doc = "Dimension d of the result is dimension dims[d] of input, given as integers or one tuple. "
            "Without dims, as with x.T, the last two dimensions are exchanged. A part of a tile is "
            "x[0:16, 64:128] with constant bounds; what is left out is the start or the end.";
  let Example = "rows = ml.arange(0, 16)\n"
                "a = ml.load(h_ptr + rows[:, None] * 16 + rows[None, :])\n"
                "c = ml.dot(a[:, :8], ml.trans(a[:, 8:]))\n"
                "ml.store(y_ptr + rows[:, None] * 16 + rows[None, :], c)";
}
def Permute : Builtin<"permute", "input, *dims", Both> {
  let Result = "elements of input in permuted dimensions";
  let Doc = "Dimension d of the result is dimension dims[d] of input, given as integers or one tuple.";
  let Example = "x = ml.arange(0, 64).reshape(2, 4, 8).permute(2, 0, 1)\n"
                "ml.store(y_ptr + ml.arange(0, 64), x.reshape(64))";
}
def Reshape : Builtin<"reshape", "input, *shape, can_reorder=False", Both> {
  let Result = "elements of input in another shape";
  let Doc = "The same elements in row-major order (the last dimension fastest) in another shape, given as "
            "integers or one tuple; as many as before. The shape () gives a scalar. The order is kept "
            "also where can_reorder would allow another.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK)).reshape(BLOCK // 8, 8)\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK // 8), x.sum(axis=1))";
}
def View : Builtin<"view", "input, *shape", Both> {
  let Result = "elements of input in another shape";
  let Doc = "The same as reshape.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK)).view((BLOCK // 8, 8))\n"
                "ml.store(y_ptr + ml.arange(0, 8), x.sum(axis=0))";
}
def Ravel : Builtin<"ravel", "x, can_reorder=False", Both> {
  let Result = "elements of x in one dimension";
  let Doc = "All elements in row-major order. The order is kept also where can_reorder would allow "
            "another.";
  let Example = "x = ml.zeros((8, 16), ml.float32)\n"
                "ml.store(y_ptr + ml.arange(0, 128), x.ravel())";
}
def Item : Builtin<"item", "input", Both> {
  let Result = "the only element of input";
  let Doc = "A tile of one element as a scalar.";
  let Example = "total = ml.sum(ml.load(x_ptr + ml.arange(0, BLOCK)), keep_dims=True)\n"
                "ml.store(y_ptr, total.item())";
}
def ExpandDims : Builtin<"expand_dims", "input, axis", Both> {
  let Result = "elements of input with further extents 1";
  let Doc = "Inserts dimensions of extent 1. axis, an integer or a tuple, says where they are in the "
            "result; negative ones count from its end.";
  let Example = "rows = ml.expand_dims(ml.arange(0, 16), 1)\n"
                "cols = ml.arange(0, 16).expand_dims(0)\n"
                "ml.store(y_ptr + rows * 16 + cols, 0.0)";
}
def Broadcast : Builtin<"broadcast", "input, other"> {
  let Result = "(input, other) in their common shape";
  let Doc = "Both values, repeated along dimensions of extent 1 until their shapes agree. Missing "
            "dimensions are inserted in front.";
  let Example = "a, b = ml.broadcast(ml.arange(0, 16)[:, None], ml.arange(0, 8))\n"
                "ml.store(y_ptr + a * 8 + b, 1.0)";
}
def BroadcastTo : Builtin<"broadcast_to", "input, *shape", Both> {
  let Result = "elements of input, repeated";
  let Doc = "Repeats dimensions of extent 1, or a scalar, to a shape of the same rank, given as integers "
            "or one tuple.";
  let Example = "rows = ml.broadcast_to(ml.arange(0, 16)[:, None], (16, 8))\n"
                "ml.store(y_ptr + rows * 8 + ml.arange(0, 8)[None, :], 1.0)";
}
def Join : Builtin<"join", "a, b"> {
  let Result = "elements of a and b, [M, N, 2] for [M, N]";
  let Doc = "Puts a and b side by side along a new last dimension of extent 2. Both are broadcast; their "
            "element types are equal. Two scalars give a tile of two elements.";
  let Example = "x = ml.join(ml.arange(0, 16), ml.arange(16, 32))\n"
                "ml.store(y_ptr + x, 0.0)";
}
def Interleave : Builtin<"interleave", "a, b"> {
  let Result = "elements of a and b, [M, 2 * N] for [M, N]";
  let Doc = "Elements of a and b in turn along the last dimension: join(a, b) with its last two "
            "dimensions made one.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, 2 * BLOCK), ml.interleave(x, -x))";
}
def Split : Builtin<"split", "a", Both> {
  let Result = "2 × elements of a, [M, N] for [M, N, 2]";
  let Doc = "The two tiles that join would make the tile of: elements with last coordinate 0 and 1. A "
            "tile of two elements gives two scalars.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK)).reshape(BLOCK // 2, 2)\n"
                "even, odd = x.split()\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK // 2), even - odd)";
}
def Cat : Builtin<"cat", "input, other, can_reorder=False, dim=0"> {
  let Result = "elements of input, then of other, along dim";
  let Doc = "Concatenates two tiles of one element type and shape along a dimension. The order is kept "
            "also where can_reorder would allow another.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, 2 * BLOCK), ml.cat(x, -x))";
}
} // let

//===----------------------------------------------------------------------===//
// Like another value
//===----------------------------------------------------------------------===//

let In = CreationChapter in {
def ZerosLike : Builtin<"zeros_like", "input"> {
  let Result = "type and shape of input";
  let Doc = "Zeros in the shape and type of another value.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), ml.zeros_like(x))";
}
def FullLike : Builtin<"full_like", "input, value, dtype=None"> {
  let Result = "dtype, or the type of input, in its shape";
  let Doc = "A number or a scalar repeated in the shape of another value.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), ml.full_like(x, 1.5))";
}
def Cast : Builtin<"cast", "input, dtype, fp_downcast_rounding=None, bitcast=False", Both> {
  let Result = "dtype[shape of input]";
  let Doc = "The same as x.to(dtype).";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(h_ptr + ml.arange(0, BLOCK), ml.cast(x, ml.float16))";
}
def LogicalAnd : Builtin<"logical_and", "other", Member> {
  let Result = "int1 in the common shape";
  let Doc = "Whether both int1 values are true.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, 0.0, mask=(offs < n).logical_and(offs > 3))";
}
def LogicalOr : Builtin<"logical_or", "other", Member> {
  let Result = "int1 in the common shape";
  let Doc = "Whether one of two int1 values is true.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.store(y_ptr + offs, 0.0, mask=(offs < n).logical_or(offs > 3))";
}
def Swizzle2d : Builtin<"swizzle2d", "i, j, size_i, size_j, size_g"> {
  let Result = "(row, column)";
  let Doc = "New row and column of position i * size_j + j of a size_i by size_j matrix: each group of "
            "size_g rows is walked column by column, so that programs that follow each other share rows "
            "and columns.";
  let Example = "row, col = ml.swizzle2d(ml.program_id(0), ml.program_id(1), ml.num_programs(0),\n"
                "                        ml.num_programs(1), 4)\n"
                "ml.store(y_ptr + row * ml.num_programs(1) + col, 1.0)";
}
} // let

//===----------------------------------------------------------------------===//
// Elements that data selects
//===----------------------------------------------------------------------===//

let In = SelectionsChapter in {
def Gather : Builtin<"gather", "src, index, axis", Both> {
  let Result = "elements of src, in the shape of index";
  let Doc = "Element [i, j] is src[index[i, j], j] along axis 0, src[i, index[i, j]] along axis 1. The index "
            "has the extents of src in all other dimensions. An index outside of src gives 0.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, 16), ml.gather(x, ml.arange(0, 16) * 4, 0))";
}
def Flip : Builtin<"flip", "x, dim=None", Both> {
  let Result = "elements of x";
  let Doc = "The elements in reverse order along a dimension, by default the last.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), ml.flip(x))";
}
def Histogram : Builtin<"histogram", "input, num_bins, mask=None", Both> {
  let Result = "int32[num_bins]";
  let Doc = "How often 0, 1, …, num_bins - 1 occur among the integers of a 1-D tile. Other numbers, and "
            "elements where the mask is false, count nowhere.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "counts = ml.histogram(offs // 4, 16, mask=offs < n)\n"
                "ml.store(y_ptr + ml.arange(0, 16), counts)";
}
def Sort : Builtin<"sort", "x, dim=None, descending=False", Both> {
  let Result = "elements of x";
  let Doc = "Sorts along a dimension, by default the last. Floats have a total order: -0 comes before +0, NaN "
            "after +inf; all NaN have the same bits afterwards.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), ml.sort(x, descending=True))";
}
def Topk : Builtin<"topk", "x, k, dim=None", Both> {
  let Result = "elements of x, k along dim";
  let Doc = "The k greatest elements along a dimension, by default the last, in descending order; NaN is "
            "greater than all (see sort). k is a compile-time constant.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, 4), ml.topk(x, 4))";
}
} // let
