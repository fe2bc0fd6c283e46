//===- MemoryBuiltins.td - blocks of memory, atomics, hints, debugging ----===//

//===----------------------------------------------------------------------===//
// Block pointers and tensor descriptors
//===----------------------------------------------------------------------===//

let In = BlocksChapter in {
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
} // let

//===----------------------------------------------------------------------===//
// Atomics
//===----------------------------------------------------------------------===//

let In = AtomicsChapter in {
def AtomicAdd : Builtin<"atomic_add", "pointer, val, mask=None, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, adds val, and gives what was there before, or 0 where the mask is "
            "false. Elements are integers of 32 or 64 bits, fp16, bf16, fp32 or fp64. Every element of a tile "
            "counts once. sem is 'relaxed', 'acquire', 'release' or 'acq_rel' (the default), scope 'cta', 'gpu' "
            "(the default) or 'sys'. A release is of all earlier accesses of the program, whichever thread did "
            "them.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.atomic_add(y_ptr + offs % 8, 1.0, mask=offs < n)\n"
                "ticket = ml.atomic_add(i_ptr, 1, sem=\"relaxed\")";
}
def AtomicMax : Builtin<"atomic_max", "pointer, val, mask=None, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, stores the larger of it and val, and gives what was there before, or "
            "0 where the mask is false. Elements are integers of 32 or 64 bits, fp32 or fp64. Floats are compared "
            "by their bits: -0 is below 0, a NaN without sign above everything. sem and scope are as for "
            "atomic_add.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.atomic_max(y_ptr + offs, ml.load(x_ptr + offs), sem=\"relaxed\", scope=\"cta\")";
}
def AtomicMin : Builtin<"atomic_min", "pointer, val, mask=None, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, stores the smaller of it and val, and gives what was there before, or "
            "0 where the mask is false. Elements are integers of 32 or 64 bits, fp32 or fp64. Floats are compared "
            "by their bits, as for atomic_max. sem and scope are as for atomic_add.";
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "ml.atomic_min(y_ptr + offs, ml.load(x_ptr + offs), sem=\"relaxed\", scope=\"cta\")";
}
def AtomicAnd : Builtin<"atomic_and", "pointer, val, mask=None, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, stores the bits that are set in both, and gives what was there "
            "before, or 0 where the mask is false. Elements are integers of 32 or 64 bits. sem and scope are as "
            "for atomic_add.";
  let Example = "ml.atomic_and(i_ptr + ml.arange(0, BLOCK), 5)";
}
def AtomicOr : Builtin<"atomic_or", "pointer, val, mask=None, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, stores the bits that are set in either, and gives what was there "
            "before, or 0 where the mask is false. Elements are integers of 32 or 64 bits. sem and scope are as "
            "for atomic_add.";
  let Example = "ml.atomic_or(i_ptr + ml.arange(0, BLOCK), 5)";
}
def AtomicXor : Builtin<"atomic_xor", "pointer, val, mask=None, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, stores the bits that are set in one of the two, and gives what was "
            "there before, or 0 where the mask is false. Elements are integers of 32 or 64 bits. sem and scope are "
            "as for atomic_add.";
  let Example = "ml.atomic_xor(i_ptr + ml.arange(0, BLOCK), 5)";
}
def AtomicXchg : Builtin<"atomic_xchg", "pointer, val, mask=None, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, stores val, and gives what was there before, or 0 where the mask is "
            "false. Elements are integers of 32 or 64 bits, fp32 or fp64. sem and scope are as for atomic_add.";
  let Example = "old = ml.atomic_xchg(y_ptr, 2.0, sem=\"release\")\n"
                "ml.store(y_ptr + 1, old)";
}
def AtomicCas : Builtin<"atomic_cas", "pointer, cmp, val, sem=None, scope=None", Both> {
  let Result = "pointee[shape of pointer]";
  let Doc = "In one step reads each element, stores val if it has the bits of cmp, and gives what was there "
            "before. Elements have 16, 32 or 64 bits. sem and scope are as for atomic_add.";
  let Example = "while ml.atomic_cas(y_ptr, 0.0, 1.0, sem=\"acquire\") != 0.0:\n"
                "    pass\n"
                "ml.store(y_ptr + 1, 3.0)\n"
                "ml.atomic_xchg(y_ptr, 0.0, sem=\"release\")";
}
def DescriptorAtomicAdd : Builtin<"atomic_add", "offsets, value", DescriptorMember> {
  let Result = "None";
  let Doc = "Combines a block of a tensor descriptor with a value in memory: adds the value to them. Relaxed, for "
            "the device, element types as for ml.atomic_add; what lies outside is left alone.";
  let Example = "desc = ml.make_tensor_descriptor(y_ptr, [n, 64], [64, 1], [16, 32])\n"
                "desc.atomic_add([0, 0], ml.full((16, 32), 1, ml.float32))";
}
def DescriptorAtomicMax : Builtin<"atomic_max", "offsets, value", DescriptorMember> {
  let Result = "None";
  let Doc = "Combines a block of a tensor descriptor with a value in memory: keeps the larger numbers. Relaxed, "
            "for the device, element types as for ml.atomic_max; what lies outside is left alone.";
  let Example = "desc = ml.make_tensor_descriptor(y_ptr, [n, 64], [64, 1], [16, 32])\n"
                "desc.atomic_max([0, 0], ml.full((16, 32), 1, ml.float32))";
}
def DescriptorAtomicMin : Builtin<"atomic_min", "offsets, value", DescriptorMember> {
  let Result = "None";
  let Doc = "Combines a block of a tensor descriptor with a value in memory: keeps the smaller numbers. Relaxed, "
            "for the device, element types as for ml.atomic_min; what lies outside is left alone.";
  let Example = "desc = ml.make_tensor_descriptor(y_ptr, [n, 64], [64, 1], [16, 32])\n"
                "desc.atomic_min([0, 0], ml.full((16, 32), 1, ml.float32))";
}
def DescriptorAtomicAnd : Builtin<"atomic_and", "offsets, value", DescriptorMember> {
  let Result = "None";
  let Doc = "Combines a block of a tensor descriptor with a value in memory: keeps the bits that are set in both. "
            "Relaxed, for the device, element types as for ml.atomic_and; what lies outside is left alone.";
  let Example = "desc = ml.make_tensor_descriptor(i_ptr, [n, 64], [64, 1], [16, 32])\n"
                "desc.atomic_and([0, 0], ml.full((16, 32), 1, ml.int32))";
}
def DescriptorAtomicOr : Builtin<"atomic_or", "offsets, value", DescriptorMember> {
  let Result = "None";
  let Doc = "Combines a block of a tensor descriptor with a value in memory: keeps the bits that are set in "
            "either. Relaxed, for the device, element types as for ml.atomic_or; what lies outside is left alone.";
  let Example = "desc = ml.make_tensor_descriptor(i_ptr, [n, 64], [64, 1], [16, 32])\n"
                "desc.atomic_or([0, 0], ml.full((16, 32), 1, ml.int32))";
}
def DescriptorAtomicXor : Builtin<"atomic_xor", "offsets, value", DescriptorMember> {
  let Result = "None";
  let Doc = "Combines a block of a tensor descriptor with a value in memory: keeps the bits that are set in one of "
            "the two. Relaxed, for the device, element types as for ml.atomic_xor; what lies outside is left "
            "alone.";
  let Example = "desc = ml.make_tensor_descriptor(i_ptr, [n, 64], [64, 1], [16, 32])\n"
                "desc.atomic_xor([0, 0], ml.full((16, 32), 1, ml.int32))";
}
} // let

//===----------------------------------------------------------------------===//
// Debugging and hints
//===----------------------------------------------------------------------===//

let In = HintsChapter in {
def DebugBarrier : Builtin<"debug_barrier", ""> {
  let Result = "None";
  let Doc = "All threads of the program wait for each other; what any of them wrote before is seen by all behind it.";
  let Example = "ml.store(y_ptr, 1.0)\n"
                "ml.debug_barrier()\n"
                "ml.store(y_ptr + 1, ml.load(y_ptr))";
}
def DeviceAssert : Builtin<"device_assert", "cond, msg='', mask=None"> {
  let Result = "None";
  let Doc = "Ends the launch with a message if an element of the condition is false where the mask is true. Only in "
            "code compiled with --debug; otherwise it does nothing. The statement `assert cond, msg` is the same, and "
            "is checked by the compiler if the condition is known.";
  let Example = "offs = ml.load(i_ptr + ml.arange(0, BLOCK))\n"
                "ml.device_assert(offs < n, \"index out of range\", mask=offs != 0)";
}
def DevicePrint : Builtin<"device_print", "prefix, *args, hex=False"> {
  let Result = "None";
  let Doc = "Prints each element of each value on a line of its own: pid (x, y, z) idx (i, …) prefix: value. A scalar "
            "is printed once. hex prints bits.";
  let Example = "x = ml.load(x_ptr + ml.arange(0, 16))\n"
                "ml.device_print(\"x\", x, n)\n"
                "ml.device_print(\"here\")";
}
def Assume : Builtin<"assume", "cond"> {
  let Result = "None";
  let Doc = "Promises that a condition holds; the compiler may use it.";
  let Example = "ml.assume(n > 0)\n"
                "ml.store(y_ptr + n // 4, 0.0)";
}
def MultipleOf : Builtin<"multiple_of", "input, values"> {
  let Result = "type of input";
  let Doc = "The input, with the promise that along each dimension the first element of each run of consecutive "
            "numbers is a multiple of a constant (for pointers, of so many bytes). Wide accesses need such facts where "
            "the compiler cannot find them.";
  let Example = "first = ml.multiple_of(ml.load(i_ptr), 16)\n"
                "ml.store(y_ptr + first + ml.arange(0, BLOCK), 0.0)";
}
def MaxContiguous : Builtin<"max_contiguous", "input, values"> {
  let Result = "type of input";
  let Doc = "The input, with the promise that along each dimension aligned groups of so many elements are consecutive "
            "numbers.";
  let Example = "offs = ml.max_contiguous(ml.multiple_of((ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)) % n, BLOCK), BLOCK)\n"
                "ml.store(y_ptr + offs, 0.0)";
}
def MaxConstancy : Builtin<"max_constancy", "input, values"> {
  let Result = "type of input";
  let Doc = "The input, with the promise that along each dimension aligned groups of so many elements are equal.";
  let Example = "page = ml.max_constancy(ml.load(i_ptr + ml.arange(0, BLOCK) // 16), 16)\n"
                "ml.store(y_ptr + page * 16 + ml.arange(0, BLOCK) % 16, 0.0)";
}
} // let

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

let In = RandomChapter in {
def Philox : Builtin<"philox", "seed, c0, c1, c2, c3, n_rounds=10"> {
  let Result = "4 × uint32 or uint64[shape of c0]";
  let Doc = "Four random words for each counter (c0, c1, c2, c3), integers of 32 bits with the two halves of the seed as "
            "key, or of 64 bits: Philox by Salmon and others.";
  let Example = "c = ml.arange(0, BLOCK)\n"
                "a, b, c, d = ml.philox(n, c, c * 0, c * 0, c * 0)\n"
                "ml.store(i_ptr + ml.arange(0, BLOCK), a ^ d)";
}
def PhiloxImpl : Builtin<"philox_impl", "c0, c1, c2, c3, k0, k1, n_rounds=10"> {
  let Result = "4 × type of c0";
  let Doc = "The rounds of Philox for counters and keys of uint32 or uint64.";
  let Example = "c = ml.arange(0, BLOCK).to(ml.uint32)\n"
                "a, b, c, d = ml.philox_impl(c, c, c, c, n.to(ml.uint32), n.to(ml.uint32), 7)\n"
                "ml.store(i_ptr + ml.arange(0, BLOCK), a)";
}
def Randint : Builtin<"randint", "seed, offset, n_rounds=10"> {
  let Result = "uint32[shape of offset]";
  let Doc = "A random word for each offset (an integer), the same for the same seed and offset.";
  let Example = "ml.store(i_ptr + ml.arange(0, BLOCK), ml.randint(n, ml.arange(0, BLOCK)))";
}
def Randint4x : Builtin<"randint4x", "seed, offset, n_rounds=10"> {
  let Result = "4 × uint32[shape of offset]";
  let Doc = "Four random words for each offset, at the price of one.";
  let Example = "a, b, c, d = ml.randint4x(n, ml.arange(0, BLOCK))\n"
                "ml.store(i_ptr + ml.arange(0, BLOCK), a + b + c + d)";
}
def Rand : Builtin<"rand", "seed, offset, n_rounds=10"> {
  let Result = "fp32[shape of offset]";
  let Doc = "A random number in [0, 1) for each offset.";
  let Example = "keep = ml.rand(n, ml.arange(0, BLOCK)) > 0.5\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), 0.0, mask=keep)";
}
def Rand4x : Builtin<"rand4x", "seed, offsets, n_rounds=10"> {
  let Result = "4 × fp32[shape of offsets]";
  let Doc = "Four random numbers in [0, 1) for each offset.";
  let Example = "a, b, c, d = ml.rand4x(n, ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), a * b * c * d)";
}
def Randn : Builtin<"randn", "seed, offset, n_rounds=10"> {
  let Result = "fp32[shape of offset]";
  let Doc = "A random number of the standard normal distribution for each offset.";
  let Example = "ml.store(y_ptr + ml.arange(0, BLOCK), ml.randn(n, ml.arange(0, BLOCK)))";
}
def Randn4x : Builtin<"randn4x", "seed, offset, n_rounds=10"> {
  let Result = "4 × fp32[shape of offset]";
  let Doc = "Four random numbers of the standard normal distribution for each offset.";
  let Example = "a, b, c, d = ml.randn4x(n, ml.arange(0, BLOCK))\n"
                "ml.store(y_ptr + ml.arange(0, BLOCK), a + b + c + d)";
}
def UintToUniformFloat : Builtin<"uint_to_uniform_float", "x"> {
  let Result = "fp32[shape of x]";
  let Doc = "Random words, integers of 32 or 64 bits, as numbers in [0, 1).";
  let Example = "ml.store(y_ptr, ml.uint_to_uniform_float(ml.load(i_ptr)))";
}
def PairUniformToNormal : Builtin<"pair_uniform_to_normal", "u1, u2"> {
  let Result = "2 × fp32[shape of u1]";
  let Doc = "Two uniform random numbers as two of the standard normal distribution (Box and Muller).";
  let Example = "a, b = ml.pair_uniform_to_normal(ml.load(x_ptr), ml.load(x_ptr + 1))\n"
                "ml.store(y_ptr, a + b)";
}
} // let
