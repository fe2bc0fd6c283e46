"""Loads and launches compiled kernels from Python (ctypes on libmla-launch.so)."""
# SPDX-License-Identifier: Apache-2.0

import ctypes

MESSAGE_BYTES = 1024


class LaunchError(Exception):
    """What the launcher said."""


class Launcher:
    """The library; one for each process."""

    def __init__(self, path):
        self.library = ctypes.CDLL(str(path))
        self.library.mlaLaunchLoad.restype = ctypes.c_void_p
        self.library.mlaLaunchArgument.restype = ctypes.c_char_p

    def load(self, stem):
        """The kernel in STEM.fatbin, .cubin or .ptx with its manifest STEM.json."""
        return Kernel(self.library, stem)


class Kernel:
    """A loaded kernel."""

    def __init__(self, library, stem):
        self.library = library
        message = ctypes.create_string_buffer(MESSAGE_BYTES)
        self.handle = ctypes.c_void_p(library.mlaLaunchLoad(str(stem).encode(), message, MESSAGE_BYTES))
        if not self.handle:
            raise LaunchError(message.value.decode())
        self.names = []
        while name := library.mlaLaunchArgument(self.handle, ctypes.c_size_t(len(self.names))):
            self.names.append(name.decode())

    def __call__(self, grid, arguments, stream=0):
        """Enqueues a launch. `arguments`: name to an object with data_ptr(), an int or a float; more are ignored."""
        count = len(self.names)
        kinds, bits, reals = bytearray(count), (ctypes.c_uint64 * count)(), (ctypes.c_double * count)()
        for index, name in enumerate(self.names):
            value = arguments[name]
            if hasattr(value, "data_ptr"):
                kinds[index], bits[index] = ord("p"), value.data_ptr()
            elif isinstance(value, float):
                kinds[index], reals[index] = ord("f"), value
            else:
                kinds[index], bits[index] = ord("i"), int(value) & (1 << 64) - 1
        grid = (ctypes.c_int64 * 3)(*(list(grid) + [1, 1])[:3])
        message = ctypes.create_string_buffer(MESSAGE_BYTES)
        if self.library.mlaLaunch(self.handle, grid, ctypes.c_size_t(count), bytes(kinds), bits, reals,
                                  ctypes.c_void_p(stream), message, ctypes.c_size_t(MESSAGE_BYTES)):
            raise LaunchError(message.value.decode())
