import mla
import mla.language as ml


@mla.kernel
def scale_add(x, out, n, k, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    ml.store(out + offs, ml.load(x + offs, mask=offs < n) * k + 1, mask=offs < n)
