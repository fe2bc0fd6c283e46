#!/usr/bin/env python3
"""Runs the compiled cases of the language on a GPU and compares them with numpy and with Triton.

DIR is what build.py wrote, with libmla-launch.so and the package mla beside it. Needs numpy and torch; triton for cases that run there too."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import importlib.util
import pathlib
import sys
import types

sys.dont_write_bytecode = True
import cases  # noqa: E402
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "python"))
from mla import launch  # noqa: E402

EXIT_SKIPPED = 77
TORCH_TYPES = {"fp16": "float16", "bf16": "bfloat16", "fp32": "float32", "fp64": "float64", "fp8e4nv": "float8_e4m3fn",
               "fp8e5": "float8_e5m2", "i1": "bool", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64",
               "u8": "uint8", "u16": "uint16", "u32": "uint32", "u64": "uint64"}


def upload(torch, stored, dtype):
    """Storage as a tensor of its type."""
    raw = torch.frombuffer(bytearray(stored.tobytes()), dtype=torch.uint8).cuda()
    return raw.view(getattr(torch, TORCH_TYPES[dtype])).reshape(stored.shape)


def download(torch, tensor, like):
    """A tensor as storage."""
    return tensor.reshape(-1).view(torch.uint8).cpu().numpy().view(like.dtype).reshape(like.shape)


def triton_module(case, loaded):
    """The kernels' file with Triton in place of our language."""
    if case.source not in loaded:
        import triton
        import triton.language
        ours = types.ModuleType("mla")
        ours.kernel, ours.jit, ours.language = triton.jit, triton.jit, triton.language
        ours.constexpr_function = triton.constexpr_function
        sys.modules.update({"mla": ours, "mla.language": triton.language})
        spec = importlib.util.spec_from_file_location(f"language_{case.area}", case.source)
        loaded[case.source] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded[case.source])
    return loaded[case.source]


def arguments(torch, case, stored):
    """Fresh tensors, the scalars, and what views hand over beside their pointers."""
    return case.view_arguments() | {name: upload(torch, stored[name], value.type) if isinstance(value, cases.Array) else value
                                    for name, value in case.arguments.items()}


def run_case(case, image, launcher, loaded):
    """Lines that say what is wrong."""
    import torch
    stored = {name: value.make() for name, value in case.arguments.items() if isinstance(value, cases.Array)}
    problems, ours = [], arguments(torch, case, stored)
    kernel = launcher.load(image / case.title)
    kernel(case.grid, ours)
    torch.cuda.synchronize()
    got = {name: download(torch, ours[name], stored[name]) for name in case.outputs()}
    oracles = {"numpy": case.expected(stored)}
    if case.triton:
        theirs = arguments(torch, case, stored)
        options = {"num_warps": case.num_warps} if case.num_warps else {}
        try:
            getattr(triton_module(case, loaded), case.kernel)[tuple(case.grid)](**theirs, **options)
            torch.cuda.synchronize()
            oracles["triton"] = {name: download(torch, theirs[name], stored[name]) for name in case.outputs()}
        except Exception as error:  # whatever Triton's compiler raises is an answer
            problems.append(f"triton: {str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__}")
    for oracle, answers in oracles.items():
        for name, expected in answers.items():
            difference = cases.compare(got[name], expected, case.arguments[name].type, case.rtol, case.atol)
            if difference:
                problems.append(f"{name} against {oracle}: {difference.text}")
    for name, before in stored.items():
        if name not in got and (download(torch, ours[name], before).tobytes() != before.tobytes()):
            problems.append(f"{name} is no output and was written")
    return problems


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, epilog="exit: 0 all passed, 1 a failure, 77 no GPU")
    parser.add_argument("dir", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases whose title contains this")
    parser.add_argument("--image", choices=("cubin", "ptx"), action="append", help="default: both")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        print("skipped: no torch")
        return EXIT_SKIPPED
    if not torch.cuda.is_available():
        print("skipped: no GPU")
        return EXIT_SKIPPED
    torch.zeros(1, device="cuda")
    launcher, loaded, worst = launch.Launcher(options.dir / "libmla-launch.so"), {}, 0
    for image in options.image or ("cubin", "ptx"):
        passed = failed = missing = 0
        for case in cases.load(options.only):
            if not (options.dir / image / f"{case.title}.json").exists():
                missing += 1
                print(f"{image}: {case.title}: not compiled")
                continue
            try:
                problems = run_case(case, options.dir / image, launcher, loaded)
            except launch.LaunchError as error:
                problems = [str(error)]
            passed, failed = passed + (not problems), failed + bool(problems)
            for problem in problems:
                print(f"{image}: {case.title}: {problem}")
        print(f"{image}: {passed} passed, {failed} failed, {missing} not compiled")
        worst = max(worst, int(failed + missing > 0))
    return worst


if __name__ == "__main__":
    sys.exit(main())
