"""A decode step in the shape of DeepSeek-V3.2 through the C library: cache written (bf16 rows and 656-byte records), token
lists of an indexer converted to cache rows, sparse decode split and merged, dense decode of the same cache, parts joined
by their LSE; each compared with fp64, on a GPU with its time."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import sys
import time

import numpy as np
from mla import driver, runtime
from mla.demo import report, runner, scene, steps

EXAMPLES = """examples:
  {program}                          on the GPU with 64 requests of up to 32768 keys; without one small, on the simulator
  {program} --device sim             on the simulator: kernels as compiled for sm_90a, interpreted on the CPU
  {program} --device sim --sim-arch sm_80    kernels as compiled for another arch
  {program} --device cuda --size small --seed 7    few requests on a GPU, with other numbers
  {program} --json demo.json         results, errors and times as JSON, too

Caches and lists have to come out with all bits. Of attention, an error may be as large as rounding its weights and its
result to bf16 makes it (2^-7 of the sum of |weight * value|), an LSE's 8.01 / 65536 of it.

exit: 0 every step agrees, 1 one does not, 2 wrong arguments, or no library or simulator, 77 no such GPU"""
EXIT_NO_DEVICE = 77
MINIMUM_BYTES = 6 << 30  # of device memory for the full size


def parser(program):
    """The command line of a program of this name."""
    result = argparse.ArgumentParser(prog=program, description=__doc__, epilog=EXAMPLES.format(program=program),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    result.add_argument("--device", choices=("auto", "cuda", "sim"), default="auto",
                        help="a GPU, the simulator, or a GPU if there is one (auto, the default)")  # fmt: skip
    result.add_argument("--gpu", type=int, metavar="N", help="which GPU, and that it is one (default: 0)")
    result.add_argument("--size", choices=("auto", "full", "small"), default="auto",
                        help="64 requests of up to 32768 keys, or a few short ones (default: full on a GPU)")  # fmt: skip
    result.add_argument("--seed", type=int, default=0, help="of all numbers (default: 0)")
    result.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results there, too")
    result.add_argument("--library", type=pathlib.Path, metavar="FILE", help="libmla.so (default: that of the tree around the package)")
    result.add_argument("--kernels", type=pathlib.Path, metavar="DIR", help="kernels of tools/kernels there, not those inside the library")
    result.add_argument("--simulator", type=pathlib.Path, metavar="FILE", help="libmla-sim-cuda.so (default: beside libmla.so)")
    result.add_argument("--sim-arch", default="sm_90a", metavar="ARCH", help="that is simulated (default: sm_90a)")
    return result


class Refusal(Exception):
    """The step cannot run here; the text says why."""

    def __init__(self, text, status=2):
        super().__init__(text)
        self.status = status


def open_driver(options, library):
    """(driver, whether it simulates); what the library opens later is the same."""
    if options.device != "sim":
        try:
            found = driver.Driver(options.gpu or 0)
            return found, found.name.startswith("simulated")
        except driver.DriverError as error:
            if options.device == "cuda":
                raise Refusal(f"--device cuda: {error}", EXIT_NO_DEVICE if isinstance(error, driver.NoDevice) else 2) from None
            print(f"no GPU ({error}): the simulator runs a small step instead")
    simulator = (options.simulator or pathlib.Path(library.path).resolve().with_name("libmla-sim-cuda.so")).absolute()
    if not simulator.exists():
        raise Refusal(f"there is no simulator {simulator}; build MlaSimulatorDriver, or name it with --simulator")
    os.environ["MLA_LIBCUDA"], os.environ["MLA_SIM_ARCH"] = str(simulator), options.sim_arch
    try:
        return driver.Driver(), True
    except driver.DriverError as error:
        raise Refusal(f"--sim-arch {options.sim_arch}: {error}") from None


def open_device(options, library, is_simulated):
    """(device with everything loaded that it can run, seconds of loading)."""
    device = library.open(0 if is_simulated else options.gpu or 0, kernel_folder=options.kernels)
    started = time.monotonic()
    try:
        device.load()
    except runtime.Error as error:
        if is_simulated and "PTX" in str(error):
            raise Refusal(f"{error}\nA library that is configured with -DMLA_FATBIN_PTX=ON has the text that the simulator reads.") from None
        # Loaded is what this device can run; the steps that lack a kernel say so.
        if error.status != runtime.MLA_STATUS_UNSUPPORTED:
            raise
        print(f"not all kernels run here: {error}")
    return device, time.monotonic() - started


def main(command_line, prepare=lambda options: None):
    """Parses the arguments and runs the step; prepare(options) comes first, and may set what was not given."""
    options = command_line.parse_args()
    for name in ("seed", "gpu"):
        if (getattr(options, name) or 0) < 0:
            command_line.error(f"--{name} expects 0 or more, got {getattr(options, name)}")
    if options.gpu is not None:
        if options.device == "sim":
            command_line.error(f"--gpu {options.gpu} and --device sim exclude each other")
        options.device = "cuda"
    if options.json and not options.json.parent.is_dir():
        command_line.error(f"--json: {options.json.parent} is no folder")
    prepare(options)
    try:
        return run(options)
    except Refusal as refusal:
        print(f"{command_line.prog}: {refusal}", file=sys.stderr)
        return refusal.status
    except (runtime.Error, driver.DriverError) as error:
        print(f"{command_line.prog}: {error}", file=sys.stderr)
        return 1


def run(options):
    """The step; 0 if all is well."""
    started = time.monotonic()
    try:
        library = runtime.Library(options.library)
    except OSError as error:
        raise Refusal(f"there is no libmla.so ({error}); build mla, or name it with --library") from None
    if options.kernels and not options.kernels.is_dir():
        raise Refusal(f"--kernels {options.kernels}: there is no such folder")
    gpu, is_simulated = open_driver(options, library)
    device, loaded = open_device(options, library, is_simulated)
    is_full = options.size == "full" or options.size == "auto" and not is_simulated and gpu.free_bytes() >= MINIMUM_BYTES
    size = scene.FULL if is_full else scene.SMALL
    print(f"{gpu.name}, compute capability {gpu.capability / 10}, {gpu.multiprocessors} multiprocessors, driver for CUDA {gpu.version}; "
          f"libmla {library.version // 1000}.{library.version % 1000}, kernels loaded in {report.duration(loaded)}")  # fmt: skip
    print(f"making {size.requests} requests of up to {size.longest} tokens, seed {options.seed} ...", flush=True)
    decode = steps.Decode(scene.Scene(size, options.seed), device, gpu, is_simulated)
    copy = 0.0 if is_simulated else decode.copy_ceiling()
    if copy:
        print(f"a copy on the device reads and writes {copy / 1e9:.0f} GB/s; times are medians of {runner.REPEATS} (10 % to 90 %), L2 cold, "
              f"and {report.duration(decode.empty_interval())} for nothing at all")  # fmt: skip
    print(report.line(*report.HEADINGS))
    rows = []
    for row in decode.all_steps():
        rows.append(row)
        report.show(row)
    text, is_well = report.summary(rows)
    print(f"{text}; {time.monotonic() - started:.0f} s")
    if options.json:
        text = json.dumps({
            "device": gpu.name, "simulated": is_simulated, "driver": gpu.version, "library": library.version, "seed": options.seed,
            "host": platform.machine(), "python": platform.python_version(), "numpy": np.__version__,
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "size": dataclasses.asdict(size),
            "load_seconds": loaded, "copy_bytes_per_second": copy, "steps": [row.stored() for row in rows],
        }, indent=1, allow_nan=False)  # fmt: skip
        try:
            options.json.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise Refusal(f"--json: {error}") from None
    return 0 if is_well else 1
