"""Device memory, copies and timing by the CUDA driver alone, for programs that have no torch.

A simulated GPU (libmla-sim-cuda.so) works as well; it has no clock."""
# SPDX-License-Identifier: Apache-2.0

import ctypes
import os

from mla.runtime import ELEMENT_BYTES, Tensor

NO_DEVICE = 100  # CUresult
COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR, MULTIPROCESSORS = 75, 76, 16  # CUdevice_attribute


class DriverError(Exception):
    """A call of the driver failed."""


class NoDevice(DriverError):
    """There is no driver, or no such GPU."""


class Driver:
    """One GPU, its primary context current in the thread that makes this, and a stream of its own.

    The driver is libcuda.so.1, or what MLA_LIBCUDA names, as for the library."""

    def __init__(self, ordinal=0):
        path = os.environ.get("MLA_LIBCUDA", "libcuda.so.1")
        try:
            self.c = ctypes.CDLL(path)
        except OSError as error:
            raise NoDevice(f"cannot open the CUDA driver '{path}': {error}") from None
        self.call("cuInit", ctypes.c_uint(0))
        count = ctypes.c_int()
        self.call("cuDeviceGetCount", ctypes.byref(count))
        if not 0 <= ordinal < count.value:
            raise NoDevice(f"GPU {ordinal}: the driver has {count.value}")
        self.device, context, self.stream = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p()
        self.call("cuDeviceGet", ctypes.byref(self.device), ordinal)
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), self.device)
        self.call("cuCtxSetCurrent", context)
        self.call("cuStreamCreate", ctypes.byref(self.stream), ctypes.c_uint(1))
        name = ctypes.create_string_buffer(256)
        self.call("cuDeviceGetName", name, 256, self.device)
        self.name = name.value.decode()
        self.capability = 10 * self.attribute(COMPUTE_CAPABILITY_MAJOR) + self.attribute(COMPUTE_CAPABILITY_MINOR)
        self.multiprocessors = self.attribute(MULTIPROCESSORS)
        version = ctypes.c_int()
        self.call("cuDriverGetVersion", ctypes.byref(version))
        self.version = f"{version.value // 1000}.{version.value % 1000 // 10}"

    def call(self, name, *arguments):
        """Calls a function of the driver."""
        status = getattr(self.c, name)(*arguments)
        if status:
            text = ctypes.c_char_p()
            self.c.cuGetErrorString(status, ctypes.byref(text))
            kind = NoDevice if status == NO_DEVICE else DriverError
            raise kind(f"{name}: {text.value.decode() if text.value else f'error {status}'}")

    def attribute(self, which):
        """A CUdevice_attribute of the GPU."""
        value = ctypes.c_int()
        self.call("cuDeviceGetAttribute", ctypes.byref(value), which, self.device)
        return value.value

    def free_bytes(self):
        """Memory that can be allocated."""
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self.call("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        return free.value

    def empty(self, dtype, *shape):
        """Contiguous memory, freed with its last reference."""
        return DeviceTensor(self, dtype, shape)

    def put(self, array, dtype):
        """A copy of a numpy array, whose elements have as many bytes as those of `dtype`."""
        tensor = DeviceTensor(self, dtype, array.shape)
        tensor.upload(array)
        return tensor

    def wait(self):
        """Until everything that was enqueued is complete."""
        self.call("cuStreamSynchronize", self.stream)

    def event(self):
        """A point in time on the stream."""
        event = ctypes.c_void_p()
        self.call("cuEventCreate", ctypes.byref(event), ctypes.c_uint(0))
        return event

    def time(self, work, repeats, before=lambda: None):
        """Seconds of each repetition of work(), which enqueues; before() is enqueued in front of each and not counted."""
        pairs = [(self.event(), self.event()) for _ in range(repeats)]
        for start, end in pairs:
            before()
            self.call("cuEventRecord", start, self.stream)
            work()
            self.call("cuEventRecord", end, self.stream)
        self.wait()
        # The call has a second name since CUDA 12.8 and loses the first in time.
        elapsed = "cuEventElapsedTime" if hasattr(self.c, "cuEventElapsedTime") else "cuEventElapsedTime_v2"
        seconds = []
        for start, end in pairs:
            milliseconds = ctypes.c_float()
            self.call(elapsed, ctypes.byref(milliseconds), start, end)
            seconds.append(milliseconds.value / 1000)
            self.call("cuEventDestroy_v2", start)
            self.call("cuEventDestroy_v2", end)
        return seconds


    def capture(self, work):
        """A Graph of what work() enqueues on the stream."""
        graph, executable = ctypes.c_void_p(), ctypes.c_void_p()
        self.call("cuStreamBeginCapture_v2", self.stream, 1)  # thread-local: calls of other threads are not judged
        try:
            work()
        finally:
            self.call("cuStreamEndCapture", self.stream, ctypes.byref(graph))
        self.call("cuGraphInstantiateWithFlags", ctypes.byref(executable), graph, ctypes.c_ulonglong(0))
        self.call("cuGraphDestroy", graph)
        return Graph(self, executable)


class Graph:
    """Captured work, to be enqueued as a whole."""

    def __init__(self, driver, executable):
        self.driver, self.executable = driver, executable

    def __del__(self):
        self.driver.c.cuGraphExecDestroy(self.executable)

    def launch(self):
        """Enqueues it."""
        self.driver.call("cuGraphLaunch", self.executable, self.driver.stream)


class DeviceView(Tensor):
    """A contiguous tensor with what the driver does to its bytes."""

    def __init__(self, driver, address, dtype, shape):
        super().__init__(address, dtype, shape)
        self.driver = driver

    def fill(self, byte):
        """Enqueues that each byte becomes this."""
        self.driver.call("cuMemsetD8Async", ctypes.c_uint64(self.address), ctypes.c_ubyte(byte), ctypes.c_size_t(self.nbytes()),
                         self.driver.stream)  # fmt: skip

    def copy_from(self, other):
        """Enqueues a copy of another tensor's bytes."""
        self.driver.call("cuMemcpyDtoDAsync_v2", ctypes.c_uint64(self.address), ctypes.c_uint64(other.address),
                         ctypes.c_size_t(self.nbytes()), self.driver.stream)  # fmt: skip

    def upload(self, array):
        """Copies a C-contiguous numpy array here."""
        self.transfer("cuMemcpyHtoDAsync_v2", array, ctypes.c_uint64(self.address), ctypes.c_void_p(array.ctypes.data))

    def download(self, array):
        """Copies into a C-contiguous numpy array, after what was enqueued; returns it."""
        self.transfer("cuMemcpyDtoHAsync_v2", array, ctypes.c_void_p(array.ctypes.data), ctypes.c_uint64(self.address))
        return array

    def transfer(self, function, array, to, source):
        """Either copy, in the order of the stream; complete when this returns."""
        if array.nbytes != self.nbytes() or not array.flags.c_contiguous:
            raise ValueError(f"array of {array.nbytes} bytes, contiguous: {array.flags.c_contiguous}; {self.nbytes()} are wanted")
        if array.nbytes:
            self.driver.call(function, to, source, ctypes.c_size_t(array.nbytes), self.driver.stream)
        self.driver.wait()


class DeviceTensor(DeviceView):
    """One that owns its memory."""

    def __init__(self, driver, dtype, shape):
        super().__init__(driver, 0, dtype, shape)
        address = ctypes.c_uint64()
        driver.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(max(self.nbytes(), ELEMENT_BYTES[self.dtype])))
        self.address = address.value

    def __del__(self):
        if self.address:
            self.driver.c.cuMemFree_v2(ctypes.c_uint64(self.address))
