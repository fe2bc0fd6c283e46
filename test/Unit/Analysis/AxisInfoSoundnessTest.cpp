//===- AxisInfoSoundnessTest.cpp - facts against computed values ----------===//
// Random programs over tiles of integers are built and evaluated side by side, element by element
// and with wraparound; every fact that the analysis states must hold for the computed elements.
// Arguments sit near zero, near the limits of their type and in between, of both signs.

#include "mla/Analysis/AxisInfo.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace mla;

namespace {

constexpr int64_t kRows = 4, kCols = 16;
using Elements = std::vector<APInt>;

/// A function under construction and what its values are.
class Program {
public:
  Program(MLIRContext &context, uint64_t seed)
      : random(seed), builder(&context), dividesNegatives(seed % 2) {
    module = ModuleOp::create(builder.getUnknownLoc());
    builder.setInsertionPointToEnd(module->getBody());
    function = func::FuncOp::create(builder, builder.getUnknownLoc(), "f",
                                    builder.getFunctionType({}, {}));
    builder.setInsertionPointToStart(function.addEntryBlock());
  }

  void grow(int steps) {
    for (unsigned width : {8, 32}) {
      for (int64_t divisor : {1, 8, 16, 64})
        addArgument(width, divisor);
      addRange(width);
      addRange(width);
    }
    for (int step = 0; step < steps; ++step)
      addOp();
    func::ReturnOp::create(builder, builder.getUnknownLoc());
  }

  void check();

private:
  int64_t pick(int64_t below) {
    return std::uniform_int_distribution<int64_t>(0, below - 1)(random);
  }
  Type tileType(unsigned width, bool tall = false) {
    return RankedTensorType::get({kRows, kCols}, builder.getIntegerType(width));
  }
  Value record(Value value, Elements elements) {
    values.emplace_back(value, std::move(elements));
    return value;
  }

  void addArgument(unsigned width, int64_t divisor);
  void addRange(unsigned width);
  void addOp();
  void addBinary();
  void addCast();
  void addCompare();
  void addSelect();
  void addShuffle();
  /// Index of a value of `width` bits, or of any width.
  size_t pickValue(unsigned width = 0);

  std::mt19937_64 random;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  /// Facts that rest on dividends not being negative do not hold.
  bool dividesNegatives;
  /// Tiles with their elements in row-major order.
  std::vector<std::pair<Value, Elements>> values;
};

/// A scalar argument that is splat to a tile.
void Program::addArgument(unsigned width, int64_t divisor) {
  int64_t bases[] = {0,
                     1,
                     3,
                     -1,
                     -5,
                     int64_t(1) << (width - 2),
                     (int64_t(1) << (width - 1)) - 1,
                     -(int64_t(1) << (width - 1)),
                     pick(int64_t(1) << (width - 1))};
  int64_t base = bases[pick(std::size(bases))];
  APInt value(width, uint64_t(base - base % divisor), /*isSigned=*/true, /*implicitTrunc=*/true);
  unsigned index = function.getNumArguments();
  auto attrs = builder.getDictionaryAttr(
      builder.getNamedAttr(tile::kDivisibilityAttr, builder.getI32IntegerAttr(int32_t(divisor))));
  EXPECT_TRUE(succeeded(function.insertArgument(index, builder.getIntegerType(width), attrs,
                                                builder.getUnknownLoc())));
  record(tile::SplatOp::create(builder, builder.getUnknownLoc(), tileType(width),
                               function.getArgument(index)),
         Elements(kRows * kCols, value));
}

/// A range along one dimension, repeated along the other.
void Program::addRange(unsigned width) {
  Location loc = builder.getUnknownLoc();
  int64_t starts[] = {0, 4, 16, -16, 7};
  int64_t start = starts[pick(std::size(starts))];
  bool alongRows = pick(2);
  int64_t extent = alongRows ? kRows : kCols;
  auto shape = [&](unsigned bits) {
    return RankedTensorType::get({extent}, builder.getIntegerType(bits));
  };
  Value value =
      tile::RangeOp::create(builder, loc, shape(32), int32_t(start), int32_t(start + extent));
  if (width != 32)
    value = arith::TruncIOp::create(builder, loc, shape(width), value);
  SmallVector<int64_t> expanded =
      alongRows ? SmallVector<int64_t>{kRows, 1} : SmallVector<int64_t>{1, kCols};
  value = tile::ExpandDimsOp::create(builder, loc,
                                     RankedTensorType::get(expanded, builder.getIntegerType(width)),
                                     value, alongRows ? 1 : 0);
  value = tile::BroadcastOp::create(builder, loc, tileType(width), value);
  Elements elements;
  for (int64_t row = 0; row < kRows; ++row)
    for (int64_t col = 0; col < kCols; ++col)
      elements.emplace_back(width, uint64_t(start + (alongRows ? row : col)), /*isSigned=*/true,
                            /*implicitTrunc=*/true);
  record(value, std::move(elements));
}

size_t Program::pickValue(unsigned width) {
  for (;;) {
    size_t index = pick(values.size());
    if (width == 0 || values[index].second[0].getBitWidth() == width)
      return index;
  }
}

/// A tile in another shape, transposed there, and back. Facts travel through both changes.
void Program::addShuffle() {
  Location loc = builder.getUnknownLoc();
  auto [source, before] = values[pickValue()];
  Type element = cast<RankedTensorType>(source.getType()).getElementType();
  int64_t rows = int64_t(1) << pick(7), cols = kRows * kCols / rows;
  auto reshape = [&](Value value, int64_t m, int64_t n) -> Value {
    return tile::ReshapeOp::create(builder, loc, RankedTensorType::get({m, n}, element), value,
                                   DenseI64ArrayAttr(), DenseI64ArrayAttr());
  };
  Value value = reshape(source, rows, cols);
  Elements after = before;
  if (pick(2)) {
    value = tile::TransOp::create(builder, loc, value, ArrayRef<int32_t>{1, 0});
    for (int64_t i = 0; i < rows * cols; ++i)
      after[i % cols * rows + i / cols] = before[i];
  }
  record(reshape(value, kRows, kCols), std::move(after));
}

/// Adds one binary op, unless its result is undefined for some element.
void Program::addBinary() {
  Location loc = builder.getUnknownLoc();
  auto [lhs, a] = values[pickValue()];
  unsigned width = a[0].getBitWidth();
  auto [rhs, b] = values[pickValue(width)];
  if (pick(3) == 0) { // small constants make most of the special rules
    int64_t constants[] = {
        1, 2, 3, 4, 8, 7, 15, -4, -8, 0, 6, -1, APInt::getSignedMaxValue(width).getSExtValue()};
    APInt value(width, uint64_t(constants[pick(std::size(constants))]), true, true);
    rhs = arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(cast<ShapedType>(tileType(width)), value));
    b = Elements(kRows * kCols, value);
  }
  int64_t which = pick(16);
  using Flags = arith::IntegerOverflowFlags;
  Elements result;
  bool wraps = false, undefined = false;
  for (auto [x, y] : llvm::zip_equal(a, b)) {
    bool overflow = false;
    bool divides = which >= 3 && which < 7;
    bool shifts = which >= 13;
    bool isSignedDivision = which == 3 || which == 5;
    bool overflows = isSignedDivision && x.isMinSignedValue() && y.isAllOnes();
    bool breaksAssumption = isSignedDivision && x.isNegative();
    if ((divides && y.isZero()) || overflows || (breaksAssumption && !dividesNegatives) ||
        (shifts && y.uge(width))) {
      undefined = true;
      break;
    }
    switch (which) {
    case 0:
      result.push_back(x.sadd_ov(y, overflow));
      break;
    case 1:
      result.push_back(x - y);
      break;
    case 2:
      result.push_back(x.smul_ov(y, overflow));
      break;
    case 3:
      result.push_back(x.sdiv(y));
      break;
    case 4:
      result.push_back(x.udiv(y));
      break;
    case 5:
      result.push_back(x.srem(y));
      break;
    case 6:
      result.push_back(x.urem(y));
      break;
    case 7:
      result.push_back(x & y);
      break;
    case 8:
      result.push_back(x | y);
      break;
    case 9:
      result.push_back(x ^ y);
      break;
    case 10:
      result.push_back(x.slt(y) ? x : y);
      break;
    case 11:
      result.push_back(x.sgt(y) ? x : y);
      break;
    case 12:
      result.push_back(x.ult(y) ? x : y);
      break;
    case 13:
      result.push_back(x.sshl_ov(y, overflow));
      break;
    case 14:
      result.push_back(x.lshr(y));
      break;
    case 15:
      result.push_back(x.ashr(y));
      break;
    }
    if (which == 13)
      result.back() = x.shl(y); // sshl_ov saturates
    wraps |= overflow;
  }
  if (undefined)
    return;
  auto flags = arith::IntegerOverflowFlagsAttr::get(builder.getContext(),
                                                    !wraps && pick(2) ? Flags::nsw : Flags::none);
  Value value;
  switch (which) {
  case 0:
    value = arith::AddIOp::create(builder, loc, lhs, rhs, flags);
    break;
  case 1:
    value = arith::SubIOp::create(builder, loc, lhs, rhs);
    break;
  case 2:
    value = arith::MulIOp::create(builder, loc, lhs, rhs, flags);
    break;
  case 3:
    value = arith::DivSIOp::create(builder, loc, lhs, rhs);
    break;
  case 4:
    value = arith::DivUIOp::create(builder, loc, lhs, rhs);
    break;
  case 5:
    value = arith::RemSIOp::create(builder, loc, lhs, rhs);
    break;
  case 6:
    value = arith::RemUIOp::create(builder, loc, lhs, rhs);
    break;
  case 7:
    value = arith::AndIOp::create(builder, loc, lhs, rhs);
    break;
  case 8:
    value = arith::OrIOp::create(builder, loc, lhs, rhs);
    break;
  case 9:
    value = arith::XOrIOp::create(builder, loc, lhs, rhs);
    break;
  case 10:
    value = arith::MinSIOp::create(builder, loc, lhs, rhs);
    break;
  case 11:
    value = arith::MaxSIOp::create(builder, loc, lhs, rhs);
    break;
  case 12:
    value = arith::MinUIOp::create(builder, loc, lhs, rhs);
    break;
  case 13:
    value = arith::ShLIOp::create(builder, loc, lhs, rhs, flags);
    break;
  case 14:
    value = arith::ShRUIOp::create(builder, loc, lhs, rhs);
    break;
  case 15:
    value = arith::ShRSIOp::create(builder, loc, lhs, rhs);
    break;
  }
  record(value, std::move(result));
}

void Program::addCast() {
  Location loc = builder.getUnknownLoc();
  auto [source, elements] = values[pickValue()];
  unsigned from = elements[0].getBitWidth(), widths[] = {4, 8, 16, 32, 64};
  unsigned to = widths[pick(std::size(widths))];
  if (from == to || from == 1)
    return;
  bool isSigned = pick(2);
  for (APInt &element : elements)
    element = isSigned ? element.sextOrTrunc(to) : element.zextOrTrunc(to);
  Type type = tileType(to);
  Value value = to < from  ? arith::TruncIOp::create(builder, loc, type, source).getResult()
                : isSigned ? arith::ExtSIOp::create(builder, loc, type, source).getResult()
                           : arith::ExtUIOp::create(builder, loc, type, source).getResult();
  record(value, std::move(elements));
}

void Program::addCompare() {
  auto [lhs, a] = values[pickValue()];
  auto [rhs, b] = values[pickValue(a[0].getBitWidth())];
  auto predicate = arith::CmpIPredicate(pick(arith::getMaxEnumValForCmpIPredicate() + 1));
  Elements result;
  for (auto [x, y] : llvm::zip_equal(a, b))
    result.emplace_back(1, arith::applyCmpPredicate(predicate, x, y));
  record(arith::CmpIOp::create(builder, builder.getUnknownLoc(), predicate, lhs, rhs),
         std::move(result));
}

void Program::addSelect() {
  bool haveMask =
      llvm::any_of(values, [](auto &value) { return value.second[0].getBitWidth() == 1; });
  if (!haveMask)
    return;
  auto [mask, conditions] = values[pickValue(1)];
  auto [lhs, a] = values[pickValue()];
  auto [rhs, b] = values[pickValue(a[0].getBitWidth())];
  Elements result;
  for (auto [condition, x, y] : llvm::zip_equal(conditions, a, b))
    result.push_back(condition.isOne() ? x : y);
  record(arith::SelectOp::create(builder, builder.getUnknownLoc(), mask, lhs, rhs),
         std::move(result));
}

void Program::addOp() {
  switch (pick(9)) {
  case 0:
    return addCast();
  case 1:
    return addCompare();
  case 2:
    return addSelect();
  case 3:
    return addShuffle();
  default:
    return addBinary();
  }
}

/// Checks the stated facts of every value along both dimensions.
void Program::check() {
  AxisInfoAnalysis analysis(function);
  for (auto &[value, elements] : values) {
    AxisInfo info = analysis.lookup(value);
    if (info.assumed && dividesNegatives)
      continue;
    auto describe = [&] {
      std::string text;
      llvm::raw_string_ostream os(text);
      info.print(os);
      os << "\nof " << value << "\nin\n" << *module;
      return text;
    };
    unsigned width = elements[0].getBitWidth();
    for (unsigned dim : {0, 1}) {
      int64_t extent = dim == 0 ? kRows : kCols;
      auto at = [&](int64_t line, int64_t i) -> const APInt & {
        return elements[dim == 0 ? i * kCols + line : line * kCols + i];
      };
      auto [contiguity, divisibility, constancy] = info.dims[dim];
      int64_t aligned = info.alignedRun(dim);
      for (int64_t line = 0; line < (dim == 0 ? kCols : kRows); ++line)
        for (int64_t i = 0; i < extent; ++i) {
          const APInt &x = at(line, i);
          // A value that is divisible by more than its width has bits is zero.
          if (i % contiguity == 0)
            ASSERT_TRUE(x.countr_zero() >= std::min(unsigned(llvm::Log2_64(divisibility)), width))
                << describe();
          if (i % constancy)
            ASSERT_EQ(x, at(line, i - 1)) << describe();
          if (i % aligned) {
            ASSERT_EQ(x.getSExtValue(), at(line, i - 1).getSExtValue() + 1) << describe();
            ASSERT_EQ(x.getZExtValue(), at(line, i - 1).getZExtValue() + 1) << describe();
          }
        }
    }
    for (const APInt &element : elements) {
      if (info.constant)
        ASSERT_EQ(element.getSExtValue(), *info.constant) << describe();
      if (info.nonNegative)
        ASSERT_TRUE(element.isNonNegative()) << describe();
    }
  }
}

TEST(AxisInfoSoundness, facts_hold_for_computed_values) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<tile::TileDialect, arith::ArithDialect, func::FuncDialect>();
  for (uint64_t seed = 1; seed <= 2000 && !testing::Test::HasFatalFailure(); ++seed) {
    Program program(context, seed);
    program.grow(40);
    program.check();
  }
}

} // namespace
