"""A decode step in the shape of DeepSeek-V3.2 through the kernel library, checked against fp64; needs numpy.

`python -m mla.demo`, or `mla-run demo`, which builds what it needs first."""
# SPDX-License-Identifier: Apache-2.0
