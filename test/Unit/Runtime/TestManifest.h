//===- TestManifest.h - a small valid manifest that tests bend ------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// One variant; `arch` and `kind` are spliced in.
inline std::string variantJson(const std::string &arch, const std::string &kind) {
  std::string registers = kind == "ptx" ? "null" : "64";
  return R"({"arch":")" + arch + R"(","kind":")" + kind + R"(","entry":"scale","arguments":[)" +
         R"({"name":"x_ptr","type":"*bf16","divisibility":16},{"name":"n","type":"i32","divisibility":1},)" +
         R"({"name":"stride","type":"i64","divisibility":16},{"name":"flag","type":"u8","divisibility":1},)" +
         R"({"name":"alpha","type":"fp32","divisibility":1}],)" +
         R"("constants":{"BLOCK":128,"RELU":true,"ACTIVATION":"gelu"},"threads":128,"num_warps":4,)" +
         R"("num_stages":3,"shared_bytes":49152,"registers":)" + registers + R"(,"spill_bytes":)" +
         (kind == "ptx" ? "null" : "0") +
         R"(,"ptx_version":"9.0","provenance":{},"warnings":["slow"]})";
}

/// A manifest with the given variants, comma-separated.
inline std::string manifestJson(const std::string &variants) {
  return R"({"version":1,"kernel":"scale","source":"scale.py","variants":[)" + variants + "]}";
}
