//===- KernelServer.h - the protocol for kernel files ---------------------===//
#pragma once

#include "llvm/Support/LSP/Transport.h"

namespace mla::lsp {

/// Serves until the client says exit or goes; the result is the exit status that the protocol
/// wants.
int runKernelServer(llvm::lsp::JSONTransport &transport);

} // namespace mla::lsp
