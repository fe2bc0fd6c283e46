"""Cuts the keys of all requests into parts, one for each group of CTAs, on the device.

Request r has a number of units, at least 1, of which all but the last have the same number of keys, a multiple of 64.
- most = 0: units of 64 keys, to be cut anywhere: parts are equal.
- most > 0: a unit for each `least` * 64 keys, but at most `most`. They depend on the request's own length alone; where each
  is a part (PARTS >= B * most), so do the request's bits.

The units of all requests in order form one list; part p has the units [p * budget, (p + 1) * budget) of it,
budget = ceil(units / PARTS). Grid: (PARTS).
"""

import mla
import mla.language as ml


@mla.jit
def units_of(keys, most, least):
    """Units of requests of so many keys."""
    units = ml.maximum(ml.cdiv(keys, 64), 1)
    return ml.where(most > 0, ml.minimum(ml.cdiv(units, least), most), units)


@mla.kernel
def plan(
    lengths: ml.tensor[ml.int32, 'B'],       # keys of each request, >= 0
    starts: ml.tensor[ml.int32, 'STARTS'],   # [B + 1]: units in front of each request, and of all
    parts: ml.tensor[ml.int32, 'PARTS', 2],  # first request of each part, and the one behind its last
    most, least,
    CHUNK: ml.constexpr,
):
    part = ml.program_id(0)
    lanes = ml.arange(0, CHUNK)
    total = 0
    for r0 in range(0, lengths.shape[0], CHUNK):
        inside = lanes < lengths.shape[0] - r0
        units = units_of(ml.load(lengths[r0:r0 + CHUNK]), most, least)
        total += ml.sum(ml.where(inside, units, 0))

    budget = ml.cdiv(total, ml.num_programs(0))
    low = part * budget
    if part == 0:
        ml.store(starts[0], 0)
    before = 0
    first = 0
    end = 0
    for r0 in range(0, lengths.shape[0], CHUNK):
        inside = lanes < lengths.shape[0] - r0
        units = ml.where(inside, units_of(ml.load(lengths[r0:r0 + CHUNK]), most, least), 0)
        stops = before + ml.cumsum(units, axis=0)
        if part == 0:
            ml.store(starts[r0 + 1:r0 + 1 + CHUNK], stops)
        first += ml.sum(ml.where(inside & (stops <= low), 1, 0))
        end += ml.sum(ml.where(inside & (stops - units < low + budget), 1, 0))
        before += ml.sum(units)
    ml.store(parts[part, 0], first)
    ml.store(parts[part, 1], ml.maximum(first, end))
