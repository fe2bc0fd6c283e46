"""What one launch from the command line is: a kernel file, PTX or a manifest, and its arguments."""
# SPDX-License-Identifier: Apache-2.0

import ast
import dataclasses
import json
import math
import pathlib
import re

import cases

ARRAY = re.compile(r"(\w+)\[([\d, ]*)\]:(\w+)((?::[^:@]+)*)(?:@(\d+))?")
NUMBERS_OF_FILL = {"uniform": ("low", "high"), "integers": ("low", "high"), "arange": ("start",)}
TYPES_OF_NUMPY = {"float16": "fp16", "float32": "fp32", "float64": "fp64", "bool": "i1",
                  **{f"{kind}{bits}": f"{kind[0]}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)}}
IMAGES = (".ptx", ".fatbin", ".cubin")


class LaunchError(ValueError):
    """Something on the command line that has no sense."""


@dataclasses.dataclass
class CompiledCase(cases.Case):
    """A launch of a compiled kernel: `source` is its image, the manifest says what it is passed."""

    manifest: dict = None
    manifest_path: pathlib.Path = None

    def variant(self):
        """The description of the image."""
        target = re.search(rb"\.target\s+(\w+)", self.source.read_bytes()) if self.source.suffix == ".ptx" else None
        arch = target[1].decode() if target else None
        fitting = [variant for variant in self.manifest["variants"] if arch in (None, variant["arch"])]
        if not fitting:
            raise LaunchError(f"{self.manifest_path} says nothing about {arch}, the target of {self.source}")
        return next((variant for variant in fitting if variant["kind"] == "ptx"), fitting[0])

    def parameters(self):
        return [(argument["name"], False) for argument in self.variant()["arguments"]]

    def scalar_types(self):
        """Type of each run-time number."""
        return {argument["name"]: argument["type"] for argument in self.variant()["arguments"] if argument["type"][0] != "*"}

    def view_arguments(self, only=None):
        """Strides of arrays as they lie here, where the kernel takes them."""
        hidden = {}
        for name, _ in self.parameters():
            base, _, position = name.partition(".stride")
            array = self.arguments.get(base)
            if position and isinstance(array, cases.Array) and name not in self.arguments:
                hidden[name] = math.prod(array.shape[int(position) + 1:])
        return hidden


def parse_array(name, text):
    """An array from "fp32[4,64]:randn@1", "i32[8]:integers:0:10", "x.npy" or "bf16@x.npy"; None if the text is a number."""
    if text.endswith(".npy"):
        dtype, _, file = text.rpartition("@")
        path = pathlib.Path(file)
        if not path.exists():
            raise LaunchError(f"--argument {name}: '{path}' does not exist")
        try:
            loaded = cases.load_npy(path)
        except ValueError as error:
            raise LaunchError(f"--argument {name}: {error}") from None
        dtype = dtype or TYPES_OF_NUMPY.get(loaded.dtype.name)
        if dtype not in cases.STORAGE:
            raise LaunchError(f"--argument {name}: '{path}' has {loaded.dtype}, give its type: {name}=bf16@{path}; "
                              f"types are {', '.join(cases.STORAGE)}")
        return cases.Array(dtype, list(loaded.shape), "npy", path=str(path))
    if "[" not in text:
        return None
    match = ARRAY.fullmatch(text)
    if not match:
        raise LaunchError(f"--argument {name}: expected TYPE[SHAPE]:FILL, TYPE[SHAPE]:FILL:NUMBERS@SEED or FILE.npy, got '{text}'")
    dtype, shape, fill, numbers, seed = match.groups()
    if dtype not in cases.STORAGE:
        raise LaunchError(f"--argument {name}: no type '{dtype}'; types are {', '.join(cases.STORAGE)}")
    if fill not in cases.FILLS or fill == "npy":
        raise LaunchError(f"--argument {name}: no fill '{fill}'; fills are {', '.join(cases.FILLS[:-1])}")
    array = cases.Array(dtype, [int(extent) for extent in shape.split(",") if extent.strip()], fill, seed=int(seed or 0))
    values = [float(number) if is_float_text(number) else number for number in numbers.split(":")[1:]]
    if any(isinstance(value, str) for value in values):
        raise LaunchError(f"--argument {name}: '{numbers[1:]}' are no numbers")
    if fill == "values" and values:
        array.values = values
    elif len(values) > len(NUMBERS_OF_FILL.get(fill, ())) or fill == "values":
        wanted = "at least one number" if fill == "values" else f"{len(NUMBERS_OF_FILL.get(fill, ()))} numbers at most"
        raise LaunchError(f"--argument {name}: {fill} takes {wanted}, got {len(values)}")
    else:
        for field, value in zip(NUMBERS_OF_FILL.get(fill, ()), values):
            setattr(array, field, value)
    return array


def is_float_text(text):
    """Whether this is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def parse_argument(text):
    """("n", 64) of "n=64"."""
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise LaunchError(f"--argument expects NAME=VALUE, got '{text}'")
    array = parse_array(name, value)
    if array is not None:
        return name, array
    if value.endswith(".json") or "/" in value:
        raise LaunchError(f"--argument {name}: '{value}' is no number, no array and no .npy file")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        if is_float_text(value):
            return name, float(value)  # nan, inf
        raise LaunchError(f"--argument {name}: '{value}' is no number, no array (TYPE[SHAPE]:FILL) and no .npy file") from None


def kernel_of(path, name):
    """The function of a kernel file: `name`, or the only one that is a kernel."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kernels = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)
               and any(ast.unparse(decorator).split(".")[-1] == "kernel" for decorator in node.decorator_list)]
    if name in kernels:
        return name
    if name:
        raise LaunchError(f"{path} has no kernel '{name}'; it has {', '.join(kernels) or 'none'}")
    if len(kernels) != 1:
        raise LaunchError(f"{path} has {len(kernels)} kernels, --kernel says which: {', '.join(kernels)}")
    return kernels[0]


def parameter_types(text, entry):
    """PTX types of the parameters of a kernel, in their order."""
    found = re.search(rf"\.entry\s+{re.escape(entry)}\s*\(([^)]*)\)", re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL))
    return re.findall(r"\.param\s+(?:\.align\s+\d+\s+)?\.(\w+)", found[1]) if found else []


def number_type(name, value, declared):
    """The type that a number has as a parameter; .b32 and .b64 do not say whether it is a float."""
    kind, bits = declared[0], declared[1:]
    types = {"f": {"16": "fp16", "32": "fp32", "64": "fp64"}, "s": {"8": "i8", "16": "i16", "32": "i32", "64": "i64"}}
    if kind in "ub":
        kind = "f" if kind == "b" and isinstance(value, float) else "s"
    if bits not in types.get(kind, {}):
        raise LaunchError(f"--argument {name}: a parameter of type .{declared} cannot be given as a number")
    if kind == "s" and isinstance(value, float):
        raise LaunchError(f"--argument {name}: the parameter is a whole number (.{declared}), got {value}")
    if kind == "s" and not -2**(int(bits) - 1) <= value < 2**int(bits):
        raise LaunchError(f"--argument {name}: {value} does not fit a parameter of type .{declared}")
    return types[kind][bits]


def made_manifest(path, options, arguments):
    """A manifest for PTX that has none: arguments are those of the command line, in their order."""
    text = path.read_text(encoding="utf-8")
    target = re.search(r"\.target\s+(\w+)", text)
    entries = re.findall(r"\.entry\s+(\w+)", text)
    if not target or not entries:
        raise LaunchError(f"{path} is no PTX: it has no .target or no .entry")
    entry = options.kernel or entries[0]
    if entry not in entries or (len(entries) > 1 and not options.kernel):
        raise LaunchError(f"{path} has the kernels {', '.join(entries)}, --kernel says which")
    if not options.threads:
        raise LaunchError(f"{path} has no manifest beside it: --threads and, if it has any, --shared have to say how it is launched")
    declared = parameter_types(text, entry)
    if len(declared) != len(arguments):
        raise LaunchError(f"the kernel {entry} of {path} has {len(declared)} parameters, got {len(arguments)} arguments: --argument gives "
                          "them in their order")
    described = [{"name": name, "type": f"*{value.type}" if isinstance(value, cases.Array) else number_type(name, value, declared[i]),
                  "divisibility": 16 if isinstance(value, cases.Array) else 1} for i, (name, value) in enumerate(arguments.items())]
    variant = {"arch": target[1], "kind": "ptx", "entry": entry, "arguments": described, "constants": {},
               "threads": options.threads, "num_warps": -(-options.threads // 32), "num_stages": 1, "cluster": 1,
               "shared_bytes": options.shared, "registers": None, "spill_bytes": None, "warnings": []}
    return {"version": 1, "kernel": entry, "source": path.name, "variants": [variant]}


def compiled_case(path, options, arguments):
    """A launch of PTX, a fatbin or a cubin, or of the image beside a manifest."""
    image = path
    if path.suffix == ".json":
        image = next((path.with_suffix(suffix) for suffix in IMAGES if path.with_suffix(suffix).exists()), None)
        if image is None:
            raise LaunchError(f"{path} is a manifest and has no {', '.join(IMAGES)} beside it")
    manifest_path = options.manifest or image.with_suffix(".json")
    if manifest_path.exists():
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    elif image.suffix == ".ptx" and not options.manifest:
        manifest = made_manifest(image, options, arguments)
    else:
        raise LaunchError(f"the manifest '{manifest_path}' does not exist")
    case = CompiledCase(image.stem, image, manifest["kernel"], manifest["kernel"], options.grid, arguments,
                        manifest=manifest, manifest_path=manifest_path)
    known = dict(case.parameters())
    hidden = case.view_arguments()
    for name in known:
        if name not in arguments and name not in hidden:
            raise LaunchError(f"--argument {name} is missing: {manifest['kernel']} takes {', '.join(known)}")
    for name, value in arguments.items():
        if name not in known:
            raise LaunchError(f"--argument {name}: {manifest['kernel']} has none of that name, it takes {', '.join(known)}")
        if isinstance(value, cases.Array) != (name not in case.scalar_types()):
            raise LaunchError(f"--argument {name}: {'a number' if name in case.scalar_types() else 'an array'} is expected")
    return case


def source_case(path, options, arguments):
    """A launch of a kernel file's function."""
    case = cases.Case(path.stem, path, kernel_of(path, options.kernel), "", options.grid, arguments)
    case.kernel = case.name
    case.num_warps = options.num_warps
    known = dict(case.parameters())
    missing = [name for name in known if name not in arguments]
    if missing:
        raise LaunchError(f"--argument {missing[0]} is missing: {case.kernel} takes {', '.join(known)}")
    for name in arguments:
        if name not in known:
            raise LaunchError(f"--argument {name}: {case.kernel} has none of that name, it takes {', '.join(known)}")
    return case


def expected_text(text, dtype):
    """numpy for what --expect says: an expression, or a file."""
    return f"npy({text!r}, {dtype!r})" if text.endswith(".npy") else text


def read(options):
    """The case of a launch that the command line describes."""
    arguments = dict(parse_argument(text) for text in options.argument)
    case = (source_case if options.path.suffix == ".py" else compiled_case)(options.path, options, arguments)
    arrays = [name for name, value in arguments.items() if isinstance(value, cases.Array)]
    named = list(options.output)
    for text in options.expect:
        name, separator, expression = text.partition("=")
        if not separator or name not in arrays:
            raise LaunchError(f"--expect expects ARRAY=EXPRESSION or ARRAY=FILE.npy, got '{text}'; arrays are {', '.join(arrays)}")
        case.expect[name] = expected_text(expression, arguments[name].type)
        named.append(name)
    for name in named:
        if name not in arrays:
            raise LaunchError(f"--output {name} is no array; arrays are {', '.join(arrays)}")
    for name in named or arrays:
        arguments[name].output = True
    case.rtol, case.atol = options.rtol, options.atol
    return case


def is_launch(path):
    """Whether a path is a kernel to launch, not a file of cases."""
    if path.suffix != ".json":
        return path.suffix in (".py", *IMAGES)
    try:
        return "variants" in json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
