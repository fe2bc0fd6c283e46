//===- TestManifest.h - a small valid manifest that tests bend ------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
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

/// A kernel as the fake driver launches it; `arguments` is "name:type name:type …".
inline std::string kernelJson(const std::string &kernel, const std::string &arguments,
                              const std::string &constants) {
  std::string list;
  for (size_t begin = 0; begin < arguments.size();) {
    size_t end = std::min(arguments.find(' ', begin), arguments.size());
    size_t colon = arguments.find(':', begin);
    list += (list.empty() ? "" : ",") + std::string(R"({"name":")") +
            arguments.substr(begin, colon - begin) + R"(","type":")" +
            arguments.substr(colon + 1, end - colon - 1) + R"(","divisibility":1})";
    begin = end + 1;
  }
  return R"({"version":1,"kernel":")" + kernel +
         R"(","source":"k.py","variants":[{"arch":"sm_80","kind":"ptx","entry":")" + kernel +
         R"(","arguments":[)" + list + R"(],"constants":{)" + constants +
         R"(},"threads":128,"num_warps":4,"num_stages":2,"shared_bytes":1024}]})";
}
