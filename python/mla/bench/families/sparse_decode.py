"""Sparse MLA decode and prefill: each token has a list of cache rows, as numbers or as records of 656 bytes."""
# SPDX-License-Identifier: Apache-2.0

import math

from mla.bench import peers
from mla.bench.families import TOLERANCE, Problem, Skip, compare
from mla.bench.gpu import Work

D, D_V, PAGE, POOL = 576, 512, 64, 1 << 20
SCALE = D**-0.5
CHUNK = 1 << 16  # rows that are encoded at a time
EMPTY_PERCENT = 1


def encode(torch, latent, rope):
    """Records of 656 bytes: 512 e4m3 with a scale that is a power of two for 128 each, then 64 bf16."""
    groups = latent.float().view(-1, 4, 128)
    scale = torch.exp2(torch.ceil(torch.log2((groups.abs().amax(-1, keepdim=True) / 448).clamp_min(1e-4))))
    codes = (groups / scale).to(torch.float8_e4m3fn).view(torch.uint8).view(-1, 512)
    return torch.cat([codes, scale.view(-1, 4).view(torch.uint8), rope.bfloat16().contiguous().view(torch.uint8)], 1)


def decode(torch, records):
    """Rows of 576 numbers in fp64."""
    codes = records[:, :512].contiguous().view(torch.float8_e4m3fn).double().view(-1, 4, 128)
    scale = records[:, 512:528].contiguous().view(torch.float32).double()
    rope = records[:, 528:].contiguous().view(torch.bfloat16).double()
    return torch.cat([(codes * scale[:, :, None]).view(-1, 512), rope], 1)


def make_pool(context, kind, rows):
    """A cache of so many rows."""
    if kind == "bf16":
        return context.randn(rows // PAGE, PAGE, D, seed=2)
    pool = context.empty(rows, 656, dtype="uint8")
    for at in range(0, rows, CHUNK):
        numbers = context.randn(min(CHUNK, rows - at), D, seed=2 + at)
        pool[at:at + CHUNK] = encode(context.torch, numbers[:, :512], numbers[:, 512:])  # fmt: skip
    return pool.view(rows // PAGE, PAGE, 656)


def operands(context, case):
    """The fields of a call."""
    from mla import runtime

    formats = {"bf16": runtime.MLA_CACHE_ROWS, "record656": runtime.MLA_CACHE_DS_MLA}
    if case.type not in formats:
        raise Skip(f"type {case.type} is none of {', '.join(formats)}")
    e = case.extents
    tokens, h, topk, rows = e.get("b", 1) * e.get("s_q", 1), e["h"], e["topk"], e.get("s_kv", POOL)
    indices = context.integers(rows, tokens, topk, seed=3)
    indices[context.integers(100, tokens, topk, seed=4) < EMPTY_PERCENT] = -1
    return {"format": formats[case.type], "q": context.randn(tokens, h, D, seed=1), "cache": make_pool(context, case.type, rows),
            "indices": indices, "out": context.empty(tokens, h, D_V), "lse": context.empty(tokens, h, dtype="float32"),
            "scale": SCALE}  # fmt: skip


def reference(torch, fields, token):
    """out and lse of a token in fp64."""
    chosen = fields["indices"][token].long()
    pool = fields["cache"].view(-1, fields["cache"].shape[-1])
    rows = pool[chosen[chosen >= 0]]
    rows = rows.double() if rows.dtype == torch.bfloat16 else decode(torch, rows)
    scores = fields["q"][token].double() @ rows.T * fields["scale"]
    return torch.softmax(scores, -1) @ rows[:, :D_V], torch.logsumexp(scores, -1)


def prepare(context, fields, **more):
    """(a work that calls the library, what its query answers)"""
    call, sizes = context.call("sparse_decode", **fields, **more)
    workspace, stream = context.workspace(sizes.workspace_bytes), context.gpu.stream.cuda_stream
    return Work("ours", lambda: call.run(None, workspace, stream), (fields["out"], fields["lse"]), True), sizes


def checker(context, fields):
    """Compares some tokens with the reference."""
    tokens = fields["out"].shape[0]

    def check():
        count = 0
        for token in sorted({0, tokens // 3, tokens // 2, tokens - 1}):
            out, lse = reference(context.torch, fields, token)
            count += compare(context.torch, f"out[{token}]", fields["out"][token], out, TOLERANCE["bf16"])
            count += compare(context.torch, f"lse[{token}]", fields["lse"][token], lse, 1e-3)
        return count

    return check


def counted(fields):
    """(bytes, FLOPs)"""
    tokens, h, _ = fields["q"].shape
    listed = math.prod(fields["indices"].shape)
    rows = min(listed * fields["cache"].shape[-1] * fields["cache"].element_size(), fields["cache"].nbytes)
    moved = rows + fields["q"].nbytes + fields["out"].nbytes
    return moved, 2 * listed * h * (D + D_V)


def sparse_decode(context, case):
    """As the library splits it."""
    fields = operands(context, case)
    ours, sizes = prepare(context, fields)
    moved, flops = counted(fields)
    notes = (f"{sizes.num_parts} parts",) if sizes.num_parts > 1 else ()
    return Problem(ours, checker(context, fields), moved, flops, sizes.kernel, sizes.arch,
                   lambda: peers.sparse_decode(context, fields, case.extents), notes=notes)  # fmt: skip


FAMILIES = {"sparse_decode": sparse_decode}
