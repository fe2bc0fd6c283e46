//===- Call.cpp - one struct through query, plan and run --------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace mla::fuzz;

/// Where workspaces and plans would lie.
static constexpr uint64_t kWorkspace = 0x300000000000, kPlan = 0x400000000000;

/// Two pages for each struct, of which the second cannot be touched.
class Fuzzer::Guarded {
public:
  Guarded() {
    memory = static_cast<uint8_t *>(
        mmap(nullptr, kBytes + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(memory + kBytes, kPage, PROT_NONE);
  }
  ~Guarded() { munmap(memory, kBytes + kPage); }

  /// Puts a struct right in front of the guard: as long as it says, or as it is if it lies.
  const void *place(const Problem &problem, Random &random) {
    auto own = uint32_t(problem.bytes.size());
    uint32_t size = problem.givenSize > kBytes ? own : std::max<uint32_t>(problem.givenSize, 4);
    uint8_t *at = memory + kBytes - (size + 7) / 8 * 8;
    std::memset(at, 0, size);
    std::memcpy(at, problem.bytes.data(), std::min(size, own));
    if (size > own && random.below(2))
      at[own + random.below(size - own)] = 1;
    std::memcpy(at, &problem.givenSize, 4);
    return at;
  }

private:
  static constexpr size_t kBytes = 8192, kPage = 4096;
  uint8_t *memory;
};

/// The functions of an operation.
struct Fuzzer::Function {
  const void *args;
  Operation operation;

  template <typename Args>
  const Args *as() const {
    return static_cast<const Args *>(args);
  }
  mla_status query(mla_device *device, mla_query_result *result) const {
    switch (operation) {
    case Operation::DenseDecode:
      return mla_query_dense_decode(device, as<mla_dense_decode_args>(), result);
    case Operation::SparseDecode:
      return mla_query_sparse_decode(device, as<mla_sparse_decode_args>(), result);
    case Operation::ConvertIndices:
      return mla_query_convert_indices(device, as<mla_convert_indices_args>(), result);
    case Operation::FilterIndices:
      return mla_query_filter_indices(device, as<mla_filter_indices_args>(), result);
    case Operation::WriteCache:
      return mla_query_write_cache(device, as<mla_write_cache_args>(), result);
    case Operation::MergeLse:
      break;
    }
    return mla_query_merge_lse(device, as<mla_merge_lse_args>(), result);
  }
  mla_status run(mla_device *device, void *plan, size_t planBytes, void *workspace,
                 size_t workspaceBytes) const {
    switch (operation) {
    case Operation::DenseDecode:
      return mla_run_dense_decode(device, as<mla_dense_decode_args>(), plan, planBytes, workspace,
                                  workspaceBytes, nullptr);
    case Operation::SparseDecode:
      return mla_run_sparse_decode(device, as<mla_sparse_decode_args>(), workspace, workspaceBytes,
                                   nullptr);
    case Operation::ConvertIndices:
      return mla_run_convert_indices(device, as<mla_convert_indices_args>(), nullptr);
    case Operation::FilterIndices:
      return mla_run_filter_indices(device, as<mla_filter_indices_args>(), nullptr);
    case Operation::WriteCache:
      return mla_run_write_cache(device, as<mla_write_cache_args>(), nullptr);
    case Operation::MergeLse:
      break;
    }
    return mla_run_merge_lse(device, as<mla_merge_lse_args>(), nullptr);
  }
};

Fuzzer::~Fuzzer() {
  for (const Target &target : targets)
    mla_close(target.device);
}

std::string Fuzzer::open() {
  setenv("MLA_LIBCUDA", MLA_STUB_DRIVER, 1);
  void *module = dlopen(MLA_STUB_DRIVER, RTLD_NOW | RTLD_LOCAL);
  if (!module)
    return dlerror();
  stub = reinterpret_cast<StubState *(*)()>(dlsym(module, "stubState"))();
  oracle = std::make_unique<Oracle>();
  stub->onLoad = [this](const void *code) { return oracle->imageOf(code); };
  stub->onLaunch = [this](int image, const CUlaunchConfig &config, void **parameters) {
    ++launches;
    std::string wrong =
        oracle->check(image, current->major, current->minor, config, parameters, regions);
    if (wrongLaunch.empty())
      wrongLaunch = wrong;
  };
  struct Arch {
    int major, minor, sharedBytes;
    bool isSupported;
  };
  // Those that every build of the library has kernels for, and others.
  for (const Arch &arch : {Arch{9, 0, 232448, true},
                           {8, 0, 166912, true},
                           {8, 6, 101376, false},
                           {10, 0, 232448, false},
                           {12, 0, 101376, false},
                           {7, 5, 65536, false}}) {
    stub->major = arch.major;
    stub->minor = arch.minor;
    stub->sharedBytes = arch.sharedBytes;
    mla_device_options options{};
    options.struct_size = sizeof(options);
    mla_device *device = nullptr;
    if (mla_open(&options, &device) == MLA_STATUS_OK)
      targets.push_back({device, arch.major, arch.minor, true, arch.isSupported});
    options.ordinal = -1;
    options.compute_capability = 10 * arch.major + arch.minor;
    options.sm_count = 108;
    if (mla_open(&options, &device) == MLA_STATUS_OK)
      targets.push_back({device, arch.major, arch.minor, false, arch.isSupported});
  }
  targets.push_back({nullptr, 0, 0, false, false});
  return targets.size() < 4 ? "the driver's devices cannot be opened" : "";
}

template <typename Call>
std::string Fuzzer::kept(const char *function, mla_status &status, Call &&call) {
  launches = 0;
  wrongLaunch.clear();
  stub->launches.clear();
  status = call();
  std::string where = std::string(function) + ": ";
  if (status < MLA_STATUS_OK || status >= MLA_STATUS_INTERNAL)
    return where + mla_status_name(status) + ", " + mla_last_error();
  if (status != MLA_STATUS_OK && launches != 0)
    return where + "refused after " + std::to_string(launches) + " launches: " + mla_last_error();
  if (status != MLA_STATUS_OK && std::strncmp(mla_last_error(), "mla_", 4) != 0)
    return where + "a refusal without its function: " + mla_last_error();
  return wrongLaunch.empty() ? "" : where + wrongLaunch;
}

std::string Fuzzer::callAll(const Problem &problem, const Target &target, Random &random,
                            bool verbose) {
  static Guarded guarded;
  Function function{guarded.place(problem, random), problem.operation};
  if (random.once(200))
    function.args = nullptr;
  std::vector<uint8_t> before;
  if (function.args)
    before.assign(static_cast<const uint8_t *>(function.args),
                  static_cast<const uint8_t *>(function.args) +
                      std::min<size_t>(problem.bytes.size(), std::max(problem.givenSize, 4u)));
  current = &target;
  regions = regionsOf(problem);
  mla_query_result answer{};
  answer.struct_size = sizeof(answer);
  mla_status queried, status;
  if (std::string wrong =
          kept("query", queried, [&] { return function.query(target.device, &answer); });
      !wrong.empty())
    return wrong;
  if (verbose)
    std::printf("query: %s %s\n", mla_status_name(queried),
                queried == MLA_STATUS_OK ? "" : mla_last_error());
  ++counts[size_t(problem.operation)][size_t(queried)];
  if (launches)
    return "a query launched something";
  bool isLegal = problem.changes.empty() && function.args;
  if (isLegal && target.isSupported && queried != MLA_STATUS_OK)
    return std::string("a legal struct was refused: ") + mla_last_error();

  // The workspace and the plan as they should be, or almost.
  bool isKnown = queried == MLA_STATUS_OK;
  bool usesPlan = problem.operation == Operation::DenseDecode && random.below(2);
  size_t needed = !isKnown ? 1 << 20 : usesPlan ? answer.run_bytes : answer.workspace_bytes;
  size_t bytes = needed, planBytes = isKnown ? answer.plan_bytes : 1 << 16;
  size_t expected = size_t(answer.num_kernels);
  uint64_t workspace = kWorkspace;
  bool isShort = false, isExact = true;
  switch (random.below(8)) {
  case 0:
    isShort = needed > 0;
    bytes -= isShort ? 1 + size_t(random.below(needed)) : 0;
    isExact = false;
    break;
  case 1:
    workspace = random.below(2) ? 0 : kWorkspace + uint64_t(random.between(1, 255));
    isExact = false;
    break;
  }
  regions.push_back({"workspace", workspace, (unsigned __int128)(workspace) + bytes});
  if (usesPlan) {
    if (random.once(8) && planBytes > 0) {
      --planBytes;
      isShort = true;
      isExact = false;
    }
    expected -= expected > 0;
    regions.push_back({"plan", kPlan, (unsigned __int128)(kPlan) + planBytes});
    std::string wrong = kept("plan", status, [&] {
      return mla_plan_dense_decode(target.device, function.as<mla_dense_decode_args>(),
                                   reinterpret_cast<void *>(kPlan), planBytes, nullptr);
    });
    if (!wrong.empty())
      return wrong;
  }
  std::string wrong = kept("run", status, [&] {
    return function.run(target.device, usesPlan ? reinterpret_cast<void *>(kPlan) : nullptr,
                        planBytes, reinterpret_cast<void *>(workspace), bytes);
  });
  if (!wrong.empty())
    return wrong;
  if (verbose)
    std::printf("run: %s %s\n", mla_status_name(status),
                status == MLA_STATUS_OK ? "" : mla_last_error());
  bool isSame = before.empty() || std::memcmp(before.data(), function.args, before.size()) == 0;
  if (!isSame)
    return "the struct was changed";
  bool takesWorkspace = problem.operation <= Operation::SparseDecode;
  if (queried == MLA_STATUS_OK && target.isGpu && isExact && !problem.changesPointers &&
      status != MLA_STATUS_OK)
    return std::string("a run is refused whose query is not: ") + mla_last_error();
  if (status == MLA_STATUS_OK && queried != MLA_STATUS_OK)
    return "a run is accepted whose query is not";
  if (status == MLA_STATUS_OK && launches != expected)
    return std::to_string(launches) + " launches, the query says " + std::to_string(expected);
  if (status == MLA_STATUS_OK && takesWorkspace && isShort)
    return "a workspace of " + std::to_string(bytes) + " and a plan of " +
           std::to_string(planBytes) + " bytes were accepted, the query says " +
           std::to_string(needed) + " and " + std::to_string(answer.plan_bytes);
  if (status == MLA_STATUS_OK && !target.isGpu)
    return "a run was accepted without a GPU";
  return {};
}

std::string Fuzzer::run(uint64_t seed, bool verbose) {
  Random random(seed * 0xd1342543de82ef95ull);
  Problem problem = makeProblem(Operation(random.below(kOperations)), random);
  static constexpr int kChanges[] = {0, 0, 1, 1, 1, 2, 2, 3, 5};
  for (int i = random.pick(kChanges); i > 0; --i)
    mutate(problem, random);
  // Mostly devices that have kernels.
  const Target &target = targets[random.below(3) ? random.below(3) : random.below(targets.size())];
  if (verbose)
    std::printf("%s\ncompute capability %d.%d%s\n", problem.text().c_str(), target.major,
                target.minor,
                !target.device ? ", no device"
                : target.isGpu ? ""
                               : ", no GPU");
  std::string finding = callAll(problem, target, random, verbose);
  return finding.empty() ? "" : finding + "\n" + problem.text();
}

void Fuzzer::print() const {
  std::printf("%-16s", "queries");
  for (int status = 0; status <= MLA_STATUS_INTERNAL; ++status)
    if (status != MLA_STATUS_OUT_OF_MEMORY && status != MLA_STATUS_INTERNAL)
      std::printf(" %18s", mla_status_name(mla_status(status)) + std::strlen("MLA_STATUS_"));
  for (int operation = 0; operation < kOperations; ++operation) {
    std::printf("\n%-16s", nameOf(Operation(operation)));
    for (int status = 0; status <= MLA_STATUS_INTERNAL; ++status)
      if (status != MLA_STATUS_OUT_OF_MEMORY && status != MLA_STATUS_INTERNAL)
        std::printf(" %18llu",
                    static_cast<unsigned long long>(counts[size_t(operation)][size_t(status)]));
  }
  std::printf("\n");
}
