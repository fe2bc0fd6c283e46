//===- Libdevice.cpp - NVIDIA's library of mathematical functions ---------===//
#include "Libdevice.h"

#include "Process.h"
#include "mla/Target/Assemble.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;
using llvm::Twine;

namespace mla {

static constexpr llvm::StringLiteral kPrefix = "__nv_";
static constexpr llvm::StringLiteral kReflect = "__nvvm_reflect";
/// Where it lies in a toolkit, and the toolkit that its installer links as newest.
static constexpr llvm::StringLiteral kPathInToolkit = "nvvm/libdevice/libdevice.10.bc";
static constexpr llvm::StringLiteral kToolkit = "/usr/local/cuda";

bool needsLibdevice(const llvm::Module &module) {
  return llvm::any_of(module, [](const llvm::Function &function) {
    return function.isDeclaration() && function.getName().starts_with(kPrefix);
  });
}

llvm::Expected<std::string> findLibdevice(StringRef ptxas) {
  llvm::SmallVector<std::string> toolkits;
  auto addToolkitOf = [&](StringRef program) {
    llvm::SmallString<128> real; // the toolkit's bin may be linked from elsewhere
    if (!llvm::sys::fs::real_path(program, real))
      toolkits.push_back(llvm::sys::path::parent_path(llvm::sys::path::parent_path(real)).str());
  };
  if (!ptxas.empty()) {
    addToolkitOf(ptxas);
  } else {
    if (llvm::Expected<std::string> found = findPtxas(""))
      addToolkitOf(*found);
    else
      llvm::consumeError(found.takeError());
    toolkits.push_back(kToolkit.str());
  }
  for (StringRef toolkit : toolkits) {
    llvm::SmallString<128> path(toolkit);
    llvm::sys::path::append(path, kPathInToolkit);
    if (llvm::sys::fs::exists(path))
      return path.str().str();
  }
  return makeError("libdevice.10.bc, which mathematical functions of the kernel come from, is not "
                   "in " +
                   Twine(llvm::join(toolkits, " or ")) + " (" + kPathInToolkit +
                   "); it is part of the CUDA 13 toolkit (packages cuda-nvcc-13-0 and "
                   "libnvvm-13-0)");
}

/// The text that the constant `value` points to.
static StringRef textOf(llvm::Value *value) {
  auto *global = llvm::dyn_cast<llvm::GlobalVariable>(value->stripPointerCasts());
  auto *data = global && global->hasInitializer()
                   ? llvm::dyn_cast<llvm::ConstantDataSequential>(global->getInitializer())
                   : nullptr;
  return data && data->isCString() ? data->getAsCString() : "";
}

/// libdevice asks for its variant with __nvvm_reflect("__CUDA_FTZ").
static void answerReflection(llvm::Module &module, const Arch &arch) {
  llvm::Function *reflect = module.getFunction(kReflect);
  if (!reflect)
    return;
  for (llvm::User *user : llvm::make_early_inc_range(reflect->users())) {
    auto *call = llvm::cast<llvm::CallInst>(user);
    StringRef question = textOf(call->getArgOperand(0));
    // Subnormal numbers stay what they are, square roots and quotients are rounded to nearest.
    int64_t answer = question == "__CUDA_ARCH"        ? arch.major * 100 + arch.minor * 10
                     : question == "__CUDA_PREC_SQRT" ? 1
                     : question == "__CUDA_PREC_DIV"  ? 1
                                                      : 0;
    call->replaceAllUsesWith(llvm::ConstantInt::get(call->getType(), uint64_t(answer)));
    call->eraseFromParent();
  }
  reflect->eraseFromParent();
}

llvm::Error linkLibdevice(llvm::Module &module, StringRef path, const Arch &arch) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return makeError("cannot read " + path + ": " + buffer.getError().message());
  auto library = llvm::getOwningLazyBitcodeModule(std::move(*buffer), module.getContext());
  if (!library)
    return makeError(path +
                     " is no bitcode that this LLVM reads: " + llvm::toString(library.takeError()));
  (*library)->setTargetTriple(module.getTargetTriple());
  (*library)->setDataLayout(module.getDataLayout());
  llvm::SmallVector<std::string> wanted;
  for (const llvm::Function &function : module)
    if (function.isDeclaration() && function.getName().starts_with(kPrefix))
      wanted.push_back(function.getName().str());
  if (llvm::Linker::linkModules(module, std::move(*library), llvm::Linker::LinkOnlyNeeded))
    return makeError("cannot link " + path);
  for (StringRef name : wanted)
    if (module.getFunction(name)->isDeclaration())
      return makeError(path + " has no function " + name);
  for (llvm::Function &function : module) {
    if (function.isDeclaration() || function.getCallingConv() == llvm::CallingConv::PTX_Kernel)
      continue;
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    function.removeFnAttr(llvm::Attribute::NoInline);
    function.addFnAttr(llvm::Attribute::AlwaysInline);
  }
  answerReflection(module, arch);
  return llvm::Error::success();
}

} // namespace mla
