"""vector_add, row_softmax and matmul: compiled kernels with manifests, launched by themselves; torch is the peer."""
# SPDX-License-Identifier: Apache-2.0

import json

from mla.bench import peers
from mla.bench.families import TOLERANCE, TYPES, Problem, Skip, compare
from mla.bench.gpu import Work

SAMPLES = 64  # rows that are compared with the reference


def load(context, name):
    """(kernel, its constants, the arch that it was compiled for) of the folder of compiled kernels."""
    from mla import launch

    if not context.launcher:
        raise Skip("no libmla-launch.so; build it, or name it with --launcher")
    manifest = context.kernels / f"{name}.json"
    if not manifest.exists():
        raise Skip(f"{name} is not compiled in {context.kernels}; tools/kernels compiles it")
    try:
        kernel = context.launcher.load(context.kernels / name)
    except launch.LaunchError as error:
        raise Skip(f"{name} cannot be loaded: {error}") from None
    variants = json.loads(manifest.read_text(encoding="utf-8"))["variants"]
    capability = f"sm_{context.gpu.properties.major}{context.gpu.properties.minor}"
    exact = [variant for variant in variants if variant["arch"].rstrip("af") == capability and variant["kind"] == "cubin"]
    variant = (exact or [variant for variant in variants if variant["kind"] == "ptx"] or variants)[-1]
    return kernel, variant.get("constants", {}), f"{variant['arch']} {variant['kind']}"


def cdiv(a, b):
    """Quotient, rounded up."""
    return -(-a // b)


def vector_add(context, case):
    """out = x + y."""
    torch, n = context.torch, case.extents["n"]
    kernel, constants, arch = load(context, f"vector_add_{case.type}")
    x, y = (context.randn(n, dtype=TYPES[case.type], seed=seed) for seed in (1, 2))
    out, theirs = torch.empty_like(x), torch.empty_like(x)
    arguments = {"x_ptr": x, "y_ptr": y, "out_ptr": out, "n": n}
    grid = [cdiv(n, constants["BLOCK"])]
    ours = Work("ours", lambda: kernel(grid, arguments, context.gpu.stream.cuda_stream), (out,), True)

    def check(out=out):
        return compare(torch, "out", out[None], torch.add(x, y)[None], 0)

    return Problem(ours, check, 3 * x.nbytes, 0, f"vector_add_{case.type}", arch, lambda: (("torch", lambda: lambda: torch.add(x, y, out=theirs)),))


def row_softmax(context, case):
    """Softmax of each row."""
    torch, rows, cols = context.torch, case.extents["rows"], case.extents["cols"]
    kernel, constants, arch = load(context, f"row_softmax_{case.type}")
    if cols > constants["BLOCK"]:
        raise Skip(f"{cols} columns are more than BLOCK = {constants['BLOCK']}")
    x = context.randn(rows, cols, dtype=TYPES[case.type])
    y, theirs = torch.empty_like(x), torch.empty_like(x)
    arguments = {"x_ptr": x, "y_ptr": y, "n_cols": cols, "x_stride": cols, "y_stride": cols}
    ours = Work("ours", lambda: kernel([rows], arguments, context.gpu.stream.cuda_stream), (y,), True)
    step = max(1, rows // SAMPLES)

    def check(y=y):
        return compare(torch, "y", y[::step], torch.softmax(x[::step].double(), 1), TOLERANCE[case.type])

    return Problem(ours, check, 2 * x.nbytes, 0, f"row_softmax_{case.type}", arch, lambda: (("torch", lambda: lambda: torch.softmax(x, 1, out=theirs)),))


def matmul(context, case):
    """c = a b."""
    torch, (m, n, k) = context.torch, (case.extents[name] for name in "mnk")
    kernel, constants, arch = load(context, f"matmul_{case.type}")
    dtype = TYPES[case.type]
    a, b = context.randn(m, k, dtype=dtype, seed=1), context.randn(k, n, dtype=dtype, seed=2)
    c, theirs, bias = context.empty(m, n, dtype=dtype), context.empty(m, n, dtype=dtype), context.randn(n, dtype=dtype)
    arguments = {"a": a, "b": b, "bias": bias, "c": c, "alpha": 1.0, "M": m, "N": n, "K": k,
                 "a.stride0": k, "b.stride0": n, "c.stride0": n}  # fmt: skip
    grid = [cdiv(m, constants["BLOCK_M"]) * cdiv(n, constants["BLOCK_N"])]
    ours = Work("ours", lambda: kernel(grid, arguments, context.gpu.stream.cuda_stream), (c,), True)
    rows = torch.arange(0, m, max(1, m // SAMPLES), device="cuda")

    def check(c=c):
        return compare(torch, "c", c[rows], a[rows].double() @ b.double(), TOLERANCE[case.type])

    return Problem(ours, check, 0, 2 * m * n * k, f"matmul_{case.type}", arch, lambda: peers.matmul(a, b, theirs))


FAMILIES = {"vector_add": vector_add, "row_softmax": row_softmax, "matmul": matmul}
