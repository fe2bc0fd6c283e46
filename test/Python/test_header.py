"""Structs, constants and functions that mla.header reads are those that a C compiler sees."""
# SPDX-License-Identifier: Apache-2.0

import ctypes
import os
import pathlib
import subprocess
import tempfile
import unittest

from mla import header, runtime


class Layout(unittest.TestCase):
    """Sizes, offsets and values beside those of a compiled program."""

    def test_equals_the_compiler(self):
        expected = [f"{name} {value}" for name, value in runtime.HEADER.constants.items()]
        lines = [f'printf("{name} %d\\n", (int)({name}));' for name in runtime.HEADER.constants]
        for name, structure in runtime.HEADER.structs.items():
            expected.append(f"{name} {ctypes.sizeof(structure)}")
            lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
            for field, _ in structure._fields_:
                place = getattr(structure, field)
                expected.append(f"{name}.{field} {place.offset} {place.size}")
                lines.append(f'printf("{name}.{field} %zu %zu\\n", offsetof({name}, {field}), sizeof((({name} *)0)->{field}));')
        package = pathlib.Path(runtime.__file__).parent
        with tempfile.TemporaryDirectory() as text:
            folder = pathlib.Path(text)
            program = "\n".join(lines)
            (folder / "layout.c").write_text(
                f'#include "{package / "mla.h"}"\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {{\n{program}\n}}\n')
            subprocess.run([os.environ.get("MLA_TEST_CXX", "c++"), "-xc", folder / "layout.c", "-o", folder / "layout"], check=True)
            printed = subprocess.run([folder / "layout"], check=True, capture_output=True, text=True).stdout
        self.assertEqual(printed.splitlines(), expected)

    def test_knows_all_of_the_interface(self):
        for function in ("mla_open", "mla_close", "mla_load", "mla_version", "mla_last_error", "mla_status_name"):
            self.assertIn(function, runtime.HEADER.functions)
        for op in ("dense_decode", "sparse_decode", "convert_indices", "filter_indices", "write_cache", "merge_lse"):
            self.assertIn(op, runtime.OPERATIONS)
            self.assertIn(f"mla_{op}_args", runtime.HEADER.structs)
            self.assertIn(f"mla_query_{op}", runtime.HEADER.functions)


class Reading(unittest.TestCase):
    """What the reader understands and what it refuses."""

    def test_reads_each_form(self):
        read = header.Header("""/* x; */
#define N 3
typedef enum colour { RED, GREEN = 1 << 4, BLUE, ALL = 0x7fffffff } colour;
typedef struct handle handle;
typedef struct inner { int32_t a[N]; /**< c */ } inner;
typedef struct outer { inner i; const char *text; void *data; colour c; size_t n; float f; } outer;
colour paint(handle *h, const outer *o, uint32_t bits,
             size_t n);
const char *name(void);
void drop(handle *);
""")
        self.assertEqual(read.constants, {"N": 3, "RED": 0, "GREEN": 16, "BLUE": 17, "ALL": 0x7FFFFFFF})
        self.assertEqual(ctypes.sizeof(read.structs["inner"]), 12)
        self.assertEqual(read.structs["outer"].text.offset, 16)
        self.assertEqual([name for name, _ in read.functions["paint"][1]], ["h", "o", "bits", "n"])
        self.assertEqual(read.functions["paint"][1][2][1], ctypes.c_uint32)
        self.assertEqual(read.functions["name"], (ctypes.c_char_p, []))
        self.assertEqual(read.functions["drop"], (None, [("", ctypes.c_void_p)]))

    def test_refuses_the_rest(self):
        for text, message in (
            ("typedef union u { int a; } u;", "not understood"),
            ("typedef struct s { double a; } s;", "unknown type: 'double'"),
            ("typedef struct s { int32_t a : 3; } s;", "field not understood"),
            ("typedef enum e { A = B + 1 } e;", "not a number"),
            ("long f(void);", "unknown type: 'long'"),
        ):
            with self.assertRaisesRegex(header.HeaderError, message):
                header.Header(text)


if __name__ == "__main__":
    unittest.main()
