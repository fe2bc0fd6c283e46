"""A run: every chosen case, one after the other, into a dictionary of figures."""
# SPDX-License-Identifier: Apache-2.0

import datetime
import gc
import pathlib
import shlex
import subprocess
import sys
import time

from mla.bench import families, gpu, peers, results

ROOT = pathlib.Path(__file__).resolve().parents[3]
METHOD = ("median of {repetitions} CUDA-graph replays after {warm_ups}, before each one untimed, the outputs poisoned and L2 flushed (256 MB memset), events around; "
          "outputs of ours and of peers compared with a reference first, ours bit for bit after each replay; peers of the same run take turns with ours; "
          "first_call: by the host's clock, on 10 devices opened for it, the first outputs of each compared with a reference")  # fmt: skip


def commit_of(folder):
    """The commit of a source tree, or what commit.txt says in a packed one; None if neither is known."""
    packed = folder / "commit.txt"
    if packed.exists():
        return packed.read_text(encoding="utf-8").strip() or None
    if not (folder / "CMakeLists.txt").exists():
        return None
    git = ["git", "-C", str(folder)]
    try:
        commit = subprocess.run([*git, "rev-parse", "--short=10", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return commit + "+" if changed else commit


def time_peers(context, problem, notes):
    """Works of the peers that run here; what stopped the others goes to the notes."""
    works = []
    for name, make in problem.peers() if context.with_peers else ():
        try:
            work = gpu.Work(name, make())
            context.gpu.prepare(work, lambda work=work: check_peer(problem, work))
            works.append(work)
        except gpu.WrongResult as error:
            notes.append(f"{name} is wrong and was not timed: {error}")
        except Exception as error:  # what others raise is an answer
            notes.append(f"{name} does not run: {(str(error).strip() or type(error).__name__).splitlines()[0]}")
            context.torch.cuda.synchronize()
    return works


def check_peer(problem, work):
    """The case's comparison with what a peer gave; it may give the first outputs alone."""
    if not work.outputs:
        raise gpu.WrongResult("it gives no output to compare")
    problem.check(*work.outputs, *(None,) * (len(problem.ours.outputs) - len(work.outputs)))


def time_case(context, case, prepare, ceilings):
    """The row of a case."""
    problem = prepare(context, case)
    row = {"family": case.family, "type": case.type, "shape": case.shape, "kernel": problem.kernel, "arch": problem.arch}
    notes = list(problem.notes)
    if problem.measure:
        checked, samples, others, more = problem.measure()
        notes += more
        theirs, clocks = [{"peer": name, **results.times(values)} for name, values in others.items()], []
    else:
        checked = []
        for work, check in ((problem.ours, problem.check), *problem.beside):
            context.gpu.prepare(work, lambda check=check: checked.append(check()))
        works = [*(work for work, _ in problem.beside), *time_peers(context, problem, notes)]
        clocks = context.gpu.time([problem.ours, *works])
        samples, checked = problem.ours.samples(), sum(checked)
        notes += [f"{work.problem}; its time is left out" for work in works if work.problem]
        theirs = [{"peer": work.name, **results.times(work.samples())} for work in works if not work.problem]
    row |= results.times(samples)
    row |= {"outputs_checked": checked, "bytes": problem.bytes, "flops": problem.flops}
    if clocks:
        row["sm_clock_mhz"] = results.quantile(clocks, 0.5)
    results.add_rates(row, problem.bytes, problem.flops, ceilings)
    row |= {"peers": theirs, "stored": [vars(entry) for entry in case.stored], "goal": list(case.goal), "notes": notes}
    return row


def run(context, chosen, command, commit=None, seconds=None, keep=None):
    """All figures of the chosen cases; progress on stderr. `keep` is called with what there is after each case."""
    end = time.monotonic() + (float("inf") if seconds is None else seconds)
    registry = families.registry()
    device = context.gpu
    print("measuring ceilings", file=sys.stderr, flush=True)
    data = {"schema": results.SCHEMA, "machine": device.describe(),
            "library": {"version": version_text(context.library), "commit": commit or commit_of(ROOT), "path": context.library and context.library.path,
                        "kernel_folder": context.kernel_folder and str(context.kernel_folder)},
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "command": shlex.join(command), "peer_modules": peers.versions() if context.with_peers else {},
            "method": METHOD.format(repetitions=device.repetitions, warm_ups=device.warm_ups),
            "ceilings": device.ceilings(), "results": [], "skipped": [], "failed": []}  # fmt: skip
    for index, case in enumerate(chosen, 1):
        print(f"[{index}/{len(chosen)}] {case.title}", file=sys.stderr, flush=True)
        named = {"family": case.family, "type": case.type, "shape": case.shape}
        try:
            if time.monotonic() > end:
                raise families.Skip(f"the {seconds} seconds were over")
            if case.family not in registry:
                raise families.Skip("no kernel of this family yet")
            data["results"].append(time_case(context, case, registry[case.family], data["ceilings"]))
        except families.Skip as reason:
            data["skipped"].append(named | {"reason": str(reason)})
        except Exception as error:  # one case must not end the others
            data["failed"].append(named | {"reason": f"{type(error).__name__}: {str(error).strip()}"})
        gc.collect()
        context.torch.cuda.empty_cache()
        if device.clocks:
            data["machine"]["sm_clock_mhz"] = [min(device.clocks), max(device.clocks)]
        if keep:
            keep(data)
    return data


def version_text(library):
    """ "0.1"."""
    return f"{library.version // 1000}.{library.version % 1000}" if library else "none"
