"""Runs kernels on the interpreter, the simulator or a GPU and compares the results with numpy, a file or another device."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import sys
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "Language"))
import cases  # noqa: E402
import demo  # noqa: E402
import devices  # noqa: E402
import errors  # noqa: E402
import launches  # noqa: E402
import numpy as np  # noqa: E402

EPILOG = """examples: a tour
  mla-run demo                                               a decode step of the library, checked and timed (mla-run demo --help)
examples: cases (the form of a file is explained at the top of test/Language/cases.py)
  mla-run test/Language/basics.json                          every case of a file, as the front end reads the kernels
  mla-run test/Language                                      every file of a folder
  mla-run test/Language/basics.json --case softmax_33        one case
  mla-run test/Language --level tile-opt --arch sm_80        after the tile stage for an arch: transforms, padding, access facts
  mla-run test/Language --level ws --arch sm_90a --seed 7    roles and channels, copies completing in another order
  mla-run test/Language --device sim                         compiled to PTX for sm_80, on the simulator
  mla-run test/Language --device sim --against tile --seed 7 the same beside the interpreter, with warps in another order
  mla-run test/Language --device auto                        on the GPU, or on the simulator if there is none
  mla-run cases.json --level ws --arch sm_90a --recipe r.json --case decode   with the choices of a recipe
  mla-run cases.json --level tile-opt --recipe r.json --against tile-opt      do transforms change bits?
  mla-run cases.json --passes "func.func(tile-pad-extents),cse" --against tile --arch sm_80   does a pass?
examples: one launch
  mla-run add.py --grid 4 --argument x=fp32[1000]:randn@1 --argument out=fp32[1000]:nan --argument n=1000 \\
      --argument BLOCK=256 --expect "out=x + 1"               a kernel of a file, compared with numpy
  mla-run add.py ... --device sim --arch sm_90a --counters    what each class of instructions did
  mla-run add.py ... --device cuda --against interp           the GPU beside the interpreter, equal bits
  mla-run add.ptx --argument x=x.npy --argument w=bf16@w.npy --argument out=fp32[1000]:nan --expect out=ref.npy \\
      --device sim                                            PTX with its manifest add.json, data from files
  mla-run other.ptx --threads 128 --shared 0 --argument ...   PTX of other compilers: arguments in the order of its parameters
  mla-run build/kernels/vector_add_fp32.json --device cuda --argument ...     a fatbin beside its manifest
arrays: TYPE[SHAPE]:FILL, a fill with its numbers behind colons and its seed behind @: randn@1, uniform:-1:1, integers:0:10,
arange:5, values:1:2:nan, zeros, nan, bits; FILE.npy; TYPE@FILE.npy for types that numpy lacks.

Every case is one line: verdict, level or device, title, the largest absolute and relative error of each output, seconds.

exit: 0 all cases gave what they expect, 1 some did not or failed, 2 wrong arguments"""

PLACES = ("tile", "tile-opt", "ws", "interp", *devices.DEVICES)


@dataclasses.dataclass
class Verdict:
    """What became of a case."""

    passed: bool
    errors: str  # "y_ptr 1e-07 2e-06": of each output
    problem: str
    seconds: float
    table: list = dataclasses.field(default_factory=list)
    said: str = ""
    arrays: dict = dataclasses.field(default_factory=dict)


def judge(case, options):
    """Runs a case and compares."""
    start = time.monotonic()
    try:
        stored = {name: value.make() for name, value in case.arguments.items() if isinstance(value, cases.Array)}
        run = devices.run(case, options, options.place, stored)
        problem, answers, rtol, atol = run.problem, {}, options.rtol, options.atol
        if options.against and not problem:
            baseline = devices.run(case, options, devices.Place(options.against), stored)
            problem = baseline.problem
            answers = {name: baseline.arrays[name] for name in case.outputs()} if baseline.arrays else {}
        elif not problem:
            answers, rtol, atol = case.expected(stored), case.rtol, case.atol
    except Exception as error:  # data and expressions of the user may raise anything
        problem, answers = f"{type(error).__name__}: {error}", {}
    if problem:
        return Verdict(False, "", problem, time.monotonic() - start)
    problems, texts, rows = [], [], []
    for name, expected in answers.items():
        dtype = case.arguments[name].type
        difference = cases.compare(run.arrays[name], expected, dtype, rtol, atol)
        texts.append(errors.text(name, run.arrays[name], expected, dtype))
        rows.append(errors.row(name, run.arrays[name], expected, dtype, difference))
        if difference:
            problems.append(f"{name}: {difference.text}")
    for name, before in stored.items():
        if name not in case.outputs() and run.arrays[name].tobytes() != before.tobytes():
            problems.append(f"{name} is no output and was written")
    return Verdict(not problems, ", ".join(texts), "\n".join(problems), time.monotonic() - start,
                   errors.table(rows) if rows else [], run.said, run.arrays)


def load(path, only):
    """The cases of a file, or of all files of a folder."""
    folder = path if path.is_dir() else path.parent
    chosen = [case for case in cases.load(folder=folder) if path.is_dir() or case.area == path.stem]
    return [case for case in chosen if not only or case.name in only or case.title in only]


def add_options(parser):
    """What the command line may say."""
    parser.add_argument("path", type=pathlib.Path, metavar="PATH",
                        help="a file of cases or a folder of them; or one kernel: a kernel file, PTX, a fatbin, a cubin, a manifest")
    parser.add_argument("--device", choices=("interp", *devices.DEVICES, "auto"),
                        help="where kernels run: the interpreter of IR (interp, the default of kernel files), the simulator of PTX "
                             "(sim, that of compiled kernels), a GPU (cuda), or a GPU if there is one and else the simulator (auto)")
    parser.add_argument("--level", choices=devices.EMIT, default="tile",
                        help="IR that runs: as parsed (tile, the default), after the tile stage, or roles and channels")
    parser.add_argument("--arch", help="whose choices are made (default: that of the GPU, else sm_80)")
    parser.add_argument("--recipe", metavar="FILE", help="choices of all stages; its constants replace those of the case")
    parser.add_argument("--passes", metavar="PIPELINE", help="passes of mla-opt that run on the IR of the level first")
    parser.add_argument("--against", choices=PLACES,
                        help="compare with a run at this level or on this device, without recipe and passes, instead of numpy")
    parser.add_argument("--rtol", type=float, default=0, help="of --against and --expect: allowed relative error (default: equal bits)")
    parser.add_argument("--atol", type=float, default=0, help="of --against and --expect: allowed absolute error")
    parser.add_argument("--seed", type=int, default=0, help="order of programs, roles and copies")
    parser.add_argument("--races", action="store_true", help="a program that touches what another one writes is an error; with --device sim any race in global memory (those in "
                             "shared memory always are)")
    parser.add_argument("--counters", action="store_true", help="of --device sim: print what each class of instructions did")
    parser.add_argument("--table", action="store_true", help="print a table of errors for each case (always for one launch)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases at a time (default: one for each CPU)")
    parser.add_argument("--quiet", action="store_true", help="only what fails, and the sum")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: that of this program)")
    several = parser.add_argument_group("of cases")
    several.add_argument("--case", action="append", metavar="NAME", help="only this case; may be repeated")
    one = parser.add_argument_group("of one launch")
    one.add_argument("--kernel", metavar="NAME", help="which kernel of the file")
    one.add_argument("--grid", default="1", metavar="X[,Y[,Z]]", help="programs (default: 1)")
    one.add_argument("--argument", action="append", default=[], metavar="NAME=VALUE", help="a number, the value of a constexpr, or an array")
    one.add_argument("--expect", action="append", default=[], metavar="NAME=EXPRESSION",
                     help="what has to come out: numpy over the arguments before the run, or a .npy file")
    one.add_argument("--output", action="append", default=[], metavar="NAME",
                     help="an array that the kernel may write (default: those of --expect, else all)")
    one.add_argument("--num-warps", type=int, metavar="N", help="of a kernel file (default: 4)")
    one.add_argument("--manifest", type=pathlib.Path, metavar="FILE", help="of an image (default: the .json beside it)")
    one.add_argument("--threads", type=int, metavar="N", help="of a block, for PTX without a manifest")
    one.add_argument("--shared", type=int, default=0, metavar="BYTES", help="dynamic shared memory, for PTX without a manifest")
    one.add_argument("--print", action="append", default=[], metavar="NAME", help="print an array after the run; \"all\" for every one")
    one.add_argument("--save", type=pathlib.Path, metavar="FOLDER", help="write each array after the run to NAME.npy")


def choose_device(parser, options):
    """Where cases run; looks for a GPU if one is wanted."""
    if options.device in ("cuda", "auto") or options.against == "cuda":
        problem, options.gpu, arch = devices.find_gpu(options)
        if problem and (options.device == "cuda" or options.against == "cuda"):
            parser.error(f"--{'device' if options.device == 'cuda' else 'against'} cuda: {problem}")
        if options.device == "auto":
            options.device = "sim" if problem else "cuda"
            print(f"device: {f'the simulator ({problem})' if problem else options.gpu}", flush=True)
        options.arch = options.arch or arch
    options.arch = options.arch or "sm_80"
    options.against = "tile" if options.against == "interp" else options.against
    is_interpreted = options.device == "interp"
    if not is_interpreted and options.passes:
        parser.error("--passes belongs to --device interp")
    if not is_interpreted and options.level != parser.get_default("level"):
        parser.error("--level belongs to --device interp: the others run machine code or PTX")
    if options.device == "cuda" and options.races:
        parser.error("--races belongs to --device interp and sim: a GPU does not see races")
    if options.counters and options.device != "sim":
        parser.error("--counters belongs to --device sim")
    options.place = devices.Place(options.level if is_interpreted else options.device, options.recipe, options.passes)


def parse_options():
    """The command line."""
    parser = argparse.ArgumentParser(prog="mla-run", description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    options = parser.parse_args()
    if not options.path.exists():
        parser.error(f"'{options.path}' does not exist")
    options.is_launch = options.path.is_file() and launches.is_launch(options.path)
    is_compiled = options.is_launch and options.path.suffix != ".py"
    options.device = options.device or ("sim" if is_compiled else "interp")
    if is_compiled and (options.device == "interp" or options.against in ("interp", *devices.EMIT)):
        parser.error(f"the interpreter runs kernel files, {options.path} is compiled")
    for name in ("kernel", "argument", "expect", "output", "num_warps", "manifest", "threads", "print", "save"):
        if getattr(options, name) and not options.is_launch:
            parser.error(f"--{name.replace('_', '-')} belongs to one launch, {options.path} holds cases")
    if options.expect and options.against:
        parser.error("--expect and --against each say what has to come out: give one")
    if options.case and options.is_launch:
        parser.error(f"--case belongs to a file of cases, {options.path} is a kernel")
    try:
        options.grid = [int(extent) for extent in options.grid.split(",")]
    except ValueError:
        options.grid = []
    if not 1 <= len(options.grid) <= 3 or min(options.grid) < 0:
        parser.error("--grid expects one to three numbers, not negative: X[,Y[,Z]]")
    if options.seed < 0 or options.jobs < 1:
        parser.error(f"--seed expects 0 or more and --jobs 1 or more, got {options.seed} and {options.jobs}")
    return parser, options


def read_cases(parser, options):
    """What is to be run."""
    try:
        if options.is_launch:
            return [launches.read(options)]
        chosen = load(options.path, options.case)
    except launches.LaunchError as error:
        parser.error(str(error))
    except (ValueError, KeyError, TypeError, OSError, SyntaxError) as error:
        parser.error(f"{options.path}: {error}")
    if not chosen:
        parser.error(f"{options.path} has no case {' or '.join(options.case or ['at all'])}")
    return chosen


def report(case, verdict, width, options):
    """Prints what became of a case."""
    if not verdict.passed or not options.quiet:
        print(f"{'ok    ' if verdict.passed else 'FAILED'} {options.place.name:8} {case.title:{width}}  "
              f"{verdict.errors}  {verdict.seconds:.2f} s", flush=True)
    for line in verdict.problem.splitlines():
        print(f"       {line}", flush=True)
    if options.table or options.is_launch:
        for line in verdict.table:
            print(f"       {line}")
    if options.counters and verdict.said:
        print(verdict.said)
    for name, array in verdict.arrays.items():
        if name in options.print or "all" in options.print:
            print(f"{name} = {np.array2string(cases.decode(array, case.arguments[name].type), separator=', ')}")
        if options.save:
            options.save.mkdir(parents=True, exist_ok=True)
            np.save(options.save / f"{name}.npy", array)


def main():
    """Entry point."""
    if demo.is_asked_for(sys.argv):
        return demo.main(sys.argv)
    np.seterr(all="ignore")  # NaN and overflow are results here
    parser, options = parse_options()
    choose_device(parser, options)
    chosen = read_cases(parser, options)
    width = max(len(case.title) for case in chosen)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case, verdict in zip(chosen, pool.map(lambda case: judge(case, options), chosen)):
            failed += not verdict.passed
            report(case, verdict, width, options)
    if not options.is_launch:
        print(f"{len(chosen) - failed} of {len(chosen)} cases passed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
