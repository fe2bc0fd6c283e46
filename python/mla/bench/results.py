"""Figures of a run: what they come to, and the file that keeps them."""
# SPDX-License-Identifier: Apache-2.0

import json
import pathlib

from mla.bench.cases import GOALS, is_positive

SCHEMA = 1
# What the parts of a file have; float stands for a number above 0.
MEMBERS = {"schema": int, "machine": dict, "library": dict, "date": str, "command": str, "method": str, "ceilings": dict,
           "results": list, "skipped": list, "failed": list}  # fmt: skip
NAMES = {"family": str, "type": str, "shape": str}
ROW_MEMBERS = {**NAMES, "median_us": float, "p10_us": float, "p90_us": float, "peers": list, "stored": list, "goal": list}
ROW_EXTRAS = {"gbps": float, "tflops": float, "ceiling_us": float, "ceiling": str, "notes": list}
PEER = {"peer": str, "median_us": float}
KINDS = {int: "a whole number", float: "above 0", str: "a text", list: "a list", dict: "an object"}


class ResultsError(Exception):
    """A file that holds no figures."""


def quantile(values, q):
    """The value below which this share is."""
    ordered = sorted(values)
    return ordered[int(q * (len(ordered) - 1) + 0.5)]


def times(samples):
    """Median, p10 and p90 of microseconds."""
    return {"median_us": round(quantile(samples, 0.5), 3), "p10_us": round(quantile(samples, 0.1), 3),
            "p90_us": round(quantile(samples, 0.9), 3), "repetitions": len(samples)}  # fmt: skip


def spread(row):
    """p10 to p90 as a share of the median."""
    return (row["p90_us"] - row["p10_us"]) / row["median_us"]


def title(row):
    """Family, type and shape."""
    return f"{row['family']} {row['type']} {row['shape']}"


def add_rates(row, bytes_moved, flops, ceilings):
    """Adds GB/s, TFLOP/s, and the nearest ceiling with the time that it allows: bytes, products, or a launch of next to nothing."""
    micros, floors = row["median_us"], {}
    if flops:
        row["tflops"] = round(flops / micros * 1e-6, 2)
        if ceilings.get("bf16_tflops"):
            floors["cuBLAS bf16"] = flops / ceilings["bf16_tflops"] * 1e-6
    if bytes_moved:
        row["gbps"] = round(bytes_moved / micros * 1e-3, 1)
        if ceilings.get("copy_gbps"):
            floors["copy"] = bytes_moved / ceilings["copy_gbps"] * 1e-3
    if ceilings.get("launch_us"):
        floors["launch"] = ceilings["launch_us"]
    if floors:
        row["ceiling"] = max(floors, key=floors.get)
        row["ceiling_us"] = round(floors[row["ceiling"]], 3)


def verdict(row):
    """Whether the goal was met; None without one, or where nothing could be compared."""
    if not row["goal"]:
        return None
    kind, value = row["goal"]
    if kind == "us":
        return row["median_us"] <= value
    if kind == "speedup":
        return row["peers"][0]["median_us"] / row["median_us"] >= value if row["peers"] else None
    return row[kind] >= value if kind in row else None


def goal_us(row):
    """The time of the goal; None without one."""
    if not row["goal"]:
        return None
    kind, value = row["goal"]
    if kind == "us":
        return value
    if kind == "speedup":
        return row["peers"][0]["median_us"] / value if row["peers"] else None
    return row["median_us"] * row[kind] / value if kind in row else None


def best_peer(row):
    """The fastest of those in the same run; None without one."""
    return min(row["peers"], key=lambda peer: peer["median_us"], default=None)


def write(path, data):
    """Keeps a run."""
    try:
        pathlib.Path(path).write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise ResultsError(f"{path}: {error}") from None


def require(place, entry, members, extras=()):
    """An object has these members, and where it has these extras, they are of their kinds."""
    if not isinstance(entry, dict):
        raise ResultsError(f"{place} must be an object, got {entry!r}")
    for name, kind in {**members, **dict(extras)}.items():
        if name not in entry:
            if name in members:
                raise ResultsError(f"{place} has no '{name}'")
        elif not (is_positive(entry[name]) if kind is float else isinstance(entry[name], kind)):
            raise ResultsError(f"{place}: {name} must be {KINDS[kind]}, got {entry[name]!r}")


def read(path):
    """A run that was kept."""
    try:
        data = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: {error}") from None
    if not isinstance(data, dict) or any(member not in data for member in MEMBERS):
        raise ResultsError(f"{path}: not a file that 'run --json' wrote")
    if data["schema"] != SCHEMA:
        raise ResultsError(f"{path}: schema {data['schema']}, this program reads {SCHEMA}")
    require(f"{path}: the file", data, MEMBERS)
    require(f"{path}: machine", data["machine"], {"gpu": str}, {"sm_clock_mhz": list})
    require(f"{path}: library", data["library"], {"version": str})
    require(f"{path}: ceilings", data["ceilings"], {}, dict.fromkeys(data["ceilings"], float))
    for row in data["results"]:
        require(f"{path}: a result", row, NAMES)
        place = f"{path}: {title(row)}"
        require(place, row, ROW_MEMBERS, ROW_EXTRAS)
        for other in row["peers"]:
            require(f"{place}: a peer", other, PEER)
        for other in row["stored"]:
            require(f"{place}: a stored figure", other, {**PEER, "date": str})
        if row["goal"] and not (len(row["goal"]) == 2 and row["goal"][0] in list(GOALS) and is_positive(row["goal"][1])):
            raise ResultsError(f"{place}: goal must be one of {', '.join(GOALS)} with a number above 0, got {row['goal']}")
    for entry in (*data["skipped"], *data["failed"]):
        require(f"{path}: a case that was skipped or failed", entry, {**NAMES, "reason": str})
    return data


def caption(data):
    """Machine, library and date on a line."""
    machine, library = data["machine"], data["library"]
    return f"{machine['gpu']}, {data['date'][:10]}, commit {library.get('commit') or 'unknown'}"
