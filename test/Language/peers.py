#!/usr/bin/env python3
"""Compiles kernels that others wrote for Triton, and runs them on a GPU beside Triton: same file, same inputs.

FILES is a folder of Python files that define Triton kernels. They are used as they are: our front end skips what is no
kernel, and for Triton the jitted functions are taken out of the file, so that nothing else in it runs. LAUNCHES says how:
  {"launches": [{"name": "softmax_1024", "file": "softmax.py", "kernel": "softmax_kernel", "grid": [4096],
                 "arguments": {...}, "num_warps": 8, "num_stages": 4, "rtol": 1e-3, "atol": 1e-3, "time": true}]}
Arguments are those of cases.py; a pointer that is null is null, a string or true is the value of a constexpr, and
"scale" multiplies what randn fills. Outputs that differ with the order of programs have "output": false.

  peers.py --compile --files FILES --launches LAUNCHES.json DIR     here; also puts into DIR what the next call needs
  peers.py DIR                                                      on the GPU machine
"""
# SPDX-License-Identifier: Apache-2.0

import argparse
import ast
import importlib.util
import json
import math
import os
import pathlib
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import cases  # noqa: E402
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "python"))
from mla import launch  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
EXIT_SKIPPED = 77
SAMPLES, WARM_UPS, FLUSH_BYTES = 20, 3, 256 << 20
TORCH_TYPES = {"fp16": "float16", "bf16": "bfloat16", "fp32": "float32", "fp64": "float64", "fp8e4nv": "float8_e4m3fn",
               "fp8e5": "float8_e5m2", "i1": "bool", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64",
               "u8": "uint8", "u16": "uint16", "u32": "uint32", "u64": "uint64"}


class Peer(cases.Case):
    """One launch of a kernel that is not ours."""

    def __init__(self, entry, files):
        self.scales = {name: value.pop("scale", 1) for name, value in entry["arguments"].items() if isinstance(value, dict)}
        values = {name: cases.Array(**value) if isinstance(value, dict) else value for name, value in entry["arguments"].items()}
        super().__init__("peers", files / entry["file"], entry["name"], entry["kernel"], entry["grid"], values,
                         entry.get("num_warps"), {}, entry.get("rtol", 0), entry.get("atol", 0), True)
        self.num_stages, self.is_timed = entry.get("num_stages"), entry.get("time", False)

    def signature(self):
        """Types with what Triton specialises for: multiples of 16, and 1."""
        entries = []
        for name, is_constexpr in self.parameters():
            value = self.arguments[name]
            if isinstance(value, cases.Array):
                entries.append(f"*{value.type}:16")
            elif value is None or is_constexpr or isinstance(value, (bool, str)):
                entries.append(repr(value))
            elif isinstance(value, float):
                entries.append("fp32")
            else:
                kind = "i32" if -2**31 <= value < 2**31 else "i64"
                entries.append(kind + (":1" if value == 1 else ":16" if value % 16 == 0 else ""))
        return ", ".join(entries)

    def options(self):
        """The options of a launch that both sides know."""
        given = {"num_warps": self.num_warps, "num_stages": self.num_stages}
        return {name: value for name, value in given.items() if value}


def load(path, files, only):
    """The launches of a file."""
    entries = json.loads(path.read_text(encoding="utf-8"))["launches"]
    return [Peer(entry, files) for entry in entries if only in entry["name"]]


# --- Compiling ---------------------------------------------------------------------------------------------------------


def compile_all(options):
    """Compiles into DIR and makes it complete. How many failed."""
    out, failed = options.dir, 0
    for folder in ("sm_90a", "sm_80", "files"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for source in HERE.glob("*.py"):
        shutil.copy(source, out / source.name)
    shutil.copytree(HERE.parents[1] / "python" / "mla", out / "mla", ignore=shutil.ignore_patterns("bench", "__pycache__"), dirs_exist_ok=True)
    library = options.build / "lib" / "libmla-launch.so"
    if library.exists():
        shutil.copy(library, out / library.name)
    for source in options.files.glob("*.py"):
        shutil.copy(source, out / "files" / source.name)
    if options.launches.resolve() != (out / "launches.json").resolve():
        shutil.copy(options.launches, out / "launches.json")
    print(f"{'launch':28} {'arch':7} {'front end':>10} {'total':>8}")
    for peer in load(options.launches, options.files, options.only):
        for stale in out.glob(f"sm_*/{peer.name}.*"):
            stale.unlink()
        for arch, emit in (("sm_90a", "cubin"), ("sm_80", "ptx")):
            stem = out / arch / peer.name
            command = [options.build / "bin" / "mla-translate", peer.source, "--kernel", peer.kernel, "--signature", peer.signature(), "--arch", arch,
                       *(f"--{name.replace('_', '-')}={value}" for name, value in peer.options().items())]
            command = [str(word) for word in command]
            front = timed([*command, "--emit", "source-tile", "-o", os.devnull])
            total = timed([*command, "--emit", emit, "-o", f"{stem}.{emit}"])
            said = front[1] or total[1] or timed([*command, "--emit", "manifest", "-o", f"{stem}.json"])[1]
            failed += bool(said)
            print(f"{peer.name:28} {arch:7} {front[0]:8.0f}ms {total[0]:6.0f}ms" + (f"  FAILED\n{said}" if said else ""), flush=True)
    return failed


def timed(command):
    """(milliseconds, what it said if it failed)"""
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = "" if done.returncode == 0 else done.stderr.strip() or f"ended with {done.returncode} and said nothing"
    return (time.monotonic() - begin) * 1e3, said


# --- Running -----------------------------------------------------------------------------------------------------------


def triton_kernels(source, folder):
    """The jitted functions of a file, and its constants, as a module of their own."""
    text = source.read_text(encoding="utf-8")
    parts = ["import triton", "import triton.language as tl"]
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            jits = [ast.unparse(each) for each in node.decorator_list if ast.unparse(each).startswith("triton.jit")]
            if jits:
                parts.append(f"@{jits[0]}\n" + ast.get_source_segment(text, node))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, (ast.Constant, ast.UnaryOp)):
            parts.append(ast.get_source_segment(text, node))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value and ast.unparse(node.value).startswith("tl.constexpr("):
            parts.append(ast.get_source_segment(text, node))
    copy = folder / f"peer_{source.stem.replace('-', '_')}.py"
    copy.write_text("\n\n\n".join(parts) + "\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location(copy.stem, copy)
    module = importlib.util.module_from_spec(spec)
    sys.modules[copy.stem] = module
    spec.loader.exec_module(module)
    return module


def make(torch, peer, name):
    """A tensor as the launch wants it, made on the device."""
    array, count = peer.arguments[name], math.prod(peer.arguments[name].shape)
    dtype = getattr(torch, TORCH_TYPES[array.type])
    random = torch.Generator("cuda").manual_seed(array.seed)
    if array.fill == "randn":
        values = torch.randn(count, generator=random, device="cuda").mul_(peer.scales[name]).to(dtype)
    elif array.fill == "uniform":
        values = torch.rand(count, generator=random, device="cuda").mul_(array.high - array.low).add_(array.low).to(dtype)
    elif array.fill == "integers":
        values = torch.randint(int(array.low), int(array.high), (count,), generator=random, device="cuda").to(dtype)
    elif array.fill == "zeros":
        values = torch.zeros(count, device="cuda").to(dtype)
    else:
        values = torch.frombuffer(bytearray(array.make().tobytes()), dtype=torch.uint8).cuda().view(dtype)
    return values.reshape(array.shape)


def difference(torch, got, expected, rtol, atol):
    """(how many elements differ, the largest difference of finite ones)"""
    wrong, largest = 0, 0.0
    wide = torch.float64 if got.dtype == torch.float64 else torch.float32 if got.is_floating_point() else torch.int64
    for a, b in zip(got.reshape(-1).split(1 << 26), expected.reshape(-1).split(1 << 26)):
        a, b = a.to(wide), b.to(wide)
        gap = (a - b).abs()
        close = (gap <= atol + rtol * b.abs()) | (a == b) | ((a != a) & (b != b))
        wrong += int((~close).sum())
        finite = gap[torch.isfinite(gap)]
        largest = max(largest, float(finite.max()) if finite.numel() else 0.0)
    return wrong, largest


def median_us(torch, call, flush):
    """Median of the times of a launch, each with a cold second-level cache."""
    for _ in range(WARM_UPS):
        call()
    pairs = []
    for _ in range(SAMPLES):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        flush.zero_()
        begin.record()
        call()
        end.record()
        pairs.append((begin, end))
    torch.cuda.synchronize()
    return statistics.median(begin.elapsed_time(end) for begin, end in pairs) * 1e3


def last_line(error):
    """The end of an error's text."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[-1] if lines else ''}"[:200]


def run_one(torch, peer, stem, launcher, modules, folder):
    """A dict for the table. An exception of the device leaves it unusable."""
    stored = {name: make(torch, peer, name) for name, value in peer.arguments.items() if isinstance(value, cases.Array)}
    others = {name: value for name, value in peer.arguments.items() if name not in stored}
    ours = {name: value.clone() for name, value in stored.items()}
    theirs = {name: value.clone() for name, value in stored.items()}
    stream = torch.cuda.current_stream().cuda_stream
    result = {"agree": "", "ours": None, "triton": None}
    problems = []
    theirs_call = ours_call = None
    try:
        if peer.source not in modules:
            modules[peer.source] = triton_kernels(peer.source, folder)
        kernel = getattr(modules[peer.source], peer.kernel)
        grid, options = tuple(peer.grid), peer.options()
        theirs_call = lambda: kernel[grid](**theirs, **others, **options)  # noqa: E731
        theirs_call()
        torch.cuda.synchronize()
    except Exception as error:  # whatever Triton's compiler raises is an answer
        problems.append(f"Triton: {last_line(error)}")
        theirs_call = None
    try:
        image = launcher.load(stem)
        ours_call = lambda: image(peer.grid, {**others, **ours}, stream)  # noqa: E731
        ours_call()
        torch.cuda.synchronize()
    except launch.LaunchError as error:
        problems.append(f"ours: {error}")
        ours_call = None
    if theirs_call and ours_call:
        for name in stored:
            is_output = peer.arguments[name].output
            if not is_output:
                continue
            wrong, largest = difference(torch, ours[name], theirs[name], peer.rtol, peer.atol)
            result["agree"] += f" {name} {largest:.2g}"
            if wrong:
                problems.append(f"{name}: {wrong} of {stored[name].numel()} differ, by up to {largest:.3g}")
    if peer.is_timed:
        flush = torch.empty(FLUSH_BYTES, dtype=torch.uint8, device="cuda")
        result["ours"] = median_us(torch, ours_call, flush) if ours_call else None
        result["triton"] = median_us(torch, theirs_call, flush) if theirs_call else None
    result["problems"] = problems
    return result


def worker(options):
    """Runs the launches whose names come in on standard input; one line of JSON for each goes out."""
    import torch
    import triton
    triton.set_allocator(lambda size, alignment, stream: torch.empty(size, dtype=torch.int8, device="cuda"))
    torch.zeros(1, device="cuda")
    launcher, modules = launch.Launcher(options.dir / "libmla-launch.so"), {}
    peers = {peer.name: peer for peer in load(options.dir / "launches.json", options.dir / "files", "")}
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            name = line.strip()
            result = run_one(torch, peers[name], options.dir / options.arch / name, launcher, modules, pathlib.Path(folder))
            print(json.dumps(result), flush=True)
            torch.cuda.empty_cache()


class Worker:
    """A process of its own, since an illegal access or a hang spoils it."""

    def __init__(self, options):
        self.process = subprocess.Popen([sys.executable, __file__, "--worker", "--arch", options.arch, str(options.dir)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.errors = queue.Queue(), []
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()

    def read(self):
        """Hands on each line, then None."""
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def ask(self, name, timeout):
        """The result of a launch, or None and why."""
        try:
            self.process.stdin.write(name + "\n")
            self.process.stdin.flush()
            while (line := self.lines.get(timeout=timeout)) is not None:
                if line.startswith("{"):
                    return json.loads(line), ""
        except (OSError, queue.Empty):
            pass
        hung = self.process.poll() is None and self.lines.empty()
        self.process.kill()
        self.process.wait()
        time.sleep(0.2)
        return None, f"no answer in {timeout} s" if hung else ("".join(self.errors).strip().splitlines() or ["died"])[-1]


def run_all(options):
    """Runs everything, then prints the table. How many failed."""
    peers = load(options.dir / "launches.json", options.dir / "files", options.only)
    process, rows, failed = None, [], 0
    for peer in peers:
        stem = options.dir / options.arch / peer.name
        if not any(stem.with_suffix(suffix).exists() for suffix in (".fatbin", ".cubin", ".ptx")):
            rows.append((peer.name, "not compiled", None, None))
            failed += 1
            continue
        process = process or Worker(options)
        result, why = process.ask(peer.name, options.timeout)
        if result is None:
            process, failed = None, failed + 1
            print(f"{peer.name}: {why}", flush=True)
            rows.append((peer.name, "crashed", None, None))
            continue
        for problem in result["problems"]:
            print(f"{peer.name}: {problem}", flush=True)
        failed += bool(result["problems"])
        rows.append((peer.name, "NO" if result["problems"] else f"yes{result['agree']}"[:46], result["ours"], result["triton"]))
    print(f"\n{'kernel':28} {'ours us':>9} {'triton us':>9} {'ratio':>6}  agree? (largest difference)")
    for name, agrees, ours, triton in rows:
        times = " ".join(f"{value:9.1f}" if value else f"{'':9}" for value in (ours, triton))
        print(f"{name:28} {times} " + (f"{ours / triton:6.2f}" if ours and triton else f"{'':6}") + f"  {agrees}")
    print(f"{len(rows) - failed} of {len(rows)} agree with Triton")
    return failed


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(prog="peers.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="exit: 0 all compiled or all agree, 1 a failure, 77 no GPU or no Triton")
    parser.add_argument("dir", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--compile", action="store_true", help="compile into DIR")
    parser.add_argument("--files", type=pathlib.Path, help="with --compile: the folder of kernels")
    parser.add_argument("--launches", type=pathlib.Path, help="with --compile: the launches")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent.parent / "build", help="build tree (default: build)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only launches whose name contains this")
    parser.add_argument("--arch", choices=("sm_90a", "sm_80"), default="sm_90a", help="which images to run (default: sm_90a)")
    parser.add_argument("--timeout", type=int, default=90, metavar="S", help="seconds for a launch (default: 90)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.compile:
        if not options.files or not options.launches:
            parser.error("--compile needs --files and --launches")
        return 1 if compile_all(options) else 0
    if options.worker:
        return worker(options)
    try:
        import torch
        import triton  # noqa: F401
    except ImportError as error:
        print(f"skipped: {error}")
        return EXIT_SKIPPED
    if not torch.cuda.is_available():
        print("skipped: no GPU")
        return EXIT_SKIPPED
    return 1 if run_all(options) else 0


if __name__ == "__main__":
    sys.exit(main())
