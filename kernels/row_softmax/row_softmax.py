"""y[row, :] = softmax(x[row, :]) in fp32; one program per row; a row of -inf gives zeros."""

import mla
import mla.language as ml


@mla.kernel
def row_softmax(x_ptr, y_ptr, n_cols, x_stride, y_stride, BLOCK: ml.constexpr):
    row = ml.program_id(0).to(ml.int64)
    cols = ml.arange(0, BLOCK)
    mask = cols < n_cols
    x = ml.load(x_ptr + row * x_stride + cols, mask=mask, other=-float("inf")).to(ml.float32)

    row_max = ml.max(x, axis=0)
    # -inf - -inf is NaN; any finite shift turns a row of -inf into exp(-inf) = 0.
    shift = ml.where(row_max == -float("inf"), 0.0, row_max)
    numerator = ml.exp(x - shift)
    row_sum = ml.sum(numerator, axis=0)
    # Only a row of -inf sums to 0: otherwise the largest element contributes exp(0) = 1.
    y = numerator / ml.where(row_sum == 0.0, 1.0, row_sum)
    ml.store(y_ptr + row * y_stride + cols, y, mask=mask)
