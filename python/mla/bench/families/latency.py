"""What is about latency alone: splitting one token's list, and the first call of a process."""
# SPDX-License-Identifier: Apache-2.0

import time

from mla.bench import results
from mla.bench.families import TOLERANCE, Problem, dense_decode, sparse_decode
from mla.bench.gpu import Work

DEVICES, LATER_RUNS, TOPK, ROWS = 10, 30, 2048, 64


def sparse_split(context, case):
    """One token, as the library splits it, beside the same call in a single pass."""
    fields = sparse_decode.operands(context, case)
    ours, sizes = sparse_decode.prepare(context, fields)
    alone = fields | {name: context.torch.empty_like(fields[name]) for name in ("out", "lse")}
    single, single_sizes = sparse_decode.prepare(context, alone, num_splits=1)
    single.name = "single pass"
    notes = (f"{sizes.num_parts} parts, {single_sizes.num_parts} in a single pass",)
    moved, flops = sparse_decode.counted(fields)
    return Problem(ours, sparse_decode.checker(context, case.type, fields), moved, flops, sizes.kernel, sizes.arch,
                   beside=((single, sparse_decode.checker(context, case.type, alone)),), notes=notes)


def first_call(context, case):
    """A fresh device each time: loading, the first run until it is complete, and later ones."""
    torch, e = context.torch, case.extents
    if case.type == "sparse_decode":
        from mla import runtime

        # What a server warms up with: one token, and indices that all name the first row.
        fields = {"format": runtime.MLA_CACHE_ROWS, "q": context.randn(1, e["h"], sparse_decode.D), "cache": context.randn(ROWS, 1, sparse_decode.D),
                  "indices": torch.zeros(1, TOPK, dtype=torch.int32, device="cuda"), "out": context.empty(1, e["h"], sparse_decode.D_V),
                  "scale": sparse_decode.D**-0.5, "num_splits": e["splits"]}  # fmt: skip
        check = sparse_decode.checker(context, "bf16", fields)
    else:
        fields = dense_decode.operands(context, type(case)("dense_decode", "bf16", f"b1 s_q1 h{e['h']} s_k{TOPK}"))
        check = dense_decode.checker(torch, fields, TOLERANCE["bf16"])
    _, sizes = context.call(case.type, **fields)
    workspace, stream = context.workspace(sizes.workspace_bytes), context.gpu.stream.cuda_stream

    def run(call):
        begin = time.perf_counter()
        call.run(None, workspace, stream)
        torch.cuda.synchronize()
        return (time.perf_counter() - begin) * 1e6

    def measure():
        checked, loading, first, steady = 0, [], [], []
        for _ in range(DEVICES):
            with context.library.open(context.gpu.ordinal, context.kernel_folder) as device:
                call = device.call(case.type, **fields)
                context.gpu.poison(fields["out"])
                if fields.get("lse") is not None:
                    context.gpu.poison(fields["lse"])
                torch.cuda.synchronize()
                begin = time.perf_counter()
                device.load(case.type)
                loading.append((time.perf_counter() - begin) * 1e3)
                first.append(run(call))
                checked += check()
                steady.append(results.quantile([run(call) for _ in range(LATER_RUNS)], 0.5))
        note = f"loading all of {case.type} took {results.quantile(loading, 0.5):.1f} ms; jit {sizes.jit}"
        return checked, first, {"later runs": steady}, (note,)

    return Problem(Work("ours", lambda: None), check, 0, 0, sizes.kernel, sizes.arch, measure=measure)


FAMILIES = {"sparse_split": sparse_split, "first_call": first_call}
