"""mla-run demo: builds the library and what runs it, then the decode step of python/mla/demo."""
# SPDX-License-Identifier: Apache-2.0

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGETS = ("mla", "MlaSimulatorDriver")
HELP = """

In a source tree it first builds the library and the simulator, as far as they are not; --no-build takes them as they are."""


def is_asked_for(argv):
    """Whether the first argument is demo; in front of it stands the --build of the program that the build made."""
    return argv[1:2] == ["demo"] or argv[1:2] == ["--build"] and argv[3:4] == ["demo"]


def build(options):
    """Configures if need be and builds, which shows its own progress; ends this program if that fails."""
    commands = [["cmake", "--build", options.build, "--target", *TARGETS]]
    if not (options.build / "CMakeCache.txt").exists():
        commands.insert(0, ["cmake", "-S", ROOT, "-B", options.build, "-G", "Ninja"])
    for command in commands:
        words = [str(word) for word in command]
        print(" ".join(words), flush=True)
        try:
            if code := subprocess.run(words, check=False).returncode:
                sys.exit(f"mla-run demo: the build ended with {code}; tools/setup --check lists what is missing")
        except OSError as error:
            sys.exit(f"mla-run demo: {error}; tools/setup installs what a build needs")


def main(argv):
    """Entry point."""
    sys.path.insert(0, str(ROOT / "python"))
    from mla.demo import program  # pylint: disable=import-outside-toplevel

    parser = program.parser("mla-run demo")
    parser.description += HELP
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="build tree (default: that of this program)")
    parser.add_argument("--no-build", action="store_true", help="build nothing")
    del argv[argv.index("demo")]

    def prepare(options):
        if not options.no_build:
            build(options)
        options.library = options.library or options.build / "lib" / "libmla.so"

    return program.main(parser, prepare)
