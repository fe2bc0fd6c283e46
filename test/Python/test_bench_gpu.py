"""mla.bench.gpu: what is poisoned, compared and refused, on tensors of numpy in place of torch's."""
# SPDX-License-Identifier: Apache-2.0

import types
import unittest
from unittest import mock

import numpy as np
from mla.bench import gpu


class FakeTensor:
    """As much of torch.Tensor as a repetition uses."""

    def __init__(self, array):
        self.array = np.asarray(array)

    def is_floating_point(self):
        return self.array.dtype.kind == "f"

    def is_contiguous(self):
        return self.array.flags.c_contiguous

    def dim(self):
        return self.array.ndim

    def stride(self, dimension):
        return self.array.strides[dimension]

    def permute(self, order):
        return FakeTensor(self.array.transpose(order))

    def view(self, dtype):
        return FakeTensor(self.array.view(dtype))

    def fill_(self, value):
        self.array[...] = value

    def clone(self):
        return FakeTensor(self.array.copy())

    def element_size(self):
        return self.array.itemsize

    def any(self):
        return self.array.any()

    def __ne__(self, other):
        return FakeTensor(self.array != other.array)


class FakeGraph:
    """Runs the function again."""

    def __init__(self, torch, launch, stream):
        self.replay, self.returned = launch, launch()


class FakeEvent:
    """A point in time."""

    def __init__(self, enable_timing=False):
        pass

    def record(self):
        pass

    def query(self):
        return True

    def elapsed_time(self, other):
        return 0.002


def fake_gpu():
    """A Gpu whose memory is numpy's."""
    made = gpu.Gpu.__new__(gpu.Gpu)
    cuda = types.SimpleNamespace(synchronize=lambda: None, Event=FakeEvent)
    made.torch = types.SimpleNamespace(cuda=cuda, uint8=np.uint8, int64=np.int64, is_tensor=lambda value: isinstance(value, FakeTensor),
                                       zeros=lambda shape, dtype, device: 0, isnan=lambda tensor: np.isnan(tensor.array))  # fmt: skip
    made.repetitions, made.warm_ups, made.stream, made.clocks = 3, 1, None, []
    made.flush, made.nvml = FakeTensor(np.zeros(4, np.uint8)), types.SimpleNamespace(sm_clock=lambda: 1500)
    return made


@mock.patch.object(gpu, "Graph", FakeGraph)
class Repetitions(unittest.TestCase):
    """Works that are right, wrong at once, and wrong later."""

    def work(self, launches, is_ours, kind=np.float32):
        """A work that writes these in turn, the last for ever. Preparing launches three times, a repetition twice."""
        out, turns = FakeTensor(np.zeros(4, kind)), iter(launches)
        state = {"value": None}

        def launch():
            state["value"] = next(turns, state["value"])
            if state["value"] is not None:
                out.array[:] = state["value"]

        return gpu.Work("work", launch, (out,), is_ours)

    def time(self, work, check=None):
        """Prepares and times."""
        device = fake_gpu()
        device.prepare(work, check)
        device.time([work])
        return work

    def test_right(self):
        for is_ours in (True, False):
            work = self.time(self.work([1], is_ours))
            self.assertEqual((work.samples(), work.problem), ([2.0] * 3, ""))

    def test_what_is_checked_was_poisoned(self):
        for kind, poison in ((np.float32, np.isnan), (np.int32, lambda values: values == 0x7F7F7F7F)):
            work, seen = self.work([None], True, kind), []
            self.time(work, lambda work=work, seen=seen: seen.append(work.outputs[0].array.copy()))
            self.assertTrue(poison(seen[0]).all())

    def test_poison_reaches_transposed_outputs(self):
        transposed = FakeTensor(np.zeros((3, 2), np.float32).T)
        fake_gpu().poison(transposed)
        self.assertTrue(np.isnan(transposed.array).all())

    def test_other_bits_of_ours(self):
        # -0 equals 0 as a number.
        with self.assertRaisesRegex(gpu.WrongResult, "work: 1 of 4 repetitions left other outputs than the first run"):
            self.time(self.work([0.0] * 6 + [-0.0, 0.0], True))

    def test_nan_of_others_is_no_failure(self):
        work = self.time(self.work([1] * 6 + [np.nan, 1], False))
        self.assertEqual(work.problem, "work: 1 of 4 repetitions left NaN, or no outputs")

    def test_what_is_returned_is_the_output(self):
        out = FakeTensor(np.zeros(2, np.float32))

        def launch():
            out.fill_(5)
            return out

        self.assertEqual(self.time(gpu.Work("peer", launch)).outputs, (out,))


if __name__ == "__main__":
    unittest.main()
