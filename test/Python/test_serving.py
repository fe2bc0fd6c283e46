"""The figures of the page on serving, lib/Runtime/README.md, are those of the library."""
# SPDX-License-Identifier: Apache-2.0

import pathlib
import unittest

from mla import runtime
from mla.runtime import Tensor

PAGE = pathlib.Path(__file__).resolve().parents[2] / "lib" / "Runtime" / "README.md"


class Sizes(unittest.TestCase):
    """The table of workspaces."""

    def test_equal_queries(self):
        device = runtime.Library().open(-1, compute_capability=90, sm_count=132)

        def dense(requests, tokens, heads):
            return device.query("dense_decode", q=Tensor(0, "bf16", (requests, tokens, heads, 576)), cache=Tensor(0, "bf16", (16384, 64, 576)),
                                block_table=Tensor(0, "i32", (requests, 512)), lengths=Tensor(0, "i32", (requests,)),
                                out=Tensor(0, "bf16", (requests, tokens, heads, 512)), lse=Tensor(0, "fp32", (requests, tokens, heads)),
                                scale=0.04, causal=1)  # fmt: skip

        sparse = device.query("sparse_decode", q=Tensor(0, "bf16", (64, 128, 576)), cache=Tensor(0, "u8", (16384, 64, 656)),
                              format=runtime.MLA_CACHE_DS_MLA, indices=Tensor(0, "i32", (64, 2048)), out=Tensor(0, "bf16", (64, 128, 512)),
                              lse=Tensor(0, "fp32", (64, 128)), scale=0.04)  # fmt: skip
        page = PAGE.read_text(encoding="utf-8")
        for title, answer in (("dense decode, 64 requests x 1 token x 128 heads", dense(64, 1, 128)), ("dense decode, 128 x 2 x 128", dense(128, 2, 128)),
                              ("sparse decode, 64 tokens x 128 heads, top 2048", sparse)):  # fmt: skip
            plan = f"{answer.plan_bytes} bytes" if answer.plan_bytes else "none"
            self.assertIn(f"| {title} | {answer.workspace_bytes / 1e6:.1f} MB | {plan} |", page)


if __name__ == "__main__":
    unittest.main()
