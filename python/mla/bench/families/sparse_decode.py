"""Sparse MLA decode and prefill: each token has a list of cache rows, as numbers or as records."""
# SPDX-License-Identifier: Apache-2.0

import dataclasses
import typing

from mla.bench import peers
from mla.bench.families import TOLERANCE, Problem, Skip, compare
from mla.bench.gpu import Work

D, D_V, PAGE, POOL = 576, 512, 64, 1 << 20
PAGE_584 = 37440  # bytes from page to page: 64 * 584, rounded up to a multiple of 576
CACHE_SCALE = 0.5  # of e4m3 rows
CHUNK = 1 << 16  # rows that are encoded at a time
EMPTY_PERCENT = 1


def power_scales(torch, groups):
    """Scales of groups of numbers: powers of two."""
    return torch.exp2(torch.ceil(torch.log2((groups.abs().amax(-1, keepdim=True) / 448).clamp_min(1e-4))))


def encode_656(torch, latent, rope):
    """Records of 656 bytes: 512 e4m3 with an fp32 scale for 128 each, then 64 bf16."""
    groups = latent.float().view(-1, 4, 128)
    scale = power_scales(torch, groups)
    codes = (groups / scale).to(torch.float8_e4m3fn).view(torch.uint8).view(-1, 512)
    return torch.cat([codes, scale.view(-1, 4).view(torch.uint8), rope.bfloat16().contiguous().view(torch.uint8)], 1)


def decode_656(torch, pool, slots):
    """Rows of 576 numbers in fp64."""
    records = pool.view(-1, 656)[slots]
    codes = records[:, :512].contiguous().view(torch.float8_e4m3fn).double().view(-1, 4, 128)
    scale = records[:, 512:528].contiguous().view(torch.float32).double()
    rope = records[:, 528:].contiguous().view(torch.bfloat16).double()
    return torch.cat([(codes * scale[:, :, None]).view(-1, 512), rope], 1)


def pool_656(context, rows):
    """Pages of records."""
    pool = context.empty(rows, 656, dtype="uint8")
    for at in range(0, rows, CHUNK):
        numbers = context.randn(min(CHUNK, rows - at), D, seed=2 + at)
        pool[at:at + CHUNK] = encode_656(context.torch, numbers[:, :512], numbers[:, 512:])  # fmt: skip
    return pool.view(rows // PAGE, PAGE, 656)


def encode_584(torch, latent, rope):
    """The 576 bytes of records, 448 e4m3 and 64 bf16, and the exponents of their 7 scales, for 64 numbers each."""
    groups = latent.float().view(-1, 7, 64)
    scale = power_scales(torch, groups)
    codes = (groups / scale).to(torch.float8_e4m3fn).view(torch.uint8).view(-1, 448)
    return torch.cat([codes, rope.contiguous().view(torch.uint8)], 1), (torch.log2(scale) + 127).to(torch.uint8).view(-1, 7)


def pages_584(pages):
    """Pages of bytes as the library takes them."""
    return pages.as_strided((pages.shape[0], PAGE, 584), (PAGE_584, 584, 1))


def pool_584(context, rows):
    """Pages of 64 records, then of their exponents: 7 bytes and 1 unused."""
    torch = context.torch
    pages = context.empty(rows // PAGE, PAGE_584, dtype="uint8").zero_()
    for at in range(0, rows, CHUNK):
        numbers = context.randn(min(CHUNK, rows - at), D_V, seed=2 + at)
        records, exponents = encode_584(torch, numbers[:, :448], numbers[:, 448:])
        tail = torch.nn.functional.pad(exponents, (0, 1)).view(-1, PAGE * 8)
        pages[at // PAGE:(at + CHUNK) // PAGE, :PAGE * 584] = torch.cat([records.view(-1, PAGE * 576), tail], 1)  # fmt: skip
    return pages_584(pages)


def decode_584(torch, pool, slots):
    """Rows of 512 numbers in fp64."""
    pages = pool.as_strided((pool.shape[0], PAGE_584), (PAGE_584, 1))[slots // PAGE]
    at = (slots % PAGE)[:, None]
    record = torch.gather(pages, 1, at * 576 + torch.arange(576, device="cuda"))
    exponents = torch.gather(pages, 1, PAGE * 576 + at * 8 + torch.arange(7, device="cuda"))
    codes = record[:, :448].contiguous().view(torch.float8_e4m3fn).double().view(-1, 7, 64)
    scaled = codes * torch.exp2(exponents.double() - 127)[:, :, None]
    return torch.cat([scaled.view(-1, 448), record[:, 448:].contiguous().view(torch.bfloat16).double()], 1)


@dataclasses.dataclass(frozen=True)
class Format:
    """How a cache stores rows."""

    name: str  # constant of the interface
    d: int  # numbers of a row
    make_pool: typing.Callable  # (context, rows): a cache
    decode: typing.Callable  # (torch, cache, slots): those rows in fp64
    fields: dict = dataclasses.field(default_factory=dict)


FORMATS = {
    "bf16": Format("MLA_CACHE_ROWS", D, lambda context, rows: context.randn(rows // PAGE, PAGE, D, seed=2),
                   lambda torch, pool, slots: pool.view(-1, D)[slots].double()),
    "e4m3": Format("MLA_CACHE_E4M3", D, lambda context, rows: context.randn(rows // PAGE, PAGE, D, seed=2).to(context.torch.float8_e4m3fn),
                   lambda torch, pool, slots: pool.view(torch.uint8).view(-1, D)[slots].view(torch.float8_e4m3fn).double() * CACHE_SCALE,
                   {"cache_scale": CACHE_SCALE}),
    "record656": Format("MLA_CACHE_DS_MLA", D, pool_656, decode_656),
    "record584": Format("MLA_CACHE_DSV4", D_V, pool_584, decode_584),
}  # fmt: skip


def operands(context, case):
    """The fields of a call."""
    from mla import runtime

    if case.type not in FORMATS:
        raise Skip(f"type {case.type} is none of {', '.join(FORMATS)}")
    form, e = FORMATS[case.type], case.extents
    tokens, h, topk, rows = e.get("b", 1) * e.get("s_q", 1), e["h"], e["topk"], e.get("s_kv", POOL)
    indices = context.integers(rows, tokens, topk, seed=3)
    indices[context.integers(100, tokens, topk, seed=4) < EMPTY_PERCENT] = -1
    return {"format": getattr(runtime, form.name), "q": context.randn(tokens, h, form.d, seed=1), "cache": form.make_pool(context, rows),
            "indices": indices, "out": context.empty(tokens, h, D_V), "lse": context.empty(tokens, h, dtype="float32"),
            "scale": form.d**-0.5, **form.fields}  # fmt: skip


def reference(torch, fields, decode, token):
    """out and lse of a token in fp64."""
    chosen = fields["indices"][token].long()
    rows = decode(torch, fields["cache"], chosen[chosen >= 0])
    scores = fields["q"][token].double() @ rows.T * fields["scale"]
    return torch.softmax(scores, -1) @ rows[:, :D_V], torch.logsumexp(scores, -1)


def prepare(context, fields, **more):
    """(a work that calls the library, what its query answers)"""
    call, sizes = context.call("sparse_decode", **fields, **more)
    workspace, stream = context.workspace(sizes.workspace_bytes), context.gpu.stream.cuda_stream
    return Work("ours", lambda: call.run(None, workspace, stream), (fields["out"], fields["lse"]), True), sizes


def checker(context, kind, fields):
    """Compares some tokens with the reference."""
    decode = FORMATS[kind].decode

    def check(out=fields["out"], lse=fields.get("lse")):
        out, count = out.reshape(fields["out"].shape), 0
        tokens = out.shape[0]
        for token in sorted({0, tokens // 3, tokens // 2, tokens - 1}):
            expected, expected_lse = reference(context.torch, fields, decode, token)
            count += compare(context.torch, f"out[{token}]", out[token], expected, TOLERANCE["bf16"])
            if lse is not None:
                count += compare(context.torch, f"lse[{token}]", lse[token], expected_lse, 1e-3)
        return count

    return check


def counted(fields):
    """(bytes, FLOPs): a row once, however often it is listed; products also with empty positions"""
    tokens, h, d = fields["q"].shape
    indices, row_bytes = fields["indices"], fields["cache"].shape[-1] * fields["cache"].element_size()
    moved = indices[indices >= 0].unique().numel() * row_bytes + fields["q"].nbytes + fields["out"].nbytes
    return moved, 2 * indices.numel() * h * (d + D_V)


def sparse_decode(context, case):
    """As the library splits it."""
    fields = operands(context, case)
    ours, sizes = prepare(context, fields)
    moved, flops = counted(fields)
    notes = (f"{sizes.num_parts} parts",) if sizes.num_parts > 1 else ()
    return Problem(ours, checker(context, case.type, fields), moved, flops, sizes.kernel, sizes.arch,
                   lambda: peers.sparse_decode(context, fields, case.extents), notes=notes)  # fmt: skip


FAMILIES = {"sparse_decode": sparse_decode}
