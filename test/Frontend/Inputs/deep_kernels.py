"""Writes kernels that no one writes by hand: deep_kernels.py <folder>."""

import pathlib
import sys

HEADER = "import mla\nimport mla.language as ml\n\n\n"


def kernel(*lines):
    return "@mla.kernel\ndef k(x_ptr, n):\n" + "".join(f"    {line}\n" for line in lines)


def helper(name, *lines):
    return f"@mla.jit\ndef {name}(x):\n" + "".join(f"    {line}\n" for line in lines) + "\n\n"


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    calls = [f"f{i + 1}(x)" for i in range(50)] + ["x"]
    ifs = ["    " * depth + "if 1:" for depth in range(90)]
    texts = {
        # Each call at the bottom of a deep expression, and of deep blocks.
        "helpers": "".join(helper(f"f{i}", "return " + call + " + x" * 400) for i, call in enumerate(calls))
        + kernel("ml.store(x_ptr, f0(n))"),
        "blocks": "".join(helper(f"f{i}", *ifs, "    " * 90 + f"return {call}") for i, call in enumerate(calls))
        + kernel("ml.store(x_ptr, f0(n))"),
        "constants": "".join(f"A{i}: ml.constexpr = A{i + 1} + 1\n" for i in range(50000))
        + "A50000: ml.constexpr = 1\n" + kernel("ml.store(x_ptr, A0)"),
        "branches": kernel(*(f"y{i} = n" for i in range(5000)), *(f"if n > {i}:\n        y{i} = 0" for i in range(5000))),
        "digits": kernel("ml.store(x_ptr, 1." + "4" + "9" * 100000 + ")"),
    }
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(HEADER + text)


main()
