#!/usr/bin/env python3
"""Checks the rules of the house that no compiler checks.

Each rule is a function below; its docstring is the rule. Findings are printed as path:line: message. Exit status 1 if
there are any.
"""
# SPDX-License-Identifier: Apache-2.0

import argparse
import fnmatch
import os
import re
import sys
from functools import cache
from pathlib import Path

MAX_LINES = 600
MAX_COLUMNS = 120
MAX_SUMMARY = 90
SOURCES = ("*.cpp", "*.h", "*.td", "*.py", "*.mlir", "*.test", "*.cmake", "CMakeLists.txt")
# The test of this program breaks every rule.
SKIPPED_FILES = ("test/Docs/house-untidy.test",)
SKIPPED_FOLDERS = ("build*", "out", ".*", "__pycache__", "*.egg-info")

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "dialects", "include", "kernels", "lib", "python", "test", "tools"}

# Where the environment is read: one file per tool or library, and what for.
GETENV = {
    "lib/Runtime/Examples/decode.cpp": "MLA_LIBCUDA: the driver library to load",
    "lib/Runtime/Driver.cpp": "MLA_LIBCUDA: the driver library to load",
    "lib/Simulator/Driver/Settings.cpp": "MLA_SIM_*: a library that is opened like libcuda has no options",
    "lib/Target/Assemble.cpp": "MLA_PTXAS: the assembler to run",
}

DIALECT_PREFIXES = ("tile", "ws", "sm", "attn", "indexer", "gather")


class House:
    """The files under a root, read once."""

    def __init__(self, root):
        self.root = root

    @cache
    def files(self):
        found = []
        for folder, subfolders, names in os.walk(self.root):
            subfolders[:] = [
                name for name in subfolders if not any(fnmatch.fnmatch(name, skipped) for skipped in SKIPPED_FOLDERS)
            ]
            paths = [Path(folder, name) for name in names]
            found += [path.relative_to(self.root).as_posix() for path in paths if path.is_file()]
        return sorted(set(found) - set(SKIPPED_FILES))

    def matching(self, *patterns, under=""):
        """Files below folder `under` whose name matches one of `patterns`."""
        return [
            path
            for path in self.files()
            if path.startswith(under) and any(fnmatch.fnmatch(Path(path).name, pattern) for pattern in patterns)
        ]

    @cache
    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def lines(self, path):
        """Numbered lines."""
        return enumerate(self.text(path).splitlines(), start=1)


def kebab(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def definitions(house, path, pattern):
    """(match, line, body) of every TableGen definition that starts with `pattern`."""
    text = house.text(path)
    starts = list(re.finditer(r"^(def|class) ", text, re.MULTILINE)) + [None]
    for start, following in zip(starts, starts[1:]):
        match = re.compile(pattern).match(text, start.start())
        if match:
            yield match, text.count("\n", 0, start.start()) + 1, text[start.start() : following and following.start()]


def documentation(body):
    """(summary, description) of a definition, None where absent."""
    summary = re.search(r'let summary = "([^"]*)"', body)
    description = re.search(r"let description = \[\{(.*?)\}\]", body, re.DOTALL)
    return summary and summary.group(1), description and description.group(1)


def check_lengths(house):
    """Hand-written files have at most 600 lines."""
    for path in house.matching(*SOURCES):
        count = len(house.text(path).splitlines())
        if count > MAX_LINES:
            yield path, count, f"has {count} lines, at most {MAX_LINES} are allowed"


def check_columns(house):
    """C++ lines have at most 120 columns."""
    for path in house.matching("*.cpp", "*.h"):
        for number, line in house.lines(path):
            if len(line) > MAX_COLUMNS:
                yield path, number, f"has {len(line)} columns, at most {MAX_COLUMNS} are allowed"


def check_passes(house):
    """A pass has one name: in its definition, file, flag and test; a summary and a description."""
    for path in house.matching("Passes.td", under="include/mla/"):
        room = Path(path).parent.name
        for match, line, body in definitions(house, path, r'def (\w+) : Pass<"([\w-]+)"'):
            name, flag = match.groups()
            prefixes = ("", *(prefix + "-" for prefix in DIALECT_PREFIXES))
            if flag not in [prefix + kebab(name) for prefix in prefixes]:
                yield path, line, f"{name} has the flag {flag}, expected [<dialect>-]{kebab(name)}"
            stem = name.removeprefix("Convert") if room == "Conversion" else name
            file = f"lib/{room}/{stem}/{stem}.cpp" if room == "Conversion" else f"lib/{room}/{stem}.cpp"
            if file not in house.files():
                yield path, line, f"{name} has no {file}"
            test = f"test/{room}/{kebab(stem)}"
            if not any(re.fullmatch(rf"{test}(-[\w-]+)?(\.mlir|/.+\.mlir)", other) for other in house.files()):
                yield path, line, f"{name} has no test {test}.mlir"
            summary, description = documentation(body)
            if not summary or not description or not description.strip():
                yield path, line, f"{name} has no summary or no description"


def check_ops(house):
    """An op has a summary and a description with an example of itself."""
    for path in house.matching("*.td", under="dialects/"):
        for match, line, body in definitions(house, path, r'def (\w+Op) : \w+<"(\w+)"'):
            summary, description = documentation(body)
            if not summary:
                yield path, line, f"{match.group(1)} has no summary"
            elif len(summary) > MAX_SUMMARY:
                yield path, line, f"{match.group(1)} has a summary of {len(summary)} characters, at most {MAX_SUMMARY}"
            examples = "".join(re.findall(r"```mlir\n(.*?)```", description or "", re.DOTALL))
            if f".{match.group(2)}" not in examples:
                yield path, line, f"{match.group(1)} has no example of itself in its description"


def check_verifier_labels(house):
    """A verifier's label (// op C1) names a documented rule and has a case in an invalid*.mlir of its dialect."""
    for path in house.matching("*.cpp", under="lib/Dialect/"):
        dialect = Path(path).parent.name
        cases = f"test/Dialect/{dialect}/invalid*.mlir"
        tested = set()
        for case in house.matching("invalid*.mlir", under=f"test/Dialect/{dialect}/"):
            tested |= set(re.findall(r"^// (\w+ C\d+)$", house.text(case), re.MULTILINE))
        documented = set()
        for td in house.matching("*.td", under=f"dialects/{dialect}/"):
            for match, _, body in definitions(house, td, r'def (\w+Op) : \w+<"(\w+)"'):
                rules = re.findall(r"^\s+(C\d+)\. ", documentation(body)[1] or "", re.MULTILINE)
                documented |= {f"{match.group(2)} {rule}" for rule in rules}
        for number, line in house.lines(path):
            comment = re.search(r"// ((?:\w+ C\d+(?:, )?)+)", line)
            for label in comment.group(1).split(", ") if comment else []:
                if label not in documented:
                    yield path, number, f"'{label}' is not a rule in dialects/{dialect}"
                if label not in tested:
                    yield path, number, f"'{label}' has no case in {cases}"


def check_deferred_work(house):
    """Work is done, not noted for later."""
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    for path in house.matching(*SOURCES):
        for number, line in house.lines(path):
            if marks.search(line):
                yield path, number, f"defers work: {marks.search(line).group(1)}"


def check_environment(house):
    """Compiled code reads the environment only in the files of GETENV; passes and tools take options."""
    for path in house.matching("*.cpp", "*.h"):
        if path in GETENV or path.startswith("test/"):
            continue
        for number, line in house.lines(path):
            if re.search(r"\b(secure_)?getenv\(|\bGetEnv\(", line):
                yield path, number, "reads the environment; add an option, or the file to GETENV in tools/check/house.py"


def check_names(house):
    """A file is named for what it holds: no Utils, Common or Helpers."""
    for path in house.files():
        if not path.startswith("test/") and re.search(r"(?i:utils|helpers?)\b|Common", Path(path).stem):
            yield path, 1, "does not say what it holds"


def check_test_names(house):
    """CHECK lines capture values by name."""
    for path in house.matching("*.mlir", "*.test", "*.py", under="test/"):
        for number, line in house.lines(path):
            if re.search(r"CHECK[A-Z-]*:.*%\d", line):
                yield path, number, "expects a number as name of a value; capture it: %[[NAME:.*]]"


def check_rooms(house):
    """A room includes only rooms listed above it in lib/CMakeLists.txt; those before the compiler's include no MLIR."""
    listing = house.text("lib/CMakeLists.txt") if "lib/CMakeLists.txt" in house.files() else ""
    rooms = re.findall(r"add_subdirectory\((\w+)\)", listing)
    plain = re.findall(r"add_subdirectory\((\w+)\)", listing.partition("if(MLA_BUILD_COMPILER)")[0])
    for position, room in enumerate(rooms):
        files = house.matching("*.cpp", "*.h", under=f"lib/{room}/")
        files += house.matching("*.cpp", "*.h", under=f"include/mla/{room}/")
        for path in files:
            for number, line in house.lines(path):
                include = re.match(r'#\s*include ["<](mla|mlir|llvm)/(\w+)', line)
                if not include:
                    continue
                if include.group(1) == "mla" and include.group(2) not in rooms[: position + 1]:
                    yield path, number, f"room {room} includes {include.group(2)}, which is not above it"
                if include.group(1) != "mla" and room in plain:
                    yield path, number, f"room {room} is built without MLIR and includes {include.group(1)}"


def check_top(house):
    """The top level holds only the folders and files of TOP_LEVEL, and dot-files."""
    for path in house.files():
        top = path.split("/")[0]
        if top not in TOP_LEVEL and not top.startswith("."):
            yield path, 1, f"{top} is not a part of the top level"


CHECKS = {name.removeprefix("check_"): check for name, check in globals().items() if name.startswith("check_")}


def main():
    rules = "\n".join(f"  {name:16} {check.__doc__}" for name, check in CHECKS.items())
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"rules:\n{rules}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="the project (default: this one)")
    parser.add_argument("--rule", action="append", choices=CHECKS, metavar="RULE", help="only this rule; may be repeated")
    args = parser.parse_args()

    house = House(args.root)
    findings = [finding for name in args.rule or CHECKS for finding in CHECKS[name](house)]
    for path, line, message in findings:
        print(f"{path}:{line}: {message}")
    print(f"{len(args.rule or CHECKS)} rules, {len(house.files())} files, {len(findings)} findings")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
