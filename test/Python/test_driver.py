"""mla.driver: memory, copies and graphs on a simulated GPU, and what it says without one."""
# SPDX-License-Identifier: Apache-2.0

import os
import unittest
from unittest import mock

import numpy as np
from mla import driver

SIMULATOR = os.environ.get("MLA_TEST_SIMULATOR")


class Absent(unittest.TestCase):
    """No driver, no GPU."""

    def test_says_so(self):
        with mock.patch.dict(os.environ, {"MLA_LIBCUDA": "/nowhere/libcuda.so"}):
            with self.assertRaisesRegex(driver.DriverError, "cannot open the CUDA driver '/nowhere/libcuda.so': "):
                driver.Driver()


@unittest.skipUnless(SIMULATOR, "there is no simulator")
class Simulated(unittest.TestCase):
    """A GPU whose memory is the host's."""

    def setUp(self):
        with mock.patch.dict(os.environ, {"MLA_LIBCUDA": SIMULATOR}):
            self.gpu = driver.Driver()

    def test_device(self):
        self.assertRegex(self.gpu.name, "^simulated sm_")
        self.assertIn(self.gpu.capability, (80, 90))
        self.assertGreater(self.gpu.free_bytes(), 0)
        with mock.patch.dict(os.environ, {"MLA_LIBCUDA": SIMULATOR}):
            with self.assertRaisesRegex(driver.DriverError, "GPU 7: the driver has 1"):
                driver.Driver(7)

    def test_copies(self):
        numbers = np.arange(12, dtype=np.int32).reshape(3, 4)
        tensor = self.gpu.put(numbers, "i32")
        self.assertEqual((tensor.shape, tensor.strides), ((3, 4), (4, 1)))
        other = self.gpu.empty("i32", 3, 4)
        other.copy_from(tensor)
        np.testing.assert_array_equal(other.download(np.empty_like(numbers)), numbers)
        other.fill(0xFF)
        np.testing.assert_array_equal(other.download(np.empty_like(numbers)), np.full((3, 4), -1))
        self.gpu.put(numbers[:0], "i32").download(numbers[:0].copy())
        for wrong in (numbers[:2].copy(), numbers.T):
            with self.assertRaisesRegex(ValueError, "48 are wanted"):
                tensor.upload(wrong)

    def test_captured_work_runs_when_it_is_launched(self):
        tensor = self.gpu.put(np.zeros(4, np.uint8), "u8")
        graph = self.gpu.capture(lambda: tensor.fill(3))
        np.testing.assert_array_equal(tensor.download(np.empty(4, np.uint8)), np.zeros(4))
        graph.launch()
        np.testing.assert_array_equal(tensor.download(np.empty(4, np.uint8)), np.full(4, 3))

    def test_failed_calls_say_which(self):
        with self.assertRaisesRegex(driver.DriverError, "^cuMemAlloc_v2: .+"):
            self.gpu.empty("u8", 1 << 60)


if __name__ == "__main__":
    unittest.main()
