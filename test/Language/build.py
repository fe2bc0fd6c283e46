#!/usr/bin/env python3
"""Compiles every numerical case of the language (see cases.py), for run.py to run on a GPU."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import cases  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXIT_SKIPPED = 77


def compile_case(case, options):
    """What mla-translate said if it failed, else nothing."""
    for arch, emit, folder in (("sm_90a", "fatbin", "cubin"), ("sm_80", "ptx", "ptx")):
        stem = options.out / folder / case.title
        stem.parent.mkdir(parents=True, exist_ok=True)
        signature = case.signature()
        command = [options.build / "bin" / "mla-translate", case.source, "--kernel", case.kernel, "--signature", signature, "--arch", arch]
        if case.num_warps:
            command.append(f"--num-warps={case.num_warps}")
        steps = [[*command, "--emit", emit, "-o", f"{stem}.{emit}"]]
        if emit == "ptx":
            steps.append([*command, "--emit", "manifest", "-o", f"{stem}.json"])
            if options.assemble:
                steps.append([*command, "--emit", "cubin", "-o", f"{stem}.checked"])
        for step in steps:
            done = subprocess.run([str(word) for word in step], capture_output=True, text=True, check=False)
            if done.returncode:
                return f"{arch}: {done.stderr.strip() or f'ended with {done.returncode} and said nothing'}"
    return ""


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__,
                                     epilog="exit: 0 all compiled, 1 a case failed, 77 no assembler")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: build)")
    parser.add_argument("--out", type=pathlib.Path, help="where the results go (default: BUILD/language)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases whose title (area.name) contains this")
    parser.add_argument("--assemble", action="store_true", help="assemble the code for sm_80 too, here")
    options = parser.parse_args()
    options.out = options.out or options.build / "language"
    given = os.environ.get("MLA_PTXAS")
    if not shutil.which(given or "ptxas") and (given or not os.path.exists("/usr/local/cuda/bin/ptxas")):
        print("skipped: no ptxas; set MLA_PTXAS or PATH")
        return EXIT_SKIPPED
    chosen = cases.load(options.only)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, (case, said) in enumerate(zip(chosen, pool.map(lambda case: compile_case(case, options), chosen)), 1):
            if said:
                failed += 1
                print(f"FAILED {case.title}: {said}")
            elif sys.stdout.isatty():
                print(f"\r{done}/{len(chosen)}", end="", flush=True)
    print(f"{len(chosen) - failed} of {len(chosen)} cases compiled for sm_90a and sm_80 into {options.out}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
