//===- Oracle.cpp - what a launch may touch ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Oracle.h"

#include "mla/Runtime/Launcher.h"

#include <stdexcept>

using namespace mla::fuzz;
using namespace mla::runtime;

/// Addresses have 57 bits.
static constexpr unsigned __int128 kMemory = (unsigned __int128)(1) << 57;

namespace {
/// A tensor of a kernel: names of arguments or constants, or numbers. Without `strides` they are
/// NAME.stride0 and so on, 1 of the last dimension.
struct View {
  const char *name;
  std::vector<std::string> extents, strides = {};
};
} // namespace

/// What the kernels of a family see, as their sources declare it.
static const std::vector<View> *viewsOf(std::string_view kernel) {
  static const std::map<std::string_view, std::vector<View>> kViews = {
      {"dense_decode_plan",
       {{"lengths", {"B"}}, {"starts", {"STARTS"}}, {"parts", {"PARTS", "2"}}}},
      {"dense_decode_decode",
       {{"q", {"B", "T", "KV_HEADS", "ROWS", "D"}},
        {"cache", {"PAGES", "KV_HEADS", "PAGE", "D"}},
        {"table", {"B", "MAX_PAGES"}},
        {"lengths", {"B"}},
        {"starts", {"STARTS"}},
        {"parts", {"PARTS", "2"}},
        {"out", {"B", "T", "KV_HEADS", "ROWS", "512"}},
        {"lse", {"B", "T", "KV_HEADS", "ROWS", "1"}},
        {"partial_out", {"SLOTS", "GROUPS", "ROWS", "512"}},
        {"partial_lse", {"SLOTS", "GROUPS", "ROWS"}}}},
      {"dense_decode_e4m3",
       {{"q", {"B", "T", "KV_HEADS", "ROWS", "D"}},
        {"cache", {"PAGES", "KV_HEADS", "PAGE", "D"}},
        {"table", {"B", "MAX_PAGES"}},
        {"lengths", {"B"}},
        {"starts", {"STARTS"}},
        {"parts", {"PARTS", "2"}},
        {"out", {"B", "T", "KV_HEADS", "ROWS", "512"}},
        {"lse", {"B", "T", "KV_HEADS", "ROWS", "1"}},
        {"partial_out", {"SLOTS", "GROUPS", "ROWS", "512"}},
        {"partial_lse", {"SLOTS", "GROUPS", "ROWS"}},
        {"q_scale", {"Q_SCALES"}},
        {"k_scale", {"K_SCALES"}}}},
      {"dense_decode_merge",
       {{"starts", {"STARTS"}},
        {"partial_out", {"SLOTS", "GROUPS", "ROWS", "512"}},
        {"partial_lse", {"SLOTS", "GROUPS", "ROWS"}},
        {"sink", {"SINKS"}},
        {"out", {"B", "T", "KV_HEADS", "ROWS", "512"}},
        {"lse", {"B", "T", "KV_HEADS", "ROWS", "1"}}}},
      {"sparse_decode",
       {{"q", {"T", "H", "D"}},
        {"cache", {"PAGES", "PAGE", "BYTES"}},
        {"index", {"T", "K"}},
        {"lengths", {"LENGTHS"}},
        {"extra", {"EXTRA_PAGES", "EXTRA_PAGE", "BYTES"}},
        {"extra_index", {"T", "EXTRA_K"}},
        {"extra_lengths", {"EXTRA_LENGTHS"}},
        {"sink", {"SINKS"}},
        {"out", {"T", "H", "512"}},
        {"lse", {"T", "H"}},
        {"max_logits", {"MAX_T", "H"}},
        {"partial_out", {"SLOTS", "H", "512"}},
        {"partial_lse", {"SLOTS", "H"}}}},
      {"convert_indices",
       {{"requests", {"T"}},
        {"table", {"R", "LISTED"}},
        {"tokens", {"T", "K"}},
        {"out", {"T", "K"}},
        {"counts", {"COUNTED"}},
        {"spaces", {"SPACED"}},
        {"starts", {"STARTS"}}}},
      {"filter_indices",
       {{"tokens", {"T", "K"}},
        {"requests", {"NAMED"}},
        {"lengths", {"R"}},
        {"context", {"CONTEXT", "K"}},
        {"new", {"NEW", "K"}},
        {"context_counts", {"CONTEXT_COUNTED"}},
        {"new_counts", {"NEW_COUNTED"}}}},
      {"write_rows",
       {{"latent", {"T", "RANK"}},
        {"rope", {"T", "ROPE"}},
        {"slots", {"N"}},
        {"cache", {"PAGES", "PAGE", "WIDTH"}},
        {"scale", {"SCALED"}}}},
      {"write_records",
       {{"latent", {"T", "COLUMNS"}},
        {"rope", {"T", "64"}},
        {"slots", {"N"}},
        {"cache", {"PAGES", "PAGE", "BYTES"}}}},
      {"merge_states",
       {{"first", {"T", "H", "D"}},
        {"others", {"OTHERS", "T", "H", "D"}},
        {"first_lse", {"T", "H"}, {"first_lse_token", "first_lse_head"}},
        {"others_lse",
         {"OTHERS", "T", "H"},
         {"others_lse_part", "others_lse_token", "others_lse_head"}},
        {"out", {"T", "H", "D"}},
        {"lse", {"T", "H"}, {"lse_token", "lse_head"}},
        {"scale", {"SCALED"}}}}};
  // The longest name that the kernel's begins with.
  const std::vector<View> *found = nullptr;
  size_t longest = 0;
  for (const auto &[name, views] : kViews)
    if (kernel.substr(0, name.size()) == name && name.size() > longest) {
      found = &views;
      longest = name.size();
    }
  return found;
}

static int64_t bytesOf(int32_t dtype) {
  switch (dtype) {
  case MLA_DTYPE_BF16:
  case MLA_DTYPE_FP16:
    return 2;
  case MLA_DTYPE_FP32:
  case MLA_DTYPE_I32:
    return 4;
  case MLA_DTYPE_I64:
    return 8;
  default:
    return 1;
  }
}

static int64_t bytesOf(const std::string &type) {
  if (type == "fp32" || type == "i32")
    return 4;
  if (type == "bf16" || type == "fp16")
    return 2;
  return type == "i64" ? 8 : 1;
}

/// One behind the last byte that extents and strides reach; nothing if there is no element.
static unsigned __int128 endOf(uint64_t address, const std::vector<int64_t> &extents,
                               const std::vector<int64_t> &strides, int64_t bytes) {
  unsigned __int128 reach = 0;
  for (size_t dim = 0; dim < extents.size(); ++dim) {
    if (extents[dim] <= 0)
      return address;
    reach += (unsigned __int128)(extents[dim] - 1) * (unsigned __int128)(strides[dim]);
  }
  return address + (reach + 1) * (unsigned __int128)(bytes);
}

std::vector<Region> mla::fuzz::regionsOf(const Problem &problem) {
  std::vector<Region> regions;
  bool isPaged =
      problem.operation == Operation::SparseDecode || problem.operation == Operation::WriteCache;
  for (size_t i = 0; i < problem.tensors.size(); ++i) {
    mla_tensor tensor = problem.tensor(i);
    if (tensor.rank <= 0 || tensor.rank > MLA_MAX_RANK)
      continue;
    auto address = reinterpret_cast<uint64_t>(tensor.data);
    std::vector<int64_t> extents(tensor.shape, tensor.shape + tensor.rank),
        strides(tensor.strides, tensor.strides + tensor.rank);
    std::string name = problem.tensors[i].name;
    // Records of 584 bytes fill their page in an order of their own.
    if (isPaged && name.find("cache") != std::string::npos && tensor.rank >= 3 &&
        problem.number("format") == MLA_CACHE_DSV4)
      for (int dim = 1; dim < tensor.rank; ++dim)
        strides[size_t(dim)] = dim == 1 ? 584 : 1;
    regions.push_back({name, address, endOf(address, extents, strides, bytesOf(tensor.dtype))});
  }
  return regions;
}

Oracle::Oracle() {
  for (const CatalogueKernel &kernel : catalogue())
    for (const CatalogueVariant &entry : kernel.variants) {
      if (!viewsOf(kernel.name))
        throw std::runtime_error("Oracle.cpp does not say what the tensors of kernel '" +
                                 std::string(kernel.name) + "' are");
      for (const CatalogueImage *embedded : {&entry.image, &entry.small}) {
        if (!embedded->fatbin.begin)
          continue;
        Image image{&kernel, &entry, embedded->fatbin.view(), {}};
        if (Status status =
                Manifest::parse(embedded->manifest.view(), std::string(entry.name), image.manifest);
            !status.ok())
          throw std::runtime_error(status.message);
        images.push_back(std::move(image));
      }
    }
}

int Oracle::imageOf(const void *code) const {
  for (size_t i = 0; i < images.size(); ++i) {
    std::string_view bytes = images[i].bytes;
    if (std::memcmp(code, bytes.data(), bytes.size()) == 0)
      return int(i);
  }
  return -1;
}

namespace {
/// The arguments of a launch by name.
class Arguments {
public:
  Arguments(const Variant &variant, void **parameters) : variant(variant) {
    for (size_t i = 0; i < variant.arguments.size(); ++i) {
      const Argument &argument = variant.arguments[i];
      int64_t value = 0;
      if (argument.bytes == 4) {
        int32_t narrow;
        std::memcpy(&narrow, parameters[i], 4);
        value = narrow;
      } else {
        std::memcpy(&value, parameters[i], size_t(argument.bytes));
      }
      values[argument.name] = value;
    }
  }
  bool has(const std::string &name) const { return values.count(name) != 0; }
  /// An argument, a constant or a number.
  int64_t get(const std::string &name) const {
    if (auto found = values.find(name); found != values.end())
      return found->second;
    if (name.find_first_not_of("0123456789") == std::string::npos)
      return std::stoll(name);
    if (int64_t constant = variant.constant(name, -1); constant >= 0)
      return constant;
    throw std::runtime_error("the manifest of entry '" + variant.entry + "' has no '" + name + "'");
  }

private:
  const Variant &variant;
  std::map<std::string, int64_t> values;
};
} // namespace

/// Empty, or what a tensor of a kernel reaches that the caller has not given.
static std::string checkView(const View &view, const Arguments &arguments, int64_t bytes,
                             const std::vector<Region> &regions) {
  std::vector<int64_t> extents, strides;
  for (size_t dim = 0; dim < view.extents.size(); ++dim) {
    extents.push_back(arguments.get(view.extents[dim]));
    std::string name = view.strides.empty()
                           ? std::string(view.name) + ".stride" + std::to_string(dim)
                           : view.strides[dim];
    bool isLast = dim + 1 == view.extents.size();
    strides.push_back(view.strides.empty() && isLast ? 1
                      : arguments.has(name)          ? arguments.get(name)
                                                     : 2); // of `parts`
    if (extents.back() < 0 || strides.back() < 0)
      return std::string(view.name) + " has a negative extent or stride";
  }
  for (int64_t extent : extents)
    if (extent == 0)
      return {};
  // An absent `lse` of merges is one without elements.
  if (std::string(view.name) == "lse" && arguments.has("LSES") && arguments.get("LSES") == 0)
    return {};
  auto address = uint64_t(arguments.get(view.name));
  unsigned __int128 end = endOf(address, extents, strides, bytes);
  for (const Region &region : regions)
    if (address >= region.begin && end <= region.end && end <= kMemory)
      return {};
  char text[160];
  std::snprintf(text, sizeof(text), " reaches %#llx … %#llx, which the caller has not given",
                static_cast<unsigned long long>(address), static_cast<unsigned long long>(end));
  return view.name + std::string(text);
}

std::string Oracle::check(int number, int major, int minor, const CUlaunchConfig &config,
                          void **parameters, const std::vector<Region> &regions) const {
  if (number < 0)
    return "launched an image that the library does not have";
  const Image &image = images[size_t(number)];
  const Variant *variant = nullptr;
  bool isJit = false;
  Status status = selectVariant(image.manifest, image.bytes, major, minor, variant, isJit);
  std::string name(image.entry->name);
  if (!status.ok())
    return name + ": " + status.message;
  if (config.gridDimX == 0 || config.gridDimX > 0x7fffffff || config.gridDimY == 0 ||
      config.gridDimY > 65535 || config.gridDimZ == 0 || config.gridDimZ > 65535)
    return name + ": a grid that CUDA does not take";
  if (config.blockDimX != unsigned(variant->threads) || config.blockDimY != 1 ||
      config.blockDimZ != 1)
    return name + ": another block than the kernel was compiled for";
  if (config.gridDimX % unsigned(variant->cluster) != 0)
    return name + ": a grid of broken clusters";
  Arguments arguments(*variant, parameters);
  for (const View &view : *viewsOf(image.kernel->name)) {
    if (!arguments.has(view.name))
      continue; // of a variant without it
    int64_t bytes = 1;
    for (const Argument &argument : variant->arguments)
      if (argument.name == view.name)
        bytes = bytesOf(std::string(argument.elementType()));
    if (std::string wrong = checkView(view, arguments, bytes, regions); !wrong.empty())
      return name + ": " + wrong;
  }
  return {};
}
