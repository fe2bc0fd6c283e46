//===- RoleReducer.h - cuts a role down to what it needs -----------------===//
// Roles start as copies of the whole body, so that loops and their bounds agree by construction,
// which keeps puts and gets in step for every trip count.
#pragma once

#include "mla/Dialect/Ws/Ws.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mla {

/// Cuts a role down to what some root ops depend on.
class RoleReducer {
public:
  explicit RoleReducer(ws::RoleOp role) : role(role) {}

  /// Keeps roots, everything around them, and everything that decides whether and with what they
  /// run; of a channel from which it takes one tile, the role takes every tile.
  void run(llvm::function_ref<bool(mlir::Operation *)> isRoot);

private:
  void keep(mlir::Operation *op);
  bool keepChannels();
  void keep(mlir::Value value);
  void keepCarried(mlir::scf::ForOp loop, unsigned index);
  void dropCarried(mlir::scf::ForOp loop);
  void erase(mlir::Block &block);

  ws::RoleOp role;
  llvm::SmallPtrSet<mlir::Operation *, 32> kept;
  llvm::DenseSet<std::pair<mlir::Operation *, unsigned>> keptCarried;
};

} // namespace mla
