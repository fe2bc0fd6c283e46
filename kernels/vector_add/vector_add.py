"""out[i] = x[i] + y[i] for i < n; nothing past n is read or written."""

import mla
import mla.language as ml


@mla.kernel
def vector_add(x_ptr, y_ptr, out_ptr, n, BLOCK: ml.constexpr):
    # 64 bits: n may exceed 2**31 elements.
    offsets = ml.program_id(0).to(ml.int64) * BLOCK + ml.arange(0, BLOCK)
    mask = offsets < n
    x = ml.load(x_ptr + offsets, mask=mask)
    y = ml.load(y_ptr + offsets, mask=mask)
    ml.store(out_ptr + offsets, x + y, mask=mask)
