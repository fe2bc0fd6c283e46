"""Figures of a run: what they come to, and the file that keeps them."""
# SPDX-License-Identifier: Apache-2.0

import json
import pathlib

SCHEMA = 1
MEMBERS = ("schema", "machine", "library", "date", "command", "method", "ceilings", "results", "skipped", "failed")
ROW_MEMBERS = ("family", "type", "shape", "median_us", "p10_us", "p90_us", "peers", "stored", "goal")


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
    pathlib.Path(path).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


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
    for row in data["results"]:
        if missing := [member for member in ROW_MEMBERS if member not in row]:
            raise ResultsError(f"{path}: a result has no '{missing[0]}'")
        if not row["median_us"] > 0:
            raise ResultsError(f"{path}: {title(row)}: median_us must be above 0, got {row['median_us']}")
    return data


def caption(data):
    """Machine, library and date on a line."""
    machine, library = data["machine"], data["library"]
    return f"{machine['gpu']}, {data['date'][:10]}, commit {library.get('commit') or 'unknown'}"
