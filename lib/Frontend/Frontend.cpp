//===- Frontend.cpp - kernel text to tile IR ------------------------------===//
#include "mla/Frontend/Frontend.h"

#include "Emitter.h"
#include "Globals.h"
#include "Lexer.h"
#include "Parser.h"
#include "mla/Dialect/Attn/Attn.h"
#include "mla/Dialect/Gather/Gather.h"
#include "mla/Dialect/Indexer/Indexer.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

void mla::frontend::loadDialects(MLIRContext &context) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect,
                      attn::AttnDialect, gather::GatherDialect, indexer::IndexerDialect,
                      tile::TileDialect>();
}

OwningOpRef<ModuleOp> mla::frontend::compile(llvm::SourceMgr &sources, const Options &options,
                                             MLIRContext &context) {
  loadDialects(context);
  const llvm::MemoryBuffer *buffer = sources.getMemoryBuffer(sources.getMainFileID());
  Source source(buffer->getBuffer(), buffer->getBufferIdentifier(), &context);
  auto tokens = Lexer(source).run();
  if (failed(tokens))
    return nullptr;
  Globals globals(source, *tokens);
  if (failed(globals.scan()))
    return nullptr;
  Ast ast;
  Parser parser(source, *tokens, ast);
  return Emitter(source, globals, parser, options).run();
}
