"""Launches a compiled kernel on a GPU through libmla-launch.so; a process of its own, so that a fault ends with it.

The driver is libcuda, or what MLA_LIBCUDA names. Needs neither LLVM nor torch."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import pathlib
import sys

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "python"))
from mla import driver, launch  # noqa: E402

ALIGNMENT = 256  # of what the driver allocates, at least


class Memory:
    """Device memory for bytes; its address is a multiple of `alignment` and of no more."""

    def __init__(self, gpu, data, alignment):
        self.whole = gpu.empty("u8", data.nbytes + 2 * ALIGNMENT)
        address = -(-self.whole.address // (2 * alignment)) * 2 * alignment + alignment
        self.bytes = driver.DeviceView(gpu, address, "u8", data.shape)
        self.bytes.upload(data)

    def data_ptr(self):
        """What a launch passes."""
        return self.bytes.address


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stem", nargs="?", help="kernel: STEM.fatbin, .cubin or .ptx with STEM.json")
    parser.add_argument("--launcher", required=True, help="libmla-launch.so")
    parser.add_argument("--device", action="store_true", help="print the GPU's name and capability, launch nothing")
    parser.add_argument("--grid", default="1")
    parser.add_argument("--array", action="append", default=[], metavar="NAME:ALIGNMENT=FILE", help="bytes, replaced by those after the run")
    parser.add_argument("--number", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    try:
        gpu = driver.Driver()
        if options.device:
            print(gpu.name, gpu.capability, sep="\n")
            return 0
        kernel = launch.Launcher(options.launcher).load(options.stem)
        arrays, arguments = [], {}
        for text in options.array:
            name, _, file = text.partition("=")
            name, _, alignment = name.rpartition(":")
            data = np.fromfile(file, np.uint8)
            arguments[name] = Memory(gpu, data, int(alignment))
            arrays.append((file, data, arguments[name]))
        for text in options.number:
            name, _, value = text.partition("=")
            arguments[name] = int(value) if value.lstrip("-").isdigit() else float(value)
        kernel([int(extent) for extent in options.grid.split(",")], arguments, gpu.stream.value)
        for file, data, memory in arrays:
            memory.bytes.download(data)
            data.tofile(file)
    except (launch.LaunchError, driver.DriverError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
