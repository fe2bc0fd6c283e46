"""The table of results, and what goes into the JSON file."""
# SPDX-License-Identifier: Apache-2.0

import dataclasses
import math

WIDTHS = (43, 37, 35, 25)
HEADINGS = ("step", "shapes", "kernel", "largest error, of allowed", "time")


@dataclasses.dataclass
class Row:
    """One step. `outcome`: ok, WRONG or skipped."""

    step: str
    shapes: str
    outcome: str = "ok"
    kernel: str = ""
    error: float = 0.0
    share: float = 0.0
    is_exact: bool = False
    is_compared: bool = True
    problem: str = ""
    time: dict = dataclasses.field(default_factory=dict)

    def stored(self):
        """As JSON has it, which knows no infinity: None where an error has no bound, as of NaN."""
        values = dataclasses.asdict(self)
        return values | {name: values[name] if math.isfinite(values[name]) else None for name in ("error", "share")}


def duration(seconds):
    """Three digits with a unit."""
    for unit, scale in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale or unit == "us":
            return f"{seconds / scale:.3g} {unit}"
    return ""


def line(*cells):
    """Aligned cells; what is too long moves the rest."""
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, (*WIDTHS, 0)))


def cells(row):
    """A row as text."""
    if row.outcome == "skipped":
        return (row.step, row.shapes, "", "skipped", "")
    error = "equal" if row.is_exact and not row.error else f"{row.error:.2g}, {100 * row.share:.0f} %"
    if not row.is_compared:
        error = ""
    if row.outcome != "ok":
        error = f"WRONG, {error}"
    return (row.step, row.shapes, row.kernel, error, time_text(row.time))


def time_text(time):
    """median, spread, rates."""
    if "simulated" in time:
        return f"simulated in {duration(time['simulated'])}"
    if not time:
        return ""
    text = f"{duration(time['median'])} ({duration(time['p10'])} to {duration(time['p90'])})"
    if time.get("bytes_per_second"):
        text += f", {time['bytes_per_second'] / 1e9:.0f} GB/s"
    if time.get("of_copy"):
        text += f" = {100 * time['of_copy']:.0f} % of the copy"
    if time.get("flops_per_second"):
        text += f", {time['flops_per_second'] / 1e12:.0f} TFLOP/s"
    return text


def show(row):
    """Prints a row, and what is wrong with it below."""
    print(line(*cells(row)).rstrip(), flush=True)
    if row.problem:
        print(f"    {row.problem}", flush=True)


def summary(rows):
    """(text, whether all is well)."""
    wrong = sum(row.outcome == "WRONG" for row in rows)
    skipped = sum(row.outcome == "skipped" for row in rows)
    right = sum(row.outcome == "ok" and row.is_compared for row in rows)
    parts = [f"{right} steps are right"]
    if skipped:
        parts.append(f"{skipped} skipped")
    if wrong:
        parts.append(f"{wrong} WRONG")
    return ", ".join(parts), wrong == 0 and right > 0
