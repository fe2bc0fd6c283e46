//===- Arguments.cpp - checks of what a caller passes ----------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Arguments.h"

#include <algorithm>
#include <array>

using namespace mla::runtime;

/// Extents above this are refused: no memory holds them, and products of the checked ones with
/// strides stay below 2^63.
static constexpr int64_t kMaxExtent = int64_t(1) << 40;
/// Bytes from one index to the next are fewer: more is no stride of a tensor map.
static constexpr int64_t kMaxStrideBytes = int64_t(1) << 40;
/// What kernels are promised of strides, at most.
static constexpr int64_t kPromise = 16;
/// Device addresses have 57 bits at most.
static constexpr uint64_t kMaxAddress = uint64_t(1) << 57;
/// Of workspaces and plans.
static constexpr uint64_t kBufferAlignment = 256;
/// Every struct begins with its size; a larger one than this is garbage, not a newer version.
static constexpr size_t kMaxStructBytes = 1 << 16;

namespace {
struct DtypeFacts {
  int32_t dtype;
  std::string_view name;
  int64_t bytes;
};
} // namespace

static constexpr DtypeFacts kDtypes[] = {{MLA_DTYPE_BF16, "bf16", 2}, {MLA_DTYPE_FP16, "fp16", 2},
                                         {MLA_DTYPE_FP32, "fp32", 4}, {MLA_DTYPE_E4M3, "e4m3", 1},
                                         {MLA_DTYPE_E5M2, "e5m2", 1}, {MLA_DTYPE_U8, "u8", 1},
                                         {MLA_DTYPE_I32, "i32", 4},   {MLA_DTYPE_I64, "i64", 8}};

std::string_view mla::runtime::dtypeName(int32_t dtype) {
  for (const DtypeFacts &facts : kDtypes)
    if (facts.dtype == dtype)
      return facts.name;
  return {};
}

int64_t mla::runtime::dtypeBytes(int32_t dtype) {
  for (const DtypeFacts &facts : kDtypes)
    if (facts.dtype == dtype)
      return facts.bytes;
  return 0;
}

static std::string hex(uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (; value != 0 || text.empty(); value /= 16)
    text.insert(text.begin(), kDigits[value % 16]);
  return "0x" + text;
}

static std::string range(int64_t low, int64_t high) {
  return low == high ? std::to_string(low)
                     : "from " + std::to_string(low) + " to " + std::to_string(high);
}

static std::string item(const char *name, const char *field, int index) {
  return std::string(name) + "." + field + "[" + std::to_string(index) + "]";
}

void Arguments::refuse(std::string_view name, const std::string &value, const std::string &legal) {
  if (ok())
    status = Status::error(StatusCode::InvalidArgument,
                           "argument '" + std::string(name) + "' = " + value + " must be " + legal);
}

void Arguments::unsupported(std::string_view name, const std::string &value,
                            const std::string &supported) {
  if (ok())
    status =
        Status::error(StatusCode::Unsupported, "argument '" + std::string(name) + "' = " + value +
                                                   ": no kernel does that, only " + supported);
}

void Arguments::structSize(size_t givenBytes, size_t knownBytes) {
  if (givenBytes < sizeof(uint32_t) || givenBytes > kMaxStructBytes)
    refuse("struct_size", std::to_string(givenBytes),
           "the size of the struct, " + std::to_string(knownBytes) + " in this version");
}

void Arguments::adoptBytes(const void *given, size_t givenBytes, void *known, size_t knownBytes) {
  structSize(givenBytes, knownBytes);
  if (!ok())
    return;
  const auto *bytes = static_cast<const char *>(given);
  for (size_t i = knownBytes; i < givenBytes; ++i)
    if (bytes[i] != 0)
      return refuse("struct_size", std::to_string(givenBytes),
                    "at most " + std::to_string(knownBytes) +
                        ": fields that this version does not know are not zero");
  std::memcpy(known, given, std::min(givenBytes, knownBytes));
}

void Arguments::tensor(const char *name, const mla_tensor &given, const TensorRule &rule,
                       TensorView &view) {
  view = {};
  if (!ok())
    return;
  if (given.rank == 0 && !given.data) {
    if (!rule.optional)
      refuse(name, "absent", "a tensor");
    return;
  }
  if (given.rank < rule.minRank || given.rank > rule.maxRank)
    return refuse(std::string(name) + ".rank", std::to_string(given.rank),
                  range(rule.minRank, rule.maxRank));
  if (std::find(rule.dtypes.begin(), rule.dtypes.end(), given.dtype) == rule.dtypes.end()) {
    std::string legal;
    for (int32_t dtype : rule.dtypes)
      legal += (legal.empty() ? "" : " or ") + std::string(dtypeName(dtype));
    std::string value(dtypeName(given.dtype));
    return refuse(std::string(name) + ".dtype", value.empty() ? std::to_string(given.dtype) : value,
                  legal);
  }
  view.present = true;
  view.dtype = given.dtype;
  view.rank = given.rank;
  bool isEmpty = false;
  for (int dim = 0; dim < given.rank; ++dim) {
    if (given.shape[dim] < 0 || given.shape[dim] > kMaxExtent)
      return refuse(item(name, "shape", dim), std::to_string(given.shape[dim]),
                    range(0, kMaxExtent));
    view.shape[size_t(dim)] = given.shape[dim];
    view.strides[size_t(dim)] = given.strides[dim];
    isEmpty |= given.shape[dim] == 0;
  }
  int64_t reach = strides(name, view, rule);
  view.address = reinterpret_cast<uint64_t>(given.data);
  if (readsPointers && !isEmpty)
    address(name, view);
  auto bytes = uint64_t(dtypeBytes(given.dtype));
  if (view.address % bytes != 0 || view.address >= kMaxAddress)
    return refuse(std::string(name) + ".data", hex(view.address),
                  "a device address that is a multiple of " + std::to_string(bytes));
  if (ok() && !isEmpty && view.address + uint64_t(reach + 1) * bytes > kMaxAddress)
    refuse(std::string(name) + ".data", hex(view.address),
           "lower: the tensor leaves the address space");
}

void Arguments::address(const char *name, const TensorView &view) {
  if (ok() && view.address == 0)
    refuse(std::string(name) + ".data", "NULL", "a device address");
}

int64_t Arguments::strides(const char *name, TensorView &view, const TensorRule &rule) {
  int last = view.rank - 1;
  int64_t reach = 0; // offset of the last element
  int64_t bytes = dtypeBytes(view.dtype), most = (kMaxStrideBytes - 1) / bytes;
  bool isEmpty = std::count(view.shape.begin(), view.shape.begin() + view.rank, 0) != 0;
  for (int dim = last; dim >= 0; --dim) {
    int64_t &stride = view.strides[size_t(dim)];
    int64_t extent = view.shape[size_t(dim)];
    // A stride that no address depends on becomes one that keeps every promise of alignment.
    if (extent <= 1 || isEmpty) {
      stride = 1;
      if (dim != last &&
          __builtin_mul_overflow(view.strides[size_t(dim) + 1],
                                 std::max<int64_t>(view.shape[size_t(dim) + 1], 1), &stride))
        stride = 0;
      if (dim != last)
        stride = (stride + kPromise - 1) / kPromise * kPromise;
      if (stride < 0 || stride > most)
        stride = 0;
      continue;
    }
    if (stride < 0 || stride > most) {
      refuse(item(name, "strides", dim), std::to_string(stride), range(0, most));
      return 0;
    }
    if (dim == last && stride != 1 && !rule.anyInner) {
      refuse(item(name, "strides", dim), std::to_string(stride), "1");
      return 0;
    }
    int64_t span = 0;
    if (__builtin_mul_overflow(extent - 1, stride, &span) ||
        __builtin_add_overflow(reach, span, &reach) || reach >= int64_t(kMaxAddress) / bytes) {
      refuse(item(name, "shape", dim), std::to_string(extent),
             "less: with stride " + std::to_string(stride) +
                 " the tensor leaves the address space");
      return 0;
    }
  }
  if (!rule.written || isEmpty)
    return reach;
  // In ascending order each stride must step over everything inside it.
  std::array<int, kMaxRank> order{};
  int count = 0;
  for (int dim = 0; dim < view.rank; ++dim)
    if (view.shape[size_t(dim)] > 1)
      order[size_t(count++)] = dim;
  std::sort(order.begin(), order.begin() + count,
            [&](int a, int b) { return view.strides[size_t(a)] < view.strides[size_t(b)]; });
  int64_t inside = 1;
  for (int i = 0; i < count; ++i) {
    auto dim = size_t(order[size_t(i)]);
    if (view.strides[dim] < inside) {
      refuse(item(name, "strides", int(dim)), std::to_string(view.strides[dim]),
             "at least " + std::to_string(inside) +
                 ", because elements that are written must not overlap");
      break;
    }
    inside += (view.shape[dim] - 1) * view.strides[dim];
  }
  return reach;
}

void Arguments::integer(std::string_view name, int64_t value, int64_t low, int64_t high) {
  if (value < low || value > high)
    refuse(name, std::to_string(value), range(low, high));
}

void Arguments::extent(const char *name, const TensorView &view, int dim, int64_t low,
                       int64_t high) {
  int64_t value = view.shape[size_t(dim)];
  if (ok() && (value < low || value > high))
    refuse(item(name, "shape", dim), std::to_string(value), range(low, high));
}

void Arguments::sameExtent(const char *name, const TensorView &view, int dim, int64_t wanted,
                           const char *because) {
  int64_t value = view.shape[size_t(dim)];
  if (ok() && value != wanted)
    refuse(item(name, "shape", dim), std::to_string(value),
           std::to_string(wanted) + ", as " + because);
}

void Arguments::buffer(const char *name, const void *address, size_t bytes, size_t needed) {
  if (!ok())
    return;
  if (bytes < needed) {
    status = Status::error(StatusCode::TooSmall, "argument '" + std::string(name) +
                                                     "_bytes' = " + std::to_string(bytes) +
                                                     " must be at least " + std::to_string(needed));
    return;
  }
  auto number = reinterpret_cast<uint64_t>(address);
  if (needed != 0 && (number == 0 || number % kBufferAlignment != 0 || number >= kMaxAddress))
    refuse(name, hex(number),
           "a device address that is a multiple of " + std::to_string(kBufferAlignment));
}
