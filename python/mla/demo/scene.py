"""The requests of a decode step: lengths, pages, latents, queries, and the token lists that an indexer would choose."""
# SPDX-License-Identifier: Apache-2.0

import concurrent.futures
import dataclasses
import os

import numpy as np
from mla.demo.numbers import LATENT, ROPE, from_bf16, to_bf16

ROW = LATENT + ROPE
INDEX_DIM = 128  # of the indexer's keys
INDEX_HEADS = 64
SCALE = 192**-0.5  # 128 numbers without rotation and 64 with, before the latents absorb the projections


@dataclasses.dataclass(frozen=True)
class Size:
    """How large a step is."""

    requests: int
    heads: int
    topk: int
    longest: int
    page: int
    prefix_pages: int  # of the part that the LSE merge joins with the rest


FULL = Size(requests=64, heads=128, topk=2048, longest=32768, page=64, prefix_pages=128)
SMALL = Size(requests=4, heads=128, topk=320, longest=1280, page=64, prefix_pages=2)


MOST_THREADS = 16  # each holds the fp64 numbers of a request


def in_parallel(work, items):
    """work(item) for all, with numpy outside of Python's lock; results in order."""
    with concurrent.futures.ThreadPoolExecutor(min(os.cpu_count(), MOST_THREADS)) as pool:
        return list(pool.map(work, items))


class Scene:
    """Everything that the step reads, on the host. Request r owns table[r, : ceil(lengths[r] / page)]."""

    def __init__(self, size, seed):
        self.size, self.seed = size, seed
        random = np.random.default_rng(seed)
        self.lengths = self.choose_lengths(random)
        pages = -(-self.lengths // size.page)
        # A pool with a few pages that are nobody's, in the order in which a server's free list would leave them.
        self.pool_pages = int(pages.sum()) + 3
        order = random.permutation(self.pool_pages).astype(np.int32)
        self.table = np.full((size.requests, int(pages.max())), -1, np.int32)
        taken = 0
        for request, count in enumerate(pages):
            self.table[request, :count] = order[taken : taken + count]
            taken += count
        # Channels of latents differ in size, as they do behind a norm with weights.
        self.gains = np.exp(random.normal(0, 0.5, ROW)).astype(np.float32)
        self.index_weights = random.random(INDEX_HEADS, np.float32) / INDEX_HEADS
        made = in_parallel(self.make_request, range(size.requests))
        self.rows = [rows for rows, _, _ in made]  # bf16 bits [length, 576] of each request
        self.queries = np.stack([query for _, query, _ in made])  # bf16 bits [B, H, 576]
        self.tokens = np.stack([tokens for _, _, tokens in made])  # [B, K] positions, -1 behind the last

    def choose_lengths(self, random):
        """From a 32nd of the longest to the longest, evenly in their logarithms, and one request that has just begun."""
        size = self.size
        lengths = np.exp(random.uniform(np.log(size.longest / 32), np.log(size.longest), size.requests)).astype(np.int32)
        lengths[0], lengths[-1] = size.longest, 1
        return np.maximum(lengths, 1)

    def make_request(self, request):
        """Rows, the newest token's queries, and its list."""
        size, length = self.size, int(self.lengths[request])
        random = np.random.default_rng([self.seed, request])
        rows = random.standard_normal((length, ROW), np.float32) * self.gains
        rows[0, :4] *= 8  # a first token that is larger than the others, as models have
        bits = to_bf16(rows)
        # Each head looks for something that one of the tokens has.
        query = random.standard_normal((size.heads, ROW), np.float32) / self.gains * 0.8
        query += 0.12 * rows[random.integers(length, size=size.heads)] / self.gains**2
        return bits, to_bf16(query), self.index(random, bits)

    def index(self, random, bits):
        """The best tokens by weighted ReLU scores of a lightning indexer, the last ones favoured; best first, then -1."""
        size, length = self.size, len(bits)
        keys = from_bf16(bits[:, :INDEX_DIM], np.float32)
        queries = random.standard_normal((INDEX_HEADS, INDEX_DIM), np.float32)
        scores = self.index_weights @ np.maximum(queries @ keys.T, 0)
        scores += 4 * np.exp((np.arange(length) - length) / 64)
        best = np.argsort(-scores, kind="stable")[: size.topk]
        return np.concatenate([best, np.full(size.topk - len(best), -1)]).astype(np.int32)

    def slots(self, request):
        """Rows of the cache, in order of the request's tokens."""
        positions = np.arange(self.lengths[request])
        return self.table[request, positions // self.size.page].astype(np.int64) * self.size.page + positions % self.size.page
