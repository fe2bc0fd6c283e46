//===- WriteCache.cpp - new tokens into a paged cache ----------------------===//
// kernels/cache_writer. SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <limits>

using namespace mla::runtime;

static constexpr int64_t kMaxInt = std::numeric_limits<int32_t>::max();
static constexpr int64_t kMaxPages = int64_t(1) << 40;
static constexpr int64_t kRecordRope = 64;
/// Rows of dsv4 lie this far apart, whatever the tensor's strides say; 8 bytes of scales for each
/// follow behind a page's rows.
static constexpr int64_t kDsv4RowBytes = 576;
/// Of a row, so that columns are counted with 32 bits.
static constexpr int64_t kMaxColumns = 1 << 24;

namespace {
class WriteCache : public OneLaunch<mla_write_cache_args> {
public:
  using OneLaunch::OneLaunch;
  Status read(const mla_write_cache_args *given);
  void fill(Launch &launch) const;

private:
  bool isDsv4() const { return args.format == MLA_CACHE_DSV4; }
  bool isRecords() const { return args.format == MLA_CACHE_DS_MLA || isDsv4(); }
  int64_t recordLatent() const { return isDsv4() ? 448 : 512; }
  int64_t recordBytes() const { return isDsv4() ? 584 : 656; }
  void readCache();
  Status chooseKernel();
  void fill(Operands &o) const;

  TensorView latent, rope, slots, cache, scale;
};
} // namespace

void WriteCache::readCache() {
  Arguments &a = arguments;
  mla_tensor given = args.cache;
  if (isDsv4() && (given.rank == 3 || given.rank == 4))
    given.strides[1] = given.shape[given.rank - 1];
  if (args.format == MLA_CACHE_ROWS)
    a.tensor("cache", given, {{args.latent.dtype}, 3, 4, false, true}, cache);
  else
    a.tensor("cache", given, {{MLA_DTYPE_U8, MLA_DTYPE_E4M3}, 3, 4, false, true}, cache);
  a.extent("cache", cache, 0, 0, kMaxPages);
  a.extent("cache", cache, 1, 0, kMaxInt);
  if (!a.ok())
    return;
  int width = cache.rank - 1;
  if (cache.rank == 4)
    a.extent("cache", cache, 2, 1, 1);
  if (isRecords())
    a.extent("cache", cache, width, recordBytes(), recordBytes());
  else
    a.extent("cache", cache, width, latent.shape[1] + rope.shape[1], kMaxColumns);
}

Status WriteCache::read(const mla_write_cache_args *given) {
  Arguments &a = arguments;
  if (!hasDevice(a, device))
    return a.status;
  a.adopt(given, args);
  a.integer("format", args.format, MLA_CACHE_ROWS, MLA_CACHE_DSV4);
  if (isRecords())
    a.tensor("latent", args.latent, {{MLA_DTYPE_BF16, MLA_DTYPE_FP16}, 2, 2}, latent);
  else
    a.tensor("latent", args.latent, {{MLA_DTYPE_BF16, MLA_DTYPE_FP16, MLA_DTYPE_FP32}, 2, 2},
             latent);
  a.tensor("rope", args.rope, {{args.latent.dtype}, 2, 2}, rope);
  a.tensor("slots", args.slots, {{MLA_DTYPE_I64}, 1, 1}, slots);
  a.extent("latent", latent, 0, 0, kMaxInt);
  a.sameExtent("rope", rope, 0, latent.shape[0], "latent.shape[0]");
  a.extent("slots", slots, 0, 0, kMaxInt);
  a.extent("latent", latent, 1, isRecords() ? recordLatent() : 0,
           isRecords() ? recordLatent() : kMaxColumns / 2);
  a.extent("rope", rope, 1, isRecords() ? kRecordRope : 0,
           isRecords() ? kRecordRope : kMaxColumns / 2);
  readCache();
  a.tensor("scale", args.scale, {{MLA_DTYPE_FP32}, 1, 1, true}, scale);
  if (scale.present) {
    a.extent("scale", scale, 0, 1, 1);
    if (args.format != MLA_CACHE_E4M3)
      a.refuse("scale", "a tensor", "absent unless format is MLA_CACHE_E4M3");
  }
  a.integer("scale_rule", args.scale_rule, MLA_SCALE_POW2, MLA_SCALE_LINEAR);
  if (isDsv4() && args.scale_rule != MLA_SCALE_POW2)
    a.refuse("scale_rule", "MLA_SCALE_LINEAR",
             "MLA_SCALE_POW2 for MLA_CACHE_DSV4, whose scales are powers of two");
  return a.ok() ? chooseKernel() : a.status;
}

Status WriteCache::chooseKernel() {
  std::string_view type = dtypeName(latent.dtype);
  if (isRecords()) {
    const Property records[] = {{"type", type}, {"stored", isDsv4() ? "dsv4" : "ds_mla"}};
    return device->find("write_records", records, kernel);
  }
  Property rows[] = {{"type", type},
                     {"stored", args.format == MLA_CACHE_E4M3 ? "e4m3" : "same"},
                     {"alignment", "16"}};
  if (Status status = device->find("write_rows", rows, kernel); !status.ok())
    return status;
  // The kernel that copies 16 bytes at a time, where addresses and strides let it.
  Operands operands;
  fill(operands);
  if (kernel->check(operands).ok())
    return {};
  rows[2].value = "any";
  return device->find("write_rows", rows, kernel);
}

void WriteCache::fill(Operands &o) const {
  o.tensor("latent", latent.address, {latent.strides[0]});
  o.integer("T", latent.shape[0]);
  o.integer("RANK", latent.shape[1]);
  o.integer("COLUMNS", latent.shape[1]);
  o.tensor("rope", rope.address, {rope.strides[0]});
  o.integer("ROPE", rope.shape[1]);
  o.pointer("slots", slots.address);
  o.integer("N", slots.shape[0]);
  o.tensor("cache", cache.address, {cache.strides[0], isDsv4() ? kDsv4RowBytes : cache.strides[1]});
  o.integer("PAGES", cache.shape[0]);
  o.integer("PAGE", cache.shape[1]);
  o.integer("WIDTH", cache.shape[size_t(cache.rank) - 1]);
  o.integer("BYTES", cache.shape[size_t(cache.rank) - 1]);
  o.pointer("scale", scale.address);
  o.integer("SCALED", scale.present ? 1 : 0);
  o.integer("legacy_scales", args.scale_rule == MLA_SCALE_LINEAR);
}

void WriteCache::fill(Launch &launch) const {
  int64_t tokens = kernel->variant().constant("BLOCK_T", 1);
  bool isEmpty = latent.shape[0] == 0 || cache.shape[0] == 0 || cache.shape[1] == 0;
  launch.kernel = kernel;
  launch.grid = {isEmpty ? 0 : (slots.shape[0] + tokens - 1) / tokens, 1, 1};
  fill(launch.operands);
}

extern "C" {

mla_status mla_query_write_cache(mla_device *device, const mla_write_cache_args *args,
                                 mla_query_result *result) {
  return queryOne<WriteCache>("mla_query_write_cache", device, args, result);
}

mla_status mla_run_write_cache(mla_device *device, const mla_write_cache_args *args, void *stream) {
  return runOne<WriteCache>("mla_run_write_cache", device, args, stream);
}

} // extern "C"
