//===- Manifest.h - what the compiler says about a kernel's images --------===//
// One JSON file beside each fatbin, format version 1. Parsing checks every key: an error names the
// key, its value and what is allowed. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Status.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mla::runtime {

/// How an image is stored: machine code of one arch, or PTX that the driver compiles when it loads
/// it.
enum class ImageKind { Cubin, Ptx };

/// What a run-time argument is.
enum class ArgumentKind { Pointer, SignedInteger, UnsignedInteger, Float };

/// One run-time argument, in launch order.
struct Argument {
  std::string name;                          ///< the parameter's name in the source
  std::string type;                          ///< as in the signature: "*bf16", "i32", "fp32"
  ArgumentKind kind = ArgumentKind::Pointer; ///< from the type
  int bytes = 8;                             ///< size of the value that is passed
  int64_t divisibility = 1;                  ///< pointer (bytes) or integer is a multiple of this

  /// For a pointer the element type: "bf16" of "*bf16"; otherwise the type itself.
  std::string_view elementType() const;
};

/// Most arguments of a kernel, and most tensor maps behind them: a launch lays them out without
/// allocating. The hardware takes 4096 bytes of both.
inline constexpr size_t kMaxArguments = 256, kMaxTensorMaps = 31;

/// Most dimensions of a tensor map.
inline constexpr size_t kMaxTensorRank = 5;

/// What a tensor map's elements are; types that only differ in meaning share a name.
enum class TensorElement { Byte, Fp16, Bf16, Word16, Fp32, Word32, Fp64, Word64 };

/// An extent or a stride of a tensor map: an integer argument or a constant.
struct TensorSize {
  int argument = -1;    ///< index of the argument; -1 for the constant
  int64_t constant = 0; ///< elements
};

/// A tensor map that a launch passes behind the arguments. Dimensions run from the contiguous one
/// outwards.
struct TensorMap {
  std::string name;                            ///< for messages
  int pointer = 0;                             ///< index of the argument with the address
  TensorElement element = TensorElement::Byte; ///< from the type
  int elementBytes = 1;                        ///< size of an element
  int swizzle = 0;                             ///< bytes of a swizzled row: 0, 32, 64 or 128
  bool stores = false;                         ///< bulk copies write through it
  std::vector<uint32_t> box;                   ///< elements that one copy moves
  std::vector<TensorSize> extents;             ///< of the tensor
  std::vector<TensorSize> strides;             ///< in elements, without the contiguous dimension's
};

/// One compiled image of a kernel with everything a launcher has to know.
struct Variant {
  std::string arch;                  ///< "sm_90a"
  int major = 0;                     ///< 9 of sm_90a
  int minor = 0;                     ///< 0 of sm_90a
  bool archSpecific = false;         ///< has an "a" or "f" suffix: no other capability runs it
  ImageKind kind = ImageKind::Cubin; ///< machine code or PTX
  std::string entry;                 ///< symbol in the image
  std::vector<Argument> arguments;   ///< what a launch passes, in order
  std::vector<TensorMap> tensorMaps; ///< what it passes behind them
  std::map<std::string, int64_t> constants; ///< constexpr values compiled in
  int threads = 0;                          ///< threads per block
  int numWarps = 0;                         ///< warps of the schedule
  int cluster = 1;                          ///< CTAs of a cluster, along x
  bool overlapsPrevious = false;            ///< waits itself for the kernel before it
  int numStages = 0;                        ///< pipeline depth
  int64_t sharedBytes = 0;                  ///< dynamic shared memory per block
  int registers = -1;                       ///< per thread; -1 where only the driver knows (PTX)
  int64_t spillBytes = 0;                   ///< local-memory bytes spilled per thread
  std::vector<std::string> warnings;        ///< what the compiler wants the user to know

  /// The value of a constexpr, or `otherwise` if the kernel has none of that name.
  int64_t constant(const std::string &name, int64_t otherwise) const;
};

/// One kernel and its images.
struct Manifest {
  std::string kernel;            ///< the function's name in the source
  std::string source;            ///< the source file's name
  std::vector<Variant> variants; ///< one per image

  /// Parses the text of a manifest; `origin` (a file name) starts every error.
  static Status parse(std::string_view text, const std::string &origin, Manifest &manifest);
  /// Reads and parses a file.
  static Status read(const std::string &path, Manifest &manifest);
  /// "sm_80 (ptx), sm_90a (cubin)" for messages.
  std::string variantNames() const;
};

/// Splits a type of a signature ("*bf16", "i64", "fp32") into kind and size; false if there is no
/// such type.
bool parseArgumentType(std::string_view type, ArgumentKind &kind, int &bytes);

/// Splits "sm_90a" into 9, 0 and its suffix; false if the text is no arch.
bool parseArchName(std::string_view name, int &major, int &minor, bool &archSpecific);

} // namespace mla::runtime
