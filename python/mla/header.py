"""Reads the C interface out of mla.h, so that structs, constants and functions have one definition: the header.

Understands what mla.h consists of: enums, structs of numbers, pointers, arrays and other structs, prototypes, and defines
of numbers. Anything else is an error."""
# SPDX-License-Identifier: Apache-2.0

import ctypes
import re

NUMBERS = {
    "int": ctypes.c_int,
    "float": ctypes.c_float,
    "size_t": ctypes.c_size_t,
    "int32_t": ctypes.c_int32,
    "uint32_t": ctypes.c_uint32,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
}
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
DEFINE = re.compile(r"^#define (\w+) (-?\w+)$", re.MULTILINE)
ENUM = re.compile(r"typedef enum (\w+) \{(.*?)\} \1;", re.DOTALL)
STRUCT = re.compile(r"typedef struct (\w+) \{(.*?)\} \1;", re.DOTALL)
OPAQUE = re.compile(r"typedef struct (\w+) \1;")
PROTOTYPE = re.compile(r"([\w ]+?[\s*]+)(\w+)\(([^()]*)\);")
FIELD = re.compile(r"(const )?(\w+)\s*(\*?)\s*(\w+)(?:\[(\w+)\])?")
POINTERS = re.compile(r"(.*?)\s*(\*+)\s*(\w*)")


class HeaderError(Exception):
    """The header holds something that is not understood."""


class Header:
    """constants: name to number; enums: name to its constants; structs: name to ctypes class; functions: name to what it
    returns and its parameters, each (name, ctypes class)."""

    def __init__(self, text):
        self.constants, self.enums, self.structs, self.functions = {}, {}, {}, {}
        text = COMMENT.sub("", text).replace("\\\n", " ")
        self.constants.update({name: self.number(value) for name, value in DEFINE.findall(text)})
        text = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
        text = text.replace('extern "C" {\n', "", 1).rstrip()
        text = text.removesuffix("}")
        text = ENUM.sub(self.read_enum, text)
        text = STRUCT.sub(self.read_struct, OPAQUE.sub("", text))
        text = PROTOTYPE.sub(self.read_prototype, text)
        if text.strip():
            raise HeaderError(f"not understood: {text.strip()[:80]!r}")

    def number(self, text):
        """The value of `8`, `0x7f`, `1 << 3` or of a name that was read before."""
        text = text.strip()
        if "<<" in text:
            base, _, shift = text.partition("<<")
            return self.number(base) << self.number(shift)
        if text in self.constants:
            return self.constants[text]
        try:
            return int(text, 0)
        except ValueError:
            raise HeaderError(f"not a number: {text!r}") from None

    def read_enum(self, match):
        """Adds an enum and its constants."""
        values, following = {}, 0
        for item in match[2].split(","):
            name, _, value = item.strip().partition("=")
            if name:
                values[name.strip()] = following = self.number(value) if value else following
                following += 1
        self.constants.update(values)
        self.enums[match[1]] = values
        return ""

    def read_struct(self, match):
        """Adds a struct."""
        fields = []
        for item in filter(None, map(str.strip, match[2].split(";"))):
            field = FIELD.fullmatch(item)
            if not field:
                raise HeaderError(f"{match[1]}: field not understood: {item!r}")
            is_const, kind, star, name, extent = field.groups()
            if star:
                of = ctypes.c_char_p if is_const and kind == "char" else ctypes.c_void_p
            else:
                of = self.kind(kind)
            fields.append((name, of * self.number(extent) if extent else of))
        self.structs[match[1]] = type(match[1], (ctypes.Structure,), {"_fields_": fields})
        return ""

    def kind(self, name):
        """The ctypes class of a type that is no pointer."""
        if name in self.enums:
            return ctypes.c_int
        found = NUMBERS.get(name) or self.structs.get(name)
        if not found:
            raise HeaderError(f"unknown type: {name!r}")
        return found

    def read_prototype(self, match):
        """Adds a function: what it returns, and (name, type) of each parameter."""
        parameters = []
        for item in match[3].split(","):
            if item.strip() == "void":
                continue
            pointer = POINTERS.fullmatch(item.strip())
            kind, name = (item, "") if pointer else item.strip().rsplit(" ", 1)
            parameters.append((pointer[3] if pointer else name, ctypes.c_void_p if pointer else self.kind(kind)))
        result = match[1].strip()
        returned = None if result == "void" else ctypes.c_char_p if "*" in result else self.kind(result)
        self.functions[match[2]] = (returned, parameters)
        return ""
