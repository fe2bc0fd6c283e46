import mla
import mla.language as ml


@mla.kernel
def scale(x_ptr, n, BLOCK: ml.constexpr, FACTOR: ml.constexpr):
    offsets = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    mask = offsets < n
    x = ml.load(x_ptr + offsets, mask=mask)
    ml.store(x_ptr + offsets, x * FACTOR, mask=mask)


@mla.kernel
def fill(x_ptr, VALUE: ml.constexpr):
    ml.store(x_ptr + ml.arange(0, 32), VALUE)
