"""The numerical cases of the language: kernels, what they are launched with, and what has to come out.

A file AREA.json beside the kernels of AREA.py:
  {"file": "AREA.py", "cases": [{
     "name": "sum_rows",               unique in the file
     "kernel": "sum_rows",             a function of the file
     "grid": [4],                      blocks, one to three numbers
     "arguments": {                    every parameter of the kernel
       "x_ptr": {"type": "fp32", "shape": [4, 64], "fill": "randn", "seed": 1},
       "y_ptr": {"type": "fp32", "shape": [4], "fill": "nan", "output": true},
       "n": 64,                        a number: a scalar, or the value of a constexpr
       "BLOCK": 64},
     "num_warps": 4,                   optional
     "expect": {"y_ptr": "x_ptr.sum(1)"},   numpy over the arguments as they are before the run (np is numpy, floats are
                                       float64, integers int64 or uint64; records is numpy_records, attention numpy_attention, serving
                                       numpy_serving, npy(path, type) a file); results are rounded to the output's type
     "rtol": 1e-5, "atol": 0,          |got - expected| <= atol + rtol * |expected|; 0 and 0: equal bits, NaN equals NaN
     "triton": true}]}                 whether the case runs under Triton too, with the same tolerance; false where Triton
                                       3.6 cannot compile it or is less exact (floor of subnormal numbers, NaN of fp8e5,
                                       sums of fp8 products)
fills: randn; uniform (low, high); integers (low, high, the end excluded); arange (start); zeros; nan (all ones for
integers); bits; values (list, repeated to the shape); npy (path of a file with the shape; integers for types that numpy
lacks are their bits); records (format: a cache [PAGES, PAGE, BYTES] of finite records).
"""
# SPDX-License-Identifier: Apache-2.0

import ast
import dataclasses
import json
import math
import pathlib
import zipfile

import numpy as np

import numpy_attention
import numpy_records
import numpy_serving

FOLDER = pathlib.Path(__file__).resolve().parent

# Storage of each type, and bits of exponent and mantissa of floats that numpy lacks.
STORAGE = {"fp16": np.float16, "bf16": np.uint16, "fp32": np.float32, "fp64": np.float64, "fp8e4nv": np.uint8,
           "fp8e5": np.uint8, "i1": np.uint8, **{f"i{bits}": np.dtype(f"i{bits // 8}").type for bits in (8, 16, 32, 64)},
           **{f"u{bits}": np.dtype(f"u{bits // 8}").type for bits in (8, 16, 32, 64)}}
FILLS = ("randn", "uniform", "integers", "arange", "zeros", "nan", "bits", "values", "npy", "records")


def is_float(dtype):
    """Whether the elements of a type are floats."""
    return dtype.startswith(("fp", "bf"))


def _fp8_values(dtype):
    """The value of each byte."""
    exponent_bits, mantissa_bits = (4, 3) if dtype == "fp8e4nv" else (5, 2)
    bias = (1 << exponent_bits - 1) - 1
    values = np.empty(256)
    for byte in range(256):
        exponent, mantissa = (byte & 127) >> mantissa_bits, byte & (1 << mantissa_bits) - 1
        value = math.ldexp(mantissa + ((1 << mantissa_bits) if exponent else 0), max(exponent, 1) - bias - mantissa_bits)
        if dtype == "fp8e4nv" and byte & 127 == 127:
            value = math.nan
        elif dtype == "fp8e5" and exponent == 31:
            value = math.nan if mantissa else math.inf
        values[byte] = -value if byte & 128 else value
    return values


FP8 = {dtype: _fp8_values(dtype) for dtype in ("fp8e4nv", "fp8e5")}


def decode(stored, dtype):
    """Storage as float64 or 64-bit integers."""
    if dtype == "bf16":
        with np.errstate(invalid="ignore"):
            return (stored.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    if dtype in FP8:
        return FP8[dtype][stored]
    if is_float(dtype):
        with np.errstate(invalid="ignore"):  # a signalling NaN
            return stored.astype(np.float64)
    return stored.astype(np.uint64 if dtype.startswith("u") else np.int64)


def encode(values, dtype):
    """Numbers as storage: floats rounded to nearest even and never saturated, integers modulo 2^bits."""
    with np.errstate(all="ignore"):
        if dtype == "bf16":
            # Through float32 with the sticky bit, so that a double is rounded once.
            single = np.asarray(values, np.float64).astype(np.float32)
            exact = np.asarray(values, np.float64)
            bits = single.view(np.uint32).astype(np.int64)
            tie = (bits & 0xFFFF) == 0x8000
            bits += np.where(tie & (np.abs(single) < np.abs(exact)), 1, 0) - np.where(tie & (np.abs(single) > np.abs(exact)), 1, 0)
            rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
            return np.where(np.isnan(exact), 0x7FC0, rounded).astype(np.uint16)
        if dtype in FP8:
            return _encode_fp8(np.asarray(values, np.float64), dtype)
        if is_float(dtype):
            return np.asarray(values).astype(STORAGE[dtype])
        if dtype == "i1":
            return (np.asarray(values) != 0).astype(np.uint8)
        return np.asarray(values).astype(np.int64 if np.asarray(values).dtype.kind != "u" else np.uint64).astype(STORAGE[dtype])


def _encode_fp8(values, dtype):
    magnitudes = FP8[dtype][:128]
    finite = magnitudes[np.isfinite(magnitudes)]
    # What the next number of the format would be bounds the values that round to the largest one.
    overflow = finite[-1] + (finite[-1] - finite[-2]) / 2
    size = np.abs(values)
    above = np.clip(np.searchsorted(finite, size), 1, len(finite) - 1)
    low, high = finite[above - 1], finite[above]
    nearer_high = (size - low > high - size) | ((size - low == high - size) & (above % 2 == 0))
    code = np.where(nearer_high, above, above - 1)
    special = 127 if dtype == "fp8e4nv" else 124  # NaN; infinity
    beyond = (size > overflow) | ((size == overflow) & (len(finite) % 2 == 0))
    code = np.where(beyond, special, np.where(size >= finite[-1], len(finite) - 1, code))
    code = np.where(np.isnan(values), 127, code)
    return (code + 128 * np.signbit(values)).astype(np.uint8)


def load_npy(path):
    """The array of a .npy file; ValueError names a file that holds something else."""
    try:
        loaded = np.load(path)
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"'{path}' is no .npy file that can be read: {error}") from None
    if not isinstance(loaded, np.ndarray):
        raise ValueError(f"'{path}' holds several arrays, expected a .npy file with one")
    return loaded


def read_npy(path, dtype):
    """A .npy file as storage: numbers, or for types that numpy lacks also their bits."""
    loaded = load_npy(path)
    is_bits = is_float(dtype) and loaded.dtype == STORAGE[dtype]
    return loaded.copy() if is_bits else encode(loaded, dtype)


@dataclasses.dataclass
class Array:
    """An argument that is a pointer."""

    type: str
    shape: list
    fill: str
    low: float = 0
    high: float = 1
    start: int = 0
    seed: int = 0
    values: list = None
    path: str = ""
    format: str = ""
    output: bool = False

    def make(self):
        """Its storage before the run."""
        count, storage = math.prod(self.shape), STORAGE[self.type]
        random = np.random.default_rng(self.seed)
        if self.fill == "npy":
            return self.read()
        if self.fill == "randn":
            numbers = random.standard_normal(count)
        elif self.fill == "uniform":
            numbers = random.uniform(self.low, self.high, count)
        elif self.fill == "integers":
            numbers = random.integers(int(self.low), int(self.high), count)
        elif self.fill == "arange":
            numbers = np.arange(count) + self.start
        elif self.fill == "values":
            numbers = np.resize(np.array([float(value) if isinstance(value, str) else value for value in self.values]), count)
        elif self.fill == "zeros":
            numbers = np.zeros(count)
        elif self.fill == "records":
            numbers = numpy_records.random_cache(self.shape, self.format, random)
        else:
            size = np.dtype(storage).itemsize
            raw = random.bytes(count * size) if self.fill == "bits" else b"\xff" * (count * size)
            stored = np.frombuffer(raw, storage).copy()
            return (stored & 1 if self.type == "i1" else stored).reshape(self.shape)
        return encode(numbers, self.type).reshape(self.shape)


    def read(self):
        """What the file holds."""
        stored = read_npy(self.path, self.type)
        if list(stored.shape) != list(self.shape):
            raise ValueError(f"{self.path} has the shape {list(stored.shape)}, not {list(self.shape)}")
        return stored


@dataclasses.dataclass
class Case:
    """One launch."""

    area: str
    source: pathlib.Path
    name: str
    kernel: str
    grid: list
    arguments: dict
    num_warps: int = None
    expect: dict = dataclasses.field(default_factory=dict)
    rtol: float = 0
    atol: float = 0
    triton: bool = False

    @property
    def title(self):
        """Name among all cases."""
        return f"{self.area}.{self.name}"

    def outputs(self):
        """Names of the arrays that are compared."""
        return [name for name, value in self.arguments.items() if isinstance(value, Array) and value.output]

    def expected(self, stored):
        """Output name to its storage as numpy computes it, from the arrays' storage before the run."""
        scope = {"np": np, "math": math, "case": self, "records": numpy_records, "attention": numpy_attention, "serving": numpy_serving,
                 "npy": lambda path, dtype: decode(read_npy(path, dtype), dtype)}
        for name, value in self.arguments.items():
            scope[name] = decode(stored[name], value.type) if isinstance(value, Array) else value
        with np.errstate(all="ignore"):
            results = {}
            for name, text in self.expect.items():
                array = self.arguments[name]
                value = np.broadcast_to(np.asarray(eval(text, scope)), array.shape)  # the project's own text
                results[name] = encode(value, array.type)
        return results

    def function(self):
        """The kernel's syntax tree."""
        for node in ast.parse(self.source.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == self.kernel:
                return node
        raise ValueError(f"{self.source.name}: no function {self.kernel}")

    def parameters(self):
        """(name, whether its value belongs to the compilation) of each parameter."""
        return [(parameter.arg, parameter.annotation is not None and "constexpr" in ast.unparse(parameter.annotation))
                for parameter in self.function().args.args]

    def has_default(self, name):
        """Whether a parameter need not be given."""
        arguments = self.function().args
        return name in [parameter.arg for parameter in arguments.args[len(arguments.args) - len(arguments.defaults):]]

    def view_arguments(self, only=None):
        """Extents and strides of the parameters that are views, by the names of the run-time arguments; with `only` the
        strides and the last extent of one parameter. What the case names wins: an extent of 0 for what is absent, a stride."""
        hidden = {}
        constants = {name for name, is_constexpr in self.parameters() if is_constexpr}
        for parameter in self.function().args.args:
            array, annotation = self.arguments.get(parameter.arg), parameter.annotation
            is_view = isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple)
            if not is_view or not isinstance(array, Array) or only not in (None, parameter.arg):
                continue
            for position, extent in enumerate(annotation.slice.elts[1:]):
                is_last = position + 1 == len(array.shape)
                is_name = isinstance(extent, ast.Constant) and isinstance(extent.value, str) and extent.value not in constants
                if is_name and (is_last or only is None):
                    hidden[extent.value] = self.arguments.get(extent.value, array.shape[position])
                if not is_last:
                    stride = f"{parameter.arg}.stride{position}"
                    hidden[stride] = self.arguments.get(stride, math.prod(array.shape[position + 1:]))
        return hidden

    def signature(self):
        """For mla-translate: one entry for each parameter, a type or a constant."""
        entries = []
        for name, is_constexpr in self.parameters():
            if name not in self.arguments and self.has_default(name):
                break  # the others have defaults, too
            value = self.arguments[name]
            if isinstance(value, Array):
                # 16 promises the same of strides, and of the last extent where it is one.
                hidden = self.view_arguments(name)
                entries.append(f"*{value.type}" + ("" if any(size % 16 for size in hidden.values()) else ":16"))
            elif is_constexpr:
                entries.append(str(value))
            elif isinstance(value, float):
                entries.append("fp32")
            else:
                entries.append("i32" if -2**31 <= value < 2**31 else "i64")
        return ", ".join(entries)


def load(only="", folder=FOLDER):
    """All cases whose title contains `only`, in order."""
    cases = []
    for path in sorted(folder.glob("*.json")):
        tree = json.loads(path.read_text(encoding="utf-8"))
        for entry in tree["cases"]:
            arguments = {name: Array(**value) if isinstance(value, dict) else value
                         for name, value in entry["arguments"].items()}
            case = Case(path.stem, folder / tree["file"], **{**entry, "arguments": arguments})
            for name, value in arguments.items():
                if isinstance(value, Array) and (value.type not in STORAGE or value.fill not in FILLS):
                    raise ValueError(f"{path.name}: {case.name}: {name}: no type {value.type} or no fill {value.fill}")
            unknown = set(case.expect) - set(case.outputs())
            if unknown or not case.outputs():
                raise ValueError(f"{path.name}: {case.name}: expect names {sorted(unknown)}, the outputs are {case.outputs()}")
            cases.append(case)
    titles = [case.title for case in cases]
    for title in titles:
        if titles.count(title) > 1:
            raise ValueError(f"the case {title} appears twice")
    return [case for case in cases if only in case.title]


@dataclasses.dataclass
class Difference:
    """How far an array is from what was expected."""

    wrong: int
    largest: float  # absolute
    where: tuple  # of the first wrong element, or None
    text: str

    def __bool__(self):
        return self.wrong > 0


def compare(got, expected, dtype, rtol=0.0, atol=0.0):
    """Compares two arrays of storage."""
    a, b = decode(got, dtype), decode(expected, dtype)
    if rtol == 0 and atol == 0:
        equal = got == expected if not is_float(dtype) else (got.view(_bits(got)) == expected.view(_bits(expected)))
    else:
        with np.errstate(all="ignore"):
            equal = (a == b) | (np.abs(a - b) <= atol + rtol * np.abs(b)) & np.isfinite(b)
    if is_float(dtype):
        equal = equal | (np.isnan(a) & np.isnan(b))
    wrong = int(equal.size - np.count_nonzero(equal))
    with np.errstate(all="ignore"):
        gaps = np.abs(a.astype(np.float64) - b.astype(np.float64))
    finite = gaps[np.isfinite(gaps)]
    largest = float(finite.max()) if finite.size else 0.0
    if not wrong:
        return Difference(0, largest, None, "")
    where = tuple(int(index) for index in np.argwhere(~equal)[0])
    return Difference(wrong, largest, where, f"{wrong} of {equal.size} wrong, first at {list(where)}: {a[where]} instead of {b[where]}")


def _bits(array):
    return np.dtype(f"u{array.dtype.itemsize}")
