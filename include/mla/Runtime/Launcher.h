//===- Launcher.h - loads a compiled kernel and launches it ---------------===//
// load() does everything that may take time: choosing the image, loading it, raising the
// shared-memory limit. launch() only checks the arguments against the manifest and enqueues; it
// never allocates device memory, compiles or synchronises. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Driver.h"
#include "mla/Runtime/Manifest.h"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace mla::runtime {

/// The value of one run-time argument; the manifest decides the type that is passed.
struct Value {
  ArgumentKind kind = ArgumentKind::SignedInteger; ///< what the caller gave
  uint64_t bits = 0;                               ///< pointer, or the integer's two's complement
  double real = 0;                                 ///< value of a Float

  /// A device address.
  static Value pointer(uint64_t address) { return {ArgumentKind::Pointer, address, 0}; }
  /// A signed integer; it must fit the argument's type.
  static Value integer(int64_t value) {
    return {ArgumentKind::SignedInteger, static_cast<uint64_t>(value), 0};
  }
  /// A floating-point number; rounded to the argument's type.
  static Value number(double value) { return {ArgumentKind::Float, 0, value}; }
};

/// Blocks per dimension. A grid with a zero has nothing to do: launching it is a successful no-op.
struct Grid {
  int64_t x = 1; ///< at most 2^31 - 1
  int64_t y = 1; ///< at most 65535
  int64_t z = 1; ///< at most 65535
};

/// Whether a kernel may be compiled by the driver from PTX while it is loaded.
enum class Jit { Allow, Forbid };

/// What a file of device code holds, told by its first bytes.
enum class ImageFormat { Fatbin, Cubin, Ptx };

/// The format of an image.
ImageFormat imageFormat(std::string_view image);

/// The variant that runs on a device of this compute capability, and whether the driver has to
/// compile it. Order: machine code of exactly this capability; machine code of a lower minor
/// version that is not arch-specific; PTX. A PTX file has no machine code, whatever the manifest
/// lists.
Status selectVariant(const Manifest &manifest, std::string_view image, int major, int minor,
                     const Variant *&variant, bool &jit);

/// Checks the values against the arguments (count, kind, range, divisibility) and lays out each
/// one's bytes in a word of `words`, which has one per argument.
Status packArguments(const Variant &variant, std::span<const Value> values,
                     std::span<uint64_t> words);

/// A launch whose arguments are checked and laid out; does not move, because it points into itself.
struct PreparedLaunch {
  PreparedLaunch() = default;
  PreparedLaunch(const PreparedLaunch &) = delete;
  PreparedLaunch &operator=(const PreparedLaunch &) = delete;

  std::array<uint64_t, kMaxArguments> words;                    ///< bytes of the arguments
  std::array<CUtensorMap, kMaxTensorMaps> maps;                 ///< behind them
  std::array<void *, kMaxArguments + kMaxTensorMaps> addresses; ///< of both
  Grid grid;                                                    ///< blocks
};

/// A loaded kernel, ready for launches from any thread whose current context is the device's.
class Kernel {
public:
  Kernel() = default;
  Kernel(Kernel &&other) noexcept { *this = std::move(other); }
  Kernel &operator=(Kernel &&other) noexcept;
  ~Kernel() { unload(); }

  /// Loads from the bytes of a fatbin, a cubin or PTX.
  Status load(const Device &device, const Manifest &manifest, std::string_view image,
              Jit policy = Jit::Allow);

  /// Loads `<stem>.fatbin`, else `<stem>.cubin`, else `<stem>.ptx`, with the manifest
  /// `<stem>.json`.
  Status loadFile(const Device &device, const std::string &stem, Jit policy = Jit::Allow);

  /// Checks grid and values and lays out a launch, without touching the GPU.
  Status prepare(Grid grid, std::span<const Value> values, PreparedLaunch &launch) const;
  /// Enqueues a prepared launch of this kernel.
  Status launch(const PreparedLaunch &launch, CUstream stream) const;
  /// Prepares and enqueues one launch.
  Status launch(Grid grid, std::span<const Value> values, CUstream stream) const;

  /// The image in use; only after load().
  const Variant &variant() const { return chosen; }
  /// The kernel's name in the source.
  const std::string &name() const { return kernelName; }
  /// True when the driver compiled the kernel from PTX.
  bool jit() const { return wasJit; }
  /// Registers per thread of the loaded code, as the driver reports them.
  int registers() const { return loadedRegisters; }
  /// Local memory (spills and stack) per thread of the loaded code, bytes.
  int localBytes() const { return loadedLocalBytes; }

private:
  void unload();

  const Driver *driver = nullptr;
  CUlibrary library = nullptr;
  CUkernel kernel = nullptr;
  Variant chosen;
  std::string kernelName;
  bool wasJit = false;
  int loadedRegisters = -1;
  int loadedLocalBytes = -1;
};

} // namespace mla::runtime
