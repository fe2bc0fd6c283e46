//===- ValidElements.cpp - reductions and scans that skip elements --------===//
// A function given as a region has no known neutral element. So each group also says whether it has
// a valid element, and combining it with one that has none gives the other.

#include "ValidElements.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mla;

static bool isDivision(Operation *op) {
  return isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::CeilDivSIOp,
             arith::CeilDivUIOp, arith::FloorDivSIOp>(op);
}

bool mla::dividesIntegers(Operation *combine) {
  return combine
      ->walk([](Operation *op) {
        return isDivision(op) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// The op with the further source, still without a region.
static Operation *createWithSource(OpBuilder &builder, Operation *combine, Value valid) {
  OperationState state(combine->getLoc(), combine->getName());
  state.addOperands(combine->getOperands());
  state.addOperands(valid);
  state.addTypes(combine->getResultTypes());
  state.addTypes(tile::withElementType(combine->getResult(0).getType(), builder.getI1Type()));
  state.addAttributes(combine->getAttrs());
  state.addRegion();
  return builder.create(state);
}

Operation *mla::skipInvalid(Operation *combine, Value valid) {
  OpBuilder builder(combine);
  Location loc = combine->getLoc();
  bool divides = dividesIntegers(combine);
  Operation *guarded = createWithSource(builder, combine, valid);

  // Left components, left valid, right components, right valid.
  Block &before = combine->getRegion(0).front();
  SmallVector<Type> types;
  unsigned count = combine->getNumOperands();
  for (unsigned side = 0; side < 2; ++side) {
    llvm::append_range(types, TypeRange(before.getArgumentTypes()).slice(side * count, count));
    types.push_back(builder.getI1Type());
  }
  Block *body = builder.createBlock(&guarded->getRegion(0), {}, types,
                                    SmallVector<Location>(types.size(), loc));
  auto left = body->getArguments().take_front(count);
  auto right = body->getArguments().slice(count + 1, count);
  Value leftValid = body->getArgument(count), rightValid = body->getArguments().back();
  for (unsigned i = 0; i < count; ++i) {
    Value leftIn = left[i], rightIn = right[i];
    if (divides) { // What an invalid element holds may be no divisor.
      leftIn = arith::SelectOp::create(builder, loc, leftValid, left[i], right[i]);
      rightIn = arith::SelectOp::create(builder, loc, rightValid, right[i], left[i]);
    }
    before.getArgument(i).replaceAllUsesWith(leftIn);
    before.getArgument(count + i).replaceAllUsesWith(rightIn);
  }
  Operation *yield = before.getTerminator();
  body->getOperations().splice(body->end(), before.getOperations());
  builder.setInsertionPoint(yield);
  SmallVector<Value> results;
  for (unsigned i = 0; i < count; ++i) {
    Value result = arith::SelectOp::create(builder, loc, rightValid, yield->getOperand(i), left[i]);
    results.push_back(arith::SelectOp::create(builder, loc, leftValid, result, right[i]));
  }
  results.push_back(arith::OrIOp::create(builder, loc, leftValid, rightValid));
  yield->setOperands(results);
  combine->replaceAllUsesWith(guarded->getResults().drop_back());
  combine->erase();
  return guarded;
}
