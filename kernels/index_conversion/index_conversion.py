"""Lists of token positions to lists of cache rows, and to the lists of two caches. -1 is an empty place.

Grid of both: (T), one program for each list. A list may be compacted: what is valid moves to the front, in order, and
-1 follows.
"""

import mla
import mla.language as ml


@mla.kernel
def put(out, t, k, count, value, compact, BLOCK: ml.constexpr):
    """Writes the BLOCK values from position k on into list t, those that are -1 not if it is compacted. The number of
    valid ones so far."""
    valid = ml.where(value >= 0, 1, 0)
    if compact != 0:
        place = count + ml.cumsum(valid) - 1
        ml.store(out.ptr + t * out.strides[0] + place, value, mask=(value >= 0) & (t < out.shape[0]))
    else:
        ml.store(out[t, k:k + BLOCK], value)
    return count + ml.sum(valid)


@mla.kernel
def finish(out, counts, t, count, compact, BLOCK: ml.constexpr):
    """Writes the number of valid places of list t and, behind them, -1 if it is compacted."""
    ml.store(counts[t], count)
    if compact != 0:
        for k in range(count, out.shape[1].to(ml.int32), BLOCK):
            ml.store(out[t, k:k + BLOCK], ml.full((BLOCK,), -1, ml.int32))


@mla.kernel
def convert_indices(
    requests: ml.tensor[ml.int32, 'T'],            # whose tokens list t names
    table: ml.tensor[ml.int32, 'R', 'LISTED'],     # pages of each request
    tokens: ml.tensor[ml.int32, 'T', 'K'],         # positions in the request
    out: ml.tensor[ml.int32, 'T', 'K'],            # rows of the cache
    counts: ml.tensor[ml.int32, 'COUNTED'],        # valid places of each list; may be absent
    spaces: ml.tensor[ml.int32, 'SPACED'],         # a request in the workspace for each list, -1: none; may be absent
    starts: ml.tensor[ml.int32, 'STARTS'],         # first row of a request in the workspace
    page, page_stride,                             # tokens of a page; rows from page to page
    world, rank, interleave,                       # this rank has every world-th run of `interleave` tokens
    compact,
    BLOCK: ml.constexpr,
):
    t = ml.program_id(0)
    request = ml.load(requests[t])
    is_request = (request >= 0) & (request < table.shape[0])
    pages = table.ptr + request * table.strides[0]
    space = ml.where(t < spaces.shape[0], ml.load(spaces[t]), -1)
    start = ml.where(space < starts.shape[0], ml.load(starts[space]), -1)
    size = tokens.shape[1].to(ml.int32)
    count = 0
    for k in range(0, size, BLOCK):
        token = ml.load(tokens[t, k:k + BLOCK])
        valid = (token >= 0) & (k + ml.arange(0, BLOCK) < size)
        if world > 1:
            run = token // interleave
            turn = run // world
            valid &= run - turn * world == rank
            token = turn * interleave + token - run * interleave
        listed = token // page
        valid &= listed < table.shape[1]
        if space >= 0:
            row = start.to(ml.int64) + token
            valid &= start >= 0
        else:
            entry = ml.load(pages + listed, mask=valid & is_request, other=-1)
            row = entry.to(ml.int64) * page_stride + (token - listed * page)
            valid &= entry >= 0
        value = ml.where(valid & (row <= 0x7fffffff), row, -1).to(ml.int32)
        count = put(out, t, k, count, value, compact, BLOCK)
    finish(out, counts, t, count, compact, BLOCK)


@mla.kernel
def filter_indices(
    tokens: ml.tensor[ml.int32, 'T', 'K'],                # positions in the request
    requests: ml.tensor[ml.int32, 'NAMED'],               # whose tokens list t names; absent: request t, or 0 if there is only one
    lengths: ml.tensor[ml.int32, 'R'],                    # tokens of each request's context
    context: ml.tensor[ml.int32, 'CONTEXT', 'K'],         # what lies in the context; may be absent
    new: ml.tensor[ml.int32, 'NEW', 'K'],                 # what lies behind it, from 0; may be absent
    context_counts: ml.tensor[ml.int32, 'CONTEXT_COUNTED'],
    new_counts: ml.tensor[ml.int32, 'NEW_COUNTED'],
    compact,
    BLOCK: ml.constexpr,
):
    t = ml.program_id(0)
    request = ml.where(requests.shape[0] > 0, ml.load(requests[t]), ml.where(lengths.shape[0] == 1, 0, t))
    is_request = (request >= 0) & (request < lengths.shape[0])
    length = ml.maximum(ml.load(lengths[request]), 0)
    size = tokens.shape[1].to(ml.int32)
    in_context = 0
    in_new = 0
    for k in range(0, size, BLOCK):
        token = ml.load(tokens[t, k:k + BLOCK])
        token = ml.where(is_request & (token >= 0) & (k + ml.arange(0, BLOCK) < size), token, -1)
        in_context = put(context, t, k, in_context, ml.where(token < length, token, -1), compact, BLOCK)
        in_new = put(new, t, k, in_new, ml.where(token >= length, token - length, -1), compact, BLOCK)
    finish(context, context_counts, t, in_context, compact, BLOCK)
    finish(new, new_counts, t, in_new, compact, BLOCK)
