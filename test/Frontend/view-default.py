# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s --check-prefix=ABSENT
# RUN: mla-translate %s --kernel k --signature "*fp32, *fp32" --emit source-tile | FileCheck %s --check-prefix=GIVEN
"""A view with a default takes it where the signature leaves it out, whatever its annotation says."""

import mla
import mla.language as ml

# ABSENT-LABEL: func.func @k(
# ABSENT-SAME:  name = "x", type = "*fp32"
# ABSENT-NOT:   name = "scale"
# ABSENT-SAME:  tile.constants = {scale = "None"}
# ABSENT:       arith.constant 1.0
# GIVEN-LABEL:  func.func @k(
# GIVEN-SAME:   name = "scale", type = "*fp32"}, {divisibility = 1 : i32, name = "SCALES", type = "i64"}
# GIVEN:        tile.view
# GIVEN:        tile.view
@mla.kernel
def k(x: ml.tensor[ml.float32, 'N'], scale: ml.tensor[ml.float32, 'SCALES'] = None):
    factor = 1.0
    if scale is not None:
        factor = ml.load(scale[0])
    ml.store(x[0], factor)
