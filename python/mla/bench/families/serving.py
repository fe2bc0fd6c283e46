"""What surrounds attention in a server: writing the cache, converting and filtering indices, merging partial results."""
# SPDX-License-Identifier: Apache-2.0

from mla.bench import peers
from mla.bench.families import Problem, compare, sparse_decode
from mla.bench.gpu import Work, WrongResult

PAGE, POOL_PAGES, RANK, ROPE = 64, 2048, 512, 64
PLACES, REQUESTS, LISTED = 2048, 64, 2048


def exact(torch, name, actual, expected):
    """How many elements are equal; WrongResult unless all are. What is expected may be one number for all."""
    expected = expected.expand_as(actual)
    different = actual != expected
    if different.any():
        worst = different.nonzero()[0].tolist()
        raise WrongResult(f"{name}{worst} is {actual[tuple(worst)].item()}, expected {expected[tuple(worst)].item()}; {int(different.sum())} are wrong")
    return actual.numel()


def new_tokens(context, tokens, rank):
    """(latent, rope, slots all over the pool)"""
    slots = context.torch.randperm(PAGE * POOL_PAGES, device="cuda", generator=context.torch.Generator("cuda").manual_seed(3))
    return context.randn(tokens, rank, seed=1), context.randn(tokens, ROPE, seed=2), slots[:tokens].contiguous()


def write_584(context, case):
    """New tokens as records of 584 bytes, whose exponents lie behind a page's rows."""
    from mla import runtime

    torch, tokens = context.torch, case.extents["tokens"]
    latent, rope, slots = new_tokens(context, tokens, 448)
    pages = torch.empty(POOL_PAGES, sparse_decode.PAGE_584, dtype=torch.uint8, device="cuda")
    call, sizes = context.call("write_cache", format=runtime.MLA_CACHE_DSV4, latent=latent, rope=rope, slots=slots, cache=sparse_decode.pages_584(pages))
    stream = context.gpu.stream.cuda_stream
    ours = Work("ours", lambda: call.run(None, None, stream), (pages,), True)

    def check():
        expected, at, row = torch.full_like(pages, 127), (slots // PAGE)[:, None], (slots % PAGE)[:, None]
        records, exponents = sparse_decode.encode_584(torch, latent, rope)
        expected[at, row * 576 + torch.arange(576, device="cuda")] = records
        expected[at, PAGE * 576 + row * 8 + torch.arange(7, device="cuda")] = exponents
        unused = PAGE * 576 + row * 8 + 7
        expected[at, unused] = pages[at, unused]
        return exact(torch, "pages", pages, expected)

    return Problem(ours, check, latent.nbytes + rope.nbytes + slots.nbytes + tokens * 584, 0, sizes.kernel, sizes.arch)


def write_cache(context, case):
    """New tokens to slots all over the pool."""
    from mla import runtime

    if case.type == "record584":
        return write_584(context, case)
    torch, tokens = context.torch, case.extents["tokens"]
    latent, rope, slots = new_tokens(context, tokens, RANK)
    both = torch.cat([latent, rope], 1)
    if case.type == "record656":
        rows, form = sparse_decode.encode_656(torch, latent, rope), runtime.MLA_CACHE_DS_MLA
    elif case.type == "e4m3":
        rows, form = both.float().clamp(-448, 448).to(torch.float8_e4m3fn), runtime.MLA_CACHE_E4M3
    else:
        rows, form = both, runtime.MLA_CACHE_ROWS
    cache = torch.empty(POOL_PAGES, PAGE, rows.shape[1], dtype=rows.dtype, device="cuda")
    call, sizes = context.call("write_cache", format=form, latent=latent, rope=rope, slots=slots, cache=cache)
    stream = context.gpu.stream.cuda_stream
    ours = Work("ours", lambda: call.run(None, None, stream), (cache,), True)

    def check(theirs=None):
        pool = cache if theirs is None else theirs
        raw = pool.view(-1, pool.shape[-1]).view(torch.uint8)
        untouched = torch.ones(raw.shape[0], dtype=torch.bool, device="cuda").index_fill_(0, slots, False)
        poison = torch.full((), 127 if cache.dtype == torch.uint8 else 255, dtype=torch.uint8, device="cuda")
        count = exact(torch, "other rows", raw[untouched], poison)
        if theirs is not None and case.type == "record656":  # others scale by other numbers: half a step of e4m3
            return count + compare(torch, "cache", sparse_decode.decode_656(torch, pool, slots), both, 2**-4)
        return count + exact(torch, "cache", raw[slots], rows.view(torch.uint8))

    moved = latent.nbytes + rope.nbytes + slots.nbytes + rows.nbytes
    return Problem(ours, check, moved, 0, sizes.kernel, sizes.arch, lambda: peers.write_cache(context, case.type, latent, rope, slots, cache))


def merge_lse(context, case):
    """Two parts with lse [H, T]."""
    torch, e = context.torch, case.extents
    tokens, h, d = e["tokens"], e["h"], e["d"]
    first, others = context.randn(tokens, h, d, seed=1), context.randn(1, tokens, h, d, seed=2)
    lses = context.randn(2, h, tokens, dtype="float32", seed=3)
    out, lse = torch.empty_like(first), context.empty(h, tokens, dtype="float32")
    call, sizes = context.call("merge_lse", first=first, first_lse=lses[0].t(), others=others, others_lse=lses[1:].transpose(1, 2), out=out, lse=lse.t())
    stream = context.gpu.stream.cuda_stream
    ours = Work("ours", lambda: call.run(None, None, stream), (out, lse), True)

    def check(out=out, lse=lse):
        weights = torch.softmax(lses.double(), 0).transpose(1, 2)
        count, step = 0, max(1, tokens // 64)
        for at in range(0, tokens, step):
            expected = weights[0, at, :, None] * first[at].double() + weights[1, at, :, None] * others[0, at].double()
            count += compare(torch, f"out[{at}]", out[at], expected, 5e-3)
        return count if lse is None else count + compare(torch, "lse", lse, torch.logsumexp(lses.double(), 0), 1e-5)

    moved = first.nbytes + others.nbytes + out.nbytes + lses.nbytes + lse.nbytes
    return Problem(ours, check, moved, 0, sizes.kernel, sizes.arch, lambda: peers.merge_lse(context, first, others[0], lses))


def lists(context, count):
    """(positions with one of 16 empty, the request of each list)"""
    tokens = context.integers(LISTED * PAGE, count, PLACES, seed=1)
    tokens[:, ::16] = -1
    return tokens, (context.torch.arange(count, device="cuda") % REQUESTS).int()


def convert_indices(context, case):
    """Positions to cache rows."""
    torch, stream = context.torch, context.gpu.stream.cuda_stream
    tokens, requests = lists(context, case.extents["lists"])
    table = context.integers(1 << 20, REQUESTS, LISTED, seed=2)
    out = torch.empty_like(tokens)
    call, sizes = context.call("convert_indices", requests=requests, block_table=table, tokens=tokens, out=out, page_size=PAGE)
    ours = Work("ours", lambda: call.run(None, None, stream), (out,), True)

    def convert():
        rows = torch.gather(table[requests.long()], 1, (tokens.clamp_min(0) // PAGE).long()) * PAGE + tokens % PAGE
        return torch.where(tokens < 0, -1, rows)

    return Problem(ours, lambda out=out: exact(torch, "out", out, convert()), 2 * tokens.nbytes, 0, sizes.kernel, sizes.arch, lambda: peers.convert_indices(requests, table, tokens, PAGE, convert))


def filter_indices(context, case):
    """Positions before and from a request's length on."""
    torch, stream = context.torch, context.gpu.stream.cuda_stream
    tokens, requests = lists(context, case.extents["lists"])
    lengths = context.integers(LISTED * PAGE, REQUESTS, seed=2)
    before, after = torch.empty_like(tokens), torch.empty_like(tokens)
    call, sizes = context.call("filter_indices", tokens=tokens, requests=requests, lengths=lengths, context=before, new_tokens=after)
    ours = Work("ours", lambda: call.run(None, None, stream), (before, after), True)

    def split():
        length = lengths[requests.long()][:, None]
        return torch.where(tokens < length, tokens, -1), torch.where(tokens >= length, tokens - length, -1)

    def check(before=before, after=after):
        return sum(exact(torch, name, actual, expected) for name, actual, expected in zip(("context", "new_tokens"), (before, after), split()))

    return Problem(ours, check, 3 * tokens.nbytes, 0, sizes.kernel, sizes.arch, lambda: (("torch", lambda: split),))


FAMILIES = {"write_cache": write_cache, "merge_lse": merge_lse, "convert_indices": convert_indices, "filter_indices": filter_indices}
