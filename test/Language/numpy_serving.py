"""What the kernels round attention compute, in numpy, for expectations: `serving.convert(…)`.

Written from the contracts of kernels/*/README.md, one number after the other, apart from the kernels.
"""
# SPDX-License-Identifier: Apache-2.0

import numpy as np


def compacted(lists):
    """Each list with what is not -1 in front, in order."""
    return np.stack([np.concatenate([row[row >= 0], row[row < 0]]) for row in lists]) if lists.size else lists


def valid_counts(lists):
    """How many entries of each list are not -1."""
    return (lists >= 0).sum(axis=1)


def convert(requests, table, tokens, page, page_stride, spaces=(), starts=(), world=1, rank=0, interleave=1):
    """Rows of the cache for positions in requests."""
    out = np.full(tokens.shape, -1, np.int64)
    for t, token_list in enumerate(tokens):
        request = int(requests[t])
        space = int(spaces[t]) if t < len(spaces) else -1
        for i, token in enumerate(int(token) for token in token_list):
            if token < 0:
                continue
            if world > 1:
                if token // interleave % world != rank:
                    continue
                token = token // (world * interleave) * interleave + token % interleave
            if token // page >= table.shape[1]:
                continue
            if space >= 0:
                row = int(starts[space]) + token if space < len(starts) and starts[space] >= 0 else -1
            elif 0 <= request < len(table) and table[request, token // page] >= 0:
                row = int(table[request, token // page]) * page_stride + token % page
            else:
                row = -1
            out[t, i] = row if row < 2**31 else -1
    return out


def filtered(tokens, requests, lengths):
    """(positions in the context, positions behind it counted from its end), -1 where there is none."""
    context, new = np.full(tokens.shape, -1, np.int64), np.full(tokens.shape, -1, np.int64)
    for t, token_list in enumerate(tokens):
        request = int(requests[t]) if len(requests) else 0 if len(lengths) == 1 else t
        if not 0 <= request < len(lengths):
            continue
        length = max(int(lengths[request]), 0)
        context[t] = np.where(token_list < length, np.maximum(token_list, -1), -1)
        new[t] = np.where((token_list >= length) & (token_list >= 0), token_list - length, -1)
    return context, new
