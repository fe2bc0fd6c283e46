//===- mla-opt.cpp - runs passes on textual IR ----------------------------===//
// The driver behind the lit tests: every dialect and pass of the compiler, one pass or pipeline at
// a time.

#include "mla/Pipelines/Pipelines.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mla::registerAllDialects(registry);
  mla::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "mla-opt: runs mla's passes on IR\n", registry));
}
