"""Where kernels run: the interpreter of IR, the simulator of PTX, a GPU. Each is a program that reads and writes files of bytes."""
# SPDX-License-Identifier: Apache-2.0

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import cases
import launches
import numpy as np

PROGRESS_SECONDS = 10
PROGRESS = re.compile(r"mla-interpret: (\d+ of \d+ programs)|mla-simulate: (.*of warps)|mla-sim: .*? s, (.*of warps)")
EMIT = {"tile": "source-tile", "tile-opt": "tile", "ws": "ws"}  # levels of the interpreter
DEVICES = ("sim", "cuda")


@dataclasses.dataclass
class Place:
    """A level of the interpreter, or a device; with what only one side of a comparison has."""

    name: str
    recipe: str = None
    passes: str = None


@dataclasses.dataclass
class Run:
    """What a run gave."""

    problem: str = ""
    arrays: dict = dataclasses.field(default_factory=dict)
    said: str = ""  # tables of counters


def read_all(file):
    """What a file holds, without moving the place where its other holders write."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode("utf-8", "replace")


def execute(command, title="", environment=None):
    """(what a program said if it failed, else nothing; what it printed). Says on stderr from time to time how far a long run is."""
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen([str(word) for word in command], stderr=said, stdout=said, env=environment) as process:
            seconds = 0
            while True:
                try:
                    code = process.wait(PROGRESS_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    seconds += PROGRESS_SECONDS
                    far = [match for line in read_all(said).splitlines() if (match := PROGRESS.fullmatch(line))]
                    print(f"mla-run: {title}: {seconds} s{', ' + next(filter(None, far[-1].groups())) if far else ''}",
                          file=sys.stderr, flush=True)
        text = "\n".join(line for line in read_all(said).splitlines() if not PROGRESS.fullmatch(line)).strip()
    if code == 0:
        return "", text
    return text or f"{pathlib.Path(command[0]).name} ended with {code} and said nothing", ""


def translate(case, options, emit, place, output, more=()):
    """Kernel text to IR of a level, PTX or a cubin; what went wrong."""
    command = [options.build / "bin/mla-translate", os.path.relpath(case.source), "--kernel", case.kernel,
               "--signature", case.signature(), "--emit", emit, "--locations", "-o", output, *more]
    if emit != "source-tile" or place.passes:
        command += ["--arch", options.arch]
        if place.recipe:
            command += ["--recipe", place.recipe]
        elif case.num_warps:
            command += ["--num-warps", case.num_warps]
    return execute(command)[0]


def numbers(case):
    """(name, type, value) of the run-time numbers."""
    types = case.scalar_types() if isinstance(case, launches.CompiledCase) else {}
    found = [(name, case.arguments[name]) for name, is_constexpr in case.parameters()
             if not is_constexpr and name in case.arguments and not isinstance(case.arguments[name], cases.Array)]
    texts = []
    for name, value in found:
        dtype = "fp32" if isinstance(value, float) else "i32" if -2**31 <= value < 2**31 else "i64"
        dtype = types.get(name, dtype)
        texts.append((name, dtype, float(value) if cases.is_float(dtype) else int(value)))
    return texts + [(name, types.get(name, "i64"), value) for name, value in case.view_arguments().items()]


def prepare_interpreter(folder, case, options, place):
    """What is wrong with the IR of a case, and the command that runs it."""
    ir = folder / f"{case.kernel}.mlir"
    problem = translate(case, options, EMIT[place.name], place, ir)
    if place.passes and not problem:
        transformed = folder / "transformed.mlir"
        problem, _ = execute([options.build / "bin/mla-opt", ir, f"--pass-pipeline=builtin.module({place.passes})",
                              "--mlir-print-debuginfo", "-o", transformed])
        ir = transformed
    return problem, [options.build / "bin/mla-interpret", ir, "--kernel", case.kernel, *(["--races"] if options.races else [])]


def prepare_simulator(folder, case, options, place):
    """The same of its PTX."""
    flags = [*(["--counters"] if options.counters else []), *(["--global-races"] if options.races else [])]
    if not isinstance(case, launches.CompiledCase):
        ptx, manifest = folder / f"{case.kernel}.ptx", folder / f"{case.kernel}.json"
        problem = translate(case, options, "ptx", place, ptx, [f"--manifest={manifest}"])
        return problem, [options.build / "bin/mla-simulate", ptx, *flags]
    if case.source.suffix != ".ptx":
        return f"the simulator runs PTX, not {case.source.suffix[1:]}s; MLA_LIBCUDA=libmla-sim-cuda.so --device cuda takes fatbins with PTX", []
    return "", [options.build / "bin/mla-simulate", case.source, f"--manifest={write_manifest(folder, case)}", *flags]


def write_manifest(folder, case):
    """The manifest of a compiled case as a file: its own, or one that was made for it."""
    if case.manifest_path.exists():
        return case.manifest_path
    path = folder / "made.json"
    path.write_text(launches.json.dumps(case.manifest), encoding="utf-8")
    return path


def run_on_cpu(folder, case, options, place, stored):
    """A run of the interpreter or the simulator."""
    prepare = prepare_simulator if place.name == "sim" else prepare_interpreter
    problem, command = prepare(folder, case, options, place)
    if problem:
        return Run(problem)
    command += ["--grid", ",".join(map(str, case.grid)), "--seed", options.seed, "--save", folder]
    for name, array in stored.items():
        array.tofile(folder / f"{name}.bin")
        command += ["--argument", f"{name}=*{case.arguments[name].type}@{folder / name}.bin"]
    for name, dtype, value in numbers(case):
        command += ["--argument", f"{name}={dtype}:{value}"]
    problem, said = execute(command, case.title)
    return Run(problem, {}, said)


def run_on_gpu(folder, case, options, place, stored):
    """A run through the launcher and the CUDA driver."""
    stem = folder / case.kernel
    if isinstance(case, launches.CompiledCase):
        shutil.copy(case.source, stem.with_suffix(case.source.suffix))
        shutil.copy(write_manifest(folder, case), stem.with_suffix(".json"))
    else:
        # A simulating driver runs PTX; a GPU shows what the assembler made of it.
        is_simulated = options.gpu.startswith("simulated")
        emit = ("ptx", [f"--manifest={stem}.json"]) if is_simulated else ("fatbin", [])
        problem = translate(case, options, emit[0], place, f"{stem}.{emit[0]}", emit[1])
        if problem:
            return Run(problem)
    variants = launches.json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))["variants"]
    variant = case.variant() if isinstance(case, launches.CompiledCase) else variants[0]
    promised = {argument["name"]: argument["divisibility"] for argument in variant["arguments"]}
    command = [*launcher_command(options), stem, "--grid", ",".join(map(str, case.grid))]
    for name, array in stored.items():
        array.tofile(folder / f"{name}.bin")
        alignment = max(promised.get(name, 1), array.dtype.itemsize)
        command += ["--array", f"{name}:{alignment}={folder / name}.bin"]
    for name, _, value in numbers(case):
        command += ["--number", f"{name}={value!r}"]
    problem, said = execute(command, case.title, environment_of(options))
    return Run(problem, {}, said)


def launcher_command(options):
    """The start of a command of cuda_launch.py."""
    return [sys.executable, pathlib.Path(__file__).with_name("cuda_launch.py"), "--launcher",
            options.build / "lib/libmla-launch.so"]


def environment_of(options):
    """The seed holds for a simulating driver too."""
    return {**os.environ, "MLA_SIM_SEED": str(options.seed)} if options.seed else None


def find_gpu(options):
    """(problem, name, arch) of the GPU: "NVIDIA H200", "sm_90a"."""
    problem, said = execute([*launcher_command(options), "--device"], environment=environment_of(options))
    if problem:
        return problem.removeprefix("error: "), "", ""
    name, capability = said.splitlines()[-2:]
    return "", name, f"sm_{capability}{'a' if int(capability) >= 90 else ''}"


def run(case, options, place, stored):
    """Runs a case; the arrays afterwards, or what went wrong."""
    missing = [name for name, _ in case.parameters()
               if name not in case.arguments and name not in case.view_arguments() and not case.has_default(name)]
    if missing:
        return Run(f"the case gives no value for {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="mla-run-") as text:
        folder = pathlib.Path(text)
        result = (run_on_gpu if place.name == "cuda" else run_on_cpu)(folder, case, options, place, stored)
        if not result.problem:
            result.arrays = {name: np.fromfile(folder / f"{name}.bin", before.dtype).reshape(before.shape)
                             for name, before in stored.items()}
        return result
