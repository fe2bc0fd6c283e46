"""Runs numerical cases of kernels on the interpreter or the simulator and compares the results with numpy."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "Language"))
import cases  # noqa: E402
import numpy as np  # noqa: E402

EPILOG = """examples:
  mla-run test/Language/basics.json                          every case of a file, as the front end reads the kernels
  mla-run test/Language                                      every file of a folder
  mla-run test/Language/basics.json --case softmax_33        one case
  mla-run test/Language --level tile-opt --arch sm_80        after the tile stage for an arch: transforms, padding, access facts
  mla-run test/Language --level ws --arch sm_90a --seed 7    roles and channels, copies completing in another order
  mla-run test/Language --device sim                         compiled to PTX for sm_80, on the simulator
  mla-run test/Language --device sim --against tile --seed 7 the same beside the interpreter, with warps in another order
  mla-run cases.json --level ws --arch sm_90a --recipe r.json --case decode   with the choices of a recipe
  mla-run cases.json --level tile-opt --recipe r.json --against tile-opt      do transforms change bits?
  mla-run cases.json --passes "func.func(tile-pad-extents),cse" --against tile --arch sm_80   does a pass?

The form of a file of cases is explained at the top of test/Language/cases.py. Every case is one line: verdict, level, title,
the largest absolute and relative error of each output, seconds.

exit: 0 all cases gave what they expect, 1 some did not or failed, 2 wrong arguments"""

PROGRESS_SECONDS = 10
PROGRESS = re.compile(r"mla-interpret: (\d+ of \d+ programs)")
EMIT = {"tile": "source-tile", "tile-opt": "tile", "ws": "ws"}
PTX = "ptx"  # the level of the simulator


@dataclasses.dataclass
class Verdict:
    """What became of a case."""

    passed: bool
    errors: str  # "y_ptr 1e-07 2e-06": of each output
    problem: str
    seconds: float


def translate_command(case, options, level, recipe, output):
    """Kernel text to IR of the level."""
    command = [options.build / "bin/mla-translate", os.path.relpath(case.source), "--kernel", case.kernel,
               "--signature", case.signature(), "--emit", EMIT.get(level, level), "--locations", "-o", output]
    if level != "tile" or options.passes:
        command += ["--arch", options.arch]
        if recipe:
            command += ["--recipe", recipe]
        elif case.num_warps:
            command += ["--num-warps", case.num_warps]
    return [str(word) for word in command]


def scalar_arguments(case):
    """NAME=TYPE:VALUE of the run-time numbers."""
    numbers = {name: case.arguments[name] for name, is_constexpr in case.parameters()
               if not is_constexpr and not isinstance(case.arguments[name], cases.Array)}
    texts = []
    for name, value in numbers.items():
        dtype = "fp32" if isinstance(value, float) else "i32" if -2**31 <= value < 2**31 else "i64"
        texts.append(f"{name}={dtype}:{value if isinstance(value, float) else int(value)}")
    return texts + [f"{name}=i64:{value}" for name, value in case.view_arguments().items()]


def execute(command, title=""):
    """What a program said if it failed, else nothing. Says on stderr from time to time how far a long run is."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        with subprocess.Popen(command, stderr=said, stdout=said) as process:
            seconds = 0
            while True:
                try:
                    code = process.wait(PROGRESS_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    seconds += PROGRESS_SECONDS
                    said.seek(0)
                    far = [line for line in said.read().splitlines() if PROGRESS.fullmatch(line)]
                    print(f"mla-run: {title}: {seconds} s{', ' + PROGRESS.fullmatch(far[-1])[1] if far else ''}",
                          file=sys.stderr, flush=True)
        said.seek(0)
        text = "\n".join(line for line in said.read().splitlines() if not PROGRESS.fullmatch(line)).strip()
    if code == 0:
        return ""
    return text or f"{pathlib.Path(command[0]).name} ended with {code} and said nothing"


def interpret(case, options, stored, level, recipe, passes):
    """Runs a case; what went wrong, or nothing and the arrays afterwards."""
    missing = [name for name, _ in case.parameters() if name not in case.arguments]
    if missing:
        return f"the case gives no value for {', '.join(missing)}", {}
    with tempfile.TemporaryDirectory(prefix="mla-run-") as folder:
        return interpret_in(pathlib.Path(folder), case, options, stored, level, recipe, passes)


def interpret_command(folder, case, options, level, recipe, passes):
    """What is wrong with the IR of a case, and the command that runs it."""
    ir = folder / f"{case.kernel}.mlir"
    problem = execute(translate_command(case, options, level, recipe, ir))
    if passes and not problem:
        transformed = folder / "transformed.mlir"
        problem = execute([str(options.build / "bin/mla-opt"), str(ir), f"--pass-pipeline=builtin.module({passes})",
                           "--mlir-print-debuginfo", "-o", str(transformed)])
        ir = transformed
    return problem, [options.build / "bin/mla-interpret", ir, "--kernel", case.kernel, *(["--races"] if options.races else [])]


def simulate_command(folder, case, options, level, recipe, _passes):
    """The same of its PTX."""
    ptx, manifest = folder / f"{case.kernel}.ptx", folder / f"{case.kernel}.json"
    problem = execute([*translate_command(case, options, level, recipe, ptx), f"--manifest={manifest}"])
    return problem, [options.build / "bin/mla-simulate", ptx]


def interpret_in(folder, case, options, stored, level, recipe, passes):
    """interpret() with files in a folder."""
    problem, command = (simulate_command if level == PTX else interpret_command)(folder, case, options, level, recipe, passes)
    if problem:
        return problem, {}
    command += ["--grid", ",".join(map(str, case.grid)), "--seed", options.seed, "--save", folder]
    for name, array in stored.items():
        array.tofile(folder / f"{name}.bin")
        command += ["--argument", f"{name}=*{case.arguments[name].type}@{folder / name}.bin"]
    for text in scalar_arguments(case):
        command += ["--argument", text]
    problem = execute([str(word) for word in command], case.title)
    if problem:
        return problem, {}
    return "", {name: np.fromfile(folder / f"{name}.bin", before.dtype).reshape(before.shape) for name, before in stored.items()}


def error_text(name, got, expected, dtype):
    """The largest absolute and relative error of an output."""
    a, b = cases.decode(got, dtype).astype(np.float64), cases.decode(expected, dtype).astype(np.float64)
    finite = np.isfinite(a) & np.isfinite(b)
    gaps, sizes = np.abs(a[finite] - b[finite]), np.abs(b[finite])
    relative = gaps[sizes > 0] / sizes[sizes > 0]
    return f"{name} {gaps.max(initial=0):.2g} {relative.max(initial=0):.2g}"


def judge(case, options):
    """Runs a case and compares."""
    start = time.monotonic()
    stored = {name: value.make() for name, value in case.arguments.items() if isinstance(value, cases.Array)}
    problem, got = interpret(case, options, stored, options.level, options.recipe, options.passes)
    if options.against and not problem:
        problem, baseline = interpret(case, options, stored, options.against, None, None)
        answers = {name: baseline[name] for name in case.outputs()} if baseline else {}
        rtol, atol = options.rtol, options.atol
    else:
        answers, rtol, atol = case.expected(stored), case.rtol, case.atol
    if problem:
        return Verdict(False, "", problem, time.monotonic() - start)
    problems, errors = [], []
    for name, expected in answers.items():
        dtype = case.arguments[name].type
        errors.append(error_text(name, got[name], expected, dtype))
        difference = cases.compare(got[name], expected, dtype, rtol, atol)
        if difference:
            problems.append(f"{name}: {difference.text}")
    for name, before in stored.items():
        if name not in case.outputs() and got[name].tobytes() != before.tobytes():
            problems.append(f"{name} is no output and was written")
    return Verdict(not problems, ", ".join(errors), "\n".join(problems), time.monotonic() - start)


def load(path, only):
    """The cases of a file, or of all files of a folder."""
    folder = path if path.is_dir() else path.parent
    chosen = [case for case in cases.load(folder=folder) if path.is_dir() or case.area == path.stem]
    return [case for case in chosen if not only or case.name in only or case.title in only]


def parse_options():
    """The command line."""
    parser = argparse.ArgumentParser(prog="mla-run", description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=pathlib.Path, metavar="CASES.json", help="a file of cases, or a folder of them")
    parser.add_argument("--case", action="append", metavar="NAME", help="only this case; may be repeated")
    parser.add_argument("--device", choices=["interp", "sim"], default="interp",
                        help="where kernels run: the interpreter of IR (interp, the default), or the simulator of PTX (sim)")
    parser.add_argument("--level", choices=EMIT, default="tile",
                        help="IR that runs: as parsed (tile, the default), after the tile stage, or roles and channels")
    parser.add_argument("--arch", default="sm_80", help="whose choices tile-opt and ws make (default: sm_80)")
    parser.add_argument("--recipe", metavar="FILE", help="choices of tile-opt and ws; its constants replace those of the case")
    parser.add_argument("--passes", metavar="PIPELINE", help="passes of mla-opt that run on the IR of the level first")
    parser.add_argument("--against", choices=EMIT,
                        help="compare with a run at this level, without recipe and passes, instead of numpy")
    parser.add_argument("--rtol", type=float, default=0, help="of --against: allowed relative error (default: equal bits)")
    parser.add_argument("--atol", type=float, default=0, help="of --against: allowed absolute error")
    parser.add_argument("--seed", type=int, default=0, help="order of programs, roles and copies")
    parser.add_argument("--races", action="store_true", help="a program that touches what another one writes is an error")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases at a time (default: one for each CPU)")
    parser.add_argument("--quiet", action="store_true", help="only what fails, and the sum")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: that of this program)")
    options = parser.parse_args()
    if options.device == "sim":
        if options.passes:
            parser.error("--passes belongs to --device interp")
        if options.races or options.level != parser.get_default("level"):
            parser.error("--level and --races belong to --device interp: the simulator runs PTX, and always looks for races in shared memory")
        options.level = PTX
    if not options.path.exists():
        parser.error(f"'{options.path}' does not exist")
    return parser, options


def main():
    """Entry point."""
    np.seterr(all="ignore")  # NaN and overflow are results here
    parser, options = parse_options()
    try:
        chosen = load(options.path, options.case)
    except (ValueError, KeyError, TypeError, OSError) as error:
        parser.error(f"{options.path}: {error}")
    if not chosen:
        parser.error(f"{options.path} has no case {' or '.join(options.case or ['at all'])}")
    width = max(len(case.title) for case in chosen)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case, verdict in zip(chosen, pool.map(lambda case: judge(case, options), chosen)):
            failed += not verdict.passed
            if not verdict.passed or not options.quiet:
                print(f"{'ok    ' if verdict.passed else 'FAILED'} {options.level:8} {case.title:{width}}  "
                      f"{verdict.errors}  {verdict.seconds:.2f} s", flush=True)
            for line in verdict.problem.splitlines():
                print(f"       {line}", flush=True)
    print(f"{len(chosen) - failed} of {len(chosen)} cases passed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
