"""mla.bench: its cases, what is stored for them, and its command line without a GPU."""
# SPDX-License-Identifier: Apache-2.0

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from mla.bench import cases, families

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "kernels" / "baselines"

# What the library is judged by; a family without kernels yet is listed all the same.
GOALS = {
    "row_softmax fp32 8192x8192": ("gbps", 3900),
    "matmul bf16 8192^3": ("tflops", 780),
    "dense_decode bf16 b1 s_q1 h128 s_k4096": ("us", 15),
    "dense_decode bf16 b1 s_q1 h16 s_k32768": ("us", 25),
    "dense_decode bf16 b64 s_q1 h16 s_k8192": ("gbps", 4050),
    "dense_decode bf16 b128 s_q1 h64 s_k8192": ("gbps", 4050),
    "dense_decode bf16 b64 s_q1 h128 s_k8192": ("tflops", 680),
    "dense_decode bf16 b128 s_q2 h128 s_k8192": ("tflops", 710),
    "sparse_decode record656 b1 s_q1 h128 topk2048": ("us", 12.5),
    "sparse_decode record656 b1 s_q1 h64 topk2048": ("us", 11.5),
    "sparse_decode record656 b64 s_q1 h128 topk2048": ("tflops", 440),
    "sparse_decode record656 b128 s_q2 h128 topk2048": ("tflops", 500),
    "sparse_decode record656 b128 s_q2 h64 topk2048": ("tflops", 430),
    "sparse_decode bf16 s_q4096 h128 s_kv32768 topk2048": ("tflops", 600),
    "sparse_decode bf16 s_q4096 h64 s_kv32768 topk2048": ("tflops", 590),
    "sparse_split bf16 b1 s_q1 h128 topk2048": ("speedup", 3),
    "indexer_logits e4m3 m2048 n65536 h64": ("tflops", 1150),
    "indexer_logits e4m3 m8192 n65536 h64": ("tflops", 1100),
    "indexer_paged_logits e4m3 b64 n1 ctx8192 h64": ("gbps", 3200),
    "indexer_paged_logits e4m3 b128 n1 ctx32768 h64": ("gbps", 4050),
    "indexer_paged_logits e4m3 b64 n2 ctx65536 h64": ("tflops", 950),
    "mha_forward bf16 b2 h32 s4096 causal 192/128": ("tflops", 620),
    "mha_forward bf16 b1 h128 s8192 causal 192/128": ("tflops", 630),
    "mha_forward bf16 b2 h16 s8192 full 192/128": ("tflops", 680),
    "mha_forward bf16 b4 h32 s8192 d128 causal": ("tflops", 630),
    "mha_backward bf16 b2 h32 s4096 causal 192/128": ("tflops", 480),
    "mha_backward bf16 b1 h128 s8192 causal 192/128": ("tflops", 500),
    "mha_backward bf16 b4 h32 s8192 d128 causal": ("tflops", 540),
}
# The extents that each family takes from a shape.
EXTENTS = {
    "vector_add": {"n"},
    "row_softmax": {"rows", "cols"},
    "matmul": {"m", "n", "k"},
    "dense_decode": {"b", "s_q", "h", "s_k"},
    "dense_decode_plan": {"b", "s_q", "h", "s_k"},
    "sparse_decode": {"h", "topk"},
    "sparse_split": {"h", "topk"},
    "first_call": {"h"},  # of sparse decode also splits, which is looked at below
    "write_cache": {"tokens"},
    "merge_lse": {"tokens", "h", "d"},
    "convert_indices": {"lists"},
    "filter_indices": {"lists"},
}


class Cases(unittest.TestCase):
    """The data files."""

    def test_every_goal_has_a_case(self):
        found = {case.title: case.goal for family in cases.load(FOLDER) for case in family.cases}
        for title, goal in GOALS.items():
            self.assertEqual(found.get(title), goal, title)

    def test_every_family_that_runs_has_cases_with_its_extents(self):
        known = {family.name: family for family in cases.load(FOLDER)}
        self.assertEqual(set(EXTENTS), set(families.registry()))
        for name, wanted in EXTENTS.items():
            self.assertTrue(known[name].cases, name)
            for case in known[name].cases:
                self.assertLessEqual(wanted | ({"splits"} if case.type == "sparse_decode" else set()), set(case.extents), case.title)

    def test_every_stored_decode_has_a_case(self):
        titles = {case.title for family in cases.load(FOLDER) for case in family.cases}
        for name, kind, shape in cases.read_stored(FOLDER):
            if name in EXTENTS:
                self.assertIn(f"{name} {kind} {shape}", titles)

    def test_stored_figures_are_joined_fastest_first(self):
        found = {case.title: case for family in cases.load(FOLDER) for case in family.cases}
        stored = found["matmul bf16 8192^3"].stored
        self.assertEqual([entry.peer for entry in stored], ["cuBLAS", "Triton 3.6"])
        self.assertEqual((stored[0].gpu, stored[0].date), ("NVIDIA H200", "2026-11-20"))

    def test_extents(self):
        self.assertEqual(cases.extents("b64 s_q1 h16 s_k8192"), {"b": 64, "s_q": 1, "h": 16, "s_k": 8192})
        self.assertEqual(cases.extents("8192x4096"), {"rows": 8192, "cols": 4096})
        self.assertEqual(cases.extents("4096^3"), {"m": 4096, "n": 4096, "k": 4096})
        self.assertEqual(cases.extents("n2^27"), {"n": 1 << 27})
        self.assertEqual(cases.extents("b2 causal 192/128"), {"b": 2, "causal": True, "d_qk": 192, "d_v": 128})
        with self.assertRaisesRegex(cases.CaseError, "'64b' is no extent"):
            cases.extents("64b")

    def test_choose(self):
        known = cases.load(FOLDER)
        self.assertEqual([case.title for case in cases.choose(known, ["matmul fp16"])], ["matmul fp16 8192^3"])
        self.assertTrue(all(case.goal for case in cases.choose(known, goals=True)))
        with self.assertRaisesRegex(cases.CaseError, "no case matches 'nothing' or 'nowhere'"):
            cases.choose(known, ["nothing", "nowhere"])


class WrongFiles(unittest.TestCase):
    """Data files that cannot be used."""

    def load(self, entry=None, text=None, stored=None):
        """The message of loading such a folder."""
        with tempfile.TemporaryDirectory() as folder:
            data = {"families": [{"name": "f", "counted": "", "method": "", "cases": [entry]}]}
            pathlib.Path(folder, "cases.json").write_text(text or json.dumps(data), encoding="utf-8")
            if stored is not None:
                pathlib.Path(folder, "other.json").write_text(json.dumps(stored), encoding="utf-8")
            with self.assertRaises(cases.CaseError) as raised:
                cases.load(folder)
        return str(raised.exception)

    def test_messages(self):
        good = {"type": "t", "shape": "b1"}
        self.assertIn("goal must be one of us, gbps, tflops, speedup", self.load(good | {"goal": {"ms": 3}}))
        self.assertIn("goal must be one of", self.load(good | {"goal": {"us": 0}}))
        self.assertIn("goal must be one of", self.load(good | {"goal": {"us": 1, "gbps": 1}}))
        for goal in (["us", 1], 5, {"us": float("inf")}, {"us": True}):
            self.assertIn("goal must be one of", self.load(good | {"goal": goal}))
        for entry in (good | {"type": 5}, good | {"shape": 5}):
            self.assertIn("name, type and shape must be text", self.load(entry))
        for entry in ([], "text", None, {"shape": "b1"}):
            self.assertIn("not a file of cases", self.load(entry))
        for text in ("[]", "5", '{"families": 5}', '{"families": [5]}', '{"families": [{"name": "f", "cases": 5}]}'):
            self.assertIn("not a file of cases", self.load(text=text))
        for row in (5, [], {"median_us": 0}, {"median_us": "3"}, {"peer": 5}, {"type": 5}):
            row = {"family": "f", "shape": "b1", "peer": "p", "median_us": 1, **row} if isinstance(row, dict) else row
            self.assertIn("not a file of stored figures", self.load(good, stored={"gpu": "g", "date": "d", "results": [row]}))
        self.assertIn("unknown member 'goals'", self.load(good | {"goals": {}}))
        self.assertIn("'-1' is no extent", self.load(good | {"shape": "-1"}))
        self.assertIn("not a file of cases", self.load({"type": "t"}))
        self.assertIn("cases.json: Expecting", self.load(text="{"))
        self.assertIn("not a file of stored figures", self.load(good, stored={"results": [{"family": "f"}]}))

    def test_case_that_stands_twice(self):
        case = {"type": "t", "shape": "b1"}
        text = json.dumps({"families": [{"name": "f", "counted": "", "method": "", "cases": [case, case]}]})
        self.assertIn("a case stands twice", self.load(text=text))

    def test_no_folder(self):
        with self.assertRaisesRegex(cases.CaseError, "cases.json"):
            cases.load("/nowhere")


class CommandLine(unittest.TestCase):
    """python -m mla.bench."""

    def call(self, *words):
        """(exit status, what it printed)"""
        # No GPU, so that nothing is timed where there is one.
        environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
        command = [sys.executable, "-B", "-m", "mla.bench", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        return done.returncode, done.stdout + done.stderr

    def test_run_without_a_gpu_is_skipped(self):
        code, said = self.call("run", "--cases", str(FOLDER))
        self.assertEqual(code, 77, said)
        self.assertRegex(said, "^skipped: (python has no torch, |torch sees no GPU|torch .* does not give its graphs away)")

    def test_list(self):
        code, said = self.call("list", "--cases", str(FOLDER), "--only", "matmul", "--goals")
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"matmul +bf16 +8192\^3 +≥ 780 TFLOP/s +cuBLAS 1387 µs, NVIDIA H200, 2026-11-20")

    def test_wrong_arguments(self):
        for words, message in (
            (["run", "--only", "nothing"], "no case matches 'nothing'"),
            (["run", "--repetitions", "0"], "--repetitions must be at least 1, got 0"),
            (["run", "--kernels", "/nowhere"], "--kernels: /nowhere is no folder"),
            (["run", "--gpu", "-1"], "--gpu must be at least 0, got -1"),
            (["run", "--seconds", "-1"], "--seconds must be at least 0, got -1.0"),
            (["run", "--json", "/nowhere/a.json"], "--json: /nowhere is no folder"),
            (["run", "--build", "/nowhere"], "--build: /nowhere is no folder"),
            (["--build", "/nowhere", "run"], "--build: /nowhere is no folder"),
            (["run", "--build", str(FOLDER)], "libmla.so; build mla there, or name a library with --library"),
            (["plot", "a.json", "-o", "/nowhere/a.png"], "--output: /nowhere is no folder"),
            (["compare", "a", "b", "--threshold", "-1"], "--threshold must be at least 0, got -1.0"),
            (["compare", "/nowhere/a.json", "b"], "/nowhere/a.json"),
            (["plot", "/nowhere/a.json", "-o", "a.png"], "/nowhere/a.json"),
            ([], "list|run|plot|compare"),
        ):
            code, said = self.call(*words, *(["--cases", str(FOLDER)] if words[:1] == ["run"] else []))
            self.assertEqual(code, 2, said)
            self.assertIn(message, said)

    def test_help_has_examples(self):
        code, said = self.call("--help")
        self.assertEqual(code, 0)
        self.assertIn("mla-bench compare before.json today.json", said)


if __name__ == "__main__":
    unittest.main()
