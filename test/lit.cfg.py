"""Tests of the tools: text in, text out. Kernels (.py), IR (.mlir) and shell scripts (.test)."""

import os
import shutil

import lit.formats

config.name = "mla"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".py", ".test"]
config.excludes = ["Conformance", "Cuda", "Faults", "Fuzz", "Inputs", "Install", "Language", "Python", "Unit", "lit.cfg.py", "lit.site.cfg.py"]

# The tools under test come first, FileCheck and not from the LLVM that they are built with.
config.environment["PATH"] = os.pathsep.join(
    [config.mla_tools_dir, config.llvm_tools_dir, config.environment["PATH"]]
)
# The user's choice of assembler holds; tests that need none override it.
if "MLA_PTXAS" in os.environ:
    config.environment["MLA_PTXAS"] = os.environ["MLA_PTXAS"]

# A driver whose GPU is the simulator.
config.substitutions.append(("%sim_cuda", os.path.join(config.mla_tools_dir, os.pardir, "lib", "libmla-sim-cuda.so")))

CUDA_BIN = "/usr/local/cuda/bin"
if shutil.which(os.environ.get("MLA_PTXAS", "ptxas")) or shutil.which("ptxas", path=CUDA_BIN):
    config.available_features.add("ptxas")
if os.path.exists("/dev/nvidia0"):
    config.available_features.add("cuda-gpu")
