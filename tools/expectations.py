"""What ptxas said of each kernel of the library, stored in one file, read, written and compared.

The file is JSON with one line per variant and arch, sorted, so that a change shows as the lines that it touches.
"""
# SPDX-License-Identifier: Apache-2.0

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable

VERSION = 1
NUMBERS = ("registers", "spill_store_bytes", "spill_load_bytes", "stack_bytes", "shared_bytes")
FIELDS = (*NUMBERS, "notes")
# Releases of ptxas allocate registers differently; a spill or a remark is wrong under each of them.
FIELDS_OF_ANY_PTXAS = ("spill_store_bytes", "spill_load_bytes", "stack_bytes", "notes")
TOOLKIT_BIN = "/usr/local/cuda/bin"

Key = tuple[str, str]  # variant, arch
Report = dict[str, int | list[str]]  # by field


class ExpectationsError(Exception):
    """The file or the assembler is not as it must be."""


@dataclasses.dataclass
class Expectations:
    """What the file holds."""

    ptxas: str
    reports: dict[Key, Report]


@dataclasses.dataclass
class Difference:
    """One field, or a whole report, that is not as expected."""

    key: Key
    field: str
    expected: str
    found: str


def find_ptxas() -> str | None:
    """The assembler that mla-translate would run, by its own rules; None if there is none."""
    given = os.environ.get("MLA_PTXAS")
    return shutil.which(given) if given else shutil.which("ptxas") or shutil.which("ptxas", path=TOOLKIT_BIN)


def ptxas_version(program: str) -> str:
    """13.0.88 of "Cuda compilation tools, release 13.0, V13.0.88"."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\bV(\d+\.\d+\.\d+)\b", done.stdout)
    if not match:
        raise ExpectationsError(f"{program} --version names no version, it ended with {done.returncode} and said "
                                f"'{(done.stdout + done.stderr).strip()}'")
    return match.group(1)


def reports_of(name: str, manifest: dict) -> dict[Key, Report]:
    """The reports on a variant's machine code, from its manifest."""
    reports = {}
    for variant in manifest["variants"]:
        said = variant["ptxas"]
        if said is None:
            continue
        reports[name, variant["arch"]] = {
            "registers": variant["registers"],
            **{field: said[field] for field in ("spill_store_bytes", "spill_load_bytes", "stack_bytes")},
            "shared_bytes": variant["shared_bytes"] + said["static_shared_bytes"],
            "notes": [f"C{note['code']} {note['text']}" for note in said["notes"]] + said["warnings"],
        }
    return reports


def serialised(manifest: dict) -> list[tuple[str, str]]:
    """(arch, note) of each remark that matrix chains run one after another. None may be expected."""
    return [(variant["arch"], f"C{note['code']} {note['text']}")
            for variant in manifest["variants"] if variant["ptxas"] is not None
            for note in variant["ptxas"]["notes"] if note["serialises"]]


def sort_key(key: Key) -> tuple[str, int, str]:
    """Variants by name, their archs by number."""
    number = re.search(r"\d+", key[1])
    return key[0], int(number.group()) if number else 0, key[1]


def read(path: pathlib.Path) -> Expectations:
    """Reads and checks the file."""

    def require(condition: bool, what: str) -> None:
        if not condition:
            raise ExpectationsError(f"{path}: {what}")

    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ExpectationsError(f"{path} does not exist; tools/kernels --no-test --update writes it") from error
    except (OSError, ValueError) as error:
        raise ExpectationsError(f"{path}: {error}") from error
    require(isinstance(tree, dict) and tree.get("version") == VERSION, f"key 'version' must be {VERSION}")
    require(isinstance(tree.get("ptxas"), str), "key 'ptxas' must be a version such as '13.0.88'")
    require(isinstance(tree.get("reports"), list), "key 'reports' must be an array")
    reports = {}
    for index, entry in enumerate(tree["reports"]):
        where = f"reports[{index}]"
        require(isinstance(entry, dict) and sorted(entry) == sorted(("variant", "arch", *FIELDS)),
                f"{where} must have the keys variant, arch, {', '.join(FIELDS)}, got {json.dumps(entry)}")
        key = entry["variant"], entry["arch"]
        require(all(isinstance(part, str) for part in key), f"{where}: variant and arch must be strings")
        for field in NUMBERS:
            require(type(entry[field]) is int and entry[field] >= 0,
                    f"{where}.{field} must be a non-negative integer, got {json.dumps(entry[field])}")
        notes = entry["notes"]
        require(isinstance(notes, list) and all(isinstance(note, str) for note in notes),
                f"{where}.notes must be an array of strings, got {json.dumps(notes)}")
        require(key not in reports, f"{where}: {key[0]} for {key[1]} is there twice")
        reports[key] = {field: entry[field] for field in FIELDS}
    return Expectations(tree["ptxas"], reports)


def write(path: pathlib.Path, expectations: Expectations) -> None:
    """Writes the file."""
    lines = [json.dumps({"variant": key[0], "arch": key[1], **expectations.reports[key]})
             for key in sorted(expectations.reports, key=sort_key)]
    path.write_text(f'{{\n  "version": {VERSION},\n  "ptxas": {json.dumps(expectations.ptxas)},\n  "reports": [\n    '
                    + ",\n    ".join(lines) + "\n  ]\n}\n", encoding="utf-8")


def value_text(value: int | list[str]) -> str:
    """One cell of a table."""
    return ("; ".join(value) or "none") if isinstance(value, list) else str(value)


def differences(expected: dict[Key, Report], found: dict[Key, Report], fields: Iterable[str]) -> list[Difference]:
    """Reports that only one side has, and `fields` that differ."""
    result = []
    for key in sorted({*expected, *found}, key=sort_key):
        if key not in found:
            result.append(Difference(key, "report", "stored", "no such kernel"))
        elif key not in expected:
            result.append(Difference(key, "report", "not stored", "compiled"))
        else:
            result += [Difference(key, field, value_text(expected[key][field]), value_text(found[key][field]))
                       for field in fields if expected[key][field] != found[key][field]]
    return result


def merge(stored: Expectations | None, ptxas: str, found: dict[Key, Report],
          is_kept: Callable[[Key], bool]) -> Expectations:
    """`found` and what of `stored` is kept; all reports of a file are of one ptxas."""
    kept = {key: report for key, report in stored.reports.items() if is_kept(key)} if stored else {}
    if kept and stored.ptxas != ptxas:
        raise ExpectationsError(f"the reports of ptxas {stored.ptxas} on other kernels or archs cannot be kept beside "
                                f"those of {ptxas}: update all, without --only and --arch")
    return Expectations(ptxas, {**kept, **found})
