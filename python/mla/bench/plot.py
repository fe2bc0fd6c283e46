"""Draws runs: how fast each case is, as a share of its goal, beside peers, stored figures and the ceiling.

A case without a goal is drawn as a share of its fastest stored peer, else of its ceiling, else of its peer of the same
run: what 100 % means stands in the label. Files of several runs are drawn as bars beside each other, oldest first."""
# SPDX-License-Identifier: Apache-2.0

from mla.bench import cases, results, table

SUFFIXES = (".png", ".svg", ".pdf")
OURS = ("#1f5a96", "#5b93c9", "#9dc0e0", "#c9dcee")  # newest first
PEER, STORED, CEILING, GOAL = "#e59a4e", "#c8c8c8", "#111111", "#2e8b57"
MAX_SHARE = 1.75  # what is further is cut off, with its number
INSIDE = 0.55  # shorter bars have their text behind them
INCHES_PER_BAR, MARGIN_INCHES, WIDTH_INCHES = 0.17, 1.4, 8.5
GAP = 0.8  # between cases, in bars
ONE_COLUMN = 24  # cases
MAX_RUNS = len(OURS)


def yardstick(row):
    """(the time that 100 % stands for, what it is); (None, "") where a case has nothing beside it."""
    if goal := results.goal_us(row):
        return goal, f"goal {cases.goal_text(row['goal'])}"
    if row["stored"]:
        return row["stored"][0]["median_us"], f"{row['stored'][0]['peer']}, another run"
    if "ceiling_us" in row:
        return row["ceiling_us"], f"ceiling ({row['ceiling']})"
    if peer := results.best_peer(row):
        return peer["median_us"], f"{peer['peer']}, this run"
    return None, ""


def layout(runs, only=()):
    """The cases to draw: [{family, label, bars: [(kind, run, share, text)], ceiling}]; oldest run first in `runs`."""
    newest = {results.title(row): row for data in runs for row in data["results"]}
    order = dict.fromkeys(results.title(row) for data in reversed(runs) for row in data["results"])
    drawn = []
    for title in order:
        row = newest[title]
        yard, name = yardstick(row)
        if not yard or (only and not any(text in title for text in only)):
            continue
        bars = []
        for index, data in enumerate(runs):
            for other in data["results"]:
                if results.title(other) == title:
                    text = f"{table.number(other['median_us'])} µs"
                    rate = table.rate(other)
                    bars.append(("ours", index, yard / other["median_us"], text if rate == "-" else f"{text}, {rate}"))
        if peer := results.best_peer(row):
            bars.append(("peer", len(runs) - 1, yard / peer["median_us"], f"{peer['peer']} {table.number(peer['median_us'])} µs"))
        if row["stored"]:
            best = row["stored"][0]
            bars.append(("stored", len(runs) - 1, yard / best["median_us"], f"{best['peer']} {table.number(best['median_us'])} µs, {best['date']}"))
        drawn.append({"family": row["family"], "label": f"{row['shape']}  {row['type']}\n100 %: {name}", "bars": bars, "ceiling": yard / row["ceiling_us"] if "ceiling_us" in row else None})
    return drawn


def colour(kind, run, runs):
    """Of a bar."""
    return {"peer": PEER, "stored": STORED}.get(kind) or OURS[runs - 1 - run]


def columns_of(drawn):
    """The cases in one column, or halves of them in two; a family stays together."""
    if len(drawn) <= ONE_COLUMN:
        return [drawn]
    cut = min((index for index in range(1, len(drawn)) if drawn[index]["family"] != drawn[index - 1]["family"]),
              key=lambda index: abs(height(drawn[:index]) - height(drawn[index:])), default=len(drawn) // 2)  # fmt: skip
    return [drawn[:cut], drawn[cut:]]


def height(drawn):
    """In bars."""
    return sum(len(case["bars"]) + GAP for case in drawn) + 2 * GAP * len({case["family"] for case in drawn})


def draw_column(axes, drawn, runs):
    """Bars of the cases, a family under its name."""
    from matplotlib.transforms import blended_transform_factory

    at, places, family = 0.0, [], None
    for case in drawn:
        if case["family"] != family:
            family = case["family"]
            axes.text(0.005, at, family, va="center", fontsize=9.5, weight="bold", transform=blended_transform_factory(axes.transAxes, axes.transData))
            at += GAP
        top = at
        for kind, run, share, text in case["bars"]:
            axes.barh(at, min(share, MAX_SHARE), 0.9, color=colour(kind, run, runs), linewidth=0)
            shown = text if share <= MAX_SHARE else f"{text} ({share:.1f} x)"
            is_inside = share > INSIDE
            ink = "white" if is_inside and kind == "ours" and run > runs - 3 else "black"
            axes.text(0.012 if is_inside else share + 0.012, at, shown, va="center", fontsize=7.5, color=ink)
            at += 1
        if case["ceiling"] and case["ceiling"] <= MAX_SHARE:
            axes.plot([case["ceiling"]] * 2, [top - 0.5, at - 0.5], color=CEILING, linewidth=2.5)
        places.append((top + at - 1) / 2)
        at += GAP
    axes.set_yticks(places, [case["label"] for case in drawn], fontsize=8)
    axes.set_ylim(at - GAP / 2, -GAP)
    axes.axvline(1, color=GOAL, linewidth=1.2, linestyle="--")
    axes.set_xlim(0, MAX_SHARE)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel("speed; longer is faster")
    axes.spines[["top", "right"]].set_visible(False)


def draw(runs, output, only=()):
    """Writes a picture of the runs, oldest first as they were given."""
    if output.suffix not in SUFFIXES:
        raise results.ResultsError(f"{output}: the name must end with {', '.join(SUFFIXES)}")
    if len(runs) > MAX_RUNS:
        raise results.ResultsError(f"at most {MAX_RUNS} runs are drawn beside each other, got {len(runs)}")
    try:
        import matplotlib
    except ImportError:
        raise results.ResultsError("this Python has no matplotlib; tools/setup installs python3-matplotlib, or pip install matplotlib") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    drawn = layout(runs, only)
    if not drawn:
        raise results.ResultsError(f"nothing to draw: no result{' that matches' * bool(only)} has a goal, a peer or a ceiling beside it")
    columns = columns_of(drawn)
    inches = MARGIN_INCHES + INCHES_PER_BAR * max(map(height, columns))
    figure, axes = pyplot.subplots(1, len(columns), figsize=(WIDTH_INCHES * len(columns), inches), layout="constrained", squeeze=False)
    for part, cases_of in zip(axes[0], columns):
        draw_column(part, cases_of, len(runs))
    key = [Patch(color=colour("ours", index, len(runs)), label=f"ours: {results.caption(data)}") for index, data in enumerate(runs)]
    key += [Patch(color=PEER, label="fastest peer of the same run"), Patch(color=STORED, label="stored figure of another run"),
            Line2D([], [], color=GOAL, linestyle="--", label="100 %: the goal, or what the label names"),
            Line2D([], [], color=CEILING, linewidth=2.5, label="ceiling of the same run (device copy, cuBLAS or a launch)")]  # fmt: skip
    axes[0][0].legend(handles=key, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=8, frameon=False, alignment="left",
                      title=f"{runs[-1]['machine']['gpu']}: medians of CUDA-graph replays, L2 flushed before each", title_fontsize=11)  # fmt: skip
    try:
        figure.savefig(output, dpi=110)
    except OSError as error:
        raise results.ResultsError(f"{output}: {error}") from None
    finally:
        pyplot.close(figure)
