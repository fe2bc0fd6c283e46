#!/usr/bin/env python3
"""Compiles matrix products at the hardware level, with every choice of bulk copies and wgmma, for mla-wgmma to run."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

from matmul import Config, kernel

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
EXIT_SKIPPED = 77
PLAN = "builtin.module(canonicalize,cse,func.func(sm-plan-memory,sm-insert-barriers,sm-verify-hardware))"

CONFIGS = [
    # Operands in shared memory, swizzles of 128, 64 and 32 bytes.
    Config("kk_128"),
    Config("kn_128", b_major="n"),
    Config("mk_128", a_major="m", element="f16"),
    Config("mn_128", a_major="m", b_major="n"),
    Config("kk_64", groups=1, m=64, n=64, k=32, element="f16"),
    Config("kk_32", groups=1, m=64, n=8, k=16, stages=2),
    Config("kn_64", groups=1, m=64, n=32, k=64, b_major="n"),
    Config("kn_32", groups=1, m=64, n=16, k=32, b_major="n", element="f16"),
    Config("kn_plain", groups=1, m=64, n=8, k=32, b_major="n"),
    # Segments, several instructions along M and N.
    Config("kk_wide", n=256, registers=True, overlap=True),
    Config("kn_192", n=192, b_major="n", registers=True, overlap=True),
    Config("kn_320", groups=1, m=64, n=320, k=32, b_major="n"),
    Config("kk_rows", groups=1, m=192, n=64),
    Config("mn_rows", groups=1, m=128, n=96, k=32, a_major="m", b_major="n", element="f16"),
    Config("kk_segments", groups=1, m=64, n=48, k=128),
    Config("kn_deep", groups=1, m=64, n=48, k=192, stages=2, b_major="n"),
    Config("kk_four", groups=4, m=256, n=64, overlap=True),
    # A in registers.
    Config("rk_128", groups=1, m=64, n=128, a_from="registers"),
    Config("rn_rows", m=256, n=64, k=32, b_major="n", a_from="registers", element="f16"),
    # The result by bulk copy; one stage.
    Config("kk_store", store="bulk"),
    Config("kn_store", groups=1, m=64, n=48, k=64, stages=1, b_major="n", store="bulk"),
]


def compile_one(config: Config, options: argparse.Namespace) -> str:
    """What mla-translate said if it failed or, with --check, if it said anything."""
    source = options.out / f"{config.file}.mlir"
    source.write_text(kernel(config), encoding="utf-8")
    output = options.out / f"{config.file}.fatbin"
    for stale in (output, output.with_suffix(".json")):
        stale.unlink(missing_ok=True)
    planned = options.out / f"{config.file}.planned.mlir"
    plan = [options.build / "bin" / "mla-opt", source, "-o", planned, "-pass-pipeline=" + PLAN]
    command = [options.translate, planned, "--arch", "sm_90a", "--emit", "fatbin", "-o", output, "--Werror=spill,serialise"]
    said = ""
    for words in (plan, command):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return done.stderr.strip() or f"{words[0]} ended with {done.returncode} and said nothing"
        said += done.stderr.strip()
    return said if options.check else ""


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__,
                                     epilog="exit: 0 all compiled, 1 a kernel failed, 77 no assembler")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: build)")
    parser.add_argument("--out", type=pathlib.Path, help="where the results go (default: BUILD/wgmma)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only kernels whose name contains this")
    parser.add_argument("--check", action="store_true", help="fail on warnings too")
    options = parser.parse_args()
    options.out = options.out or options.build / "wgmma"
    options.translate = options.build / "bin" / "mla-translate"
    given = os.environ.get("MLA_PTXAS")
    if not shutil.which(given or "ptxas") and (given or not os.path.exists("/usr/local/cuda/bin/ptxas")):
        print("skipped: no ptxas; set MLA_PTXAS or PATH")
        return EXIT_SKIPPED
    options.out.mkdir(parents=True, exist_ok=True)
    configs = [config for config in CONFIGS if options.only in config.file]
    failures = {config.file: error for config in configs if (error := compile_one(config, options))}
    for name, error in failures.items():
        print(f"{name}: FAILED\n    " + error.replace("\n", "\n    "))
    print(f"{len(configs) - len(failures)} of {len(configs)} kernels compiled, in {options.out}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
