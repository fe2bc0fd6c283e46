"""Python's side of mla: `mla.runtime` calls the kernel library on tensors that are in device memory.

Kernels that are written with `mla.language` are compiled from their text by mla-translate; nothing of them runs here."""
# SPDX-License-Identifier: Apache-2.0
