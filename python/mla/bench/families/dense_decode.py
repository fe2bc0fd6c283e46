"""Dense MLA decode over a paged cache, and its planning."""
# SPDX-License-Identifier: Apache-2.0

from mla.bench import peers
from mla.bench.families import TOLERANCE, Problem, Skip, compare
from mla.bench.gpu import Work

D, D_V, PAGE = 576, 512, 64
SCALE = D**-0.5
# Queries, cache and outputs of a type.
TYPES = {"bf16": ("bfloat16",) * 3, "fp16": ("float16",) * 3, "e4m3": ("bfloat16", "float8_e4m3fn", "bfloat16"),
         "e4m3_q": ("float8_e4m3fn", "float8_e4m3fn", "bfloat16")}  # fmt: skip
DESCALE = 0.5  # of codes


def numbers(context, dtype, seed, *shape):
    """Normal random numbers of any type, codes included."""
    is_code = dtype == "float8_e4m3fn"
    made = context.randn(*shape, dtype="bfloat16" if is_code else dtype, seed=seed)
    return made.to(getattr(context.torch, dtype)) if is_code else made


def operands(context, case):
    """The fields of a call: every request equally long, its pages anywhere in the pool."""
    if case.type not in TYPES:
        raise Skip(f"type {case.type} is none of {', '.join(TYPES)}")
    e, (queries, keys, outputs) = case.extents, TYPES[case.type]
    b, s_q, h, s_k = (e[name] for name in ("b", "s_q", "h", "s_k"))
    pages = -(-s_k // PAGE)
    torch = context.torch
    order = torch.randperm(b * pages, device="cuda", generator=torch.Generator("cuda").manual_seed(3))
    codes = {}
    if keys == "float8_e4m3fn":
        codes["descale_k"] = torch.full((1,), DESCALE, device="cuda")
    if queries == "float8_e4m3fn":
        codes["descale_q"] = torch.full((1,), DESCALE, device="cuda")
    return {"q": numbers(context, queries, 1, b, s_q, h, D), "cache": numbers(context, keys, 2, b * pages, PAGE, D),
            "block_table": order.int().view(b, pages), "lengths": torch.full((b,), s_k, dtype=torch.int32, device="cuda"),
            "out": context.empty(b, s_q, h, D_V, dtype=outputs), "lse": context.empty(b, s_q, h, dtype="float32"),
            "scale": SCALE, "causal": int(s_q > 1), **codes}  # fmt: skip


def reference(torch, fields, request):
    """out and lse of a request in fp64."""
    length = int(fields["lengths"][request])
    pages = fields["block_table"][request].long()
    cache, descale_k, descale_q = fields["cache"], *(float(fields.get(name, 1)) for name in ("descale_k", "descale_q"))
    chosen = cache.view(torch.uint8)[pages].view(cache.dtype)  # bytes: torch indexes no codes
    keys = chosen.reshape(-1, D)[:length].double() * descale_k
    q = fields["q"][request].double() * descale_q
    tokens = q.shape[0]
    scores = q @ keys.T * fields["scale"]
    if fields["causal"]:
        limits = length - (tokens - 1 - torch.arange(tokens, device="cuda"))
        hidden = torch.arange(length, device="cuda")[None, :] >= limits[:, None]
        scores = scores.masked_fill(hidden[:, None, :], float("-inf"))
    return torch.softmax(scores, -1) @ keys[:, :D_V], torch.logsumexp(scores, -1)


def checker(torch, fields, allowed):
    """Compares some requests with the reference."""

    def check(out=fields["out"], lse=fields["lse"]):
        out, count = out.reshape(fields["out"].shape), 0
        for request in sorted({0, out.shape[0] // 2, out.shape[0] - 1}):
            expected, expected_lse = reference(torch, fields, request)
            count += compare(torch, f"out[{request}]", out[request], expected, allowed)
            if lse is not None:
                count += compare(torch, f"lse[{request}]", lse[request], expected_lse, 1e-3)
        return count

    return check


def tolerance(case):
    """Of what a type's products and outputs are rounded to."""
    return TOLERANCE["fp16" if case.type == "fp16" else "bf16"]


def dense_decode(context, case):
    """A layer's decode with the step's plan."""
    stream = context.gpu.stream.cuda_stream
    fields = operands(context, case)
    call, sizes = context.call("dense_decode", **fields)
    plan = context.workspace(sizes.plan_bytes)
    workspace = context.workspace(sizes.run_bytes if sizes.plan_bytes else sizes.workspace_bytes)
    if plan is not None:
        call.plan(plan, stream)
    ours = Work("ours", lambda: call.run(plan, workspace, stream), (fields["out"], fields["lse"]), True)
    e = case.extents
    pairs = e["b"] * e["s_q"] * e["h"] * e["s_k"]
    moved = sum(fields[name].nbytes for name in ("q", "cache", "out"))
    return Problem(ours, checker(context.torch, fields, tolerance(case)), moved, 2 * pairs * (D + D_V), sizes.kernel, sizes.arch,
                   lambda: peers.dense_decode(context, fields))  # fmt: skip


def dense_decode_plan(context, case):
    """A step's planning; a run with the plan is compared."""
    stream = context.gpu.stream.cuda_stream
    fields = operands(context, case)
    call, sizes = context.call("dense_decode", **fields)
    if not sizes.plan_bytes:
        raise Skip("the library needs no plan for it")
    plan, workspace = context.workspace(sizes.plan_bytes), context.workspace(sizes.run_bytes)
    ours = Work("ours", lambda: call.plan(plan, stream), (plan,), True)
    compare_run = checker(context.torch, fields, tolerance(case))

    def check():
        for name in ("out", "lse"):
            context.gpu.poison(fields[name])
        call.run(plan, workspace, stream)
        return compare_run()

    return Problem(ours, check, 0, 0, sizes.kernel, sizes.arch)


FAMILIES = {"dense_decode": dense_decode, "dense_decode_plan": dense_decode_plan}
