"""Compiles the example of every built-in: compile_examples.py <Builtins.td> <work folder>."""

import json
import pathlib
import subprocess
import sys

KERNEL = """import mla
import mla.language as ml


@mla.kernel
def example(
    x_ptr: "*fp32", y_ptr: "*fp32", h_ptr: "*fp16", i_ptr: "*i32", n: "i32",
    view: ml.tensor[ml.f32, 'ROWS', 'COLS', 576], BLOCK: ml.constexpr = 64,
):
"""


def read_table(table):
    """All records of class Builtin."""
    includes = subprocess.run(
        ["llvm-config", "--includedir"], check=True, capture_output=True, text=True
    ).stdout.strip()
    text = subprocess.run(
        ["llvm-tblgen", "--dump-json", "-I", includes, "-I", pathlib.Path(table).parent, table],
        check=True, capture_output=True, text=True,
    ).stdout
    records = json.loads(text)
    return [records[name] for name in records["!instanceof"]["Builtin"]]


def main():
    table, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    failures = 0
    builtins = read_table(table)
    for builtin in builtins:
        lines = builtin["Example"].splitlines()
        missing = [field for field in ("Result", "Doc", "Example") if not builtin[field]]
        path = folder / f"{builtin['Id']}.py"
        path.write_text(KERNEL + "".join(f"    {line}\n" for line in lines))
        run = subprocess.run(
            ["mla-translate", path, "--emit", "source-tile"], capture_output=True, text=True
        )
        uses = builtin["Name"] in builtin["Example"]
        if run.returncode or missing or not uses:
            failures += 1
            print(f"{builtin['Id']}: missing {missing}, named in its example: {uses}\n{run.stderr}")
    print(f"{len(builtins)} examples, {failures} failures")
    return failures > 0


sys.exit(main())
