"""Compares stubs with the table of built-ins: check_stubs.py <Builtins.td> <folder of stubs> <work folder>."""

import ast
import json
import pathlib
import py_compile
import subprocess
import sys

LANGUAGE = "mla/language/__init__.pyi"
# Where the built-ins of a home are: (file, class, whether the first parameter is the value before the dot).
HOMES = {
    "Language": [(LANGUAGE, None, False)],
    "Attention": [("mla/language/attn.pyi", None, False)],
    "Indexer": [("mla/language/indexer.pyi", None, False)],
    "GatherModule": [(LANGUAGE, "_gather", False)],
    "Both": [(LANGUAGE, None, False), (LANGUAGE, "_tile", True)],
    "Math": [(LANGUAGE, None, False), ("mla/language/math.pyi", None, False), (LANGUAGE, "_tile", True)],
    "MathFunction": [(LANGUAGE, None, False), ("mla/language/math.pyi", None, False)],
    "Libdevice": [("mla/language/extra/libdevice.pyi", None, False)],
    "Member": [(LANGUAGE, "_tile", False)],
    "TypeMember": [(LANGUAGE, "_dtype", False)],
    "BlockMember": [(LANGUAGE, None, False), (LANGUAGE, "_block_pointer", True)],
    "DescriptorMember": [(LANGUAGE, "tensor_descriptor", False)],
    "Python": [],
}
# A class in the stubs: it is an annotation too.
CLASSES = {"constexpr"}
# A function that has functions: an object whose class has __call__.
OBJECTS = {"gather": "_gather"}


def expected_functions(table):
    """(file, class, name) -> parameters."""
    includes = subprocess.run(["llvm-config", "--includedir"], check=True, capture_output=True, text=True).stdout.strip()
    command = ["llvm-tblgen", "--dump-json", "-I", includes, "-I", pathlib.Path(table).parent, table]
    records = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    expected = {}
    for name in records["!instanceof"]["Builtin"]:
        record = records[name]
        for file, owner, drops in HOMES[record["Home"]["def"]]:
            called = OBJECTS.get(record["Name"]) if owner is None else None
            name, owner = ("__call__", called) if called else (record["Name"], owner)
            parameters = record["Parameters"].split(", ", 1)[1:] if drops else [record["Parameters"]]
            expected[file, owner, name] = ast.unparse(
                ast.parse(f"def f({', '.join(filter(None, (['self'] if owner else []) + parameters))}): ...").body[0].args
            )
    return expected


def found_functions(folder):
    found = {}
    for path in sorted(folder.rglob("*.pyi")):
        file = path.relative_to(folder).as_posix()
        tree = ast.parse(path.read_text())
        owners = [(None, tree)] + [(node.name, node) for node in tree.body if isinstance(node, ast.ClassDef)]
        for owner, scope in owners:
            for node in scope.body:
                isFunction = isinstance(node, ast.FunctionDef) and (not node.name.startswith("__") or node.name == "__call__")
                if isFunction and not node.decorator_list:
                    if not ast.get_docstring(node):
                        print(f"{file}: {node.name} has no docstring")
                    found[file, owner, node.name] = ast.unparse(node.args)
    return found


def main():
    table, folder, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    stubs = sorted(folder.rglob("*.pyi"))
    for stub in stubs:
        py_compile.compile(stub, cfile=work / "compiled", doraise=True)
    expected, found = expected_functions(table), found_functions(folder)
    problems = 0
    for key in sorted(expected.keys() | found.keys(), key=str):
        if key[2] in CLASSES or key[0] == "mla/__init__.pyi":
            continue
        if expected.get(key) != found.get(key):
            problems += 1
            print(f"{key}: the table has ({expected.get(key)}), the stubs have ({found.get(key)})")
    print(f"{len(stubs)} stubs, {len(expected)} built-ins, {problems} problems")
    return problems > 0


sys.exit(main())
