"""Stores ptxas's reports on a family of the library, tampers with the copy, expects to be told of each difference."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(shutil.which("mla-translate")).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import expectations  # noqa: E402

# Runs the true assembler with another answer to --version, or with one more remark.
WRAPPER = """#!/bin/sh
if [ "$1" = --version ] && [ -n "{version}" ]; then echo "release {version}, V{version}"; exit; fi
"{ptxas}" "$@" || exit
[ -z "{remark}" ] || echo "ptxas info    : {remark}"
"""
SERIALISED = "(C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized"


def kernels(*arguments, arch="sm_80,sm_90a", only="vector_add", ptxas=None):
    """Exit status and output of tools/kernels."""
    environment = {**os.environ, **({"MLA_PTXAS": str(ptxas)} if ptxas else {})}
    done = subprocess.run([sys.executable, ROOT / "tools/kernels", "--build", BUILD, "--out", FOLDER / "out",
                           "--no-test", "--arch", arch, "--only", only, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, check=False)
    return done.returncode, done.stdout


class Expectations(unittest.TestCase):
    """Each test starts from the reports of vector_add on two archs."""

    @classmethod
    def setUpClass(cls):
        cls.stored = FOLDER / "stored.json"
        status, output = kernels("--update", cls.stored)
        assert status == 0, output

    def setUp(self):
        self.file = FOLDER / "tampered.json"
        self.tree = json.loads(self.stored.read_text())

    def save(self):
        self.file.write_text(json.dumps(self.tree))

    def compare(self, **how):
        self.save()
        return kernels("--compare", self.file, **how)

    def entry(self, variant, arch):
        return next(each for each in self.tree["reports"] if (each["variant"], each["arch"]) == (variant, arch))

    def assert_row(self, output, *cells):
        """Some line has exactly these cells."""
        self.assertIn(" ".join(cells), [" ".join(line.split()) for line in output.splitlines()])

    def wrapper(self, version="", remark=""):
        path = FOLDER / "wrapper" / "ptxas"
        path.parent.mkdir(exist_ok=True)
        real = pathlib.Path(expectations.find_ptxas()).resolve()
        path.write_text(WRAPPER.format(version=version, remark=remark, ptxas=real))
        path.chmod(0o755)
        beside = path.with_name("fatbinary")
        if not beside.exists() and real.with_name("fatbinary").exists():
            beside.symlink_to(real.with_name("fatbinary"))
        return path

    def test_untouched(self):
        status, output = kernels("--compare", self.stored)
        self.assertEqual((status, output.splitlines()[-1]), (0, f"4 reports are as in {self.stored}"))

    def test_one_line_for_each_report(self):
        lines = [line for line in self.stored.read_text().splitlines() if '"variant"' in line]
        self.assertEqual([tuple(json.loads(line.rstrip(","))[key] for key in ("variant", "arch")) for line in lines],
                         [("vector_add_fp32", "sm_80"), ("vector_add_fp32", "sm_90a"),
                          ("vector_add_fp32_any", "sm_80"), ("vector_add_fp32_any", "sm_90a")])

    def test_numbers(self):
        build = "" if BUILD == ROOT / "build" else f"--build {BUILD} "  # the default need not be said
        for field in expectations.NUMBERS:
            with self.subTest(field=field):
                self.tree = json.loads(self.stored.read_text())
                entry = self.entry("vector_add_fp32", "sm_90a")
                was = entry[field]
                entry[field] += 1
                status, output = self.compare()
                self.assertEqual(status, 1)
                self.assert_row(output, "vector_add_fp32", "sm_90a", field, str(was + 1), str(was))
                self.assertEqual(output.splitlines()[-1],
                                 f"error: not as in {self.file}: 1. If that is meant: tools/kernels {build}--no-test "
                                 f"--update {self.file}")

    def test_notes(self):
        self.entry("vector_add_fp32", "sm_80")["notes"] = ["C7508 moved"]
        status, output = self.compare()
        self.assertEqual(status, 1)
        self.assert_row(output, "vector_add_fp32", "sm_80", "notes", "C7508", "moved", "none")

    def test_missing_and_extra(self):
        self.tree["reports"].remove(self.entry("vector_add_fp32", "sm_80"))
        self.tree["reports"].append({**self.entry("vector_add_fp32", "sm_90a"), "variant": "vector_add_gone"})
        status, output = self.compare()
        self.assertEqual(status, 1)
        self.assert_row(output, "vector_add_fp32", "sm_80", "report", "not", "stored", "compiled")
        self.assert_row(output, "vector_add_gone", "sm_90a", "report", "stored", "no", "such", "kernel")

    def test_only_what_was_compiled(self):
        self.entry("vector_add_fp32", "sm_90a")["registers"] += 1
        self.assertEqual(self.compare(arch="sm_80")[0], 0)
        self.assertEqual(self.compare(only="vector_add_fp32_any")[0], 0)

    def test_update_keeps_the_rest(self):
        for arch in ("sm_80", "sm_90a"):
            self.entry("vector_add_fp32", arch)["registers"] += 1
        self.tree["reports"].append({**self.entry("vector_add_fp32", "sm_90a"), "variant": "not_in_the_library"})
        changed = {**self.entry("vector_add_fp32", "sm_90a")}
        self.save()
        status, output = kernels("--update", self.file, arch="sm_80")
        self.assertEqual(status, 0)
        self.assert_row(output, "not_in_the_library", "sm_90a", "report", "stored", "no", "such", "kernel")
        self.tree = json.loads(self.file.read_text())
        self.assertEqual(self.entry("vector_add_fp32", "sm_90a"), changed)
        changed["registers"] -= 1
        self.assertEqual(kernels("--update", self.file)[0], 0)
        self.assertEqual(self.file.read_text(), self.stored.read_text())

    def test_another_ptxas(self):
        entry = self.entry("vector_add_fp32", "sm_80")
        entry["registers"] += 1
        other = self.wrapper(version="99.1.2")
        status, output = self.compare(ptxas=other)
        self.assertEqual(status, 0)
        self.assertIn(f"warning: {self.file} is of ptxas {self.tree['ptxas']}, this is 99.1.2: only spill_store_bytes, "
                      "spill_load_bytes, stack_bytes, notes are compared", output)
        entry["spill_load_bytes"] = 8
        status, output = self.compare(ptxas=other)
        self.assertEqual(status, 1)
        self.assert_row(output, "vector_add_fp32", "sm_80", "spill_load_bytes", "8", "0")
        self.assertNotIn("vector_add_fp32 sm_80 registers", " ".join(output.split()))
        # One file holds one ptxas: a part cannot be replaced.
        status, output = kernels("--update", self.file, arch="sm_80", ptxas=other)
        self.assertEqual((status, json.loads(self.file.read_text())), (2, self.tree))
        self.assertIn("update all, without --only and --arch", output)
        self.assertEqual(kernels("--update", self.file, ptxas=other)[0], 0)
        self.assertEqual(json.loads(self.file.read_text())["ptxas"], "99.1.2")

    def test_serialised_chains(self):
        remarks = self.wrapper(remark=SERIALISED)
        note = SERIALISED.replace("(C7510)", "C7510")
        for each in self.tree["reports"]:
            each["notes"] = [note]
        status, output = self.compare(ptxas=remarks)
        self.assertEqual(status, 1)
        self.assert_row(output, "vector_add_fp32", "sm_80", "notes", "none", note)
        status, output = kernels("--update", self.file, ptxas=remarks)
        self.assertEqual((status, json.loads(self.file.read_text())), (1, self.tree))
        self.assertEqual(output.splitlines()[-1], f"error: {self.file} is NOT updated: serialised matrix chains")

    def test_harmless_remarks(self):
        remarks = self.wrapper(remark="(C7508) moved")
        status, output = self.compare(ptxas=remarks)
        self.assertEqual(status, 1)
        self.assert_row(output, "vector_add_fp32", "sm_80", "notes", "none", "C7508", "moved")
        self.save()
        self.assertEqual(kernels("--update", self.file, ptxas=remarks)[0], 0)
        self.assertEqual(kernels("--compare", self.file, ptxas=remarks)[0], 0)

    def test_broken_files(self):
        entry = self.tree["reports"][0]
        for text, complaint in (("<<<<<<< ours", "Expecting value"), ("{}", "key 'version' must be 1"),
                                (json.dumps({**self.tree, "ptxas": 13}), "key 'ptxas' must be a version"),
                                (json.dumps({**self.tree, "reports": [{**entry, "registers": -1}]}),
                                 "reports[0].registers must be a non-negative integer, got -1"),
                                (json.dumps({**self.tree, "reports": [{"variant": "x"}]}),
                                 "reports[0] must have the keys variant, arch, registers"),
                                (json.dumps({**self.tree, "reports": [entry, entry]}),
                                 "reports[1]: vector_add_fp32 for sm_80 is there twice")):
            with self.subTest(text=text[:40]):
                self.file.write_text(text)
                for flag in ("--compare", "--update"):
                    status, output = kernels(flag, self.file)
                    self.assertEqual((status, self.file.read_text()), (2, text))
                    self.assertTrue(output.startswith(f"tools/kernels: {self.file}: {complaint}"), output)

    def test_no_file(self):
        status, output = kernels("--compare", FOLDER / "none.json")
        self.assertEqual(status, 2)
        self.assertIn("none.json does not exist; tools/kernels --no-test --update writes it", output)

    def test_no_ptxas(self):
        self.assertEqual(kernels("--compare", self.stored, ptxas=FOLDER / "none")[0], 77)

    def test_other_images(self):
        for flag, arch in (("--ptx", "sm_80"), ("--small", "sm_90a")):
            status, output = kernels("--compare", self.stored, flag, arch=arch)
            self.assertEqual(status, 2)
            self.assertIn(f"--compare is about machine code with the recipes of the archs, got {flag}", output)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        FOLDER = pathlib.Path(folder)
        sys.exit(not unittest.main(exit=False).result.wasSuccessful())
