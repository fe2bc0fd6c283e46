"""What has to come out, in fp64 and written from the definitions, and how far a right answer may be away."""
# SPDX-License-Identifier: Apache-2.0

import dataclasses

import numpy as np
from mla.demo.numbers import LATENT

ROUNDING = 2.0**-8  # of a number to bf16, relative: half a step
LSE_TOLERANCE = 8.01 / 65536  # relative, and absolute below 1


@dataclasses.dataclass
class Expected:
    """Results of one query token: out [H, 512], lse [H], and what out's rounding errors are relative to."""

    out: np.ndarray
    lse: np.ndarray
    magnitude: np.ndarray


def attention(queries, keys, scale):
    """softmax(scale * q . k) v of queries [H, 576] over keys [N, 576], whose first 512 numbers are their values."""
    if not len(keys):
        zeros = np.zeros((len(queries), LATENT))
        return Expected(zeros, np.full(len(queries), -np.inf), zeros)
    scores = scale * (queries @ keys.T)
    largest = scores.max(axis=1, keepdims=True)
    weights = np.exp(scores - largest)
    total = weights.sum(axis=1, keepdims=True)
    weights /= total
    values = keys[:, :LATENT]
    return Expected(weights @ values, (largest + np.log(total))[:, 0], weights @ np.abs(values))


@dataclasses.dataclass
class Difference:
    """How far results are from what is expected. `share`: the largest error as a part of what is allowed where it is."""

    error: float
    share: float
    wrong: int
    total: int
    first: str = ""

    def joined(self, other):
        """Of two sets of results."""
        return Difference(max(self.error, other.error), max(self.share, other.share), self.wrong + other.wrong,
                          self.total + other.total, self.first or other.first)  # fmt: skip


def compare(name, got, expected, allowed):
    """`allowed` is an absolute error for each element; infinities have to be equal, NaN is wrong."""
    with np.errstate(invalid="ignore"):
        error = np.where(got == expected, 0, np.abs(got - expected))
    error = np.where(np.isnan(error), np.inf, error)
    wrong = error > allowed
    first = ""
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        first = f"{name}{list(place)} = {got[place]:.6g} instead of {expected[place]:.6g}"
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(error == 0, 0, error / allowed)
    return Difference(float(error.max(initial=0)), float(share.max(initial=0)), int(wrong.sum()), wrong.size, first)


def compare_attention(name, out, lse, expected, roundings):
    """`roundings`: how often numbers are rounded to bf16 on the way to out, each once in every term of its sum."""
    # A twentieth more than that is for fp32 arithmetic and exponentials.
    allowed = 1.05 * roundings * ROUNDING * expected.magnitude + 1e-30
    of_lse = np.where(np.isfinite(expected.lse), LSE_TOLERANCE * np.maximum(1, np.abs(expected.lse)), 0)
    return (compare(f"{name} out", out, expected.out, allowed),
            compare(f"{name} lse", lse.astype(np.float64), expected.lse, of_lse))  # fmt: skip


def cache_rows(tokens, table, page):
    """Token positions [K] of a request to rows of the cache; -1 where there is none."""
    pages = tokens // page
    known = (tokens >= 0) & (pages < len(table))
    of = table[np.where(known, pages, 0)]
    return np.where(known & (of >= 0), of * page + tokens % page, -1)
