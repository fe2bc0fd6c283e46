# RUN: mla-translate %s --kernel rows --signature "*bf16, *bf16, *i32, i32" --emit source-tile | FileCheck %s
# RUN: mla-translate %s --kernel caches --signature "*u8, *u8, *i32" --emit source-tile | FileCheck %s --check-prefix=CACHES
"""ml.gather is a function and a module; rows, records and views of caches become their ops."""

import mla
import mla.language as ml
from mla.language.gather import rows as gather_rows


# CHECK-LABEL: func.func @rows
# CHECK: gather.rows %[[KV:.*]][%[[I:.*]]] {label = "kv"} : !tile.view<?x64xbf16>, tensor<16xi32> -> tensor<16x64xbf16>
# CHECK: gather.rows %[[KV]][%{{.*}}] {column = 8 : i64} : !tile.view<?x64xbf16>, tensor<16xi64> -> tensor<16x48xbf16>
# CHECK: gather.paged_rows %[[POOL:.*]], %{{.*}}[%{{.*}}, %{{.*}}] length %{{.*}} : !tile.view<?x?x?xbf16>, !tile.view<?x?xi32>, tensor<16xi32> -> tensor<16x32xbf16>
# CHECK: tile.gather
@mla.kernel
def rows(kv: ml.tensor[ml.bf16, 'ROWS', 64], pool: ml.tensor[ml.bf16, 'P', 'S', 'C'], table: ml.tensor[ml.i32, 'B', 'M'], n):
    i = ml.arange(0, 16)
    a = ml.gather.rows(kv, i, label="kv")
    b = gather_rows(kv, i.to(ml.int64), first=8, width=48)
    c = ml.gather.paged_rows(pool, table, n, i, n, width=32)
    d = ml.gather(a, ml.zeros((16, 64), ml.int32), 0)
    ml.static_assert(d.shape[1] == 64)


# Scales behind the page begin after the values of its records; the other fields are views of their own types.
# CACHES-LABEL: func.func @caches
# CACHES: gather.rows %{{.*}} : !tile.view<?x?x656xi8>
# CACHES: gather.decode_record %{{.*}} <fp8_ds_mla> : tensor<16x656xi8> -> tensor<16x512xbf16>, tensor<16x64xbf16>
# CACHES: tile.view %{{.*}} strides[%{{.*}}, %[[C576:.*]]] : !tile.view<?x?x576xi8>
# CACHES: %[[SKIPPED:.*]] = arith.muli %[[SIZE:.*]], %{{.*}} : i64
# CACHES: %[[BEHIND:.*]] = tile.addptr %{{.*}}, %[[SKIPPED]] : !tile.ptr<i8>, i64
# CACHES: tile.view %[[BEHIND]], shape[%{{.*}}, %[[SIZE]]] strides[%{{.*}}, %{{.*}}] : !tile.view<?x?x8xi8>
# CACHES: gather.decode_record %{{.*}} scales %{{.*}} <fp8_dsv4> : tensor<16x576xi8>, tensor<16x8xi8> -> tensor<16x448xf32>, tensor<16x64xf32>
# CACHES: tile.ptr_cast %{{.*}} : !tile.ptr<i8> -> !tile.ptr<f8E4M3FN>
# CACHES: tile.ptr_cast %{{.*}} : !tile.ptr<i8> -> !tile.ptr<f32>
# CACHES: tile.ptr_cast %{{.*}} : !tile.ptr<i8> -> !tile.ptr<bf16>
# CACHES: gather.encode_record %{{.*}}, %{{.*}} rule linear <fp8_ds_mla>
@mla.kernel
def caches(a: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 656], b: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 584], i_ptr):
    i = ml.load(i_ptr + ml.arange(0, 16))
    views, behind = ml.gather.record_views(a, "fp8_ds_mla")
    ml.static_assert(behind is None)
    latent, rope = ml.gather.decode_record(ml.gather.rows(views, i), "fp8_ds_mla")
    views, behind = ml.gather.record_views(b, "fp8_dsv4")
    x = ml.gather.decode_record(ml.gather.rows(views, i), "fp8_dsv4", ml.gather.rows(behind, i), dtype=ml.float32)
    fields = ml.gather.field_views(a, "fp8_ds_mla")
    ml.static_assert(fields[1].dtype == ml.float32)
    parts = ml.gather.encode_record((latent, rope), "fp8_ds_mla", rule="linear")
    ml.store(fields[2][0, 0:16, :], parts[2])
