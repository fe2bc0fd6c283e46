"""Atomics: every kind and type, masks, repeated addresses, results that are used."""

import mla
import mla.language as ml


@mla.kernel
def add_to_bins(x_ptr, bins_ptr, n, BINS: ml.constexpr, BLOCK: ml.constexpr):
    """Several elements go to one address."""
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs, mask=offs < n, other=0)
    ml.atomic_add(bins_ptr + offs % BINS, x, mask=offs < n)


@mla.kernel
def combine_all(x_ptr, add_ptr, max_ptr, min_ptr, BLOCK: ml.constexpr):
    x = ml.load(x_ptr + ml.program_id(0) * BLOCK + ml.arange(0, BLOCK))
    cell = ml.arange(0, BLOCK) % 4
    ml.atomic_add(add_ptr + cell, x, sem="relaxed")
    ml.atomic_max(max_ptr + cell, x, sem="relaxed")
    ml.atomic_min(min_ptr + cell, x, sem="release", scope="sys")


@mla.kernel
def combine_bits(x_ptr, and_ptr, or_ptr, xor_ptr, BLOCK: ml.constexpr):
    x = ml.load(x_ptr + ml.program_id(0) * BLOCK + ml.arange(0, BLOCK))
    cell = ml.arange(0, BLOCK) % 2
    ml.atomic_and(and_ptr + cell, x)
    ml.atomic_or(or_ptr + cell, x)
    ml.atomic_xor(xor_ptr + cell, x)


@mla.kernel
def add_scalar(x_ptr, total_ptr, before_ptr, n):
    """One program: the results are the partial sums."""
    for i in range(n):
        before = ml.atomic_add(total_ptr, ml.load(x_ptr + i))
        ml.store(before_ptr + i, before)


@mla.kernel
def old_values(x_ptr, cells_ptr, old_ptr, n, BLOCK: ml.constexpr):
    """Tiles smaller than a program's threads: every thread needs what one of them got."""
    offs = ml.arange(0, BLOCK)
    mask = offs < n
    old = ml.atomic_xchg(cells_ptr + offs, ml.load(x_ptr + offs), mask=mask)
    ml.store(old_ptr + offs, old, mask=mask)
    ml.store(old_ptr + BLOCK + offs, ml.sum(ml.where(mask, old, 0), axis=0) + offs * 0)


@mla.kernel
def compare_and_swap(expected_ptr, new_ptr, cells_ptr, old_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    old = ml.atomic_cas(cells_ptr + offs, ml.load(expected_ptr + offs), ml.load(new_ptr + offs))
    ml.store(old_ptr + offs, old)


@mla.kernel
def locked_sum(x_ptr, lock_ptr, total_ptr, n, BLOCK: ml.constexpr):
    """Programs take turns at memory that is not atomic."""
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs, mask=offs < n, other=0.0)
    while ml.atomic_cas(lock_ptr, 0, 1) == 1:
        pass
    total = ml.load(total_ptr + ml.arange(0, BLOCK), cache_modifier=".cg")
    ml.store(total_ptr + ml.arange(0, BLOCK), total + x)
    ml.debug_barrier()
    ml.atomic_xchg(lock_ptr, 0)


@mla.kernel
def last_program(x_ptr, partial_ptr, count_ptr, total_ptr, BLOCK: ml.constexpr):
    """The program that comes last adds up what all of them stored."""
    pid = ml.program_id(0)
    x = ml.load(x_ptr + pid * BLOCK + ml.arange(0, BLOCK))
    ml.store(partial_ptr + pid, ml.sum(x, axis=0))
    ml.debug_barrier()
    done = ml.atomic_add(count_ptr, 1, sem="acq_rel")
    if done == ml.num_programs(0) - 1:
        total = ml.sum(ml.load(partial_ptr + ml.arange(0, 8), cache_modifier=".cg"), axis=0)
        ml.store(total_ptr, total)


@mla.kernel
def descriptor_add(x_ptr, y_ptr, M, N, BM: ml.constexpr, BN: ml.constexpr):
    x = ml.make_tensor_descriptor(x_ptr, [M, N], [N, 1], [BM, BN])
    y = ml.make_tensor_descriptor(y_ptr, [M, N], [N, 1], [BM, BN])
    y.atomic_add([-1, ml.program_id(0) * BN], x.load([-1, ml.program_id(0) * BN]))
