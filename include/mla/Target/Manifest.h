//===- Manifest.h - what a launcher has to know about each image ----------===//
// One JSON file beside each fatbin, format version 1; mla/Runtime/Manifest.h reads it.
#pragma once

#include "mla/Target/Assemble.h"
#include "mla/Target/Fatbin.h"
#include "mla/Transforms/RolePlan.h"
#include <map>
#include <optional>
#include <variant>

namespace mla {

/// A run-time argument in launch order.
struct KernelArgument {
  std::string name;
  std::string type; ///< as in a signature: "*bf16", "i32"
  int64_t divisibility = 1;
};

/// A tensor map in launch order, behind the arguments; as `sm.tensor_maps` describes it.
struct KernelTensorMap {
  using Size = std::variant<int64_t, std::string>; ///< constant, or an argument's name
  std::string name;
  std::string pointer; ///< argument with the address
  std::string type;    ///< of an element: "bf16"
  std::vector<int32_t> box;
  int64_t swizzle = 0; ///< bytes
  bool stores = false; ///< bulk copies write through it
  std::vector<Size> extents;
  std::vector<Size> strides; ///< in elements
};

/// Value of a constexpr that the kernel was specialised for.
using ConstantValue = std::variant<bool, int64_t, double, std::string>;

/// One image of a kernel.
struct VariantInfo {
  std::string arch;
  ImageKind kind = ImageKind::Cubin;
  std::string entry; ///< symbol in the image
  std::vector<KernelArgument> arguments;
  std::vector<KernelTensorMap> tensorMaps;
  std::map<std::string, ConstantValue> constants;
  int64_t threads = 0; ///< per block
  int64_t numWarps = 0;
  int64_t cluster = 1;           ///< CTAs along x
  bool overlapsPrevious = false; ///< waits itself for the kernel before it
  int64_t numStages = 0;
  int64_t sharedBytes = 0;                      ///< dynamic shared memory of a block
  int64_t registers = 0;                        ///< per thread; unknown for PTX
  int64_t spillBytes = 0;                       ///< per thread; unknown for PTX
  std::string ptxVersion;                       ///< "9.0"
  std::optional<FunctionReport> assembler;      ///< what ptxas said; nothing for PTX
  std::map<std::string, int64_t> channelDepths; ///< by label, where chosen
  std::map<std::string, int64_t> roleRegisters; ///< per thread, by role, where chosen
  std::vector<RolePlan> roles;                  ///< that compute, where chosen
  std::map<std::string, std::string> l2Hints;   ///< by label
  std::vector<std::string> transforms; ///< applied, in order: "unroll(factor=2, loop=keys)"
  std::map<std::string, std::string> provenance; ///< choice → where it came from
  std::vector<std::string> warnings;
};

/// An image that was to be made and cannot be.
struct LeftOutImage {
  std::string arch;
  ImageKind kind = ImageKind::Ptx;
  std::string reason; ///< as the compiler's diagnostic says it
};

/// Everything but the assembler's results, from the attributes that the tile and sm dialects
/// document. What a hand-written kernel lacks is derived from `nvvm.reqntid`; an error at the
/// kernel if the number of threads is nowhere.
mlir::FailureOr<VariantInfo> describeKernel(mlir::LLVM::LLVMFuncOp kernel, const Arch &arch,
                                            ImageKind kind);

/// The manifest's text.
std::string manifestText(llvm::StringRef kernel, llvm::StringRef source,
                         llvm::ArrayRef<VariantInfo> variants,
                         llvm::ArrayRef<LeftOutImage> leftOut = {});

} // namespace mla
