"""Random numbers: the generator's published vectors, and what is made of its words."""

import mla
import mla.language as ml


@mla.kernel
def philox_words(y_ptr, seed, c0, c1, c2, c3, ROUNDS: ml.constexpr):
    w0, w1, w2, w3 = ml.philox(seed, ml.full((1,), c0, ml.uint32), ml.full((1,), c1, ml.uint32),
                               ml.full((1,), c2, ml.uint32), ml.full((1,), c3, ml.uint32), ROUNDS)
    i = ml.arange(0, 1)
    ml.store(y_ptr + i, w0)
    ml.store(y_ptr + 1 + i, w1)
    ml.store(y_ptr + 2 + i, w2)
    ml.store(y_ptr + 3 + i, w3)


@mla.kernel
def philox_wide(y_ptr, seed_ptr, counter_ptr):
    i = ml.arange(0, 1)
    c0, c1 = ml.load(counter_ptr + i), ml.load(counter_ptr + 1 + i)
    c2, c3 = ml.load(counter_ptr + 2 + i), ml.load(counter_ptr + 3 + i)
    w0, w1, w2, w3 = ml.philox(ml.load(seed_ptr), c0, c1, c2, c3)
    ml.store(y_ptr + i, w0)
    ml.store(y_ptr + 1 + i, w1)
    ml.store(y_ptr + 2 + i, w2)
    ml.store(y_ptr + 3 + i, w3)


@mla.kernel
def random_integers(offsets_ptr, y_ptr, seed, N: ml.constexpr):
    offs = ml.arange(0, N)
    offsets = ml.load(offsets_ptr + offs)
    ml.store(y_ptr + offs, ml.randint(seed, offsets))
    a, b, c, d = ml.randint4x(seed, offsets)
    ml.store(y_ptr + N + offs, a ^ b ^ c ^ d)


@mla.kernel
def random_uniform(offsets_ptr, y_ptr, seed, N: ml.constexpr):
    offs = ml.arange(0, N)
    offsets = ml.load(offsets_ptr + offs)
    ml.store(y_ptr + offs, ml.rand(seed, offsets))
    a, b, c, d = ml.rand4x(seed, offsets)
    ml.store(y_ptr + N + offs, ml.maximum(ml.maximum(a, b), ml.maximum(c, d)))


@mla.kernel
def random_normal(offsets_ptr, y_ptr, seed, N: ml.constexpr):
    offs = ml.arange(0, N)
    offsets = ml.load(offsets_ptr + offs)
    ml.store(y_ptr + offs, ml.randn(seed, offsets))
    a, b, c, d = ml.randn4x(seed, offsets)
    ml.store(y_ptr + N + offs, d)


@mla.kernel
def scale_words(x_ptr, y_ptr, N: ml.constexpr):
    offs = ml.arange(0, N)
    ml.store(y_ptr + offs, ml.uint_to_uniform_float(ml.load(x_ptr + offs)))
