"""What all steps of the demo do: ask the library, run, compare, take the time."""
# SPDX-License-Identifier: Apache-2.0

import time

import numpy as np
from mla import runtime
from mla.bench.results import quantile
from mla.demo import references

REPEATS = 30
FLUSH_BYTES = 512 << 20  # more than any L2 holds, and long enough to enqueue the next run meanwhile
MINIMUM_BYTES = 8 << 20  # below, the time is that of launching, and a rate says nothing


class Runner:
    """A device of the library and the driver that holds its memory."""

    def __init__(self, device, driver, is_simulated):
        self.device, self.driver, self.is_simulated = device, driver, is_simulated
        self.copy_rate = 0.0
        self.flush = None if is_simulated else driver.empty("u8", FLUSH_BYTES)

    def measure(self, row, work, bytes_moved=0, flops=0):
        """Takes the time of work(), which enqueues: of repetitions with a cold L2 on a GPU."""
        if self.is_simulated:
            return
        seconds = self.driver.time(work, REPEATS, lambda: self.flush.fill(0))
        median = quantile(seconds, 0.5)
        row.time = {"median": median, "p10": quantile(seconds, 0.1), "p90": quantile(seconds, 0.9)}
        if bytes_moved >= MINIMUM_BYTES:
            row.time |= {"bytes_per_second": bytes_moved / median}
            if self.copy_rate:
                row.time |= {"of_copy": bytes_moved / median / self.copy_rate}
        if flops:
            row.time |= {"flops_per_second": flops / median}

    def empty_interval(self):
        """Seconds that are measured of nothing: what is part of every time."""
        return quantile(self.driver.time(lambda: None, REPEATS, lambda: self.flush.fill(0)), 0.5)

    def copy_ceiling(self):
        """Bytes per second, read and written, that a copy on the device reaches; what rates are compared with."""
        source, target = self.driver.empty("u8", 1 << 30), self.driver.empty("u8", 1 << 30)
        source.fill(0)
        seconds = self.driver.time(lambda: target.copy_from(source), REPEATS, lambda: self.flush.fill(0))
        self.copy_rate = 2 * source.nbytes() / quantile(seconds, 0.5)
        return self.copy_rate

    def start(self, row, op, **fields):
        """(call, its query, workspace) of an operation, or None and a reason in the row where the library lacks it."""
        call = self.device.call(op, **fields)
        try:
            answer = call.query()
        except runtime.Error as error:
            if error.status != runtime.MLA_STATUS_UNSUPPORTED:
                raise
            row.outcome, row.problem = "skipped", str(error)
            return None
        row.kernel = f"{answer.kernel} {answer.arch}{' JIT' if answer.jit else ''}"
        if answer.num_parts > 1:
            row.step += f", {answer.num_parts} parts"
        workspace = self.driver.empty("u8", answer.workspace_bytes) if answer.workspace_bytes else None
        return call, answer, workspace

    def run_once(self, row, work):
        """Runs work() and waits; says on a simulator how long that took."""
        started = time.monotonic()
        work()
        self.driver.wait()
        if self.is_simulated:
            row.time = {"simulated": time.monotonic() - started}

    @staticmethod
    def judge(row, differences):
        """Puts the verdict of comparisons into a row."""
        for difference in differences:
            row.error, row.share = max(row.error, difference.error), max(row.share, difference.share)
            if difference.wrong and not row.problem:
                row.outcome = "WRONG"
                row.problem = f"{difference.wrong} of {difference.total} wrong, first {difference.first}"

    def equal(self, row, name, got, expected):
        """Puts the verdict of a comparison of all bits into a row."""
        row.is_exact = True
        allowed = np.zeros(1)
        self.judge(row, [references.compare(name, got.astype(np.int64), expected.astype(np.int64), allowed)])

    @staticmethod
    def part(tensor, first, count):
        """Rows of a tensor."""
        step = runtime.ELEMENT_BYTES[tensor.dtype] * tensor.strides[0]
        return runtime.Tensor(tensor.address + first * step, tensor.dtype, (count, *tensor.shape[1:]))
