"""Writes cases of test/Conformance/extents, which use every op on every kind of extent, into the folder of the first argument."""

import json
import pathlib
import sys

KERNELS = pathlib.Path(__file__).resolve().parents[2] / "Conformance/extents"
EXTENTS_1D = [1, 3, 17, 48, 100, 576]
EXTENTS_2D = [(1, 5), (17, 33), (48, 3), (70, 16)]
EXTENTS_DOT = [(16, 16, 16, 16), (17, 24, 48, 100), (100, 16, 16, 5), (48, 40, 70, 140)]


def array(dtype, shape, seed=0, output=False, low=-100000, high=100000):
    """An argument: random numbers, or poison for an output."""
    if output:
        return {"type": dtype, "shape": shape, "fill": "nan", "output": True}
    if dtype.startswith("i"):
        return {"type": dtype, "shape": shape, "fill": "integers", "low": low, "high": high, "seed": seed}
    return {"type": dtype, "shape": shape, "fill": "randn", "seed": seed}


def case_1d(n):
    return {"name": f"n{n}", "kernel": "extent_1d", "grid": [1], "arguments": {
        "x_ptr": array("fp32", [n], 1), "z_ptr": array("fp32", [n], 2), "i_ptr": array("i32", [n], 3),
        "d_ptr": array("i32", [n], 4, low=1, high=50), "h_ptr": array("bf16", [n], 5),
        "y_ptr": array("fp32", [23, n], output=True), "j_ptr": array("i32", [25, n], output=True),
        "g_ptr": array("bf16", [5, n], output=True), "s_ptr": array("fp32", [9], output=True),
        "t_ptr": array("i32", [7], output=True), "n": n * 2 // 3, "trips": 3, "flag": 1, "stride": n, "N": n}}


def case_2d(m, n):
    return {"name": f"m{m}_n{n}", "kernel": "extent_2d", "grid": [1], "arguments": {
        "x_ptr": array("fp32", [m, n], 1), "xt_ptr": array("fp32", [n, m], 2), "r_ptr": array("fp32", [m], 3),
        "c_ptr": array("fp32", [n], 4), "i_ptr": array("i32", [m, n], 5), "y_ptr": array("fp32", [17 * m, n], output=True),
        "yt_ptr": array("fp32", [2 * n, m], output=True), "u_ptr": array("fp32", [3, m], output=True),
        "v_ptr": array("fp32", [3, n], output=True), "p_ptr": array("i32", [3, m], output=True),
        "q_ptr": array("i32", [3, n], output=True), "s_ptr": array("fp32", [3], output=True),
        "m": m * 2 // 3, "n": n // 2 + 1, "trips": 2, "x_stride": n, "xt_stride": m, "u_stride": m, "v_stride": n, "M": m, "N": n}}


def case_dot(m, n, k, k_total):
    stride = max(k_total, k, n, 16)
    return {"name": f"m{m}_n{n}_k{k}", "kernel": "extent_dot", "grid": [1], "arguments": {
        "in_ptr": array("bf16", [2 * m + k_total + 2 * n, stride], 1), "out_ptr": array("fp32", [3 * m, stride], output=True),
        "k_total": k_total, "stride": stride, "M": m, "N": n, "K": k}}


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for area, cases in (("1d", [case_1d(n) for n in EXTENTS_1D]), ("2d", [case_2d(*each) for each in EXTENTS_2D]),
                    ("dot", [case_dot(*each) for each in EXTENTS_DOT])):
    tree = {"file": str(KERNELS / f"extent_{area}.py"), "cases": cases}
    (folder / f"extent_{area}.json").write_text(json.dumps(tree), encoding="utf-8")
