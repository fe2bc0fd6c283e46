"""How far arrays are from what was expected."""
# SPDX-License-Identifier: Apache-2.0

import cases
import numpy as np

HEADER = ["output", "elements", "wrong", "max abs", "max rel", "at", "got", "expected"]


def measure(got, expected, dtype):
    """(absolute, relative) errors of each element; NaN where one of the two is not finite."""
    a, b = (cases.decode(array, dtype).astype(np.float64) for array in (got, expected))
    with np.errstate(all="ignore"):
        gaps = np.where(np.isfinite(a) & np.isfinite(b), np.abs(a - b), np.nan)
        return gaps, np.where(b != 0, gaps / np.abs(b), np.nan)


def largest(errors):
    """The largest number, 0 if there is none."""
    return float(np.nanmax(errors)) if np.isfinite(errors).any() else 0.0


def text(name, got, expected, dtype):
    """The largest absolute and relative error of an output."""
    absolute, relative = measure(got, expected, dtype)
    return f"{name} {largest(absolute):.2g} {largest(relative):.2g}"


def row(name, got, expected, dtype, difference):
    """A row of the table: where it is wrong first, or else where the absolute error is largest."""
    absolute, relative = measure(got, expected, dtype)
    where = difference.where
    if where is None and got.size:
        where = tuple(int(index) for index in np.unravel_index(np.argmax(np.nan_to_num(absolute)), got.shape))
    values = [f"{cases.decode(array, dtype)[where]:.9g}" for array in (got, expected)] if where is not None else ["-", "-"]
    return [name, str(got.size), str(difference.wrong), f"{largest(absolute):.3g}", f"{largest(relative):.3g}",
            "-" if where is None else str(list(where)), *values]


def table(rows):
    """Aligned lines, names to the left."""
    rows = [HEADER, *rows]
    widths = [max(len(line[i]) for line in rows) for i in range(len(HEADER))]
    return ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))) for line in rows]
