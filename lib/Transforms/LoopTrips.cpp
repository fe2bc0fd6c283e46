//===- LoopTrips.cpp - arithmetic on the bounds of loops ------------------===//
#include "LoopTrips.h"

using namespace mlir;

namespace mla {

LoopTrips::LoopTrips(scf::ForOp loop)
    : builder(loop), loc(loop.getLoc()), lower(loop.getLowerBound()), upper(loop.getUpperBound()),
      step(loop.getStep()) {
  auto less = loop.getUnsignedCmp() ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
  runs = arith::CmpIOp::create(builder, loc, less, lower, upper);
  span = arith::SubIOp::create(builder, loc, upper, lower);
}

Value LoopTrips::integer(int64_t value) {
  return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(lower.getType(), value));
}

Value LoopTrips::endOfWholeGroups(int64_t factor) {
  Value one = integer(1);
  Value last = arith::SubIOp::create(builder, loc, span, one);
  Value before = arith::DivUIOp::create(builder, loc, last, step);
  Value trips = arith::AddIOp::create(builder, loc, before, one);
  Value rest = arith::RemUIOp::create(builder, loc, trips, integer(factor));
  Value whole = arith::SubIOp::create(builder, loc, trips, rest);
  Value distance = arith::MulIOp::create(builder, loc, whole, step);
  Value end = arith::AddIOp::create(builder, loc, lower, distance);
  // The last step may reach past the upper bound, and past the type's range.
  Value isWhole = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, rest, integer(0));
  Value bounded = arith::SelectOp::create(builder, loc, isWhole, upper, end);
  return arith::SelectOp::create(builder, loc, runs, bounded, lower);
}

Value LoopTrips::endOfWholeSteps() {
  Value rest = arith::RemUIOp::create(builder, loc, span, step);
  Value end = arith::SubIOp::create(builder, loc, upper, rest);
  return arith::SelectOp::create(builder, loc, runs, end, lower);
}

} // namespace mla
