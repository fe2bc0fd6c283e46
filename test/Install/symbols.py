"""Allow-lists of libmla: what it exports, what it needs, and how large it is."""
# SPDX-License-Identifier: Apache-2.0

import argparse
import pathlib
import re
import subprocess
import sys

NEEDED = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libdl.so.2", "libpthread.so.0"}
MAX_BYTES = 30 * 1000 * 1000  # of the shared library, for the archs that it was built for
FORBIDDEN = re.compile(r"llvm|mlir|Py[A-Z_]|nvrtc|cudart")


def output(*command: object) -> str:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout


def exported(library: pathlib.Path) -> set[str]:
    return {line.split()[-1].split("@")[0] for line in output("nm", "-D", "--defined-only", library).splitlines()}


def undefined(library: pathlib.Path) -> set[str]:
    return {line.split()[-1].split("@")[0] for line in output("nm", "-D", "--undefined-only", library).splitlines()}


def defined_in_archive(library: pathlib.Path) -> set[str]:
    """Strong global symbols; weak ones are what C++ headers leave in every object."""
    symbols = set()
    for line in output("nm", "-C", "--defined-only", "--extern-only", library).splitlines():
        match = re.match(r"[0-9a-f]+ ([A-Z]) (.*)", line)
        if match and match[1] not in "VWu":
            symbols.add(match[2])
    return symbols


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="where libmla.so and libmla.a are")
    parser.add_argument("--header", type=pathlib.Path, required=True, help="mla.h")
    options = parser.parse_args()
    shared, static = options.folder / "libmla.so", options.folder / "libmla.a"
    text = re.sub(r"/\*.*?\*/", "", options.header.read_text(), flags=re.DOTALL)
    declared = set(re.findall(r"\b(mla_\w+)\(", text))
    problems = []
    if exports := exported(shared) ^ declared:
        problems.append(f"{shared}: exported or declared, not both: {', '.join(sorted(exports))}")
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-d", shared)))
    if wrong := needed - NEEDED:
        problems.append(f"{shared}: needs {', '.join(sorted(wrong))}")
    if wrong := {name for name in undefined(shared) if name.startswith(("cu", "_Z")) or FORBIDDEN.search(name)}:
        problems.append(f"{shared}: leaves undefined {', '.join(sorted(wrong))}")
    if wrong := {name for name in defined_in_archive(static)
                 if name not in declared and not re.search(r"mla::|mla_device::|nlohmann", name)}:
        problems.append(f"{static}: defines {', '.join(sorted(wrong))}")
    size = shared.resolve().stat().st_size
    if size > MAX_BYTES:
        problems.append(f"{shared}: {size} bytes, at most {MAX_BYTES} are allowed")
    print(f"{len(declared)} functions, {size} bytes")
    for problem in problems:
        print(f"error: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
