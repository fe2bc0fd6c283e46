"""Kernels of others, where their modules can be imported: works on our operands.

Each function gives pairs of a name and a function that makes the launch; a module that is absent gives none. A launch
returns what is compared with the case's reference: all or the first of its outputs, also those that it wrote in place.
What a peer cannot do shows when its launch is made or first run, and costs nobody else anything."""
# SPDX-License-Identifier: Apache-2.0

import importlib

MODULES = ("flash_mla", "flashinfer", "deep_gemm", "vllm")
LARGEST_GATHER = 1 << 21  # rows that torch copies, 2.4 GB


def find(name):
    """A module, or None."""
    try:
        return importlib.import_module(name)
    except Exception:  # a module that is there and broken raises anything
        return None


def versions():
    """Names of the modules that are there, with their versions."""
    found = {name: find(name) for name in MODULES}
    return {name: getattr(module, "__version__", "unknown") for name, module in found.items() if module}


def of(name, module_name, make):
    """The peer, if its module is there."""
    module = find(module_name)
    return ((name, lambda: make(module)),) if module else ()


def matmul(a, b, out):
    """DeepGEMM, where it has products of bf16, and cuBLAS."""
    torch = importlib.import_module("torch")
    gemm = of("DeepGEMM", "deep_gemm", lambda module: lambda: (module.bf16_gemm_nn(a, b, out), out)[1]) if a.dtype == torch.bfloat16 else ()
    return (*gemm, ("cuBLAS (torch)", lambda: lambda: torch.matmul(a, b, out=out)))


def dense_decode(context, fields):
    """FlashMLA, flashinfer, vLLM's FlashAttention 3, and torch's products over keys that lie in order."""
    torch = context.torch
    q, cache, table, lengths, scale = (fields[name] for name in ("q", "cache", "block_table", "lengths", "scale"))
    causal, (b, s_q, h, d), d_v = bool(fields["causal"]), q.shape, fields["out"].shape[-1]
    if q.element_size() + cache.element_size() < 4:
        return ()  # codes

    def flash_mla(module):
        # Planned by the first call, as the plan of ours is; kept for the timed ones.
        metadata, pages = module.get_mla_metadata(lengths, s_q * h, 1), cache[:, :, None]
        return lambda: module.flash_mla_with_kvcache(q, pages, table, lengths, d_v, *metadata, softmax_scale=scale, causal=causal)[0]

    def flashinfer(module):
        wrapper = importlib.import_module("flashinfer.mla").BatchMLAPagedAttentionWrapper(context.empty(128 << 20, dtype="uint8"))
        count = torch.arange(b + 1, dtype=torch.int32, device="cuda")
        wrapper.plan(count * s_q, count * table.shape[1], table.reshape(-1), lengths, h, d_v, d - d_v, cache.shape[1], causal, scale,
                     q.dtype, cache.dtype)  # fmt: skip
        flat, out = q.view(b * s_q, h, d), torch.empty_like(fields["out"]).view(b * s_q, h, d_v)
        return lambda: wrapper.run(flat[..., :d_v], flat[..., d_v:], cache[..., :d_v], cache[..., d_v:], out=out)

    def flash_attention(module):
        flat, starts = q.view(b * s_q, h, d), torch.arange(b + 1, dtype=torch.int32, device="cuda") * s_q
        parts = {"q": flat[..., d_v:], "q_v": flat[..., :d_v], "k": cache[:, :, None, d_v:], "v": cache[:, :, None, :d_v]}
        return lambda: module.flash_attn_varlen_func(**parts, cu_seqlens_q=starts, max_seqlen_q=s_q, seqused_k=lengths,
                                                     max_seqlen_k=table.shape[1] * cache.shape[1], block_table=table, softmax_scale=scale,
                                                     causal=causal, fa_version=3)  # fmt: skip

    def products():
        keys = cache[table.long()].view(b, -1, d)[:, : int(lengths[0])]
        rows, mask = q.view(b, s_q * h, d), None
        if causal:
            limits = lengths[0] - (s_q - 1 - torch.arange(s_q, device="cuda"))
            hidden = torch.arange(keys.shape[1], device="cuda")[None, :] >= limits[:, None]
            mask = hidden.repeat_interleave(h, 0)

        def launch():
            scores = torch.bmm(rows, keys.transpose(1, 2)) * scale
            return torch.bmm(torch.softmax(scores if mask is None else scores.masked_fill(mask, float("-inf")), -1), keys[..., :d_v])

        return launch

    return (*of("FlashMLA", "flash_mla", flash_mla), *of("flashinfer", "flashinfer", flashinfer),
            *of("FA3 (vLLM)", "vllm.vllm_flash_attn", flash_attention), ("torch bmm, softmax", products))  # fmt: skip


def sparse_decode(context, fields, extents):
    """FlashMLA; torch for what its copy of the chosen rows leaves room for."""
    torch = context.torch
    q, cache, indices, scale = (fields[name] for name in ("q", "cache", "indices", "scale"))
    (tokens, h, d), d_v, topk = q.shape, fields["out"].shape[-1], indices.shape[-1]

    def flash_decode(module):
        b = extents.get("b", 1)
        lengths = torch.full((b,), topk, dtype=torch.int32, device="cuda")
        metadata = module.get_mla_metadata(lengths, tokens // b * h, 1, num_heads_q=h, is_fp8_kvcache=True, topk=topk)
        records, lists = cache[:, :, None].view(torch.float8_e4m3fn), indices.view(b, -1, topk)
        return lambda: module.flash_mla_with_kvcache(q.view(b, -1, h, d), records, None, lengths, d_v, *metadata, softmax_scale=scale,
                                                     is_fp8_kvcache=True, indices=lists)[0]  # fmt: skip

    def flash_prefill(module):
        return lambda: module.flash_mla_sparse_fwd(q, cache.view(-1, 1, d), indices[:, None], scale, d_v)[0]

    def products():
        rows = cache.view(-1, d)[indices.clamp_min(0).long()]
        scores = (torch.bmm(q, rows.transpose(1, 2)) * scale).masked_fill((indices < 0)[:, None], float("-inf"))
        return torch.bmm(torch.softmax(scores, -1), rows[..., :d_v])

    if cache.dtype != torch.bfloat16:
        return of("FlashMLA", "flash_mla", flash_decode) if cache.dtype == torch.uint8 else ()
    fits = tokens * topk <= LARGEST_GATHER
    return (*of("FlashMLA", "flash_mla", flash_prefill), *((("torch gather, bmm", lambda: products),) if fits else ()))


def write_cache(context, kind, latent, rope, slots, cache):
    """vLLM's writer; torch for rows that are stored as they are."""
    torch, theirs = context.torch, context.torch.empty_like(cache)

    def vllm(module):
        name = {"bf16": "auto", "e4m3": "fp8", "record656": "fp8_ds_mla"}[kind]
        pool, one = theirs.view(torch.uint8) if kind != "bf16" else theirs, torch.ones((), device="cuda")
        return lambda: (module.concat_and_cache_mla(latent, rope, pool, slots, name, one), theirs)[1]

    def copies():
        rows = theirs.view(-1, theirs.shape[-1])
        rows[:, : latent.shape[1]].index_copy_(0, slots, latent)
        rows[:, latent.shape[1] :].index_copy_(0, slots, rope)
        return theirs

    return (*of("vLLM", "vllm._custom_ops", vllm), *((("torch index_copy", lambda: copies),) if kind == "bf16" else ()))


def merge_lse(context, first, second, lses):
    """vLLM, flashinfer, and torch in fp32."""
    torch = context.torch

    def vllm(module):
        out, lse = torch.empty_like(first), torch.empty_like(lses[0])
        return lambda: (module.merge_attn_states(out, first, lses[0], second, lses[1], lse), out)[1]

    def flashinfer(module):
        rows = lses.transpose(1, 2).contiguous()
        return lambda: module.merge_state(first, rows[0], second, rows[1])[0]

    def merge():
        weights = torch.softmax(lses, 0).transpose(1, 2)[..., None]
        return (weights[0] * first + weights[1] * second).to(first.dtype), torch.logsumexp(lses, 0)

    return (*of("vLLM", "vllm._custom_ops", vllm), *of("flashinfer", "flashinfer", flashinfer), ("torch", lambda: merge))


def convert_indices(requests, table, tokens, page, convert):
    """vLLM's kernel, and torch by `convert`."""

    def vllm(module):
        return lambda: module.triton_convert_req_index_to_global_index(requests, table, tokens, BLOCK_SIZE=page, NUM_TOPK_TOKENS=tokens.shape[1])

    return (*of("vLLM", "vllm.v1.attention.backends.mla.sparse_utils", vllm), ("torch", lambda: convert))
