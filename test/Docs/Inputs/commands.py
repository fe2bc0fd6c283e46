#!/usr/bin/env python3
"""Runs the shell blocks of a page of documentation in order, as a reader in the project's root with a build in build/ would.

What they write lands in a temporary folder. Prints what they print; exit status of the first command that fails.
"""
# SPDX-License-Identifier: Apache-2.0

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    page, root = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    if not blocks:
        sys.exit(f"{page} has no shell blocks")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("kernels", "test"):
            Path(folder, name).symlink_to(root / name)
        Path(folder, "build").mkdir()
        Path(folder, "build", "bin").symlink_to(Path(shutil.which("mla-opt")).resolve().parent)
        sys.exit(subprocess.run(["bash", "-e", "-c", "\n".join(blocks)], cwd=folder, check=False).returncode)


if __name__ == "__main__":
    main()
