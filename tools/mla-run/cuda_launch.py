"""Launches a compiled kernel on a GPU through libmla-launch.so; a process of its own, so that a fault ends with it.

The driver is libcuda, or what MLA_LIBCUDA names. Needs neither LLVM nor torch."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import ctypes
import pathlib
import sys

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "python"))
from mla import launch  # noqa: E402

ALIGNMENT = 256  # of what the driver allocates, at least


class Memory:
    """Device memory for an array; its address is a multiple of `alignment` and of no more."""

    def __init__(self, library, data, alignment):
        self.library, self.bytes = library, data.nbytes
        base = ctypes.c_uint64()
        self.check(library.mlaLaunchAllocate, ctypes.byref(base), ctypes.c_size_t(data.nbytes + 2 * ALIGNMENT))
        self.address = -(-base.value // (2 * alignment)) * 2 * alignment + alignment
        if data.nbytes:
            self.check(library.mlaLaunchCopy, ctypes.c_char(b"u"), ctypes.c_uint64(self.address),
                       ctypes.c_void_p(data.ctypes.data), ctypes.c_size_t(data.nbytes))

    def data_ptr(self):
        """What a launch passes."""
        return self.address

    def download(self, data):
        """Waits for the launch and copies back."""
        if data.nbytes:
            self.check(self.library.mlaLaunchCopy, ctypes.c_char(b"d"), ctypes.c_uint64(self.address),
                       ctypes.c_void_p(data.ctypes.data), ctypes.c_size_t(data.nbytes))

    @staticmethod
    def check(function, *arguments):
        """Calls a function of the library."""
        message = ctypes.create_string_buffer(launch.MESSAGE_BYTES)
        if function(*arguments, message, ctypes.c_size_t(launch.MESSAGE_BYTES)):
            raise launch.LaunchError(message.value.decode())


def device(library):
    """Name and capability of the GPU."""
    name, capability = ctypes.create_string_buffer(256), ctypes.c_int()
    Memory.check(library.mlaLaunchDevice, name, ctypes.c_size_t(256), ctypes.byref(capability))
    return name.value.decode(), capability.value


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
        launcher = launch.Launcher(options.launcher)
        if options.device:
            print(*device(launcher.library), sep="\n")
            return 0
        kernel = launcher.load(options.stem)
        arrays, arguments = [], {}
        for text in options.array:
            name, _, file = text.partition("=")
            name, _, alignment = name.rpartition(":")
            data = np.fromfile(file, np.uint8)
            arguments[name] = Memory(launcher.library, data, int(alignment))
            arrays.append((file, data, arguments[name]))
        for text in options.number:
            name, _, value = text.partition("=")
            arguments[name] = int(value) if value.lstrip("-").isdigit() else float(value)
        kernel([int(extent) for extent in options.grid.split(",")], arguments)
        for file, data, memory in arrays:
            memory.download(data)
            data.tofile(file)
    except (launch.LaunchError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
