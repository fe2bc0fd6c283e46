"""Times work on a GPU, with torch for memory, streams, graphs and events.

One repetition of a work: its graph is replayed once untimed, as in the layer before; its outputs are poisoned, L2 is flushed
by writing a larger buffer, and the graph is replayed between two events; then the outputs are checked on the device. Without
the untimed replay the check's kernels leave the SMs with another division of shared memory, and what needs nearly all of
it takes 4 µs longer. The host never waits in between, so that the GPU is busy
with the flush while the host enqueues the rest. Works that are compared take turns. What is wrong has no time: ours ends
the case, a work of others is left out."""
# SPDX-License-Identifier: Apache-2.0

import ctypes
import dataclasses
import time
import typing

from mla.bench import nvml, results

FLUSH_BYTES = 256 << 20  # L2 of an H200 has 60 MB
COPY_BYTES = 2 << 30
SAMPLE_SECONDS = 0.002


class WrongResult(Exception):
    """Outputs that are not what they must be."""


class NoGpu(Exception):
    """Nothing can be timed here; the text says why."""


def import_torch():
    """torch with a GPU."""
    try:
        import torch
    except ImportError:
        raise NoGpu("python has no torch, which holds the memory, streams and graphs of a benchmark") from None
    if not hasattr(torch.cuda.CUDAGraph, "raw_cuda_graph"):
        raise NoGpu(f"torch {torch.__version__} does not give its graphs away; 2.8 or later is needed")
    if not torch.cuda.is_available():
        raise NoGpu("torch sees no GPU")
    return torch


class Graph:
    """What a function enqueued on a stream. torch records it, because kernels of others allocate with torch; the driver
    launches it, because torch's replay launches kernels of its own first, for random numbers, which takes 1 to 3 µs."""

    def __init__(self, torch, launch, stream):
        self.driver, self.executable = ctypes.CDLL("libcuda.so.1"), ctypes.c_void_p()
        self.graph = torch.cuda.CUDAGraph(keep_graph=True)  # owns the memory
        with torch.cuda.graph(self.graph, stream=stream):
            self.returned = launch()
        raw = ctypes.c_void_p(self.graph.raw_cuda_graph())
        self.check(self.driver.cuGraphInstantiateWithFlags(ctypes.byref(self.executable), raw, ctypes.c_ulonglong(0)))
        self.stream = ctypes.c_void_p(stream.cuda_stream)

    def replay(self):
        """Enqueues it again."""
        self.check(self.driver.cuGraphLaunch(self.executable, self.stream))

    def __del__(self):
        if self.executable:
            self.driver.cuGraphExecDestroy(self.executable)

    @staticmethod
    def check(status):
        """Raises what the driver says."""
        if status:
            raise RuntimeError(f"the driver refused a graph with error {status}")


class Eager:
    """The same for work that is launched anew each time."""

    def __init__(self, launch):
        self.replay = launch


@dataclasses.dataclass
class Work:
    """Something to be timed. `launch` enqueues it on the current stream; what it returns, or else `outputs`, is written."""

    name: str
    launch: typing.Callable
    outputs: tuple = ()
    is_ours: bool = False  # then each repetition must give the same bits; else numbers, not NaN
    graph: object = None
    events: list = dataclasses.field(default_factory=list)
    expected: tuple = ()
    wrong: object = None  # on the device: repetitions with wrong outputs
    problem: str = ""  # what was wrong with a work of others

    def samples(self):
        """Microseconds."""
        return [first.elapsed_time(last) * 1e3 for first, last in self.events]


class Gpu:
    """The GPU that is timed."""

    def __init__(self, ordinal=0, repetitions=30, warm_ups=3):
        self.torch = torch = import_torch()
        if ordinal >= torch.cuda.device_count():
            raise NoGpu(f"there is no GPU {ordinal}; torch sees {torch.cuda.device_count()}")
        torch.cuda.set_device(ordinal)
        self.ordinal, self.repetitions, self.warm_ups = ordinal, repetitions, warm_ups
        self.stream = torch.cuda.Stream()
        torch.cuda.set_stream(self.stream)
        self.properties = torch.cuda.get_device_properties(ordinal)
        self.nvml = nvml.Nvml(getattr(self.properties, "uuid", ""))
        self.flush = torch.empty(FLUSH_BYTES, dtype=torch.uint8, device="cuda")
        self.clocks = []  # MHz, of all samples

    def describe(self):
        """The machine, for the results' file."""
        known = {name: value for name, value in self.nvml.describe().items() if value is not None}
        return {"gpu": self.properties.name, "capability": f"{self.properties.major}.{self.properties.minor}",
                "sms": self.properties.multi_processor_count, "torch": self.torch.__version__, "cuda": self.torch.version.cuda, **known}  # fmt: skip

    def poison(self, tensor):
        """Fills an output with what no result is: NaN, or 0x7f bytes in integers."""
        self.bits(tensor).fill_(255 if tensor.is_floating_point() else 127)

    def bits(self, tensor):
        """The bytes of a dense tensor."""
        if not tensor.is_contiguous():
            tensor = tensor.permute(sorted(range(tensor.dim()), key=tensor.stride, reverse=True))
        return tensor.view(self.torch.uint8)

    def prepare(self, work, check=None):
        """Runs once, captures, and checks what a replay leaves in poisoned outputs."""
        torch = self.torch
        work.launch()
        if not work.graph:
            work.graph = Graph(torch, work.launch, self.stream)
            returned = work.graph.returned
            if returned is not None and not work.outputs:
                work.outputs = tuple(each for each in (returned if isinstance(returned, (tuple, list)) else (returned,)) if torch.is_tensor(each))
        for tensor in work.outputs:
            self.poison(tensor)
        work.graph.replay()
        torch.cuda.synchronize()
        if check:
            check()
        work.expected = tuple(self.bits(tensor).clone() for tensor in work.outputs) if work.is_ours else ()
        work.wrong = torch.zeros((), dtype=torch.int64, device="cuda")

    def repeat(self, work, index):
        """One repetition; the first ones warm up."""
        work.graph.replay()
        for tensor in work.outputs:
            self.poison(tensor)
        self.flush.fill_(index & 255)
        pair = self.torch.cuda.Event(enable_timing=True), self.torch.cuda.Event(enable_timing=True)
        pair[0].record()
        work.graph.replay()
        pair[1].record()
        if index >= self.warm_ups:
            work.events.append(pair)
        for tensor, expected in zip(work.outputs, work.expected):
            work.wrong += (self.bits(tensor) != expected).any()
        if not work.is_ours:
            for tensor in work.outputs:
                if tensor.is_floating_point() and tensor.element_size() > 1:
                    work.wrong += self.torch.isnan(tensor).any()

    def time(self, works):
        """Times prepared works in turns; the SM clocks meanwhile, in MHz."""
        self.torch.cuda.synchronize()
        for index in range(self.warm_ups + self.repetitions):
            for work in works:
                self.repeat(work, index)
        done, clocks = self.torch.cuda.Event(), []
        done.record()
        while True:
            clock = self.nvml.sm_clock()
            if clock:
                clocks.append(clock)
            if done.query():
                break
            time.sleep(SAMPLE_SECONDS)
        self.torch.cuda.synchronize()
        for work in works:
            if wrong := int(work.wrong):
                kind = "other outputs than the first run, or none" if work.is_ours else "NaN, or no outputs"
                work.problem = f"{work.name}: {wrong} of {self.warm_ups + self.repetitions} repetitions left {kind}"
        if wrong := [work.problem for work in works if work.is_ours and work.problem]:
            raise WrongResult(wrong[0])
        self.clocks += clocks
        return clocks

    def ceilings(self):
        """What this GPU does at best: {"copy_gbps": ...}, and the least that a launch takes."""
        torch, found = self.torch, {}
        source = torch.empty(COPY_BYTES, dtype=torch.uint8, device="cuda").fill_(1)
        target = torch.empty_like(source)
        # The driver's own copy; in a graph it would be done by a copy engine, which is slower.
        found["copy_gbps"] = 2 * COPY_BYTES / self.median(lambda: target.copy_(source), Eager) * 1e-3
        del source, target
        size = 8192
        a, b = (torch.randn(size, size, device="cuda") for _ in range(2))
        a16, b16 = a.bfloat16(), b.bfloat16()
        out = torch.empty_like(a16)
        found["bf16_tflops"] = 2 * size**3 / self.median(lambda: torch.matmul(a16, b16, out=out)) * 1e-6
        tiny = torch.empty(1, device="cuda")
        found["launch_us"] = self.median(lambda: tiny.fill_(0))
        return {name: round(value, 2) for name, value in found.items()}

    def median(self, launch, enqueue=None):
        """Median microseconds of a work that needs no checks."""
        work = Work("ceiling", lambda: (launch(), None)[1], graph=enqueue and enqueue(launch))
        self.prepare(work)
        self.time([work])
        return results.times(work.samples())["median_us"]
