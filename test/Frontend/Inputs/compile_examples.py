"""Compiles the examples of the language's table: compile_examples.py <Builtins.td> <work folder>.

Every built-in has one, chapters of the reference hold whole files, and refused forms must be refused.
"""

import json
import pathlib
import re
import subprocess
import sys

KERNEL = """import mla
import mla.language as ml


@mla.kernel
def example(
    x_ptr: "*fp32", y_ptr: "*fp32", h_ptr: "*fp16", i_ptr: "*i32", n: "i32",
    view: ml.tensor[ml.f32, 'ROWS', 'COLS', 576], table: ml.tensor[ml.i32, 'LISTS', 'LISTED'],
    cache: ml.tensor[ml.u8, 'PAGES', 'PAGE', 656], BLOCK: ml.constexpr = 64,
):
"""


def read_table(table):
    """All records by class: Builtin, Chapter, Refusal."""
    includes = subprocess.run(
        ["llvm-config", "--includedir"], check=True, capture_output=True, text=True
    ).stdout.strip()
    text = subprocess.run(
        ["llvm-tblgen", "--dump-json", "-I", includes, "-I", pathlib.Path(table).parent, table],
        check=True, capture_output=True, text=True,
    ).stdout
    records = json.loads(text)
    return {kind: {name: records[name] for name in names} for kind, names in records["!instanceof"].items()}


def kernel(body):
    return KERNEL + "".join(f"    {line}\n" for line in body.splitlines())


def check_builtin(compile_text, builtin):
    error = compile_text(kernel(builtin["Example"]))
    missing = [field for field in ("Result", "Doc", "Example") if not builtin[field]]
    if error or missing or builtin["Name"] not in builtin["Example"]:
        return f"missing {missing}, or not named in its example, or:\n{error}"
    return None


def check_chapter(compile_text, chapter):
    for block in re.findall(r"```python\n(.*?)```", chapter["Text"], re.DOTALL):
        if error := compile_text(block):
            return error
    return None


def check_refusal(compile_text, refusal):
    error = compile_text(kernel(refusal["Example"]))
    return None if refusal["Message"] in error else f"expected '{refusal['Message']}', got:\n{error}"


CHECKS = {"Builtin": check_builtin, "Chapter": check_chapter, "Refusal": check_refusal}


def main():
    table, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    records = read_table(table)
    failures = 0
    for kind, check in CHECKS.items():
        for name, record in records[kind].items():
            path = folder / f"{name}.py"

            def compile_text(text):
                """What the compiler says of `text`, empty if it compiles."""
                path.write_text(text)
                run = subprocess.run(
                    ["mla-translate", path, "--emit", "source-tile"], capture_output=True, text=True
                )
                return (run.stderr or f"status {run.returncode}") if run.returncode else ""

            if problem := check(compile_text, record):
                failures += 1
                print(f"{name}: {problem}")
        print(f"{kind}: {len(records[kind])} records")
    print(f"{failures} failures")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
