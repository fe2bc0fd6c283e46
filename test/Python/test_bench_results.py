"""mla.bench: tables, verdicts, comparisons and pictures of figures; and a run on a GPU that is made up."""
# SPDX-License-Identifier: Apache-2.0

import contextlib
import copy
import importlib.util
import io
import json
import pathlib
import re
import sys
import tempfile
import types
import unittest
from unittest import mock

from mla import runtime
from mla.bench import __main__, cases, compare, families, gpu, plot, results, run, table

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "kernels" / "baselines"
SAMPLE = pathlib.Path(__file__).resolve().parent / "Inputs" / "bench.json"


def sample():
    """Figures of a run on an H200."""
    return results.read(SAMPLE)


def row_of(data, title):
    """The row of a case."""
    return next(row for row in data["results"] if results.title(row) == title)


class Figures(unittest.TestCase):
    """What times come to."""

    def test_quantiles(self):
        self.assertEqual(results.times([5.0]), {"median_us": 5.0, "p10_us": 5.0, "p90_us": 5.0, "repetitions": 1})
        self.assertEqual(results.times([float(i) for i in range(11)])["p90_us"], 9)

    def test_nearer_ceiling(self):
        ceilings = {"copy_gbps": 4000, "bf16_tflops": 700}
        row = {"median_us": 100.0}
        results.add_rates(row, 200e6, 7e9, ceilings)
        self.assertEqual((row["ceiling"], row["ceiling_us"], row["gbps"], row["tflops"]), ("copy", 50, 2000, 70))
        results.add_rates(row, 200e6, 56e9, ceilings)
        self.assertEqual((row["ceiling"], row["ceiling_us"]), ("cuBLAS bf16", 80))
        results.add_rates(row, 4e6, 7e9, ceilings | {"launch_us": 11})
        self.assertEqual((row["ceiling"], row["ceiling_us"]), ("launch", 11))
        row = {"median_us": 100.0}
        results.add_rates(row, 0, 0, ceilings)
        self.assertEqual(row, {"median_us": 100.0})

    def test_goals(self):
        row = {"median_us": 10.0, "gbps": 4000, "peers": [{"peer": "own", "median_us": 29.0}]}
        for goal, met, micros in (
            ([], None, None),
            (["us", 10], True, 10),
            (["us", 9.9], False, 9.9),
            (["gbps", 4000], True, 10),
            (["gbps", 5000], False, 8),
            (["tflops", 1], None, None),
            (["speedup", 2.9], True, 10),
            (["speedup", 3], False, 29 / 3),
        ):
            self.assertEqual(results.verdict(row | {"goal": goal}), met, goal)
            if micros is None:
                self.assertIsNone(results.goal_us(row | {"goal": goal}))
            else:
                self.assertAlmostEqual(results.goal_us(row | {"goal": goal}), micros)
        self.assertIsNone(results.verdict(row | {"goal": ["speedup", 3], "peers": []}))

    def test_files(self):
        data = sample()
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "a.json")
            results.write(path, data)
            self.assertEqual(results.read(path), data)
            with self.assertRaisesRegex(results.ResultsError, "No such file"):
                results.write(pathlib.Path(folder, "none", "b.json"), data)
            for change, message in (
                (lambda bad: bad.pop("ceilings"), "not a file that 'run --json' wrote"),
                (lambda bad: bad.update(schema=99), "schema 99, this program reads 1"),
                (lambda bad: bad["results"][0].pop("p90_us"), "vector_add fp32 n2\\^27 has no 'p90_us'"),
                (lambda bad: bad["results"][0].update(median_us=0), "median_us must be above 0, got 0"),
                (lambda bad: bad["results"][0].update(median_us="3"), "median_us must be above 0, got '3'"),
                (lambda bad: bad["results"][0].update(p10_us=float("nan")), "p10_us must be above 0, got nan"),
                (lambda bad: bad["results"][0].update(gbps=None), "gbps must be above 0, got None"),
                (lambda bad: bad["results"][0].update(family=5), "a result: family must be a text, got 5"),
                (lambda bad: bad["results"][0].update(goal=["ms", 3]), "goal must be one of us, "),
                (lambda bad: bad["results"][0].update(goal=[[], 3]), "goal must be one of us, "),
                (lambda bad: bad["results"][0].update(peers=[{"peer": "p"}]), "a peer has no 'median_us'"),
                (lambda bad: bad["results"][0].update(stored=[5]), "a stored figure must be an object, got 5"),
                (lambda bad: bad["results"].append(5), "a result must be an object, got 5"),
                (lambda bad: bad.update(results={}), "results must be a list"),
                (lambda bad: bad["machine"].pop("gpu"), "machine has no 'gpu'"),
                (lambda bad: bad["ceilings"].update(copy_gbps="4"), "copy_gbps must be above 0, got '4'"),
                (lambda bad: bad["failed"].append({"family": "f"}), "skipped or failed has no 'type'"),
            ):
                bad = copy.deepcopy(data)
                change(bad)
                path.write_text(json.dumps(bad), encoding="utf-8")
                with self.assertRaisesRegex(results.ResultsError, message):
                    results.read(path)


class Tables(unittest.TestCase):
    """Text."""

    def test_sample(self):
        data = sample()
        lines = table.render(data)
        self.assertIn("NVIDIA H200, driver ", lines[0])
        self.assertRegex(lines[1], "^library: .*libmla.so$")
        self.assertIn("ceilings in this run: copy gbps ", lines[2])
        header = next(index for index, line in enumerate(lines) if line.startswith("family"))
        rows = lines[header + 1 : header + 1 + len(data["results"])]
        self.assertTrue(all(row["shape"] in line for row, line in zip(data["results"], rows)))
        line = next(line for line in rows if line.startswith("dense_decode ") and "b64 s_q1 h16 s_k8192" in line)
        self.assertRegex(line, r"GB/s +\d+% copy .* FlashMLA 170.2 +[\d.]+ +≥ 4050 GB/s +(yes|NO)")
        goals = sum(bool(row["goal"]) for row in data["results"])
        counts = re.search(rf"\n{len(data['results'])} cases timed; of {goals} goals (\d+) met, (\d+) missed, (\d+) not judged", "\n".join(lines))
        self.assertEqual(sum(map(int, counts.groups())), goals)
        self.assertIn("UNCHECKED: first_call dense_decode h128: no output was compared with a reference", lines)
        self.assertFalse(any("UNCHECKED: matmul" in line for line in lines))
        self.assertRegex("\n".join(lines), r"skipped: mha_forward, 4 cases: no kernel of this family yet")

    def test_nothing_timed(self):
        data = sample() | {"results": [], "failed": [{"family": "f", "type": "t", "shape": "b1", "reason": "wrong"}]}
        lines = table.render(data)
        self.assertIn("FAILED: f t b1: wrong", lines)
        self.assertFalse(any(line.startswith("family") for line in lines))


class Comparisons(unittest.TestCase):
    """Two runs."""

    def changed(self, factor, spread=0.0):
        """The sample with other times of its first case."""
        data = sample()
        row = data["results"][0]
        for name in ("median_us", "p10_us", "p90_us"):
            row[name] = row["median_us"] if name != "median_us" else row[name]
        row["median_us"] *= factor
        row["p10_us"], row["p90_us"] = row["median_us"] * (1 - spread), row["median_us"] * (1 + spread)
        return data

    def verdict(self, factor, spread=0.0):
        """(line of the first case, whether something is worse)"""
        lines, is_worse = compare.compare(self.changed(1), self.changed(factor, spread), 0.02)
        first = next(index for index, line in enumerate(lines) if line.startswith("family")) + 1
        return lines[first].split()[-1], is_worse

    def test_verdicts(self):
        self.assertEqual(self.verdict(1), ("same", False))
        self.assertEqual(self.verdict(1.019), ("same", False))
        self.assertEqual(self.verdict(1.05), ("SLOWER", True))
        self.assertEqual(self.verdict(1.05, spread=0.06), ("same", False))
        self.assertEqual(self.verdict(0.9), ("faster", False))

    def test_missing_and_new(self):
        before, after = sample(), sample()
        gone = after["results"].pop(0)
        after["failed"].append({name: gone[name] for name in ("family", "type", "shape")} | {"reason": "wrong result"})
        lines, is_worse = compare.compare(before, after, 0.02)
        self.assertTrue(is_worse)
        self.assertIn(f"FAILED: {results.title(gone)}: wrong result", lines)
        after["failed"].clear()
        lines, is_worse = compare.compare(before, after, 0.02)
        self.assertTrue(is_worse)
        self.assertIn(f"MISSING: {results.title(gone)}: not run", lines)
        lines, is_worse = compare.compare(after, before, 0.02)
        self.assertFalse(is_worse)
        self.assertIn(f"new: {results.title(gone)}", lines)

    def test_failures_of_new_cases(self):
        after = sample()
        after["failed"].append({"family": "f", "type": "t", "shape": "b1", "reason": "WrongResult: out[0] is nan"})
        lines, is_worse = compare.compare(sample(), after, 0.02)
        self.assertTrue(is_worse)
        self.assertIn("FAILED: f t b1: WrongResult: out[0] is nan", lines)

    def test_other_machines_are_named(self):
        after = sample()
        after["machine"]["gpu"] = "another"
        after["ceilings"]["copy_gbps"] *= 0.8
        lines, _ = compare.compare(sample(), after, 0.02)
        self.assertIn("warning: other GPUs: NVIDIA H200 and another", lines)
        self.assertIn("warning: the ceiling copy gbps itself changed by -20.0%", lines)


class Pictures(unittest.TestCase):
    """Bars."""

    def test_layout(self):
        data = sample()
        drawn = plot.layout([data], ["dense_decode bf16 b64 s_q1 h16 s_k8192"])
        self.assertEqual(len(drawn), 1)
        self.assertTrue(drawn[0]["label"].endswith("100 %: goal ≥ 4050 GB/s"))
        row = row_of(data, "dense_decode bf16 b64 s_q1 h16 s_k8192")
        kinds = {kind: share for kind, _, share, _ in drawn[0]["bars"]}
        self.assertAlmostEqual(kinds["ours"], row["gbps"] / 4050)
        self.assertAlmostEqual(kinds["stored"], kinds["ours"] * row["median_us"] / row["stored"][0]["median_us"])

    def test_a_case_with_nothing_beside_it_is_left_out(self):
        data = sample()
        row = data["results"][0] | {"goal": [], "stored": [], "peers": []}
        row.pop("ceiling_us", None)
        self.assertEqual(plot.layout([data | {"results": [row]}]), [])

    def test_history_is_in_order(self):
        old, new = sample(), sample()
        title = "row_softmax fp32 8192x8192"
        row_of(old, title)["median_us"] *= 2
        bars = plot.layout([old, new], [title])[0]["bars"]
        (first, second) = [(run, share) for kind, run, share, _ in bars if kind == "ours"]
        self.assertEqual((first[0], second[0]), (0, 1))
        self.assertLess(first[1], second[1])

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(results.ResultsError, "must end with .png, .svg, .pdf"):
                plot.draw([sample()], pathlib.Path(folder, "a.txt"))
            with self.assertRaisesRegex(results.ResultsError, "at most 4 runs"):
                plot.draw([sample()] * 5, pathlib.Path(folder, "a.png"))
            if not importlib.util.find_spec("matplotlib"):
                self.skipTest("no matplotlib")
            for name, start in (("a.png", b"\x89PNG"), ("a.svg", b"<?xml")):
                path = pathlib.Path(folder, name)
                plot.draw([sample(), sample()], path)
                self.assertTrue(path.read_bytes().startswith(start))
            with self.assertRaisesRegex(results.ResultsError, "no result that matches"):
                plot.draw([sample()], pathlib.Path(folder, "b.png"), ["nothing"])


class CommandLine(unittest.TestCase):
    """What a run ends with on a GPU that is made up."""

    def end(self, data, *words, library=None):
        """(exit status, what it printed)"""
        printed, made = io.StringIO(), MadeUpGpu()
        with mock.patch.object(gpu, "Gpu", lambda *_: made), mock.patch.object(run, "run", lambda *_: sample() | data):
            with mock.patch.object(sys, "argv", ["mla-bench", "run", "--only", "matmul", "--cases", str(FOLDER), *words]):
                with mock.patch.object(runtime, "Library", library or mock.Mock(side_effect=OSError("no such file"))):
                    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                        return __main__.main(), printed.getvalue()

    def test_status(self):
        failure = {"family": "f", "type": "t", "shape": "b1", "reason": "wrong"}
        for data, status in (({}, 0), ({"results": []}, 77), ({"results": [], "failed": [failure]}, 1), ({"failed": [failure]}, 1)):
            self.assertEqual(self.end(data)[0], status)

    def test_no_library(self):
        self.assertIn("note: no library: no such file", self.end({})[1])
        status, said = self.end({}, "--only", "merge_lse")
        self.assertEqual((status, said), (2, "error: the library cannot be opened: no such file\n"))
        self.assertEqual(self.end({}, "--library", "a.so")[1], "error: --library: no such file\n")

    def test_build_around_the_package(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            with mock.patch.object(run, "ROOT", root):
                self.assertEqual(__main__.find_build(types.SimpleNamespace(build=None)), root / "build")
                (root / "lib").mkdir()
                (root / "lib" / "libmla.so").touch()
                self.assertEqual(__main__.find_build(types.SimpleNamespace(build=None)), root)
                self.assertEqual(__main__.find_build(types.SimpleNamespace(build=FOLDER)), FOLDER)


class MadeUpGpu:
    """A GPU on which each work takes as long as its name says."""

    repetitions, warm_ups, ordinal, clocks = 3, 1, 0, [1500]
    torch = types.SimpleNamespace(cuda=types.SimpleNamespace(empty_cache=lambda: None, synchronize=lambda: None))

    def describe(self):
        return {"gpu": "made up"}

    def ceilings(self):
        return {"copy_gbps": 1000.0}

    def prepare(self, work, check=None):
        returned = work.launch()
        work.outputs = work.outputs or (() if returned is None else returned)
        if check:
            check()

    def time(self, works):
        for work in works:
            work.samples = lambda: [10.0, 11.0, 12.0]
        return [1500]


class Runs(unittest.TestCase):
    """A session, without a GPU."""

    def session(self, prepare, seconds=None, **more):
        """What a run of one case gives."""
        case = cases.Case("f", "t", "b1", ("us", 20), (cases.Stored("other", 30.0, "g", "d"),))
        context = families.Context(MadeUpGpu(), **more)
        with mock.patch.object(families, "registry", lambda: {"f": prepare}), mock.patch("sys.stderr"):
            return run.run(context, [case, cases.Case("unknown", "t", "b1")], ["mla-bench", "run"], "abc", seconds)

    def test_a_case_and_its_peers(self):
        def fails():
            raise RuntimeError("not on this GPU\nmore")

        def prepare(context, case):
            def check(out=1, lse=2):
                if (out, lse) not in ((1, 2), (1, None)):
                    raise gpu.WrongResult(f"out[0] is {out}, expected 1")
                return 7

            peers = (("fast", lambda: lambda: (1,)), ("broken", fails), ("wrong", lambda: lambda: (3, 2)), ("silent", lambda: lambda: None))
            ours = gpu.Work("ours", lambda: None, (1, 2), True)
            return families.Problem(ours, check, bytes=5000, kernel="k", arch="a", peers=lambda: peers)

        data = self.session(prepare)
        (row,) = data["results"]
        self.assertEqual((row["median_us"], row["outputs_checked"], row["sm_clock_mhz"]), (11.0, 7, 1500))
        self.assertEqual([peer["peer"] for peer in row["peers"]], ["fast"])
        self.assertEqual(row["notes"], ["broken does not run: not on this GPU",
                                        "wrong is wrong and was not timed: out[0] is 3, expected 1",
                                        "silent is wrong and was not timed: it gives no output to compare"])  # fmt: skip
        self.assertEqual(row["stored"], [{"peer": "other", "median_us": 30.0, "gpu": "g", "date": "d"}])
        self.assertTrue(results.verdict(row))
        self.assertEqual(data["skipped"][0]["reason"], "no kernel of this family yet")
        self.assertEqual((data["library"]["commit"], data["command"]), ("abc", "mla-bench run"))
        self.assertTrue(table.render(data))
        self.assertEqual(self.session(prepare, with_peers=False)["results"][0]["peers"], [])

    def test_another_work_of_ours_is_checked_too(self):
        def prepare(context, case, count=2):
            def check():
                if not count:
                    raise gpu.WrongResult("single pass: out[0] is nan")
                return count

            single = gpu.Work("single pass", lambda: None, is_ours=True)
            return families.Problem(gpu.Work("ours", lambda: None), lambda: 7, beside=((single, check),))

        (row,) = self.session(prepare, with_peers=False)["results"]
        self.assertEqual((row["outputs_checked"], [peer["peer"] for peer in row["peers"]]), (9, ["single pass"]))
        data = self.session(lambda context, case: prepare(context, case, 0))
        self.assertEqual((data["results"], data["failed"][0]["reason"]), ([], "WrongResult: single pass: out[0] is nan"))

    def test_wrong_and_skipped_cases_do_not_end_the_run(self):
        def wrong(context, case):
            raise gpu.WrongResult("out[3] is nan")

        def skip(context, case):
            raise families.Skip("no kernel")

        data = self.session(wrong)
        self.assertEqual((data["results"], data["failed"][0]["reason"]), ([], "WrongResult: out[3] is nan"))
        data = self.session(skip)
        self.assertEqual((data["failed"], data["skipped"][0]["reason"]), ([], "no kernel"))

    def test_measured_on_the_host(self):
        def prepare(context, case):
            measured = (5, [9.0], {"later runs": [6.0]}, ("loading took 3 ms",))
            return families.Problem(gpu.Work("ours", lambda: None), lambda: 0, measure=lambda: measured)

        (row,) = self.session(prepare)["results"]
        self.assertEqual((row["median_us"], row["peers"][0]["median_us"], row["notes"]), (9.0, 6.0, ["loading took 3 ms"]))
        self.assertEqual(row["outputs_checked"], 5)

    def test_no_seconds_time_nothing(self):
        data = self.session(lambda context, case: self.fail("it was prepared"), seconds=0)
        self.assertEqual(data["skipped"][0]["reason"], "the 0 seconds were over")


class Commits(unittest.TestCase):
    """What was built."""

    def test_packed(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIsNone(run.commit_of(pathlib.Path(folder)))
            pathlib.Path(folder, "commit.txt").write_text("0123abc\n", encoding="utf-8")
            self.assertEqual(run.commit_of(pathlib.Path(folder)), "0123abc")


if __name__ == "__main__":
    unittest.main()
