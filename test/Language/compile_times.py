#!/usr/bin/env python3
"""Compiles kernels that others wrote for Triton with mla-translate and with Triton, on this machine, which needs no GPU, and
compares how long each takes to a cubin. FILES and LAUNCHES are those of peers.py.

Ours is the wall time of a whole run of mla-translate, with its stages below; Triton's is that of triton.compile alone in a
process that has imported and used it before, with an empty cache, so that its start (about 0.5 s) is not counted. Each time is
the median of RUNS. Other work on the machine shows as load.
"""
# SPDX-License-Identifier: Apache-2.0

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import cases  # noqa: E402
import peers  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXIT_SKIPPED = 77
# Columns of `mla-translate --time`.
PARTS = {"front": ("front end",), "MLIR": ("tile", "ws", "sm", "llvm"), "LLVM": ("ptx",), "ptxas": ("ptxas",)}

EXAMPLES = """examples:
  test/Language/compile_times.py --files kernels --launches launches.json
  test/Language/compile_times.py --files kernels --launches launches.json --only matmul --arch sm_90a --runs 9

exit: 0, 77 no Triton"""


def our_times(peer, arch, options):
    """(seconds of a run, milliseconds by part) or what went wrong."""
    command = [options.build / "bin/mla-translate", peer.source, "--kernel", peer.kernel, "--signature", peer.signature(), "--arch", arch,
               *(f"--{name.replace('_', '-')}={value}" for name, value in peer.options().items()), "--emit", "cubin", "-o", os.devnull, "--time"]
    samples, parts = [], []
    for _ in range(options.runs):
        begin = time.monotonic()
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        samples.append(time.monotonic() - begin)
        if done.returncode:
            return None, next((line for line in done.stderr.splitlines() if "error:" in line), f"ended with {done.returncode}")
        # A title may hold a blank; columns are two apart.
        titles, values = (re.split(r"  +", line.strip()) for line in done.stderr.strip().splitlines()[-2:])
        row = dict(zip(titles[1:], map(float, values[1:])))
        parts.append({part: sum(row[name] for name in names) for part, names in PARTS.items()})
    return statistics.median(samples), {part: statistics.median(each[part] for each in parts) for part in PARTS}


def triton_source(peer, kernel):
    """What triton.compile takes, specialised as a launch with these arguments would be."""
    from triton.compiler import ASTSource
    signature, constants, attributes = {}, {}, {}
    entries = [entry.strip() for entry in peer.signature().split(", ")]
    for index, ((name, is_constexpr), entry) in enumerate(zip(peer.parameters(), entries)):
        value = peer.arguments[name]
        if is_constexpr or value is None or value == 1 and not isinstance(value, cases.Array):
            signature[name] = "constexpr"
            constants[name] = value
            continue
        kind, _, hint = entry.partition(":")
        signature[name] = kind
        if hint == "16":
            attributes[(index,)] = [["tt.divisibility", 16]]
    return ASTSource(kernel, signature, constants, attributes)


def worker(options):
    """Compiles with Triton what standard input asks for; one line of JSON for each goes out."""
    import triton
    from triton.backends.compiler import GPUTarget
    known = {peer.name: peer for peer in peers.load(options.launches, options.files, "")}
    modules = {}
    with tempfile.TemporaryDirectory() as folder:
        def compile_once(peer, capability):
            if peer.source not in modules:
                modules[peer.source] = peers.triton_kernels(peer.source, pathlib.Path(folder))
            with tempfile.TemporaryDirectory() as cache:
                triton.knobs.cache.dir = cache
                begin = time.monotonic()
                triton.compile(triton_source(peer, getattr(modules[peer.source], peer.kernel)), target=GPUTarget("cuda", capability, 32),
                               options=peer.options())
                return time.monotonic() - begin
        is_warm = False
        for line in sys.stdin:
            name, arch = line.split()
            capability = int(arch.strip("sm_a"))
            try:
                if not is_warm:
                    compile_once(known[name], capability)
                    is_warm = True
                answer = {"seconds": statistics.median(compile_once(known[name], capability) for _ in range(options.runs))}
            except Exception as error:  # whatever Triton's compiler raises is an answer
                answer = {"error": peers.last_line(error)}
            print(json.dumps(answer), flush=True)


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(prog="compile_times.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=EXAMPLES)
    parser.add_argument("--files", type=pathlib.Path, required=True, help="the folder of kernels")
    parser.add_argument("--launches", type=pathlib.Path, required=True, help="the launches")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: build)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only launches whose name contains this")
    parser.add_argument("--arch", default="sm_90a,sm_80", help="archs, separated by commas (default: sm_90a,sm_80)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each compiler (default: 3)")
    parser.add_argument("--triton-python", default=sys.executable, metavar="PYTHON", help="interpreter that has Triton (default: this one)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return worker(options)
    if subprocess.run([options.triton_python, "-c", "import triton, numpy"], capture_output=True, check=False).returncode:
        print(f"skipped: {options.triton_python} has no Triton or no numpy")
        return EXIT_SKIPPED
    triton = subprocess.Popen([options.triton_python, __file__, "--worker", "--files", options.files, "--launches", options.launches,
                               "--runs", str(options.runs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, median of {options.runs}\n"
          f"{'kernel':22} {'arch':7} {'ours s':>7} {'triton s':>8} {'ratio':>6}  " + " ".join(f"{part + ' ms':>9}" for part in PARTS))
    for peer in peers.load(options.launches, options.files, options.only):
        for arch in options.arch.split(","):
            ours, parts = our_times(peer, arch, options)
            triton.stdin.write(f"{peer.name} {arch}\n")
            triton.stdin.flush()
            theirs = next(line for line in triton.stdout if line.startswith("{"))
            theirs = json.loads(theirs)
            seconds = theirs.get("seconds")
            print(f"{peer.name:22} {arch:7} {f'{ours:7.2f}' if ours else '-':>7} {f'{seconds:8.2f}' if seconds else '-':>8} "
                  f"{f'{ours / seconds:6.2f}' if ours and seconds else '-':>6}  "
                  + (" ".join(f"{parts[part]:9.0f}" for part in PARTS) if ours else parts) + (f"  Triton: {theirs['error']}" if not seconds else ""), flush=True)
    triton.stdin.close()
    triton.wait()
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
