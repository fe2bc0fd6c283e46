"""mla.runtime: queries of a described device, tensors of other packages, and what it says of wrong use."""
# SPDX-License-Identifier: Apache-2.0

import contextlib
import pathlib
import tempfile
import types
import unittest
from unittest import mock

from mla import runtime
from mla.runtime import Tensor

STEP = {
    "q": Tensor(0, "bf16", (4, 1, 16, 576)),
    "cache": Tensor(0, "bf16", (64, 64, 576)),
    "block_table": Tensor(0, "i32", (4, 16)),
    "lengths": Tensor(0, "i32", (4,)),
    "out": Tensor(0, "bf16", (4, 1, 16, 512)),
    "scale": 0.04,
}
MERGE = {"first": Tensor(0, "bf16", (4, 16, 512)), "first_lse": Tensor(0, "fp32", (4, 16)), "out": Tensor(0, "bf16", (4, 16, 512))}


class FakeTorch:
    """What torch.Tensor has."""

    def __init__(self, dtype="torch.bfloat16", device="cuda"):
        self.dtype, self.device, self.shape = dtype, types.SimpleNamespace(type=device), (4, 1, 16, 576)

    def data_ptr(self):
        return 4096

    def stride(self):
        return (9216, 9216, 576, 1)


class Tensors(unittest.TestCase):
    """Descriptions of memory."""

    def test_contiguous(self):
        tensor = Tensor(256, "bf16", (2, 3, 5))
        self.assertEqual((tensor.strides, tensor.nbytes()), ((15, 5, 1), 60))
        self.assertEqual(Tensor(0, "u8", ()).nbytes(), 1)
        self.assertEqual(Tensor(0, "fp32", (3, 0)).nbytes(), 0)

    def test_of_torch(self):
        tensor = Tensor.of(FakeTorch())
        self.assertEqual((tensor.address, tensor.dtype, tensor.strides), (4096, "bf16", (9216, 9216, 576, 1)))
        for name, dtype in (("float8_e4m3fn", "e4m3"), ("float8_e5m2", "e5m2"), ("uint8", "u8"), ("int64", "i64"), ("float16", "fp16")):
            self.assertEqual(Tensor.of(FakeTorch(f"torch.{name}")).dtype, dtype)
        with self.assertRaisesRegex(TypeError, "reads device memory"):
            Tensor.of(FakeTorch(device="cpu"))
        with self.assertRaisesRegex(TypeError, "element type float64 is none of bf16, "):
            Tensor.of(FakeTorch("torch.float64"))

    def test_of_the_array_interface(self):
        array = types.SimpleNamespace(__cuda_array_interface__={"typestr": "<i4", "data": (512, False), "shape": (2, 8), "strides": (64, 4)})
        tensor = Tensor.of(array)
        self.assertEqual((tensor.address, tensor.dtype, tensor.shape, tensor.strides), (512, "i32", (2, 8), (16, 1)))
        array.__cuda_array_interface__["strides"] = (66, 4)
        with self.assertRaisesRegex(ValueError, "no multiples of the 4 bytes"):
            Tensor.of(array)
        array.__cuda_array_interface__ = {"typestr": "<f2", "data": (512, False), "shape": (2, 8)}
        self.assertEqual(Tensor.of(array).strides, (8, 1))

    def test_refuses_others(self):
        with self.assertRaisesRegex(TypeError, "list is no tensor in device memory"):
            Tensor.of([1])
        with self.assertRaisesRegex(ValueError, "at most 5"):
            Tensor(0, "u8", (1,) * 6)
        with self.assertRaisesRegex(ValueError, "as many as each other"):
            Tensor(0, "u8", (1, 2), (1,))


class Finding(unittest.TestCase):
    """libmla.so by its place."""

    def test_of_a_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            for package, library in (("build/python/mla", "build/lib"), ("python/mla", "build/lib"), ("share/mla/python/mla", "lib"),
                                     ("share/mla/python/mla", "lib64"), ("share/mla/python/mla", "lib/aarch64-linux-gnu")):  # fmt: skip
                root = pathlib.Path(tempfile.mkdtemp(dir=folder))
                (root / library).mkdir(parents=True)
                (root / library / "libmla.so").touch()
                with mock.patch.object(runtime, "PACKAGE", root / package):
                    self.assertEqual(runtime.Library.find(), root / library / "libmla.so")

    def test_in_a_tree_below_the_root(self):
        for package in ("/no-such-tree/python/mla", "/python/mla"):
            with mock.patch.object(runtime, "PACKAGE", pathlib.Path(package)):
                self.assertEqual(runtime.Library.find(), f"libmla.so.{runtime.MLA_VERSION_MAJOR}")

    def test_by_a_name_without_a_folder(self):
        found = pathlib.Path(runtime.Library().path)
        with contextlib.chdir(found.parent):
            self.assertEqual(runtime.Library("libmla.so").path, str(found))


class Calls(unittest.TestCase):
    """Operations on a device that is described."""

    @classmethod
    def setUpClass(cls):
        cls.library = runtime.Library()
        cls.device = cls.library.open(-1, compute_capability=90, sm_count=132)

    def test_version(self):
        self.assertEqual(self.library.version, runtime.MLA_VERSION_MAJOR * 1000 + runtime.MLA_VERSION_MINOR)

    def test_query(self):
        answer = self.device.query("dense_decode", **STEP, causal=1, lse_convention={"base": runtime.MLA_LSE_BASE2})
        self.assertEqual(answer.kernel.split("_")[:2], ["dense", "decode"])
        self.assertTrue(answer.arch.startswith("sm_"))
        self.assertGreater(answer.workspace_bytes, answer.plan_bytes)
        merge = self.device.query("merge_lse", **MERGE)
        self.assertEqual((merge.workspace_bytes, merge.plan_bytes), (0, 0))

    def test_fields_reach_the_library(self):
        with self.assertRaisesRegex(runtime.Error, "INVALID_ARGUMENT.*'scale' = -2") as caught:
            self.device.query("dense_decode", **{**STEP, "scale": -2})
        self.assertEqual(caught.exception.status, runtime.MLA_STATUS_INVALID_ARGUMENT)
        with self.assertRaisesRegex(runtime.Error, "lse_convention.base"):
            self.device.query("dense_decode", **STEP, lse_convention={"base": 7})
        with self.assertRaisesRegex(runtime.Error, "q"):
            self.device.query("dense_decode", **{**STEP, "q": FakeTorch("torch.uint8")})

    def test_a_described_device_runs_nothing(self):
        memory = {name: Tensor(4096 * (i + 1) << 20, tensor.dtype, tensor.shape) if isinstance(tensor, Tensor) else tensor
                  for i, (name, tensor) in enumerate(STEP.items())}
        with self.assertRaises(runtime.Error) as caught:
            self.device.run("dense_decode", workspace=(1 << 20, 1 << 30), **memory)
        self.assertEqual(caught.exception.status, runtime.MLA_STATUS_NO_DEVICE)

    def test_wrong_use(self):
        for message, call in (
            ("'decode' is no operation; there are dense_decode", lambda: self.device.query("decode")),
            ("has no field 'foo'; it has causal, q", lambda: self.device.query("dense_decode", foo=1)),
            ("dense_decode: q: int is no tensor", lambda: self.device.query("dense_decode", q=3)),
            ("causal: 1099511627776 does not fit its 32 bits", lambda: self.device.query("dense_decode", causal=1 << 40)),
            ("dense_decode: scale: ", lambda: self.device.query("dense_decode", scale="1")),
            ("lse_convention has no field 'foo'", lambda: self.device.query("dense_decode", lse_convention={"foo": 1})),
            ("merge_lse takes no workspace", lambda: self.device.run("merge_lse", workspace=(256, 4), **MERGE)),
            ("merge_lse has no plan", lambda: self.device.plan("merge_lse", (256, 4), **MERGE)),
            ("'decode' is no family; there are dense_decode", lambda: self.device.load("decode")),
        ):
            with self.assertRaisesRegex((TypeError, ValueError), message):
                call()

    def test_close(self):
        with self.library.open(-1, compute_capability=80, sm_count=1) as device:
            device.query("dense_decode", **STEP)
        device.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            device.query("dense_decode", **STEP)

    def test_open_says_what_is_wrong(self):
        with self.assertRaisesRegex(runtime.Error, "compute_capability"):
            self.library.open(-1, compute_capability=12, sm_count=1)
        device = self.library.open(-1, kernel_folder="/nowhere", compute_capability=90, sm_count=1)
        with self.assertRaisesRegex(runtime.Error, "/nowhere"):
            device.query("dense_decode", **STEP)


if __name__ == "__main__":
    unittest.main()
