"""The families that can be timed: one function each that makes a Problem of a case."""
# SPDX-License-Identifier: Apache-2.0

import dataclasses
import typing


class Skip(Exception):
    """A case that cannot be timed here; the text says why."""


@dataclasses.dataclass
class Problem:
    """A case with its operands on the GPU."""

    ours: object  # a gpu.Work
    # Raises gpu.WrongResult, or returns how many outputs were compared with a reference: without arguments those of ours,
    # with arguments those of a peer, which may be None from the second on.
    check: typing.Callable
    bytes: float = 0  # that the case must move at least
    flops: float = 0
    kernel: str = ""
    arch: str = ""
    peers: typing.Callable = tuple  # gives pairs of a name and a function that makes the launch, which returns its outputs
    beside: tuple = ()  # pairs of another gpu.Work of ours and its check, which are timed without peers, too
    notes: tuple = ()
    measure: typing.Callable = None  # instead of timing works: gives (outputs compared, microseconds, {peer: microseconds}, notes)


@dataclasses.dataclass
class Context:
    """Where cases are timed, and with what."""

    gpu: object  # gpu.Gpu
    library: object = None  # mla.runtime.Library
    device: object = None  # mla.runtime.Device; None: no library
    kernel_folder: object = None  # of the library's kernels; None: those inside
    launcher: object = None  # mla.launch.Launcher; None: no compiled kernels
    kernels: object = None  # folder of compiled kernels
    with_peers: bool = True

    @property
    def torch(self):
        """The module."""
        return self.gpu.torch

    def randn(self, *shape, dtype="bfloat16", seed=1):
        """Normal random numbers; the same for the same seed."""
        torch = self.torch
        generator = torch.Generator("cuda").manual_seed(seed)
        return torch.empty(shape, dtype=getattr(torch, dtype), device="cuda").normal_(generator=generator)

    def integers(self, high, *shape, dtype="int32", seed=1):
        """Uniform random integers below `high`."""
        torch = self.torch
        generator = torch.Generator("cuda").manual_seed(seed)
        return torch.randint(high, shape, dtype=getattr(torch, dtype), device="cuda", generator=generator)

    def empty(self, *shape, dtype="bfloat16"):
        """An output."""
        return self.torch.empty(shape, dtype=getattr(self.torch, dtype), device="cuda")

    def workspace(self, size):
        """Memory for a plan or a workspace; None for no bytes."""
        return self.empty(size, dtype="uint8") if size else None

    def call(self, op, **fields):
        """(a call of the library, what its query answers); Skip where no kernel does it."""
        from mla import runtime

        if not self.device:
            raise Skip("no libmla.so; build it, or name it with --library")
        try:
            call = self.device.call(op, **fields)
            return call, call.query()
        except runtime.Error as error:
            if error.status == runtime.MLA_STATUS_UNSUPPORTED:
                raise Skip(f"the library has no kernel for it: {error}") from None
            raise


TYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
# Distance from the reference as a share of the row's largest magnitude: inputs and probabilities are rounded to the type.
TOLERANCE = {"bf16": 2e-2, "fp16": 4e-3, "fp32": 1e-5}


def compare(torch, name, actual, expected, tolerance):
    """How many elements agree with a reference in fp64; WrongResult unless all do. Rows are the last dimension."""
    from mla.bench.gpu import WrongResult

    actual, expected = actual.double(), expected.double()
    bound = tolerance * expected.abs().amax(-1, keepdim=True)
    difference = (actual - expected).abs()
    bad = ~(difference <= bound)  # NaN is bad
    if bad.any():
        worst = bad.nonzero()[0].tolist()
        raise WrongResult(f"{name}{worst} is {float(actual[tuple(worst)]):.6g}, expected {float(expected[tuple(worst)]):.6g}; "
                          f"{int(bad.sum())} of {bad.numel()} are wrong")  # fmt: skip
    return actual.numel()


def needs_library(chosen):
    """Whether a case calls the library; the others launch compiled kernels by themselves."""
    from mla.bench.families import elementary

    return any(case.family in registry() and case.family not in elementary.FAMILIES for case in chosen)


def registry():
    """Families by name."""
    from mla.bench.families import dense_decode, elementary, latency, serving, sparse_decode

    return {**elementary.FAMILIES, **dense_decode.FAMILIES, **sparse_decode.FAMILIES, **latency.FAMILIES, **serving.FAMILIES}
