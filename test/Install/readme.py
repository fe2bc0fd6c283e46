"""Writes the program of the README's section on linking: CMakeLists.txt and server.cpp."""
# SPDX-License-Identifier: Apache-2.0

import pathlib
import re
import sys

readme, folder = map(pathlib.Path, sys.argv[1:])
section = readme.read_text().split("## Linking the library")[1].split("\n## ")[0]
blocks = dict(re.findall(r"```(cmake|cpp)\n(.*?)```", section, flags=re.DOTALL))
folder.mkdir(parents=True)
(folder / "CMakeLists.txt").write_text(blocks["cmake"])
(folder / "server.cpp").write_text(blocks["cpp"])
