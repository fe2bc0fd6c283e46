"""Sparse attention for the expected results of cases: `attention` in their expressions."""
# SPDX-License-Identifier: Apache-2.0

import numpy as np

import numpy_records


def _records(cache, text):
    """The numbers of all records [PAGES * PAGE, D] of a cache; None reads rows of numbers as they are."""
    pages, page, width = cache.shape
    text = numpy_records.name_of(text)
    if text == "rows":
        return cache.reshape(pages * page, width)
    everything = np.arange(pages * page)
    if text == "fp8_dsv4":
        whole = cache.reshape(pages, -1)
        raw = numpy_records.rows(whole[:, :page * 576].reshape(pages, page, 576), everything)
        scales = numpy_records.rows(whole[:, page * 576:].reshape(pages, page, 8), everything)
    else:
        raw, scales = numpy_records.rows(cache, everything), None
    return np.concatenate(numpy_records.decode(raw, text, scales), axis=1)


def sparse(q, pools, scale, *, text="rows", sink=None, values=512):
    """out, lse, max_logits of q [T, H, D]; `pools` are (cache, index [T, K], lengths of the tokens or None)."""
    tokens, heads, _ = q.shape
    out = np.zeros((tokens, heads, values))
    lse, greatest = np.full((tokens, heads), -np.inf), np.full((tokens, heads), -np.inf)
    rows = [(_records(cache, text), index, lengths) for cache, index, lengths in pools]
    for t in range(tokens):
        keys = []
        for numbers, index, lengths in rows:
            listed = index[t] if lengths is None else index[t, :max(int(lengths[t]), 0)]
            keys.append(numbers[listed[(listed >= 0) & (listed < len(numbers))].astype(np.int64)])
        keys = np.concatenate(keys)
        if not len(keys):
            continue
        scores = q[t] @ keys.T * scale
        greatest[t] = scores.max(axis=1)
        weights = np.exp(scores - greatest[t][:, None])
        total = weights.sum(axis=1)
        lse[t] = np.log(total) + greatest[t]
        if sink is not None:
            total = total + np.exp(sink - greatest[t])
        out[t] = np.where(np.isinf(total)[:, None], 0, weights @ keys[:, :values] / total[:, None])
    return out, lse, greatest
