import mla
import mla.language as ml


@mla.kernel
def product(a: ml.tensor[ml.bf16, 'M', 'K'], b: ml.tensor[ml.bf16, 'K', 'N'], c: ml.tensor[ml.bf16, 'M', 'N']):
    m0 = ml.program_id(0).to(ml.int64) * 64
    n0 = ml.program_id(1).to(ml.int64) * 128
    acc = ml.zeros((64, 128), dtype=ml.float32)
    for k0 in ml.range(0, a.shape[1], 64, label="blocks"):
        x = ml.load(a[m0:m0 + 64, k0:k0 + 64], label="a")
        y = ml.load(b[k0:k0 + 64, n0:n0 + 128], label="b")
        acc = ml.dot(x, y, acc, label="ab")
    ml.store(c[m0:m0 + 64, n0:n0 + 128], acc)
