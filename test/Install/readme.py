"""Writes the program in a section of a README: CMakeLists.txt, if it has one, and server.cpp."""
# SPDX-License-Identifier: Apache-2.0

import pathlib
import re
import sys

readme, title, folder = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
section = readme.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
blocks = dict(re.findall(r"```(cmake|cpp)\n(.*?)```", section, flags=re.DOTALL))
folder.mkdir(parents=True)
for language, name in (("cmake", "CMakeLists.txt"), ("cpp", "server.cpp")):
    if language in blocks:
        (folder / name).write_text(blocks[language])
