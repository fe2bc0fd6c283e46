"""Cuts the keys of all requests into equal parts, one for each group of CTAs, on the device.

The keys of request r are ceil(lengths[r] / 64) units of 64, at least 1; the units of all requests in order form one list, and
part p has the units [p * budget, (p + 1) * budget) of it, budget = ceil(units / PARTS). Grid: (PARTS).
"""

import mla
import mla.language as ml


@mla.kernel
def plan(
    lengths: ml.tensor[ml.int32, 'B'],       # keys of each request, >= 0
    starts: ml.tensor[ml.int32, 'STARTS'],   # [B + 1]: units in front of each request, and of all
    parts: ml.tensor[ml.int32, 'PARTS', 2],  # first request of each part, and the one behind its last
    CHUNK: ml.constexpr,
):
    part = ml.program_id(0)
    lanes = ml.arange(0, CHUNK)
    total = 0
    for r0 in range(0, lengths.shape[0], CHUNK):
        inside = lanes < lengths.shape[0] - r0
        units = ml.maximum(ml.cdiv(ml.load(lengths[r0:r0 + CHUNK]), 64), 1)
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
        units = ml.where(inside, ml.maximum(ml.cdiv(ml.load(lengths[r0:r0 + CHUNK]), 64), 1), 0)
        stops = before + ml.sum(ml.where(lanes[None, :] <= lanes[:, None], units[None, :], 0), axis=1)
        if part == 0:
            ml.store(starts[r0 + 1:r0 + 1 + CHUNK], stops)
        first += ml.sum(ml.where(inside & (stops <= low), 1, 0))
        end += ml.sum(ml.where(inside & (stops - units < low + budget), 1, 0))
        before += ml.sum(units)
    ml.store(parts[part, 0], first)
    ml.store(parts[part, 1], ml.maximum(first, end))
