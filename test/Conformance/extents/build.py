#!/usr/bin/env python3
"""Compiles every op for every tile extent (1-70, 96, 100, 192, 528, 576) for mla-extents to run."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
EXIT_SKIPPED = 77

EXTENTS = [*range(1, 71), 96, 100, 192, 528, 576]
SAMPLE = [1, 3, 7, 16, 17, 33, 48, 70, 100, 192, 528, 576]
OTHERS = [1, 16, 5]  # the other extent of a 2-D tile
LARGEST_CUBE = 70  # extent x extent x extent
LARGEST_CUBE_IN_REGISTERS = 64  # 65 to 70 are 25 blocks of 16 x 16, each with its own addresses and masks: they spill
LARGEST_SIDES = 192  # beyond it the three products do not share one block's memory
# Elements of a tile per thread, at most, so that nothing spills: the 1-D kernel keeps ten tiles, the 2-D kernel few.
PER_THREAD_1D = 8
PER_THREAD_2D = 20

EXAMPLES = """examples:
  test/Conformance/extents/build.py --arch sm_90a          compile all into build/extents
  test/Conformance/extents/build.py --only dot_cube_17     one of them
  test/Conformance/extents/build.py --sample --check       a sample for sm_80 that must not spill or warn; keeps nothing

exit: 0 all compiled, 1 a kernel failed, 2 wrong arguments, 77 no assembler"""


@dataclasses.dataclass
class Job:
    """One kernel to compile."""

    name: str
    extent: int
    source: str
    kernel: str
    signature: str
    warps: int
    may_spill: bool = False


def warps_for(elements: int, per_thread: int, index: int) -> int:
    """1, 2, 4, 8 in turn, but enough that no thread holds more elements of a tile than that."""
    warps = (4, 1, 2, 8)[index % 4]
    while warps < 8 and elements > warps * 32 * per_thread:
        warps *= 2
    return warps


def pointers(types: list[str], aligned: bool) -> list[str]:
    """Signature entries of pointers."""
    return ["*" + each + (":16" if aligned else "") for each in types]


def make_job(name: str, extent: int, kernel: str, arguments: list[str], constants: list[int], warps: int) -> Job:
    """A job; the source is named after the first two words of the kernel."""
    source = "_".join(kernel.split("_")[:2]) + ".py"
    return Job(name, extent, source, kernel, ", ".join(arguments + [str(value) for value in constants]), warps)


def jobs_1d() -> list[Job]:
    """N = extent; every third one promises no alignment."""
    jobs = []
    for index, extent in enumerate(EXTENTS):
        aligned = extent % 3 != 2
        types = ["fp32", "fp32", "i32", "i32", "bf16", "fp32", "i32", "bf16", "fp32", "i32"]
        arguments = pointers(types, aligned) + ["i32", "i32", "i32", "i64:16" if aligned else "i64"]
        jobs.append(make_job(f"1d_{extent}", extent, "extent_1d", arguments, [extent],
                             warps_for(extent, PER_THREAD_1D, index)))
    return jobs


def jobs_2d() -> list[Job]:
    """The extent as M and as N."""
    jobs = []
    types = ["fp32", "fp32", "fp32", "fp32", "i32", "fp32", "fp32", "fp32", "fp32", "i32", "i32", "fp32"]
    for index, extent in enumerate(EXTENTS):
        for side in range(2):
            aligned = (extent + side) % 3 != 2
            other = OTHERS[(index + side) % len(OTHERS)]
            shape = [extent, other] if side == 0 else [other, extent]
            arguments = pointers(types, aligned) + ["i32"] * 3 + ["i32:16" if aligned else "i32"] * 4
            jobs.append(make_job(f"2d_{extent}_{shape[0]}x{shape[1]}", extent, "extent_2d", arguments, shape,
                                 warps_for(extent * other, PER_THREAD_2D, index + side)))
    return jobs


def dot_arguments(calls: int, element: str, aligned: bool, any_depth: bool) -> list[str]:
    """Input, output, depth of each product, and the stride; cp.async copies A only if the depth is a multiple of 16."""
    arguments = []
    for _ in range(calls):
        arguments += pointers([element, "fp32"], aligned) + ["i32" if any_depth else "i32:16"]
    return arguments + ["i32:16" if aligned else "i32"]


def jobs_dot() -> list[Job]:
    """The extent as M, N and K of separate products and, up to 70, of one; each extent meets both types."""
    jobs = []
    for index, extent in enumerate(EXTENTS):
        first, second = ("bf16", "fp16") if index % 2 == 0 else ("fp16", "bf16")
        warps = 8 if extent > 100 else (4, 2, 8, 1)[index % 4] if extent <= 32 else (4, 8)[index % 2]
        if extent <= LARGEST_CUBE:
            aligned = index % 4 > 0
            jobs.append(make_job(f"dot_cube_{extent}_{second}", extent, "extent_dot",
                                 dot_arguments(1, second, aligned, extent % 2 > 0), [extent] * 3, warps))
            jobs[-1].may_spill = extent > LARGEST_CUBE_IN_REGISTERS
        for element in [first] if extent <= LARGEST_CUBE else ["bf16", "fp16"]:
            if extent <= LARGEST_SIDES:
                jobs.append(make_job(f"dot_sides_{extent}_{element}", extent, "extent_dot_sides",
                                     dot_arguments(3, element, True, False), [extent], warps))
                continue
            for side, shape in (("m", [extent, 16, 32]), ("n", [16, extent, 16]), ("k", [16, 16, extent])):
                jobs.append(make_job(f"dot_{side}_{extent}_{element}", extent, "extent_dot",
                                     dot_arguments(1, element, True, False), shape, warps))
    return jobs


def run_job(job: Job, options: argparse.Namespace) -> tuple[str, float]:
    """Runs mla-translate; what it said if it failed or, with --check, if it said anything."""
    command = [options.translate, HERE / job.source, "--kernel", job.kernel, "--signature", job.signature,
               "--arch", options.arch, "--num-warps", job.warps, "--num-stages", 3]
    if options.check:
        command += ["--emit", "cubin", "-o", os.devnull, "--Werror=serialise" + ("" if job.may_spill else ",spill")]
    else:
        output = options.out / f"{job.name}.fatbin"
        # What an earlier run left must not be tested as if it were new.
        for stale in (output, output.with_suffix(".json")):
            stale.unlink(missing_ok=True)
        command += ["--emit", "fatbin", "-o", output]
    started = time.monotonic()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode != 0:
        error = done.stderr.strip() or f"mla-translate ended with {done.returncode} and said nothing"
        return error, seconds
    return done.stderr.strip() if options.check and not job.may_spill else "", seconds


def compile_all(jobs: list[Job], options: argparse.Namespace) -> bool:
    """Compiles, with a line of progress now and then; true if all succeeded."""
    if not options.check:
        options.out.mkdir(parents=True, exist_ok=True)
    failed = {}
    slowest = (0.0, "")
    started = reported = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        pending = {pool.submit(run_job, job, options): job for job in jobs}
        for count, future in enumerate(concurrent.futures.as_completed(pending), 1):
            error, seconds = future.result()
            slowest = max(slowest, (seconds, pending[future].name))
            if error:
                # One fault fails many kernels: say it once.
                if error not in failed:
                    print(f"{pending[future].name}: FAILED\n    " + error.replace("\n", "\n    "), flush=True)
                failed.setdefault(error, []).append(pending[future].name)
            if time.monotonic() - reported > 10:
                reported = time.monotonic()
                print(f"[{count}/{len(jobs)}]", flush=True)
    num_failed = sum(len(names) for names in failed.values())
    print(f"{len(jobs) - num_failed} of {len(jobs)} kernels compiled for {options.arch} in "
          f"{time.monotonic() - started:.1f} s, slowest {slowest[1]} with {slowest[0]:.1f} s"
          + ("" if options.check else f", in {options.out}"))
    for error, names in failed.items():
        print(f"{len(names)} FAILED with {error.splitlines()[0]}: {' '.join(names)}")
    return not failed


def has_ptxas() -> bool:
    """Whether mla-translate will find an assembler, by its own rules."""
    given = os.environ.get("MLA_PTXAS")
    return shutil.which(given or "ptxas") is not None or (not given and os.path.exists("/usr/local/cuda/bin/ptxas"))


def parse_options() -> argparse.Namespace:
    """The command line, with paths resolved and checked."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: build)")
    parser.add_argument("--out", type=pathlib.Path, help="where the results go (default: BUILD/extents)")
    parser.add_argument("--arch", default="sm_80", help="sm_90a[,...] or all (default: sm_80)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only kernels whose name contains this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilations at a time")
    parser.add_argument("--sample", action="store_true", help=f"only the extents {' '.join(map(str, SAMPLE))}")
    parser.add_argument("--check", action="store_true", help="fail on spills and warnings, keep nothing")
    parser.add_argument("--list", action="store_true", help="list the kernels and stop")
    options = parser.parse_args()
    options.out = options.out or options.build / "extents"
    options.translate = options.build / "bin" / "mla-translate"
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, got {options.jobs}")
    if options.check and ("," in options.arch or options.arch == "all"):
        parser.error(f"--check needs one arch, got --arch {options.arch}")
    if not options.list and not options.translate.exists():
        parser.error(f"{options.translate} is not built")
    return options


def main() -> int:
    """Entry point."""
    options = parse_options()
    jobs = [job for job in jobs_1d() + jobs_2d() + jobs_dot() if options.only in job.name]
    if options.sample:
        jobs = [job for job in jobs if job.extent in SAMPLE]
    if not jobs:
        print(f"build.py: no kernel has '{options.only}' in its name; see --list", file=sys.stderr)
        return 2
    if options.list:
        for job in jobs:
            print(f"{job.name:24} {job.kernel:18} {job.warps} warps  {job.signature}")
        return 0
    if not has_ptxas():
        print("skipped: no ptxas; set MLA_PTXAS or PATH")
        return EXIT_SKIPPED
    return 0 if compile_all(jobs, options) else 1


if __name__ == "__main__":
    sys.exit(main())
