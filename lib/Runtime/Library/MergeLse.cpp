//===- MergeLse.cpp - joins partial results of attention -------------------===//
// kernels/lse_merge. SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <limits>
#include <numbers>

using namespace mla::runtime;

static constexpr int64_t kMaxInt = std::numeric_limits<int32_t>::max();
/// Of grid.y and grid.z, times the smallest blocks there are.
static constexpr int64_t kMaxHeads = 65535, kMaxColumns = 65535;

namespace {
class MergeLse : public OneLaunch<mla_merge_lse_args> {
public:
  using OneLaunch::OneLaunch;
  Status read(const mla_merge_lse_args *given);
  void fill(Launch &launch) const;

private:
  void readParts();
  void readResults();
  /// [T, H] like the parts.
  void sameRows(const char *name, const TensorView &view, int dim);
  Status chooseKernel();
  void fill(Operands &o) const;

  TensorView first, firstLse, others, othersLse, out, lse, scale;
  bool isE4m3 = false;
};
} // namespace

void MergeLse::sameRows(const char *name, const TensorView &view, int dim) {
  arguments.sameExtent(name, view, dim, first.shape[0], "first.shape[0]");
  arguments.sameExtent(name, view, dim + 1, first.shape[1], "first.shape[1]");
}

void MergeLse::readParts() {
  Arguments &a = arguments;
  a.tensor("first", args.first, {{MLA_DTYPE_BF16, MLA_DTYPE_FP16, MLA_DTYPE_FP32}, 3, 3}, first);
  a.extent("first", first, 0, 0, kMaxInt);
  a.extent("first", first, 1, 0, kMaxHeads);
  a.extent("first", first, 2, 0, kMaxColumns);
  a.tensor("first_lse", args.first_lse, {{MLA_DTYPE_FP32}, 2, 2, false, false, true}, firstLse);
  sameRows("first_lse", firstLse, 0);
  a.tensor("others", args.others, {{args.first.dtype}, 4, 4, true}, others);
  if (!others.present)
    return;
  a.extent("others", others, 0, 0, kMaxInt);
  sameRows("others", others, 1);
  a.sameExtent("others", others, 3, first.shape[2], "first.shape[2]");
  a.tensor("others_lse", args.others_lse, {{MLA_DTYPE_FP32}, 3, 3, false, false, true}, othersLse);
  a.sameExtent("others_lse", othersLse, 0, others.shape[0], "others.shape[0]");
  sameRows("others_lse", othersLse, 1);
}

void MergeLse::readResults() {
  Arguments &a = arguments;
  isE4m3 = args.out.dtype == MLA_DTYPE_E4M3 || args.out.dtype == MLA_DTYPE_U8;
  a.tensor("out", args.out, {{args.first.dtype, MLA_DTYPE_E4M3, MLA_DTYPE_U8}, 3, 3, false, true},
           out);
  sameRows("out", out, 0);
  a.sameExtent("out", out, 2, first.shape[2], "first.shape[2]");
  a.tensor("lse", args.lse, {{MLA_DTYPE_FP32}, 2, 2, true, true, true}, lse);
  if (lse.present)
    sameRows("lse", lse, 0);
  a.tensor("scale", args.scale, {{MLA_DTYPE_FP32}, 1, 1, true}, scale);
  if (scale.present) {
    a.extent("scale", scale, 0, 1, 1);
    if (!isE4m3)
      a.refuse("scale", "a tensor", "absent unless out is e4m3");
  }
}

Status MergeLse::read(const mla_merge_lse_args *given) {
  Arguments &a = arguments;
  if (!hasDevice(a, device))
    return a.status;
  a.adopt(given, args);
  readParts();
  readResults();
  a.integer("input_base", args.input_base, MLA_LSE_NATURAL, MLA_LSE_BASE2);
  a.integer("missing_first", args.missing_first, 0, first.shape[0]);
  checkConvention(a, args.lse_convention);
  if (args.lse_convention.sink != MLA_LSE_SINK_EXCLUDED)
    a.refuse("lse_convention.sink", "MLA_LSE_SINK_INCLUDED", "MLA_LSE_SINK_EXCLUDED");
  return a.ok() ? chooseKernel() : a.status;
}

Status MergeLse::chooseKernel() {
  Property wanted[] = {
      {"type", dtypeName(first.dtype)}, {"result", isE4m3 ? "e4m3" : "same"}, {"alignment", "16"}};
  if (Status status = device->find("merge_states", wanted, kernel); !status.ok())
    return status;
  Operands operands;
  fill(operands);
  if (kernel->check(operands).ok())
    return {};
  wanted[2].value = "any";
  return device->find("merge_states", wanted, kernel);
}

void MergeLse::fill(Operands &o) const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  o.tensor("first", first.address, {first.strides[0], first.strides[1]});
  o.integer("T", first.shape[0]);
  o.integer("H", first.shape[1]);
  o.integer("D", first.shape[2]);
  o.tensor("others", others.address, {others.strides[0], others.strides[1], others.strides[2]});
  o.integer("OTHERS", others.present ? others.shape[0] : 0);
  o.pointer("first_lse", firstLse.address);
  o.integer("first_lse_token", firstLse.strides[0]);
  o.integer("first_lse_head", firstLse.strides[1]);
  o.pointer("others_lse", othersLse.address);
  o.integer("others_lse_part", othersLse.strides[0]);
  o.integer("others_lse_token", othersLse.strides[1]);
  o.integer("others_lse_head", othersLse.strides[2]);
  o.tensor("out", out.address, {out.strides[0], out.strides[1]});
  o.pointer("lse", lse.address);
  o.integer("LSES", lse.present ? 1 : 0);
  o.integer("lse_token", lse.strides[0]);
  o.integer("lse_head", lse.strides[1]);
  o.pointer("scale", scale.address);
  o.integer("SCALED", scale.present ? 1 : 0);
  o.integer("first_tokens", first.shape[0] - args.missing_first);
  o.number("lse_factor", args.input_base == MLA_LSE_BASE2 ? std::numbers::ln2 : 1.0);
  o.number("out_factor", args.lse_convention.base == MLA_LSE_BASE2 ? std::numbers::log2e : 1.0);
  o.number("empty_lse",
           args.lse_convention.empty == MLA_LSE_EMPTY_POSITIVE ? kInfinity : -kInfinity);
}

void MergeLse::fill(Launch &launch) const {
  auto blocks = [&](int64_t extent, const char *constant) {
    int64_t block = kernel->variant().constant(constant, 1);
    return (extent + block - 1) / block;
  };
  launch.kernel = kernel;
  launch.grid = {first.shape[0], blocks(first.shape[1], "BLOCK_H"),
                 blocks(first.shape[2], "BLOCK_D")};
  if (launch.grid.y == 0 || launch.grid.z == 0)
    launch.grid.x = 0;
  fill(launch.operands);
}

extern "C" {

mla_status mla_query_merge_lse(mla_device *device, const mla_merge_lse_args *args,
                               mla_query_result *result) {
  return queryOne<MergeLse>("mla_query_merge_lse", device, args, result);
}

mla_status mla_run_merge_lse(mla_device *device, const mla_merge_lse_args *args, void *stream) {
  return runOne<MergeLse>("mla_run_merge_lse", device, args, stream);
}

} // extern "C"
