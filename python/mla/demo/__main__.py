"""python -m mla.demo."""
# SPDX-License-Identifier: Apache-2.0

import sys

from mla.demo import program

if __name__ == "__main__":
    sys.exit(program.main(program.parser("python -m mla.demo")))
