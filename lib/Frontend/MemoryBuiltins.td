//===- MemoryBuiltins.td - blocks of memory, atomics, hints, debugging ----===//

//===----------------------------------------------------------------------===//
// Block pointers and tensor descriptors
//===----------------------------------------------------------------------===//

def MakeBlockPtr : Builtin<"make_block_ptr", "base, shape, strides, offsets, block_shape, order"> {
  let Result = "block pointer";
  let Doc = "A position of a block in an array of 1 to 5 dimensions, which load and store take. Shape and strides "
            "(in elements) are integers or scalars, the block's shape is constant; order, a permutation of the "
            "dimensions, changes no result. Name a stride 1 (a constant, or an argument that the signature says is 1) "
            "for wide accesses; without one, at most 4 dimensions are supported. load and store leave out what lies "
            "outside along the dimensions in boundary_check; along others the block must lie inside.";
  let Example = "block = ml.make_block_ptr(x_ptr, (n, 64), (64, 1), (ml.program_id(0) * 16, 0), (16, 32), (1, 0))\n"
                "for k in range(0, 64, 32):\n"
                "    x = ml.load(block, boundary_check=(0,), padding_option=\"zero\")\n"
                "    ml.store(y_ptr, x.sum())\n"
                "    block = ml.advance(block, (0, 32))";
}
def Advance : Builtin<"advance", "base, offsets", BlockMember> {
  let Result = "block pointer";
  let Doc = "A block pointer moved by so many elements along each dimension.";
  let Example = "block = ml.make_block_ptr(x_ptr, (n,), (1,), (0,), (BLOCK,), (0,))\n"
                "x = ml.load(ml.advance(block, (BLOCK,)), boundary_check=(0,))\n"
                "ml.store(block.advance((n,)), x, boundary_check=(0,))";
}
def MakeTensorDescriptor : Builtin<"make_tensor_descriptor", "base, shape, strides, block_shape, padding_option='zero'"> {
  let Result = "tensor descriptor";
  let Doc = "Names an array of 1 to 5 dimensions whose last one is contiguous, for blocks of one constant shape. "
            "What a block has outside the array reads as zero, or as NaN with padding_option=\"nan\", and is not "
            "stored. desc.shape, desc.strides, desc.block_shape and desc.dtype say what it was made of. A parameter is "
            "a descriptor if the signature says \"tensordesc<bf16[64, 32]>\": the launch then passes a pointer, the "
            "extents and the strides, both int64, without the last stride; the pointer and the strides must be "
            "multiples of 16 bytes.";
  let Example = "desc = ml.make_tensor_descriptor(x_ptr, shape=[n, 64], strides=[64, 1], block_shape=[16, 32])\n"
                "x = desc.load([0, 32])\n"
                "ml.store(y_ptr, x.sum())";
}
def LoadTensorDescriptor : Builtin<"load_tensor_descriptor", "desc, offsets"> {
  let Result = "dtype[block_shape]";
  let Doc = "The same as desc.load.";
  let Example = "desc = ml.make_tensor_descriptor(x_ptr, [n, 64], [64, 1], [16, 32])\n"
                "ml.store(y_ptr, ml.load_tensor_descriptor(desc, [n - 1, 0]).sum())";
}
def StoreTensorDescriptor : Builtin<"store_tensor_descriptor", "desc, offsets, value"> {
  let Result = "None";
  let Doc = "The same as desc.store.";
  let Example = "desc = ml.make_tensor_descriptor(y_ptr, [n, 64], [64, 1], [16, 32])\n"
                "ml.store_tensor_descriptor(desc, [0, 0], ml.zeros((16, 32), ml.float32))";
}
def DescriptorLoad : Builtin<"load", "offsets", DescriptorMember> {
  let Result = "dtype[block_shape]";
  let Doc = "Reads the block of a tensor descriptor that starts at the offsets.";
  let Example = "desc = ml.make_tensor_descriptor(x_ptr, [n], [1], [BLOCK])\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), desc.load([n - 8]))";
}
def DescriptorStore : Builtin<"store", "offsets, value", DescriptorMember> {
  let Result = "None";
  let Doc = "Writes a block of a tensor descriptor; the value is converted to its element type.";
  let Example = "desc = ml.make_tensor_descriptor(h_ptr, [n, 64], [64, 1], [16, 32])\n"
                "desc.store([ml.program_id(0) * 16, 0], ml.full((16, 32), 1.0, ml.float32))";
}
def DescriptorGather : Builtin<"gather", "x_offsets, y_offset", DescriptorMember> {
  let Result = "dtype[rows, block_shape[1]]";
  let Doc = "Reads rows of a matrix whose descriptor has blocks of one row: row x_offsets[i] (int32), columns from "
            "y_offset on. Rows outside the matrix read as zero.";
  let Example = "desc = ml.make_tensor_descriptor(x_ptr, [n, 64], [64, 1], [1, 32])\n"
                "rows = desc.gather(ml.arange(0, 16) * 3, 32)\n"
                "ml.store(y_ptr, rows.sum())";
}
def DescriptorScatter : Builtin<"scatter", "value, x_offsets, y_offset", DescriptorMember> {
  let Result = "None";
  let Doc = "Writes rows of a matrix, as gather reads them; rows outside the matrix are not stored.";
  let Example = "desc = ml.make_tensor_descriptor(y_ptr, [n, 64], [64, 1], [1, 32])\n"
                "desc.scatter(ml.zeros((16, 32), ml.float32), ml.arange(0, 16) * 3, 0)";
}
