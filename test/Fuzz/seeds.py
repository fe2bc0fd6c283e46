#!/usr/bin/env python3
"""Writes the seeds of the fuzzers: one file for each kernel of the tests, the library and the examples of built-ins, and
FOLDER.dict with the words of the language."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import ast
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "test/Language"), str(ROOT / "test/Frontend/Inputs")]
sys.dont_write_bytecode = True
import cases  # noqa: E402
import compile_examples  # noqa: E402

KEYWORDS = ("and as assert break class continue def del elif else except finally for from global if import in is lambda "
            "nonlocal not or pass raise return try while with yield None True False").split()

EXAMPLES = """examples:
  test/Fuzz/seeds.py build-fuzz/seeds        build-fuzz/seeds/*.py and build-fuzz/seeds.dict"""


def needed(source, kernel):
    """The text of a kernel, of what it names, and of imports and constants."""
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    wanted, found = [kernel], set()
    while wanted:
        name = wanted.pop()
        if name in functions and name not in found:
            found.add(name)
            wanted += [node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)]
    kept = [node for node in tree.body if not isinstance(node, ast.FunctionDef) or node.name in found]
    return "\n".join(ast.unparse(node) for node in kept) + "\n"


def header(kernel, signature):
    """What the fuzzer reads its options from."""
    return f'# mla-translate --kernel {kernel} --signature "{signature}"\n'


def seeds():
    """Name and text of each seed."""
    for path in sorted((ROOT / "test/Frontend").rglob("*.py")):
        if "Inputs" not in path.parts:
            # Explanations and expectations only make the inputs longer.
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            yield f"test-{path.stem}", "".join(line for line in lines if not re.match(r"# (?!RUN)|\"\"\".*\"\"\"$", line))
    for case in cases.load():
        text = needed(case.source.read_text(encoding="utf-8"), case.kernel)
        yield f"case-{case.title}", header(case.kernel, case.signature()) + text
    for family in json.loads((ROOT / "kernels/library.json").read_text(encoding="utf-8"))["families"]:
        text = (ROOT / "kernels" / family["source"]).read_text(encoding="utf-8")
        for variant in family["variants"]:
            yield f"library-{variant['name']}", header(family["kernel"], variant["signature"]) + text
    table = compile_examples.read_table(ROOT / "lib/Frontend/Builtins.td")
    for kind in ("Builtin", "Refusal"):
        for name, record in table[kind].items():
            yield f"example-{name}", compile_examples.kernel(record["Example"])


def main():
    """Entry point."""
    parser = argparse.ArgumentParser(prog="seeds.py", description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where the seeds go")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    count, words = 0, set(KEYWORDS)
    for count, (name, text) in enumerate(seeds(), 1):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        words |= set(re.findall(r"\w+", text))
    escaped = (word for word in sorted(words) if word.isascii())
    folder.with_suffix(".dict").write_text("".join(f'"{word}"\n' for word in escaped), encoding="utf-8")
    print(f"{count} seeds, {len(words)} words")


if __name__ == "__main__":
    sys.exit(main())
