"""The command line: list, run, plot, compare."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import pathlib
import sys

from mla.bench import cases, compare, families, gpu, results, table
from mla.bench import run as session

EXIT_SKIPPED = 77
EPILOG = """examples:
  mla-bench run --json today.json                all cases on GPU 0: a table, and a file for the next two commands
  mla-bench run --only dense_decode --only matmul
  mla-bench run --goals --no-peers               what has a goal, and no kernels of others
  mla-bench run --kernels DIR                    kernels that tools/kernels compiled (e.g. PTX), not those of libmla.so
  mla-bench plot today.json -o today.png         bars beside ceiling, peer and goal; several files show a history
  mla-bench compare before.json today.json       what became slower by more than the spread
  mla-bench list --goals                         cases, goals and stored figures

Without an installed launcher: PYTHONPATH=python python3 -B -m mla.bench. Cases and stored figures are in kernels/baselines.
exit: 0 done, 1 a wrong result or a regression, 2 wrong arguments or files, or no library, 77 nothing was timed (no torch, no GPU, no kernel)"""


def parse():
    """Arguments."""
    parser = argparse.ArgumentParser(prog="mla-bench", description="Times the kernel library on a GPU beside ceilings, peers, stored figures and goals.",
                                     epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    build = {"type": pathlib.Path, "metavar": "DIR", "help": "build tree of library, launcher and kernels (default: the one around this package, or build)"}
    parser.add_argument("--build", **build)
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|run|plot|compare")
    choosing = argparse.ArgumentParser(add_help=False)
    choosing.add_argument("--cases", type=pathlib.Path, default=cases.FOLDER, metavar="DIR", help="folder of cases.json and stored figures")
    choosing.add_argument("--only", action="append", default=[], metavar="TEXT", help="cases whose family, type and shape contain this; may be repeated")
    choosing.add_argument("--goals", action="store_true", help="only cases that have a goal")
    commands.add_parser("list", parents=[choosing], help="print the cases")
    run = commands.add_parser("run", parents=[choosing], help="time cases on a GPU")
    run.add_argument("--build", default=argparse.SUPPRESS, **build)
    run.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write all figures to this file")
    run.add_argument("--gpu", type=int, default=0, metavar="N", help="which GPU (default: 0)")
    run.add_argument("--repetitions", type=int, default=30, help="timed runs of a case (default: 30)")
    run.add_argument("--seconds", type=float, metavar="S", help="start no case after so long")
    run.add_argument("--no-peers", action="store_true", help="do not look for kernels of others")
    run.add_argument("--library", type=pathlib.Path, metavar="FILE", help="libmla.so (default: that of the build or installed tree)")
    run.add_argument("--launcher", type=pathlib.Path, metavar="FILE", help="libmla-launch.so, for families outside the library (default: that of the build tree)")
    run.add_argument("--kernels", type=pathlib.Path, metavar="DIR", help="compiled kernels, also for what the library does (default: those inside the "
                     "library; build/kernels for families outside it)")  # fmt: skip
    run.add_argument("--commit", metavar="TEXT", help="what was built (default: that of the source tree)")
    plot = commands.add_parser("plot", help="draw files that run --json wrote")
    plot.add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE")
    plot.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="FILE", help=".png, .svg or .pdf")
    plot.add_argument("--only", action="append", default=[], metavar="TEXT", help="cases whose family, type and shape contain this; may be repeated")
    pair = commands.add_parser("compare", help="compare two files that run --json wrote")
    pair.add_argument("before", type=pathlib.Path)
    pair.add_argument("after", type=pathlib.Path)
    pair.add_argument("--threshold", type=float, default=2, metavar="PERCENT", help="changes up to this are none (default: 2)")
    options = parser.parse_args()
    if getattr(options, "repetitions", 1) < 1:
        parser.error(f"--repetitions must be at least 1, got {options.repetitions}")
    if getattr(options, "gpu", 0) < 0:
        parser.error(f"--gpu must be at least 0, got {options.gpu}")
    if (getattr(options, "seconds", None) or 0) < 0:
        parser.error(f"--seconds must be at least 0, got {options.seconds}")
    for name in ("json", "output"):
        path = getattr(options, name, None)
        if path and not path.parent.is_dir():
            parser.error(f"--{name}: {path.parent} is no folder")
    if getattr(options, "threshold", 0) < 0:
        parser.error(f"--threshold must be at least 0, got {options.threshold}")
    return options


def list_cases(options):
    """Prints them."""
    known = cases.load(options.cases)
    chosen = cases.choose(known, options.only, options.goals)
    lines = [("family", "type", "case", "goal", "stored")]
    for case in chosen:
        best = case.stored[0] if case.stored else None
        lines.append((case.family, case.type, case.shape, cases.goal_text(case.goal),
                      f"{best.peer} {table.number(best.median_us)} µs, {best.gpu}, {best.date}" if best else "-"))  # fmt: skip
    print(*table.aligned(lines), sep="\n")
    return 0


def find_build(options):
    """The build tree: the one that was named, the one that holds this package, or that of its source tree."""
    if options.build and not options.build.is_dir():
        raise cases.CaseError(f"--build: {options.build} is no folder")
    places = (session.ROOT, session.ROOT / "build")
    return options.build or next((place for place in places if (place / "lib" / "libmla.so").exists()), places[-1])


def run_cases(options):
    """Times them."""
    chosen = cases.choose(cases.load(options.cases), options.only, options.goals)
    if options.kernels and not options.kernels.is_dir():
        raise cases.CaseError(f"--kernels: {options.kernels} is no folder")
    build, needs_library = find_build(options), families.needs_library(chosen)
    built = build / "lib" / "libmla.so"
    if options.build and needs_library and not options.library and not built.exists():
        raise cases.CaseError(f"--build: there is no {built}; build mla there, or name a library with --library")
    try:
        device = gpu.Gpu(options.gpu, options.repetitions)
    except gpu.NoGpu as reason:
        print(f"skipped: {reason}")
        return EXIT_SKIPPED
    from mla import launch, runtime

    context = families.Context(device, kernel_folder=options.kernels, with_peers=not options.no_peers)
    try:
        context.library = runtime.Library(options.library or (built if built.exists() else None))
        context.device = context.library.open(options.gpu, options.kernels)
    except (OSError, runtime.Error) as error:
        if options.library or needs_library:
            raise cases.CaseError(f"{'--library' if options.library else 'the library cannot be opened'}: {error}") from None
        print(f"note: no library: {error}", file=sys.stderr)
    launcher = options.launcher or build / "lib" / "libmla-launch.so"
    try:
        context.launcher = launch.Launcher(launcher) if options.launcher or launcher.exists() else None
    except OSError as error:
        raise cases.CaseError(f"--launcher: {error}") from None
    context.kernels = options.kernels or build / "kernels"
    keep = (lambda data: results.write(options.json, data)) if options.json else None
    data = session.run(context, chosen, ["mla-bench", *sys.argv[1:]], options.commit, options.seconds, keep)
    print(*table.render(data), sep="\n")
    return 1 if data["failed"] else 0 if data["results"] else EXIT_SKIPPED


def plot_files(options):
    """Draws them."""
    from mla.bench import plot

    plot.draw([results.read(path) for path in options.files], options.output, options.only)
    print(options.output)
    return 0


def compare_files(options):
    """Prints what changed."""
    lines, is_worse = compare.compare(results.read(options.before), results.read(options.after), options.threshold / 100)
    print(*lines, sep="\n")
    return int(is_worse)


def main():
    """Entry point."""
    options = parse()
    try:
        return {"list": list_cases, "run": run_cases, "plot": plot_files, "compare": compare_files}[options.command](options)
    except (cases.CaseError, results.ResultsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
