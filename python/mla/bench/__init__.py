"""Times the kernel library on a GPU, beside ceilings, peers, stored figures and goals: python -m mla.bench --help."""
# SPDX-License-Identifier: Apache-2.0
