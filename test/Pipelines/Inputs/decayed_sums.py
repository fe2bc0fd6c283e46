import mla
import mla.language as ml


@mla.kernel
def decayed_sums(k, v, c, N, D: ml.constexpr, E: ml.constexpr, BLOCK: ml.constexpr):
    """c = (k decayed).T @ v, of which the left factor goes from one register layout to another in every step."""
    rows, d, e = ml.arange(0, BLOCK), ml.arange(0, D), ml.arange(0, E)
    acc = ml.zeros((D, E), dtype=ml.float32)
    for start in range(0, N, BLOCK):
        x = ml.load(k + (start + rows)[None, :] * D + d[:, None])
        y = ml.load(v + (start + rows)[:, None] * E + e[None, :])
        decay = ml.exp(0.0 - rows.to(ml.float32))
        acc += ml.dot(x * decay[None, :], y)
    ml.store(c + d[:, None] * E + e[None, :], acc)
