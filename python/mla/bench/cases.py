"""What is timed: the cases of kernels/baselines/cases.json, and what others reached on them (the other files there).

A case is a family, a type and a shape; the shape is text that names its extents ("b64 s_q1 h16 s_k8192", "8192x8192",
"8192^3", "n2^27"), and joins a case with what is stored for it."""
# SPDX-License-Identifier: Apache-2.0

import dataclasses
import json
import math
import pathlib
import re

# Above a source tree's package, an installed one (share/mla/python) and what tools/device packs; and above build/python.
ROOTS = pathlib.Path(__file__).resolve().parents[3:5]
FOLDER = next((path for root in ROOTS if (path := root / "kernels" / "baselines").is_dir()), ROOTS[0] / "kernels" / "baselines")
GOALS = {"us": "≤ {:g} µs", "gbps": "≥ {:g} GB/s", "tflops": "≥ {:g} TFLOP/s", "speedup": "≥ {:g} x"}


class CaseError(Exception):
    """A data file that cannot be used; the text names file and entry."""


@dataclasses.dataclass(frozen=True)
class Stored:
    """What somebody else's kernel reached on a case, in a run of its own."""

    peer: str
    median_us: float
    gpu: str
    date: str


@dataclasses.dataclass(frozen=True)
class Case:
    """One line of the table."""

    family: str
    type: str
    shape: str
    goal: tuple = ()  # () or (one of GOALS, number)
    stored: tuple = ()  # of Stored, fastest first

    @property
    def title(self):
        """What --only matches and list shows."""
        return f"{self.family} {self.type} {self.shape}"

    @property
    def extents(self):
        """Names of extents to their values."""
        return extents(self.shape)


@dataclasses.dataclass(frozen=True)
class Family:
    """What the cases of a kernel have in common."""

    name: str
    counted: str  # which FLOPs and bytes its rates count
    method: str
    cases: tuple


def extents(shape):
    """{"b": 64, "s_k": 8192} of "b64 s_k8192"; rows and cols of "8192x8192", m, n and k of "8192^3"; words are True."""
    if match := re.fullmatch(r"(\d+)x(\d+)", shape):
        return {"rows": int(match[1]), "cols": int(match[2])}
    if match := re.fullmatch(r"(\d+)\^3", shape):
        return dict.fromkeys("mnk", int(match[1]))
    found = {}
    for word in shape.split():
        if match := re.fullmatch(r"([a-z_]+)(\d+)(?:\^(\d+))?", word):
            found[match[1]] = int(match[2]) ** int(match[3] or 1)
        elif match := re.fullmatch(r"(\d+)/(\d+)", word):
            found |= {"d_qk": int(match[1]), "d_v": int(match[2])}
        elif re.fullmatch(r"[a-z_]+", word):
            found[word] = True
        else:
            raise CaseError(f"shape '{shape}': '{word}' is no extent such as 'b64', '192/128' or 'causal'")
    return found


def read_json(path):
    """The contents of a file, or an error that names it."""
    try:
        return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CaseError(f"{path}: {error}") from None


def read_stored(folder):
    """(family, type, shape) to what is stored for it, fastest first. An entry without a type holds for any."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        if path.name == "cases.json":
            continue
        data = read_json(path)
        try:
            for row in data["results"]:
                key = row["family"], row.get("type", ""), row["shape"]
                stored = Stored(row["peer"], row["median_us"], row.get("gpu", data["gpu"]), row.get("date", data["date"]))
                if not is_positive(stored.median_us):
                    raise ValueError(f"median_us must be above 0, got {stored.median_us!r}")
                if not all(isinstance(text, str) for text in (*key, stored.peer, stored.gpu, stored.date)):
                    raise ValueError(f"{row} has numbers in place of text")
                found.setdefault(key, []).append(stored)
        except (KeyError, TypeError, ValueError) as error:
            raise CaseError(f"{path}: not a file of stored figures: {error!r}") from None
    return {key: tuple(sorted(entries, key=lambda entry: entry.median_us)) for key, entries in found.items()}


def is_positive(value):
    """A finite number above 0."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


def read_goal(entry, title):
    """() or (one of GOALS, number) of a case's entry."""
    given = entry.get("goal", {})
    goal = tuple(given.items()) if isinstance(given, dict) else None
    if goal is None or len(goal) > 1 or any(kind not in GOALS or not is_positive(value) for kind, value in goal):
        raise CaseError(f"{title}: goal must be one of {', '.join(GOALS)} with a number above 0, got {entry['goal']}")
    return goal[0] if goal else ()


def load(folder=FOLDER):
    """The families of cases.json in order, their cases joined with stored figures."""
    folder = pathlib.Path(folder)
    path = folder / "cases.json"
    data, stored, families = read_json(path), read_stored(folder), []
    try:
        for family in data["families"]:
            name, found = family["name"], []
            for entry in family["cases"]:
                kind, shape = entry["type"], entry["shape"]
                title = f"{path}: {name} {kind} {shape}"
                if not all(isinstance(text, str) for text in (name, kind, shape)):
                    raise CaseError(f"{title}: name, type and shape must be text")
                extents(shape)
                if unknown := set(entry) - {"type", "shape", "goal"}:
                    raise CaseError(f"{title}: unknown member '{min(unknown)}'")
                beside = stored.get((name, kind, shape), ()) + stored.get((name, "", shape), ())
                found.append(Case(name, kind, shape, read_goal(entry, title), beside))
            titles = [case.title for case in found]
            if len(titles) != len(set(titles)):
                raise CaseError(f"{path}: {name}: a case stands twice")
            families.append(Family(name, family["counted"], family["method"], tuple(found)))
    except (AttributeError, KeyError, TypeError) as error:
        raise CaseError(f"{path}: not a file of cases: {error!r}") from None
    return families


def choose(families, only=(), goals=False):
    """Cases whose title contains one of `only` (all without), with `goals` those that have one."""
    chosen = [case for family in families for case in family.cases
              if (not only or any(text in case.title for text in only)) and (case.goal or not goals)]  # fmt: skip
    if not chosen:
        raise CaseError(f"no case matches {' or '.join(map(repr, only)) or '--goals'}; mla-bench list prints all")
    return chosen


def goal_text(goal):
    """ "≥ 4050 GB/s"; "-" without one."""
    return GOALS[goal[0]].format(goal[1]) if goal else "-"
