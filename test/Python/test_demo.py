"""The demo's numbers and references by hand-made cases; the whole of it, tiny, on the simulator."""
# SPDX-License-Identifier: Apache-2.0

import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import types
import unittest
from unittest import mock

import numpy as np
from mla.demo import numbers, program, references, report, scene, steps

TINY = scene.Size(requests=3, heads=16, topk=24, longest=80, page=16, prefix_pages=2)
SIMULATOR = os.environ.get("MLA_TEST_SIMULATOR")


class Numbers(unittest.TestCase):
    """Formats at their edges."""

    def test_bf16_rounds_to_even(self):
        step = 2.0**-7
        values = np.array([1, 1 + step / 2, 1 + 1.5 * step, 1 + 0.51 * step, -0.0, 3.4e38, np.inf], np.float32)
        got = numbers.from_bf16(numbers.to_bf16(values))
        np.testing.assert_array_equal(got, [1, 1, 1 + 2 * step, 1 + step, 0, np.inf, np.inf])
        self.assertTrue(np.signbit(got[4]))

    def test_e4m3_codes_return(self):
        codes = np.array([code for code in range(256) if code & 127 != 127], np.uint8)
        np.testing.assert_array_equal(numbers.to_e4m3(numbers.E4M3[codes].astype(np.float32)), codes)

    def test_e4m3_rounds_and_saturates(self):
        values = np.array([17, 19, 2.0**-10, 3 * 2.0**-10, 2.0**-6 - 2.0**-10, 449, 1e9, -1e9], np.float32)
        got = numbers.E4M3[numbers.to_e4m3(values)]
        np.testing.assert_array_equal(got, [16, 20, 0, 2.0**-8, 2.0**-6, 448, 448, -448])

    def test_records(self):
        rows = np.zeros((2, 576), np.float32)
        rows[0, :3] = 336, 1, -2.5
        rows[0, 128:256] = 1000
        rows[:, 512:] = np.arange(64)
        record = numbers.to_records(numbers.to_bf16(rows))
        self.assertEqual(record.shape, (2, 656))
        scales = record[:, 512:528].copy().view(np.float32)
        np.testing.assert_array_equal(scales, [[1, 4, 2.0**-13, 2.0**-13], [2.0**-13] * 4])
        back = numbers.from_records(record)
        np.testing.assert_array_equal(back[0, [0, 1, 2, 3, 130, 575]], [320, 1, -2.5, 0, 1024, 63])


class References(unittest.TestCase):
    """Attention by hand, and what counts as wrong."""

    def test_attention(self):
        keys = np.zeros((2, 576))
        keys[0, 0], keys[1, 1] = 1, 3
        expected = references.attention(np.zeros((1, 576)), keys, 0.5)
        np.testing.assert_allclose(expected.out[0, :3], [0.5, 1.5, 0])
        np.testing.assert_allclose(expected.lse, [np.log(2)])
        self.assertEqual(references.attention(np.zeros((1, 576)), keys[:0], 1).lse[0], -np.inf)

    def test_compare(self):
        allowed = np.array([0.1, 0.1, 0])
        self.assertEqual(references.compare("x", np.array([1, 2.0, -np.inf]), np.array([1.05, 2, -np.inf]), allowed).wrong, 0)
        for got in ([1.2, 2, -np.inf], [1, np.nan, -np.inf], [1, 2, 3], [1, 2, np.inf]):
            difference = references.compare("x", np.array(got, float), np.array([1, 2, -np.inf]), allowed)
            self.assertEqual(difference.wrong, 1)
            self.assertRegex(difference.first, r"^x\[[0-2]\] = ")

    def test_cache_rows(self):
        rows = references.cache_rows(np.array([0, 17, -1, 32, 48]), np.array([5, 2, -1]), 16)
        np.testing.assert_array_equal(rows, [80, 33, -1, -1, -1])


class Scenes(unittest.TestCase):
    """What the step reads."""

    def test_is_a_cache(self):
        made = scene.Scene(TINY, 3)
        owned = made.table[made.table >= 0]
        self.assertEqual(len(set(owned)), len(owned))
        self.assertEqual(made.lengths[0], TINY.longest)
        self.assertEqual(made.lengths[-1], 1)
        for length, rows, tokens in zip(made.lengths, made.rows, made.tokens):
            self.assertEqual(len(rows), length)
            listed = tokens[: min(length, TINY.topk)]
            self.assertEqual(len(set(listed)), len(listed))
            self.assertTrue(((listed >= 0) & (listed < length)).all())
            self.assertTrue((tokens[len(listed) :] == -1).all())

    def test_depends_on_the_seed_alone(self):
        first, second, third = scene.Scene(TINY, 3), scene.Scene(TINY, 3), scene.Scene(TINY, 4)
        np.testing.assert_array_equal(first.queries, second.queries)
        self.assertFalse(np.array_equal(first.queries[0], third.queries[0]))


class Reports(unittest.TestCase):
    """The table."""

    def test_rows(self):
        time = {"median": 2.5e-5, "p10": 2.4e-5, "p90": 3e-5, "bytes_per_second": 3e12, "of_copy": 0.75, "flops_per_second": 5e14}
        text = report.line(*report.cells(report.Row("decode", "1 x 2", kernel="k", error=0.5, share=0.25, time=time)))
        self.assertRegex(text, r"^decode +1 x 2 +k +0\.5, 25 % +25 us \(24 us to 30 us\), 3000 GB/s = 75 % of the copy, 500 TFLOP/s$")
        self.assertIn("skipped", report.line(*report.cells(report.Row("decode", "", outcome="skipped"))))
        self.assertIn("equal", report.line(*report.cells(report.Row("write", "", is_exact=True))))

    def test_stored(self):
        row = report.Row("decode", "", outcome="WRONG", error=float("inf"), share=float("nan"))
        stored = row.stored()
        self.assertEqual((stored["error"], stored["share"], stored["outcome"]), (None, None, "WRONG"))
        self.assertEqual(report.Row("decode", "", error=0.5).stored()["error"], 0.5)

    def test_summary(self):
        good, bad, skipped = report.Row("a", ""), report.Row("b", "", outcome="WRONG"), report.Row("c", "", outcome="skipped")
        self.assertEqual(report.summary([good, skipped]), ("1 steps are right, 1 skipped", True))
        self.assertEqual(report.summary([good, bad]), ("1 steps are right, 1 WRONG", False))
        self.assertFalse(report.summary([skipped])[1])


def demo(*arguments):
    """(exit code, what it printed)."""
    printed = io.StringIO()
    with mock.patch.object(scene, "SMALL", TINY), mock.patch.object(sys, "argv", ["demo", *arguments]):
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                code = program.main(program.parser("demo"))
            except SystemExit as end:
                code = end.code
    return code, printed.getvalue()


class Program(unittest.TestCase):
    """The command line."""

    @unittest.skipUnless(SIMULATOR, "the library holds no PTX for the simulator")
    def test_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "demo.json"
            code, text = demo("--device", "sim", "--json", str(path))
            stored = json.loads(path.read_text())
        self.assertEqual(code, 0, text)
        self.assertTrue(stored["simulated"])
        self.assertEqual({step["outcome"] for step in stored["steps"]}, {"ok"})
        self.assertRegex(text, r"dense decode of bf16 rows, \d+ parts +3 x 16 heads, 1 to 80 keys")

    @unittest.skipUnless(SIMULATOR, "the library holds no PTX for the simulator")
    def test_sees_wrong_results(self):
        right = references.attention

        def wrong(queries, keys, scale):
            expected = right(queries, keys, scale)
            expected.out[3, 5] += 0.2
            return expected

        with mock.patch.object(references, "attention", wrong):
            code, text = demo("--device", "sim")
        self.assertEqual(code, 1)
        self.assertRegex(text, r"wrong, first request 0 out\[3, 5\] = ")
        with mock.patch.object(references, "cache_rows", lambda tokens, table, page: tokens):
            code, text = demo("--device", "sim")
        self.assertEqual(code, 1)
        self.assertRegex(text, r"token lists to cache rows.*WRONG")

    @unittest.skipUnless(SIMULATOR, "the library holds no PTX for the simulator")
    def test_sees_a_layer_that_writes_nothing(self):
        right = steps.Decode.write

        def forgets(self, *arguments):
            row = right(self, *arguments)
            self.layer_calls.clear()
            return row

        with mock.patch.object(steps.Decode, "write", forgets):
            code, text = demo("--device", "sim")
        self.assertEqual(code, 1)
        self.assertRegex(text, r"one layer in a graph.*WRONG.*\n.*wrong, first newest records\[0, 0\] = 255")

    def test_no_such_gpu(self):
        for words in (("--device", "cuda"), ("--gpu", "7"), ("--device", "cuda", "--gpu", "0")):
            with mock.patch.dict(os.environ, {"MLA_LIBCUDA": "/nowhere/libcuda.so"}):
                code, text = demo(*words)
            self.assertEqual(code, 77, text)
            self.assertRegex(text, "--device cuda: cannot open the CUDA driver '/nowhere/libcuda.so'")

    @unittest.skipUnless(SIMULATOR, "the library holds no PTX for the simulator")
    def test_simulator_by_a_name_without_a_folder(self):
        place = pathlib.Path(SIMULATOR)
        options = types.SimpleNamespace(device="sim", simulator=pathlib.Path(place.name), sim_arch="sm_90a")
        with contextlib.chdir(place.parent), mock.patch.dict(os.environ):
            found, is_simulated = program.open_driver(options, None)
        self.assertTrue(is_simulated, found.name)

    def test_says_what_is_missing(self):
        for arguments, message in (
            (("--library", "/nowhere/libmla.so"), "there is no libmla.so .*/nowhere"),
            (("--device", "sim", "--simulator", "/nowhere/sim.so"), "there is no simulator /nowhere/sim.so"),
            (("--kernels", "/nowhere"), "--kernels /nowhere: there is no such folder"),
            (("--seed", "-1"), "--seed expects 0 or more, got -1"),
            (("--gpu", "-1"), "--gpu expects 0 or more, got -1"),
            (("--gpu", "0", "--device", "sim"), "--gpu 0 and --device sim exclude each other"),
            (("--json", "/nowhere/a.json"), "--json: /nowhere is no folder"),
        ):
            code, text = demo(*arguments)
            self.assertEqual(code, 2)
            self.assertRegex(text, message)


if __name__ == "__main__":
    unittest.main()
