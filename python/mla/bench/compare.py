"""Two runs beside each other: what became slower or faster by more than the runs' own spread."""
# SPDX-License-Identifier: Apache-2.0

from mla.bench import results, table

HEADERS = ("family", "type", "case", "before µs", "after µs", "change", "spread", "verdict")


def judge(before, after, threshold):
    """ "slower", "faster" or "same": medians apart by more than the threshold, and p10 to p90 not overlapping."""
    change = after["median_us"] / before["median_us"] - 1
    if change > threshold and after["p10_us"] > before["p90_us"]:
        return "slower"
    if change < -threshold and after["p90_us"] < before["p10_us"]:
        return "faster"
    return "same"


def compare(before, after, threshold):
    """(lines of text, whether something became slower, wrong or went missing)"""
    lines = [f"before: {results.caption(before)}", f"after:  {results.caption(after)}"]
    if before["machine"]["gpu"] != after["machine"]["gpu"]:
        lines.append(f"warning: other GPUs: {before['machine']['gpu']} and {after['machine']['gpu']}")
    for name in sorted((before["ceilings"].keys() & after["ceilings"].keys()) - {"launch_us"}):
        change = after["ceilings"][name] / before["ceilings"][name] - 1
        if abs(change) > threshold:
            lines.append(f"warning: the ceiling {name.replace('_', ' ')} itself changed by {change:+.1%}")
    old = {results.title(row): row for row in before["results"]}
    new = {results.title(row): row for row in after["results"]}
    rows, counts = [], {"slower": 0, "faster": 0, "same": 0}
    for name, row in old.items():
        if name not in new:
            continue
        verdict = judge(row, new[name], threshold)
        counts[verdict] += 1
        rows.append((row["family"], row["type"], row["shape"], table.number(row["median_us"]), table.number(new[name]["median_us"]),
                     f"{new[name]['median_us'] / row['median_us'] - 1:+.1%}", f"{max(results.spread(row), results.spread(new[name])):.1%}",
                     verdict.upper() if verdict == "slower" else verdict))  # fmt: skip
    lines += ["", *table.aligned([HEADERS, *rows])] if rows else []
    failed = {results.title(entry): entry["reason"] for entry in after["failed"]}
    lines += ["", *(f"FAILED: {name}: {reason}" for name, reason in failed.items())] if failed else []
    skipped = {results.title(entry): entry["reason"] for entry in after["skipped"]}
    missing = [name for name in old if name not in new and name not in failed]
    lines += [""] if missing else []
    for name in missing:
        lines.append(f"MISSING: {name}: {f'skipped: {skipped[name]}' if name in skipped else 'not run'}")
    added = [name for name in new if name not in old]
    lines += [f"new: {name}" for name in added]
    lines += ["", f"{counts['slower']} slower, {counts['faster']} faster, {counts['same']} the same within {threshold:.0%} or their spread, "
                  f"{len(failed)} failed, {len(missing)} missing, {len(added)} new"]  # fmt: skip
    return lines, bool(counts["slower"] or failed or missing)
