#!/usr/bin/env python3
"""Plants one fault at a time in the PTX of the library's kernels and looks for the simulator's report.

faults.json: {"kernels": {NAME: {"cases": a file of Inputs, "recipe": a file of kernels or nothing}},
              "faults": [{
  "name": "removed_barrier",
  "kernel": "matmul", "arch": "sm_80",
  "instruction": "bar\\.sync\\s+0;",   a regular expression of Python that finds instructions of the PTX
  "which": 0,                          among its matches, from 0; negative from the end
  "becomes": "",                       what takes its place, as re.sub writes it
  "finds": "race: .*nothing orders"}]} what a finding says at every seed, with a line of the kernel's file; also a regular expression

The kernels themselves run without a finding at the same seeds. An instruction that is no longer there fails the test.
"""
# SPDX-License-Identifier: Apache-2.0

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "Language"))
import cases  # noqa: E402


@dataclasses.dataclass
class Kernel:
    """A kernel for one arch: its PTX, and the command that runs a file of PTX."""

    source: pathlib.Path
    text: str
    command: list


def prepare(name, entry, arch, folder, build):
    """Compiles a kernel and writes what it reads."""
    [case] = [case for case in cases.load(folder=FOLDER / "Inputs") if case.area == entry["cases"]]
    stem = folder / f"{name}.{arch}"
    translate = [build / "bin/mla-translate", os.path.relpath(case.source), "--kernel", case.kernel, "--signature", case.signature(),
                 "--arch", arch, "--emit", "ptx", "--locations", "-o", f"{stem}.ptx", f"--manifest={stem}.json"]
    translate += ["--recipe", ROOT / "kernels" / entry["recipe"]] if "recipe" in entry else ["--num-warps", case.num_warps]
    subprocess.run([str(word) for word in translate], check=True)
    command = [build / "bin/mla-simulate", f"--manifest={stem}.json", "--grid", ",".join(map(str, case.grid))]
    numbers = {**case.arguments, **case.view_arguments()}
    for parameter, is_constexpr in case.parameters():
        if is_constexpr:
            del numbers[parameter]
    for parameter, value in numbers.items():
        if isinstance(value, cases.Array):
            path = folder / f"{name}.{arch}.{parameter}.bin"
            value.make().tofile(path)
            command += ["--argument", f"{parameter}=*{value.type}@{path}"]
        else:
            dtype = "fp32" if isinstance(value, float) else "i32" if parameter in case.arguments else "i64"
            command += ["--argument", f"{parameter}={dtype}:{value}"]
    return Kernel(case.source, pathlib.Path(f"{stem}.ptx").read_text(encoding="utf-8"), [str(word) for word in command])


def simulate(kernel, text, seed):
    """What the simulator says of a text of PTX: one entry for each finding."""
    with tempfile.NamedTemporaryFile("w", suffix=".ptx", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([*kernel.command, "--seed", str(seed), "--max-steps", "20000000", file.name], capture_output=True,
                              text=True, check=False)
    said = re.split(r"^(?=\S+: error: )", done.stderr, flags=re.MULTILINE)
    findings = [finding.strip() for finding in said if finding.strip()]
    return findings or ([f"exit {done.returncode} without a word"] if done.returncode else [])


def plant(text, fault):
    """The PTX with the fault."""
    matches = list(re.finditer(fault["instruction"], text))
    which = fault.get("which", 0)
    if not -len(matches) <= which < len(matches):
        raise ValueError(f"the PTX has {len(matches)} of '{fault['instruction']}', expected number {which}: choose another instruction")
    match = matches[which]
    planted = text[:match.start()] + match.expand(fault["becomes"]) + text[match.end():]
    if planted == text:
        raise ValueError("the fault changes nothing")
    return planted


def judge(kernel, fault, seed):
    """What is wrong with the reports of a fault at a seed, or nothing."""
    if fault is None:
        return "\n".join(simulate(kernel, kernel.text, seed))
    try:
        findings = simulate(kernel, plant(kernel.text, fault), seed)
    except ValueError as error:
        return str(error)
    form = re.compile(rf"\S*{re.escape(kernel.source.name)}:\d+:\d+: error: (?:{fault['finds']})", re.DOTALL)
    if any(form.match(finding) for finding in findings):
        return ""
    return f"expected '{fault['finds']}' with a line of {kernel.source.name}, got\n" + ("\n".join(findings) or "nothing")


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="exit: 0 every fault was reported and nothing else, 1 not so")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: build)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only faults whose name contains this")
    parser.add_argument("--seeds", default="0,1,2", help="orders of warps and copies, separated by commas (default: 0,1,2)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at a time (default: one for each CPU)")
    options = parser.parse_args()
    table = json.loads((FOLDER / "faults.json").read_text(encoding="utf-8"))
    faults = [fault for fault in table["faults"] if options.only in fault["name"]]
    seeds = [int(seed) for seed in options.seeds.split(",")]
    with tempfile.TemporaryDirectory(prefix="mla-faults-") as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        kernels = {(name, arch): prepare(name, table["kernels"][name], arch, pathlib.Path(folder), options.build)
                   for name, arch in dict.fromkeys((fault["kernel"], fault["arch"]) for fault in faults)}
        runs = [(f"{name}, no fault", arch, None, seed) for name, arch in kernels for seed in seeds]
        runs = [(title, kernels[title.split(",")[0], arch], fault, arch, seed) for title, arch, fault, seed in runs]
        runs += [(fault["name"], kernels[fault["kernel"], fault["arch"]], fault, fault["arch"], seed) for fault in faults for seed in seeds]
        failed = 0
        for run, problem in zip(runs, pool.map(lambda run: judge(run[1], run[2], run[4]), runs)):
            if problem:
                failed += 1
                print(f"FAILED {run[0]} {run[3]} seed {run[4]}\n  " + problem.replace("\n", "\n  "), flush=True)
    print(f"{len(runs) - failed} of {len(runs)} runs gave what they should")
    return failed != 0 or not faults


if __name__ == "__main__":
    sys.exit(main())
