//===- AliasingTest.cpp - roots of pointers, and memory that nobody writes ---===//
// One kernel per case: %a and %b are pointer arguments, %t and %u tables of i64; the value %x, or
// the ops with a label, are what is asked about.

#include "mla/Analysis/Aliasing.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mla;

namespace {

class Kernel {
public:
  explicit Kernel(const std::string &body) {
    context
        .loadDialect<tile::TileDialect, arith::ArithDialect, func::FuncDialect, scf::SCFDialect>();
    std::string text = "func.func @f(%a: !tile.ptr<f32>, %b: !tile.ptr<f32>, "
                       "%t: !tile.ptr<i64>, "
                       "%n: i32, %m: i64, %s: i64, %c: i1, %v: f32) {\n" +
                       body + "\n return\n}\n";
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
  }

  /// The pointer or view that op `label` accesses.
  Value addressAt(StringRef label) { return at(label)->getOperand(0); }
  /// "a", "b" or "t" for the arguments, "other" for every other root.
  std::string root(StringRef label = "x") {
    Value root = pointerRoot(addressAt(label));
    if (auto arg = dyn_cast<BlockArgument>(root))
      if (isa<func::FuncOp>(arg.getOwner()->getParentOp()))
        return std::vector<std::string>{"a", "b", "t"}.at(arg.getArgNumber());
    return "other";
  }
  bool alias(StringRef one, StringRef two) {
    return mayAlias(pointerRoot(addressAt(one)), pointerRoot(addressAt(two)));
  }
  bool isConstant(StringRef label = "x") { return readsConstantMemory(at(label)); }
  Operation *at(StringRef label) {
    Operation *found = nullptr;
    module->walk([&](Operation *op) {
      auto attr = op->getAttrOfType<StringAttr>("at");
      if (attr && attr.getValue() == label)
        found = op;
    });
    EXPECT_TRUE(found) << label.str();
    return found;
  }

private:
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

std::string rootOf(const std::string &body) { return Kernel(body).root(); }

//===----------------------------------------------------------------------===//
// Roots
//===----------------------------------------------------------------------===//

TEST(PointerRoot, IsTheArgumentThroughArithmetic) {
  EXPECT_EQ(rootOf("%r = tile.load %b {at = \"x\"} : !tile.ptr<f32>"), "b");
  EXPECT_EQ(rootOf("%p = tile.addptr %a, %n : !tile.ptr<f32>, i32\n"
                   "%q = tile.addptr %p, %m : !tile.ptr<f32>, i64\n"
                   "%bytes = tile.ptr_cast %q : !tile.ptr<f32> -> !tile.ptr<i8>\n"
                   "%r = tile.load %bytes {at = \"x\"} : !tile.ptr<i8>"),
            "a");
  EXPECT_EQ(rootOf("%p = tile.splat %b : !tile.ptr<f32> -> tensor<16x!tile.ptr<f32>>\n"
                   "%o = tile.range 0 to 16 : tensor<16xi32>\n"
                   "%q = tile.addptr %p, %o : tensor<16x!tile.ptr<f32>>, "
                   "tensor<16xi32>\n"
                   "%e = tile.expand_dims %q {axis = 1 : i32} : "
                   "tensor<16x!tile.ptr<f32>> -> "
                   "tensor<16x1x!tile.ptr<f32>>\n"
                   "%w = tile.broadcast %e : tensor<16x1x!tile.ptr<f32>> -> "
                   "tensor<16x32x!tile.ptr<f32>>\n"
                   "%y = tile.trans %w : tensor<16x32x!tile.ptr<f32>> -> "
                   "tensor<32x16x!tile.ptr<f32>>\n"
                   "%z = tile.slice %y [0, 8] : tensor<32x16x!tile.ptr<f32>> -> "
                   "tensor<32x8x!tile.ptr<f32>>\n"
                   "%r = tile.load %z {at = \"x\"} : tensor<32x8x!tile.ptr<f32>>"),
            "b");
}

TEST(PointerRoot, OfAViewIsItsPointers) {
  EXPECT_EQ(rootOf("%p = tile.addptr %b, %n : !tile.ptr<f32>, i32\n"
                   "%w = tile.view %p, shape [%m, %m] strides [%s] : "
                   "!tile.view<?x?xf32>\n"
                   "%r = tile.load_view %w[%m, %m] dims [] {at = \"x\"} : "
                   "!tile.view<?x?xf32> "
                   "-> f32"),
            "b");
}

const std::string kLoop = "scf.for %i = %n to %n step %n iter_args(";

TEST(PointerRoot, OfACarriedPointerIsThatOfItsStart) {
  std::string body = "%e = " + kLoop +
                     "%p = %a) -> (!tile.ptr<f32>) : i32 {\n"
                     " %q = tile.addptr %p, %n : !tile.ptr<f32>, i32\n"
                     " %r = tile.load %q {at = \"inside\"} : !tile.ptr<f32>\n"
                     " scf.yield %q : !tile.ptr<f32>\n}\n"
                     "%r = tile.load %e {at = \"behind\"} : !tile.ptr<f32>";
  Kernel kernel(body);
  EXPECT_EQ(kernel.root("inside"), "a");
  EXPECT_EQ(kernel.root("behind"), "a");
  // Through two loops.
  EXPECT_EQ(rootOf("%e = " + kLoop +
                   "%p = %b) -> (!tile.ptr<f32>) : i32 {\n %g = scf.for %j = "
                   "%n to %n step %n iter_args("
                   "%q = %p) -> (!tile.ptr<f32>) : i32 {\n"
                   "  %h = tile.addptr %q, %n : !tile.ptr<f32>, i32\n"
                   "  %r = tile.load %q {at = \"x\"} : !tile.ptr<f32>\n"
                   "  scf.yield %h : !tile.ptr<f32>\n }\n"
                   " scf.yield %g : !tile.ptr<f32>\n}"),
            "b");
}

TEST(PointerRoot, OfExchangedPointersIsNoArgument) {
  Kernel kernel("%e:2 = " + kLoop +
                "%p = %a, %q = %b) -> (!tile.ptr<f32>, !tile.ptr<f32>) : i32 {\n"
                " %r = tile.load %p {at = \"p\"} : !tile.ptr<f32>\n"
                " %w = tile.load %q {at = \"q\"} : !tile.ptr<f32>\n"
                " scf.yield %q, %p : !tile.ptr<f32>, !tile.ptr<f32>\n}\n"
                "%r = tile.load %e#1 {at = \"behind\"} : !tile.ptr<f32>\n"
                "tile.store %b, %v {at = \"store\"} : !tile.ptr<f32>");
  for (const char *label : {"p", "q", "behind"}) {
    EXPECT_EQ(kernel.root(label), "other") << label;
    EXPECT_TRUE(kernel.alias(label, "store")) << label;
    EXPECT_FALSE(kernel.isConstant(label)) << label;
  }
  EXPECT_TRUE(kernel.alias("p", "q"));
}

TEST(PointerRoot, OfAPointerThatALoopReplacesIsNoArgument) {
  Kernel kernel("%e = " + kLoop +
                "%p = %a) -> (!tile.ptr<f32>) : i32 {\n"
                " %r = tile.load %p {at = \"inside\"} : !tile.ptr<f32>\n"
                " scf.yield %b : !tile.ptr<f32>\n}\n"
                "%r = tile.load %e {at = \"behind\"} : !tile.ptr<f32>");
  EXPECT_EQ(kernel.root("inside"), "other");
  EXPECT_EQ(kernel.root("behind"), "other");
}

TEST(PointerRoot, OfAWhileLoopsResultIsNoArgument) {
  // The results are what the condition hands on, not what came in at the same
  // position.
  Kernel kernel("%e = scf.while (%p = %a, %q = %b) : (!tile.ptr<f32>, !tile.ptr<f32>) -> "
                "!tile.ptr<f32> {\n"
                " %r = tile.load %q {at = \"before\"} : !tile.ptr<f32>\n"
                " scf.condition(%c) %q : !tile.ptr<f32>\n} do {\n^bb0(%q: "
                "!tile.ptr<f32>):\n"
                " %r = tile.load %q {at = \"after\"} : !tile.ptr<f32>\n"
                " scf.yield %q, %q : !tile.ptr<f32>, !tile.ptr<f32>\n}\n"
                "%r = tile.load %e {at = \"behind\"} : !tile.ptr<f32>\n"
                "tile.store %b, %v {at = \"store\"} : !tile.ptr<f32>");
  for (const char *label : {"before", "after", "behind"})
    EXPECT_TRUE(kernel.alias(label, "store")) << label;
}

TEST(PointerRoot, OfAChosenPointerIsNoArgument) {
  EXPECT_EQ(rootOf("%p = arith.select %c, %a, %b : !tile.ptr<f32>\n"
                   "%r = tile.load %p {at = \"x\"} : !tile.ptr<f32>"),
            "other");
}

//===----------------------------------------------------------------------===//
// Aliases
//===----------------------------------------------------------------------===//

TEST(MayAlias, OnlyDistinctArgumentsDoNot) {
  Kernel kernel("%p = tile.addptr %a, %n : !tile.ptr<f32>, i32\n"
                "%q = arith.select %c, %a, %b : !tile.ptr<f32>\n"
                "%0 = tile.load %a {at = \"a\"} : !tile.ptr<f32>\n"
                "%1 = tile.load %p {at = \"a+n\"} : !tile.ptr<f32>\n"
                "%2 = tile.load %b {at = \"b\"} : !tile.ptr<f32>\n"
                "%3 = tile.load %q {at = \"chosen\"} : !tile.ptr<f32>");
  EXPECT_TRUE(kernel.alias("a", "a"));
  EXPECT_TRUE(kernel.alias("a", "a+n"));
  EXPECT_FALSE(kernel.alias("a+n", "b"));
  EXPECT_TRUE(kernel.alias("chosen", "b"));
  EXPECT_TRUE(kernel.alias("a", "chosen"));
}

//===----------------------------------------------------------------------===//
// Memory that nobody writes
//===----------------------------------------------------------------------===//

const std::string kViews = "%w = tile.view %a, shape [%m, %m] strides [%s] : !tile.view<?x?xf32>\n"
                           "%x = tile.view %a, shape [%m] strides [] : !tile.view<?xf32>\n"
                           "%y = tile.view %b, shape [%m] strides [] : !tile.view<?xf32>\n"
                           "%r = tile.load_view %w[%m, %m] dims [] {at = \"x\"} : "
                           "!tile.view<?x?xf32> -> f32\n";

TEST(ReadsConstantMemory, StoresThroughAnotherViewCount) {
  EXPECT_TRUE(Kernel(kViews).isConstant());
  EXPECT_TRUE(
      Kernel(kViews + "tile.store_view %v, %y[%m] dims [] : f32, !tile.view<?xf32>").isConstant());
  EXPECT_FALSE(
      Kernel(kViews + "tile.store_view %v, %x[%m] dims [] : f32, !tile.view<?xf32>").isConstant());
}

TEST(ReadsConstantMemory, StoresThroughPointersCount) {
  EXPECT_TRUE(Kernel(kViews + "tile.store %b, %v : !tile.ptr<f32>").isConstant());
  EXPECT_FALSE(Kernel(kViews + "%p = tile.addptr %a, %m : !tile.ptr<f32>, i64\n"
                               "tile.store %p, %v : !tile.ptr<f32>")
                   .isConstant());
  EXPECT_FALSE(Kernel(kViews + "%p = arith.select %c, %a, %b : !tile.ptr<f32>\n"
                               "tile.store %p, %v : !tile.ptr<f32>")
                   .isConstant());
  // In front of the load, and under a condition.
  EXPECT_FALSE(Kernel("scf.if %c {\n tile.store %t, %m : !tile.ptr<i64>\n}\n"
                      "%r = tile.load %t {at = \"x\"} : !tile.ptr<i64>")
                   .isConstant());
}

TEST(ReadsConstantMemory, AStoreDoesNotRead) {
  Kernel kernel("tile.store %b, %v {at = \"x\"} : !tile.ptr<f32>");
  EXPECT_FALSE(kernel.isConstant());
}

} // namespace
