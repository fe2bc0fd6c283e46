#!/usr/bin/env python3
"""Compiles small CUDA C++ kernels with nvcc, runs the PTX on the simulator and compares with numpy: what another compiler
emits has to run like our own.

A file AREA.json beside AREA.cu holds cases like those of test/Language/cases.py, with these differences:
  "arguments"   in the order of the kernel's parameters; a plain number is an i32, or a fp32 if it is written as a float
  "block"       threads of a block (default 32); "shared" bytes of dynamic shared memory (default 0); "cluster" blocks
  "archs"       where the kernel exists (default sm_80 and sm_90a)
  "prints"      what the kernel prints; "finds" what the simulator has to report, part of its text
"""
# SPDX-License-Identifier: Apache-2.0

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "Language"))
import cases  # noqa: E402
import numpy as np  # noqa: E402

EXIT_SKIPPED = 77
ARCHS = ["sm_80", "sm_90a"]


def find_nvcc():
    """The compiler, or nothing."""
    return shutil.which("nvcc") or shutil.which("nvcc", path="/usr/local/cuda/bin")


def compile_ptx(nvcc, source, arch, folder):
    """PTX of a source."""
    ptx = folder / f"{source.stem}.{arch}.ptx"
    subprocess.run([nvcc, "-ptx", "-std=c++17", "-lineinfo", "-w", f"-arch={arch}", "-o", ptx, source], check=True)
    return ptx


def type_of(value):
    """Of an argument, as a manifest names it."""
    if isinstance(value, cases.Array):
        return f"*{value.type}"
    return "fp32" if isinstance(value, float) else "i32"


def write_manifest(path, entry, arguments, arch):
    """What mla-simulate wants to know of a kernel."""
    variant = {"arch": arch, "kind": "ptx", "entry": entry["kernel"], "threads": entry.get("block", 32), "num_warps": 1, "num_stages": 1,
               "arguments": [{"name": name, "type": type_of(value), "divisibility": 16 if isinstance(value, cases.Array) else 1}
                             for name, value in arguments.items()],
               "constants": {}, "cluster": entry.get("cluster", 1), "shared_bytes": entry.get("shared", 0), "registers": None, "spill_bytes": None,
               "warnings": [], "tensor_maps": entry.get("tensor_maps", [])}
    path.write_text(json.dumps({"version": 1, "kernel": entry["kernel"], "source": "kernel.cu", "variants": [variant]}), encoding="utf-8")


def differences(entry, arguments, stored, folder):
    """What the arrays in a folder have that they should not."""
    case = cases.Case("", None, entry["name"], entry["kernel"], [], arguments, expect=entry.get("expect", {}))
    answers = case.expected(stored)
    for name, before in stored.items():
        got = np.fromfile(folder / f"{name}.bin", before.dtype).reshape(before.shape)
        expected = answers.get(name, before)
        difference = cases.compare(got, expected, arguments[name].type, entry.get("rtol", 0), entry.get("atol", 0))
        if name in answers and difference:
            yield f"{name}: {difference.text}"
        elif name not in answers and not arguments[name].output and got.tobytes() != before.tobytes():
            yield f"{name} is no output and was written"


def judge(entry, ptx, arch, seed, options):
    """Runs a case; what is wrong, or nothing."""
    arguments = {name: cases.Array(**value) if isinstance(value, dict) else value for name, value in entry["arguments"].items()}
    stored = {name: value.make() for name, value in arguments.items() if isinstance(value, cases.Array)}
    with tempfile.TemporaryDirectory(prefix="mla-cuda-") as text:
        folder = pathlib.Path(text)
        write_manifest(folder / "manifest.json", entry, arguments, arch)
        command = [options.build / "bin/mla-simulate", ptx, "--manifest", folder / "manifest.json", "--grid",
                   ",".join(map(str, entry.get("grid", [1]))), "--seed", seed, "--save", folder]
        for name, value in arguments.items():
            if name in stored:
                stored[name].tofile(folder / f"{name}.bin")
                value = f"@{folder / name}.bin"
            else:
                value = f":{value}"
            command += ["--argument", f"{name}={type_of(arguments[name])}{value}"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        if "finds" in entry:
            return "" if entry["finds"] in done.stderr else f"expected a finding with '{entry['finds']}', got '{done.stderr.strip()}'"
        if done.returncode:
            return done.stderr.strip()
        if done.stdout != entry.get("prints", ""):
            return f"printed {done.stdout!r}"
        return "\n".join(differences(entry, arguments, stored, folder))


def main():
    """Entry point."""
    np.seterr(all="ignore")
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="exit: 0 all is well, 1 something is not, 77 no nvcc")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: build)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases whose AREA.NAME contains this")
    parser.add_argument("--seeds", default="0,1", help="orders of warps and copies, separated by commas (default: 0,1)")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="leave the PTX there")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at a time (default: one for each CPU)")
    options = parser.parse_args()
    nvcc = find_nvcc()
    if not nvcc:
        print("skipped: there is no nvcc in PATH or /usr/local/cuda/bin")
        return EXIT_SKIPPED
    failed = count = 0
    with tempfile.TemporaryDirectory(prefix="mla-cuda-") as text, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        folder = options.keep or pathlib.Path(text)
        compiled, jobs = {}, []
        for path in sorted(FOLDER.glob("*.json")):
            for entry in json.loads(path.read_text(encoding="utf-8"))["cases"]:
                if options.only not in f"{path.stem}.{entry['name']}":
                    continue
                for arch in entry.get("archs", ARCHS):
                    source = path.with_suffix(".cu")
                    if (source, arch) not in compiled:
                        compiled[source, arch] = pool.submit(compile_ptx, nvcc, source, arch, folder)
                    jobs += [(path.stem, entry, compiled[source, arch], arch, int(seed)) for seed in options.seeds.split(",")]
        verdicts = [(area, entry, arch, seed, pool.submit(lambda job: judge(job[1], job[2].result(), *job[3:], options), (area, entry, ptx, arch, seed)))
                    for area, entry, ptx, arch, seed in jobs]
        for area, entry, arch, seed, verdict in verdicts:
            count += 1
            if problem := verdict.result():
                failed += 1
                print(f"FAILED {area}.{entry['name']} {arch} seed {seed}\n  " + problem.replace("\n", "\n  "), flush=True)
    print(f"{count - failed} of {count} runs gave what they should")
    return failed != 0 or count == 0


if __name__ == "__main__":
    sys.exit(main())
