//===- ShapeBuiltins.td - built-ins that move elements --------------------===//
// Part of Builtins.td, which includes it.

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
  let Result = "two halves, [M, N] for [M, N, 2]";
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
