"""Figures as text."""
# SPDX-License-Identifier: Apache-2.0

from mla.bench import cases, results

HEADERS = ("family", "type", "case", "µs", "p10-p90", "rate", "of ceiling", "peer, this run", "x", "stored, another run", "x", "goal", "met")
LEFT = (0, 1, 2)


def number(value):
    """Four digits that matter."""
    return f"{value:.0f}" if value >= 1000 else f"{value:.4g}"


def rate(row):
    """Rate at the ceiling that is nearer; both where neither is known."""
    tflops = f"{number(row['tflops'])} TFLOP/s" if "tflops" in row else ""
    gbps = f"{number(row['gbps'])} GB/s" if "gbps" in row else ""
    kind = row["goal"][0] if row["goal"] else ""
    prefers_bytes = kind == "gbps" or (kind != "tflops" and row.get("ceiling") == "copy")
    return (gbps or tflops if prefers_bytes else tflops or gbps) or "-"


def cells(row):
    """The texts of one line."""
    peer, micros = results.best_peer(row), row["median_us"]
    share = f"{row['ceiling_us'] / micros:.0%} {row['ceiling']}" if "ceiling_us" in row else "-"
    stored = row["stored"][0] if row["stored"] else None
    met = {None: "-", True: "yes", False: "NO"}[results.verdict(row)]
    return (row["family"], row["type"], row["shape"], number(micros), f"{results.spread(row):.1%}", rate(row), share,
            f"{peer['peer']} {number(peer['median_us'])}" if peer else "-", f"{peer['median_us'] / micros:.2f}" if peer else "-",
            f"{stored['peer']} {number(stored['median_us'])}" if stored else "-",
            f"{stored['median_us'] / micros:.2f}" if stored else "-", cases.goal_text(row["goal"]), met)  # fmt: skip


def aligned(lines):
    """Columns as wide as their widest text; the first ones to the left."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return ["  ".join(text.ljust(width) if index in LEFT else text.rjust(width) for index, (text, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines]  # fmt: skip


def render(data):
    """A run as lines of text."""
    machine, ceilings = data["machine"], data["ceilings"]
    clocks = machine.get("sm_clock_mhz")
    lines = [f"{machine['gpu']}, driver {machine.get('driver', '?')}, power limit {machine.get('power_limit_w', '?')} W, "
             f"SM clock {'-'.join(map(str, clocks)) + ' MHz under load' if clocks else 'unknown'}; "
             f"mla {data['library']['version']}, commit {data['library'].get('commit') or 'unknown'}; {data['date']}",
             f"library: {data['library'].get('path') or 'none'}",
             "ceilings in this run: " + (", ".join(f"{name.replace('_', ' ')} {number(value)}" for name, value in ceilings.items()) or "none"),
             ""]  # fmt: skip
    if data["results"]:
        lines += aligned([HEADERS, *map(cells, data["results"])])
        verdicts = [results.verdict(row) for row in data["results"] if row["goal"]]
        lines += ["", f"{len(data['results'])} cases timed; of {len(verdicts)} goals {verdicts.count(True)} met, {verdicts.count(False)} missed, "
                      f"{verdicts.count(None)} not judged. x: time of the peer by ours, above 1 we are faster."]  # fmt: skip
    unchecked = [row for row in data["results"] if not row.get("outputs_checked")]
    lines += [f"UNCHECKED: {results.title(row)}: no output was compared with a reference" for row in unchecked]
    notes = [(row, note) for row in data["results"] for note in row.get("notes", ())]
    lines += [f"note: {results.title(row)}: {note}" for row, note in notes]
    reasons = {}
    for entry in data["skipped"]:
        reasons.setdefault((entry["family"], entry["reason"]), []).append(entry)
    lines += [f"skipped: {family}, {len(entries)} case{'s' * (len(entries) > 1)}: {reason}" for (family, reason), entries in reasons.items()]
    lines += [f"FAILED: {results.title(entry)}: {entry['reason']}" for entry in data["failed"]]
    return lines
