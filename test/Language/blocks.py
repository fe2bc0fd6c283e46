"""Block pointers and tensor descriptors: order, strides, what lies outside."""

import mla
import mla.language as ml


@mla.kernel
def copy_blocks(x_ptr, y_ptr, M, N, stride_m, stride_n, BM: ml.constexpr, BN: ml.constexpr):
    """One program per row of blocks; the block pointer moves along the columns."""
    x = ml.make_block_ptr(x_ptr, (M, N), (stride_m, stride_n), (ml.program_id(0) * BM, 0), (BM, BN), (1, 0))
    y = ml.make_block_ptr(y_ptr, (M, N), (N, 1), (ml.program_id(0) * BM, 0), (BM, BN), (1, 0))
    for k in range(0, N, BN):
        tile = ml.load(x, boundary_check=(0, 1), padding_option="zero")
        ml.store(y, tile, boundary_check=(0, 1))
        x = ml.advance(x, (0, BN))
        y = ml.advance(y, (0, BN))


@mla.kernel
def copy_transposed(x_ptr, y_ptr, M, N, BM: ml.constexpr, BN: ml.constexpr):
    """x is stored by columns: the contiguous dimension is the first."""
    x = ml.make_block_ptr(x_ptr, (M, N), (1, M), (0, ml.program_id(0) * BN), (BM, BN), (0, 1))
    y = ml.make_block_ptr(y_ptr, (M, N), (N, 1), (0, ml.program_id(0) * BN), (BM, BN), (1, 0))
    ml.store(y, ml.load(x, boundary_check=(0, 1)), boundary_check=(0, 1))


@mla.kernel
def store_transposed(x_ptr, y_ptr, M, N, BM: ml.constexpr, BN: ml.constexpr):
    x = ml.make_block_ptr(x_ptr, (M, N), (N, 1), (0, ml.program_id(0) * BN), (BM, BN), (1, 0))
    y = ml.make_block_ptr(y_ptr, (M, N), (1, M), (0, ml.program_id(0) * BN), (BM, BN), (0, 1))
    ml.store(y, ml.load(x, boundary_check=(0, 1)), boundary_check=(1, 0))


@mla.kernel
def row_sums_padded(x_ptr, sum_ptr, nan_ptr, n, BLOCK: ml.constexpr):
    """Padding with zero and with NaN, from a position before the array on."""
    row = ml.program_id(0)
    x = ml.make_block_ptr(x_ptr + row * n, (n,), (1,), (-2,), (BLOCK,), (0,))
    zeros = ml.load(x, boundary_check=(0,), padding_option="zero")
    ml.store(sum_ptr + row, ml.sum(zeros, axis=0))
    nans = ml.load(x, boundary_check=(0,), padding_option="nan")
    ml.store(nan_ptr + row, ml.sum((nans != nans).to(ml.int32), axis=0))


@mla.kernel
def three_dimensions(x_ptr, y_ptr, A, B, C, BA: ml.constexpr, BB: ml.constexpr, BC: ml.constexpr):
    """Dimensions 1 and 2 change places on the way."""
    x = ml.make_block_ptr(x_ptr, (A, C, B), (B * C, 1, C), (ml.program_id(0) * BA, 0, 0), (BA, BC, BB), (1, 2, 0))
    y = ml.make_block_ptr(y_ptr, (A, C, B), (B * C, B, 1), (ml.program_id(0) * BA, 0, 0), (BA, BC, BB), (2, 1, 0))
    ml.store(y, ml.load(x, boundary_check=(0, 1, 2)), boundary_check=(0, 1, 2))


@mla.kernel
def block_matmul(a_ptr, b_ptr, c_ptr, M, N, K, BM: ml.constexpr, BN: ml.constexpr, BK: ml.constexpr):
    """A by rows, B by columns."""
    a = ml.make_block_ptr(a_ptr, (M, K), (K, 1), (ml.program_id(0) * BM, 0), (BM, BK), (1, 0))
    b = ml.make_block_ptr(b_ptr, (K, N), (1, K), (0, ml.program_id(1) * BN), (BK, BN), (0, 1))
    acc = ml.zeros((BM, BN), dtype=ml.float32)
    for k in range(0, K, BK):
        acc = ml.dot(ml.load(a, boundary_check=(0, 1), padding_option="zero"),
                     ml.load(b, boundary_check=(0, 1), padding_option="zero"), acc)
        a = ml.advance(a, (0, BK))
        b = ml.advance(b, (BK, 0))
    c = ml.make_block_ptr(c_ptr, (M, N), (N, 1), (ml.program_id(0) * BM, ml.program_id(1) * BN), (BM, BN), (1, 0))
    ml.store(c, acc, boundary_check=(0, 1))


@mla.kernel
def conditional_advance(x_ptr, y_ptr, n, BLOCK: ml.constexpr):
    """A branch decides where the block is."""
    x = ml.make_block_ptr(x_ptr, (n,), (1,), (0,), (BLOCK,), (0,))
    if ml.program_id(0) > 0:
        x = ml.advance(x, (BLOCK,))
    ml.store(y_ptr + ml.program_id(0) * BLOCK + ml.arange(0, BLOCK), ml.load(x))


@mla.kernel
def descriptor_copy(x_ptr, y_ptr, M, N, BM: ml.constexpr, BN: ml.constexpr):
    x = ml.make_tensor_descriptor(x_ptr, shape=[M, N], strides=[N, 1], block_shape=[BM, BN])
    y = ml.make_tensor_descriptor(y_ptr, shape=[M, N], strides=[N, 1], block_shape=[BM, BN])
    m = ml.program_id(0) * BM
    for n in range(0, N, BN):
        y.store([m, n], x.load([m, n]))


@mla.kernel
def descriptor_matmul(a_ptr, b_ptr, c_ptr, M, N, K, BM: ml.constexpr, BN: ml.constexpr, BK: ml.constexpr):
    """B is given transposed, [N, K]."""
    a_desc = ml.make_tensor_descriptor(a_ptr, [M, K], [K, 1], [BM, BK])
    b_desc = ml.make_tensor_descriptor(b_ptr, [N, K], [K, 1], [BN, BK])
    c_desc = ml.make_tensor_descriptor(c_ptr, [M, N], [N, 1], [BM, BN])
    m, n = ml.program_id(0) * BM, ml.program_id(1) * BN
    acc = ml.zeros((BM, BN), dtype=ml.float32)
    for k in range(0, K, BK):
        a = a_desc.load([m, k])
        b = b_desc.load([n, k])
        acc = ml.dot(a, b.T, acc)
    c_desc.store([m, n], acc.to(ml.bfloat16))


@mla.kernel
def gather_rows(x_ptr, rows_ptr, y_ptr, M, N, BN: ml.constexpr, R: ml.constexpr):
    desc = ml.make_tensor_descriptor(x_ptr, [M, N], [N, 1], [1, BN])
    rows = ml.load(rows_ptr + ml.arange(0, R))
    tile = desc.gather(rows, ml.program_id(0) * BN)
    cols = ml.program_id(0) * BN + ml.arange(0, BN)
    ml.store(y_ptr + ml.arange(0, R)[:, None] * N + cols[None, :], tile, mask=cols[None, :] < N)


@mla.kernel
def scatter_rows(x_ptr, rows_ptr, y_ptr, M, N, BN: ml.constexpr, R: ml.constexpr):
    desc = ml.make_tensor_descriptor(y_ptr, [M, N], [N, 1], [1, BN])
    rows = ml.load(rows_ptr + ml.arange(0, R))
    cols = ml.arange(0, BN)
    tile = ml.load(x_ptr + ml.arange(0, R)[:, None] * BN + cols[None, :])
    desc.scatter(tile, rows, 0)
