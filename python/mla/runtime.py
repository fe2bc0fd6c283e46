"""The kernel library (mla/Runtime/mla.h) from Python, for tensors of torch, cupy or plain device addresses.

    import torch
    from mla import runtime

    device = runtime.Library().open()          # GPU 0, kernels inside libmla.so
    device.load()                              # all loading happens here
    step = dict(q=q, cache=cache, block_table=table, lengths=lengths, out=out, lse=lse, scale=576**-0.5, causal=1)
    sizes = device.query("dense_decode", **step)
    workspace = torch.empty(sizes.workspace_bytes, dtype=torch.uint8, device="cuda")
    device.run("dense_decode", workspace=workspace, stream=torch.cuda.current_stream(), **step)

An operation is a name of the header without its mla_run_; its fields are those of its struct, and absent ones are zero.
Constants have their names of the header: runtime.MLA_CACHE_DS_MLA. The header also says what each field may be, what
plans and workspaces are, and that any call may come from any thread. Needs nothing but Python and libmla.so."""
# SPDX-License-Identifier: Apache-2.0

import collections
import ctypes
import pathlib

from mla import header as _header

PACKAGE = pathlib.Path(__file__).resolve().parent
ROOT = PACKAGE.parent.parent  # of a source tree


def _read_header():
    """The interface: from the header beside this file, where a build put it, or from the source tree's."""
    places = (PACKAGE / "mla.h", ROOT / "include" / "mla" / "Runtime" / "mla.h")
    found = next((path for path in places if path.exists()), None)
    if not found:
        raise ImportError(f"mla.h was not found; looked for {' and '.join(map(str, places))}")
    return _header.Header(found.read_text(encoding="utf-8"))


HEADER = _read_header()
globals().update(HEADER.constants)
OPERATIONS = tuple(name.removeprefix("mla_run_") for name in HEADER.functions if name.startswith("mla_run_"))
STATUSES = {value: name for name, value in HEADER.enums["mla_status"].items()}
DTYPES = {name.removeprefix("MLA_DTYPE_").lower(): value for name, value in HEADER.enums["mla_dtype"].items()}
MAX_RANK = HEADER.constants["MLA_MAX_RANK"]
# Names that torch and __cuda_array_interface__ give the element types.
ALIASES = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32", "float8_e4m3fn": "e4m3", "float8_e5m2": "e5m2",
           "uint8": "u8", "int32": "i32", "int64": "i64",
           "<f2": "fp16", "<f4": "fp32", "|u1": "u8", "<i4": "i32", "<i8": "i64"}  # fmt: skip
ELEMENT_BYTES = {"bf16": 2, "fp16": 2, "fp32": 4, "e4m3": 1, "e5m2": 1, "u8": 1, "i32": 4, "i64": 8}
_Tensor = HEADER.structs["mla_tensor"]
Query = collections.namedtuple("Query", [name for name, _ in HEADER.structs["mla_query_result"]._fields_[1:]])
Query.__doc__ = "What a query answers: the fields of mla_query_result."


class Error(Exception):
    """A call of the library failed. `status` is its mla_status, the text what the library says of it."""

    def __init__(self, status, message):
        super().__init__(f"{STATUSES.get(status, status)}: {message}")
        self.status = status


class Tensor:
    """Device memory as the library sees it. Strides count elements; without them rows follow each other.

    Address 0 is fine for queries, which look at shapes alone."""

    def __init__(self, address, dtype, shape, strides=None):
        self.address, self.shape = int(address), tuple(map(int, shape))
        self.dtype = ALIASES.get(str(dtype), str(dtype))
        if self.dtype not in DTYPES:
            raise TypeError(f"element type {dtype} is none of {', '.join(name for name in DTYPES if name != 'none')}")
        if strides is None:
            strides, extent = [], 1
            for size in reversed(self.shape):
                strides.insert(0, extent)
                extent *= size
        self.strides = tuple(map(int, strides))
        if len(self.shape) > MAX_RANK or len(self.shape) != len(self.strides):
            raise ValueError(f"shape {self.shape} and strides {self.strides}: as many as each other, at most {MAX_RANK}")

    @staticmethod
    def of(value):
        """A Tensor, a torch tensor on a GPU, or anything with __cuda_array_interface__."""
        if isinstance(value, Tensor):
            return value
        if hasattr(value, "data_ptr") and hasattr(value, "stride"):
            if getattr(getattr(value, "device", None), "type", "cuda") not in ("cuda", "meta"):
                raise TypeError(f"tensor on {value.device}; the library reads device memory")
            return Tensor(value.data_ptr(), str(value.dtype).removeprefix("torch."), value.shape, value.stride())
        described = getattr(value, "__cuda_array_interface__", None)
        if described is None:
            raise TypeError(f"{type(value).__name__} is no tensor in device memory: give a torch or cupy array there, or a Tensor")
        element = int(described["typestr"][2:])
        strides = described.get("strides")
        if strides and any(stride % element for stride in strides):
            raise ValueError(f"strides of {strides} bytes are no multiples of the {element} bytes of an element")
        return Tensor(described["data"][0], described["typestr"], described["shape"],
                      strides and [stride // element for stride in strides])  # fmt: skip

    def nbytes(self):
        """Bytes from the first element to behind the last."""
        if 0 in self.shape:
            return 0
        last = sum((extent - 1) * stride for extent, stride in zip(self.shape, self.strides))
        return (last + 1) * ELEMENT_BYTES[self.dtype]

    def to_c(self):
        """As mla_tensor."""
        rank = len(self.shape)
        padding = (0,) * (MAX_RANK - rank)
        extents = ctypes.c_int64 * MAX_RANK
        return _Tensor(self.address or None, DTYPES[self.dtype], rank, extents(*self.shape, *padding),
                       extents(*self.strides, *padding))  # fmt: skip


def _stream(value):
    """A stream's handle: a number, or an object of torch (cuda_stream) or cupy (ptr)."""
    for name in ("cuda_stream", "ptr"):
        value = getattr(value, name, value)
    return value or None


def _memory(value):
    """(address, bytes) of a workspace or plan: a pair, a tensor, or None."""
    if value is None:
        return None, 0
    if isinstance(value, tuple):
        return value[0] or None, value[1]
    tensor = Tensor.of(value)
    return tensor.address or None, tensor.nbytes()


def _fill(structure, fields, what):
    """Sets fields of a struct by name; tensors, numbers, and structs as dicts."""
    kinds = dict(structure._fields_)
    for name, value in fields.items():
        if name not in kinds or name == "struct_size":
            known = ", ".join(known for known in kinds if known != "struct_size")
            raise TypeError(f"{what} has no field '{name}'; it has {known}")
        if value is None:
            continue
        try:
            if kinds[name] is _Tensor:
                value = Tensor.of(value).to_c()
            elif isinstance(value, dict) and issubclass(kinds[name], ctypes.Structure):
                nested = kinds[name]()
                _fill(nested, value, name)
                value = nested
            elif issubclass(kinds[name], ctypes._SimpleCData) and kinds[name] is not ctypes.c_float:
                value = _integer(value, kinds[name])
            setattr(structure, name, value)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{what}: {name}: {error}") from None


def _integer(value, kind):
    """A number that the field holds; ctypes would cut the rest off. Strings and pointers stay as they are."""
    if not hasattr(value, "__index__"):
        return value
    number = value.__index__()
    if kind not in (ctypes.c_char_p, ctypes.c_void_p) and kind(number).value != number:
        raise ValueError(f"{number} does not fit its {8 * ctypes.sizeof(kind)} bits")
    return number


class Library:
    """libmla.so: the file at `path`, else that of the build or installed tree around this file, else the system's."""

    def __init__(self, path=None):
        # The loader looks for a name without a folder elsewhere.
        self.path = str(pathlib.Path(path).absolute() if path else self.find())
        self.c = ctypes.CDLL(self.path)
        for name, (returned, parameters) in HEADER.functions.items():
            function = getattr(self.c, name, None)
            if function is None:
                raise OSError(f"{self.path} has no {name}: it is older than this package")
            function.restype, function.argtypes = returned, [kind for _, kind in parameters]
        self.version = self.c.mla_version()

    @staticmethod
    def find():
        """Where libmla.so is: build/python and build/lib, share/mla/python and lib, or a source tree's build."""
        for root in PACKAGE.parents[1:4:2]:  # fewer where a tree lies below /
            for folder in (root / "lib", root / "lib64", root / "build" / "lib", *sorted(root.glob("lib/*-linux-gnu"))):
                if (folder / "libmla.so").exists():
                    return folder / "libmla.so"
        return f"libmla.so.{HEADER.constants['MLA_VERSION_MAJOR']}"

    def open(self, ordinal=0, kernel_folder=None, compute_capability=0, sm_count=0, forbid_jit=False):
        """A GPU; or with ordinal -1 one that is described, for queries. The driver is libcuda.so.1, or what MLA_LIBCUDA names."""
        options = HEADER.structs["mla_device_options"]()
        options.struct_size = ctypes.sizeof(options)
        folder = str(kernel_folder).encode() if kernel_folder is not None else None
        _fill(options, {"ordinal": ordinal, "kernel_folder": folder, "compute_capability": compute_capability,
                        "sm_count": sm_count, "forbid_jit": int(forbid_jit)}, "open")  # fmt: skip
        handle = ctypes.c_void_p()
        self.check(self.c.mla_open(ctypes.byref(options), ctypes.byref(handle)))
        return Device(self, handle)

    def check(self, status):
        """Raises what a call came to, unless that is OK."""
        if status:
            raise Error(status, self.c.mla_last_error().decode())


class Device:
    """A device that was opened; closed by close(), at the end of a `with`, or with its last reference."""

    def __init__(self, library, handle):
        self.library, self.handle = library, handle

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()

    def close(self):
        """Unloads the kernels, after everything that was enqueued."""
        handle, self.handle = self.handle, None
        if handle:
            self.library.c.mla_close(handle)

    def load(self, *families):
        """Loads the kernels of families ("dense_decode", ...), or all; else the first run does."""
        bits = 0
        for family in families or ("all",):
            name = f"MLA_FAMILY_{family.upper()}"
            if name not in HEADER.constants:
                known = ", ".join(name.removeprefix("MLA_FAMILY_").lower() for name in HEADER.enums["mla_family"])
                raise ValueError(f"'{family}' is no family; there are {known}")
            bits |= HEADER.constants[name]
        self.library.check(self.library.c.mla_load(self.opened(), bits))

    def call(self, op, **fields):
        """An operation with its arguments, to be run any number of times without building them again."""
        return Call(self, op, fields)

    def query(self, op, **fields):
        """Which kernel, how much workspace, how large a plan: a Query."""
        return self.call(op, **fields).query()

    def plan(self, op, plan, stream=0, **fields):
        """Enqueues the planning into `plan`."""
        self.call(op, **fields).plan(plan, stream)

    def run(self, op, plan=None, workspace=None, stream=0, **fields):
        """Enqueues the work. `plan` and `workspace` are tensors or (address, bytes)."""
        self.call(op, **fields).run(plan, workspace, stream)

    def opened(self):
        """The handle."""
        if not self.handle:
            raise ValueError("the device is closed")
        return self.handle


class Call:
    """Arguments of an operation on a device. Holds the objects that own the tensors' memory."""

    def __init__(self, device, op, fields):
        if op not in OPERATIONS:
            raise ValueError(f"'{op}' is no operation; there are {', '.join(OPERATIONS)}")
        self.device, self.op, self.fields = device, op, fields
        self.args = HEADER.structs[f"mla_{op}_args"]()
        self.args.struct_size = ctypes.sizeof(self.args)
        _fill(self.args, fields, op)

    def query(self):
        """As Device.query."""
        result = HEADER.structs["mla_query_result"]()
        result.struct_size = ctypes.sizeof(result)
        self.invoke("query", result=ctypes.byref(result))
        values = {name: getattr(result, name) for name in Query._fields}
        return Query(**{name: value.decode() if isinstance(value, bytes) else value for name, value in values.items()})

    def plan(self, plan, stream=0):
        """As Device.plan."""
        address, size = _memory(plan)
        self.invoke("plan", plan=address, plan_bytes=size, stream=_stream(stream))

    def run(self, plan=None, workspace=None, stream=0):
        """As Device.run."""
        (plan, plan_bytes), (workspace, workspace_bytes) = _memory(plan), _memory(workspace)
        given = {"plan": plan, "plan_bytes": plan_bytes, "workspace": workspace, "workspace_bytes": workspace_bytes}
        self.invoke("run", stream=_stream(stream), **{name: value for name, value in given.items() if value})

    def invoke(self, verb, **given):
        """Calls mla_<verb>_<op>, whose parameters are found by their names."""
        name = f"mla_{verb}_{self.op}"
        if name not in HEADER.functions:
            raise ValueError(f"{self.op} has no {verb}")
        library = self.device.library
        given |= {"device": self.device.opened(), "args": ctypes.byref(self.args)}
        known = [parameter for parameter, _ in HEADER.functions[name][1]]
        if unknown := [parameter for parameter in given if parameter not in known]:
            raise TypeError(f"{self.op} takes no {unknown[0].removesuffix('_bytes')}")
        # Absent memory is a null pointer of 0 bytes.
        values = [given.get(parameter, 0 if parameter.endswith("_bytes") else None) for parameter in known]
        library.check(getattr(library.c, name)(*values))
