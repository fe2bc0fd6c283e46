//===- AxisInfoTest.cpp - the rule of every op ----------------------------===//
// One function per case; the facts of the value it returns are compared in full. The arguments are
// %a16, %b8, %u: i32 divisible by 16, by 8 and by nothing known; %w: i64; %c: i1; %p:
// !tile.ptr<f32>, 16-byte aligned; %r = 0 … 15, %v: an unknown tile<16xi32>, %vc: an unknown
// tile<16xi1>.

#include "mla/Analysis/AxisInfo.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mla;

namespace {

/// Facts of the value that `body` names %x.
std::string factsOf(const std::string &type, const std::string &body) {
  MLIRContext context;
  context.loadDialect<tile::TileDialect, arith::ArithDialect, func::FuncDialect, scf::SCFDialect>();
  std::string text = "func.func @f(%a16: i32 {tile.divisibility = 16 : i32}, %b8: i32 "
                     "{tile.divisibility = 8 : i32},"
                     " %u: i32, %w: i64, %c: i1, %p: !tile.ptr<f32> {tile.divisibility = 16 : i32},"
                     " %v: tensor<16xi32>, %vc: tensor<16xi1>) -> " +
                     type + " {\n %r = tile.range 0 to 16 : tensor<16xi32>\n" + body +
                     "\n return %x : " + type + "\n}\n";
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return "does not parse";
  auto function = *module->getOps<func::FuncOp>().begin();
  AxisInfoAnalysis analysis(function);
  std::string facts;
  llvm::raw_string_ostream os(facts);
  analysis.lookup(function.front().getTerminator()->getOperand(0)).print(os);
  return facts;
}

/// "C D K" and flags of a one-dimensional value, short enough for a table.
std::string brief(int64_t contiguity, int64_t divisibility, int64_t constancy,
                  const std::string &more = "") {
  return "contiguity [" + std::to_string(contiguity) + "], divisibility [" +
         std::to_string(divisibility) + "], constancy [" + std::to_string(constancy) + "]" + more;
}

std::string ofTile(const std::string &body) { return factsOf("tensor<16xi32>", body); }
std::string ofMask(const std::string &body) { return factsOf("tensor<16xi1>", body); }
std::string ofScalar(const std::string &body) { return factsOf("i32", body); }

const int64_t kAny = AxisInfo::kMaxDivisibility;
const std::string kAt =
    "%s = tile.splat %a16 : i32 -> tensor<16xi32>\n %o = arith.addi %r, %s : tensor<16xi32>\n";
const std::string kAtUnknown =
    "%s = tile.splat %u : i32 -> tensor<16xi32>\n %o = arith.addi %r, %s : tensor<16xi32>\n";

std::string dense(int64_t value) {
  return "%k = arith.constant dense<" + std::to_string(value) + "> : tensor<16xi32>\n";
}

TEST(AxisInfo, arguments_are_as_divisible_as_declared) {
  EXPECT_EQ(ofScalar("%x = arith.addi %a16, %a16 : i32"), brief(1, 16, 1));
  EXPECT_EQ(ofScalar("%x = arith.addi %a16, %b8 : i32"), brief(1, 8, 1));
  EXPECT_EQ(ofScalar("%x = arith.addi %a16, %u : i32"), brief(1, 1, 1));
}

TEST(AxisInfo, constants_are_uniform) {
  EXPECT_EQ(ofTile("%x = arith.constant dense<48> : tensor<16xi32>"),
            brief(1, 16, 16, ", constant 48"));
  EXPECT_EQ(ofTile("%x = arith.constant dense<0> : tensor<16xi32>"),
            brief(1, kAny, 16, ", constant 0"));
  EXPECT_EQ(ofScalar("%x = arith.constant -24 : i32"), brief(1, 8, 1, ", constant -24"));
  EXPECT_EQ(factsOf("tensor<16xf32>", "%x = arith.constant dense<2.0> : tensor<16xf32>"),
            brief(1, 1, 16));
  EXPECT_EQ(factsOf("tensor<2xi32>", "%x = arith.constant dense<[8, 16]> : tensor<2xi32>"),
            brief(1, 1, 1));
}

TEST(AxisInfo, folded_expressions_are_constants) {
  EXPECT_EQ(ofTile("%k = arith.constant 3 : i32\n %s = tile.splat %k : i32 -> tensor<16xi32>\n"
                   "%x = arith.muli %s, %s : tensor<16xi32>"),
            brief(1, 1, 16, ", constant 9"));
}

TEST(AxisInfo, ranges_are_contiguous) {
  EXPECT_EQ(ofTile("%x = tile.range 0 to 16 : tensor<16xi32>"),
            brief(16, kAny, 1, ", non-negative"));
  EXPECT_EQ(ofTile("%x = tile.range 24 to 40 : tensor<16xi32>"), brief(16, 8, 1, ", non-negative"));
  EXPECT_EQ(ofTile("%x = tile.range -4 to 12 : tensor<16xi32>"), brief(16, 4, 1));
}

TEST(AxisInfo, grid_positions_are_non_negative) {
  EXPECT_EQ(ofScalar("%x = tile.program_id 0"), brief(1, 1, 1, ", non-negative"));
  EXPECT_EQ(ofScalar("%x = tile.num_programs 2"), brief(1, 1, 1, ", non-negative"));
}

TEST(AxisInfo, splats_are_uniform) {
  EXPECT_EQ(ofTile("%x = tile.splat %a16 : i32 -> tensor<16xi32>"), brief(1, 16, 16));
}

TEST(AxisInfo, expanded_dimensions_know_every_element) {
  EXPECT_EQ(
      factsOf("tensor<1x16xi32>",
              "%x = tile.expand_dims %r {axis = 0 : i32} : tensor<16xi32> -> tensor<1x16xi32>"),
      "contiguity [1, 16], divisibility [1, 1073741824], constancy [1, 1], non-negative");
  EXPECT_EQ(
      factsOf("tensor<16x1xi32>",
              dense(8) +
                  "%m = arith.muli %v, %k : tensor<16xi32>\n"
                  "%x = tile.expand_dims %m {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>"),
      "contiguity [1, 1], divisibility [8, 8], constancy [1, 1]");
}

TEST(AxisInfo, broadcast_dimensions_are_constant) {
  EXPECT_EQ(
      factsOf("tensor<16x64xi32>",
              "%e = tile.expand_dims %r {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>\n"
              "%x = tile.broadcast %e : tensor<16x1xi32> -> tensor<16x64xi32>"),
      "contiguity [16, 1], divisibility [1073741824, 1], constancy [1, 64], non-negative");
}

TEST(AxisInfo, sums_keep_runs) {
  EXPECT_EQ(ofTile(kAt + "%x = arith.addi %o, %s : tensor<16xi32>"), brief(16, 16, 1));
  EXPECT_EQ(ofTile(kAtUnknown + "%x = arith.addi %s, %o : tensor<16xi32>"), brief(16, 1, 1));
  EXPECT_EQ(ofTile("%x = arith.addi %r, %r : tensor<16xi32>"), brief(1, 1, 1));
  EXPECT_EQ(ofTile("%x = arith.addi %r, %v : tensor<16xi32>"), brief(1, 1, 1));
  EXPECT_EQ(ofTile(dense(4) + "%x = arith.addi %r, %k overflow<nsw> : tensor<16xi32>"),
            brief(16, 4, 1, ", non-negative"));
}

TEST(AxisInfo, differences_keep_runs_of_the_first_only) {
  EXPECT_EQ(ofTile(kAt + "%x = arith.subi %o, %s : tensor<16xi32>"), brief(16, 16, 1));
  EXPECT_EQ(ofTile(kAt + "%x = arith.subi %s, %o : tensor<16xi32>"), brief(1, 1, 1));
  EXPECT_EQ(ofTile(kAt + "%x = arith.subi %o, %r : tensor<16xi32>"), brief(1, 1, 16));
}

TEST(AxisInfo, products_multiply_divisibility) {
  EXPECT_EQ(ofScalar("%x = arith.muli %a16, %b8 : i32"), brief(1, 128, 1));
  EXPECT_EQ(ofTile(kAt + "%x = arith.muli %o, %s : tensor<16xi32>"), brief(1, 16, 1));
  EXPECT_EQ(ofTile(kAt + dense(1) + "%x = arith.muli %o, %k : tensor<16xi32>"), brief(16, 16, 1));
  EXPECT_EQ(ofTile(dense(1 << 20) + "%q = arith.muli %v, %k : tensor<16xi32>\n"
                                    "%x = arith.muli %q, %k : tensor<16xi32>"),
            brief(1, kAny, 1));
}

TEST(AxisInfo, pointers_count_bytes) {
  const std::string type = "tensor<16x!tile.ptr<f32>>";
  const std::string base = "%s = tile.splat %p : !tile.ptr<f32> -> " + type + "\n";
  EXPECT_EQ(factsOf(type, base + "%x = tile.addptr %s, %r : " + type + ", tensor<16xi32>"),
            brief(16, 16, 1));
  EXPECT_EQ(factsOf(type, base + dense(2) + "%q = tile.addptr %s, %r : " + type +
                              ", tensor<16xi32>\n %x = tile.addptr %q, %k : " + type +
                              ", tensor<16xi32>"),
            brief(16, 8, 1));
  EXPECT_EQ(factsOf("!tile.ptr<f32>", "%x = tile.addptr %p, %u : !tile.ptr<f32>, i32"),
            brief(1, 4, 1));
}

TEST(AxisInfo, pointers_to_another_type_keep_their_bytes) {
  const std::string type = "tensor<16x!tile.ptr<f32>>";
  const std::string runs = "%s = tile.splat %p : !tile.ptr<f32> -> " + type +
                           "\n%q = tile.addptr %s, %r : " + type + ", tensor<16xi32>\n";
  auto castTo = [&](const std::string &pointee) {
    std::string result = "tensor<16x!tile.ptr<" + pointee + ">>";
    return factsOf(result, runs + "%x = tile.ptr_cast %q : " + type + " -> " + result);
  };
  EXPECT_EQ(castTo("i32"), brief(16, 16, 1));
  EXPECT_EQ(castTo("i8"), brief(1, 4, 1));
  EXPECT_EQ(factsOf("!tile.ptr<i8>", "%x = tile.ptr_cast %p : !tile.ptr<f32> -> !tile.ptr<i8>"),
            brief(1, 16, 1));
}

TEST(AxisInfo, quotients_of_runs_are_constant) {
  EXPECT_EQ(ofTile(dense(4) + "%x = arith.divsi %r, %k : tensor<16xi32>"),
            brief(1, 1, 4, ", non-negative"));
  EXPECT_EQ(ofTile(kAt + dense(8) + "%x = arith.divui %o, %k : tensor<16xi32>"), brief(1, 1, 8));
  EXPECT_EQ(
      ofTile(
          kAt +
          "%b = tile.splat %b8 : i32 -> tensor<16xi32>\n %x = arith.divui %o, %b : tensor<16xi32>"),
      brief(1, 1, 8));
  // Taken to be not negative.
  EXPECT_EQ(ofTile(kAt + dense(8) + "%x = arith.divsi %o, %k : tensor<16xi32>"),
            brief(1, 1, 8, ", assumed"));
  EXPECT_EQ(ofTile(kAtUnknown + dense(8) + "%x = arith.divui %o, %k : tensor<16xi32>"),
            brief(1, 1, 1));
}

TEST(AxisInfo, exact_quotients_stay_divisible) {
  EXPECT_EQ(ofScalar("%k = arith.constant 4 : i32\n %x = arith.divsi %a16, %k : i32"),
            brief(1, 4, 1));
  EXPECT_EQ(ofScalar("%k = arith.constant 32 : i32\n %x = arith.divsi %a16, %k : i32"),
            brief(1, 1, 1));
  EXPECT_EQ(ofScalar("%k = arith.constant 3 : i32\n %x = arith.divsi %a16, %k : i32"),
            brief(1, 1, 1));
  EXPECT_EQ(ofTile(kAt + dense(16) + "%x = arith.divui %o, %k : tensor<16xi32>"), brief(1, 1, 16));
}

TEST(AxisInfo, remainders_of_runs_are_contiguous) {
  EXPECT_EQ(ofTile(dense(4) + "%x = arith.remsi %r, %k : tensor<16xi32>"),
            brief(4, 4, 1, ", non-negative"));
  EXPECT_EQ(
      ofTile(
          kAt +
          "%b = tile.splat %b8 : i32 -> tensor<16xi32>\n %x = arith.remui %o, %b : tensor<16xi32>"),
      brief(8, 8, 1));
  // Taken to be not negative.
  EXPECT_EQ(ofTile(kAt + dense(8) + "%x = arith.remsi %o, %k : tensor<16xi32>"),
            brief(8, 8, 1, ", assumed"));
  EXPECT_EQ(ofScalar("%x = arith.remsi %a16, %b8 : i32"), brief(1, 8, 1));
}

TEST(AxisInfo, shifts_are_products_and_quotients) {
  EXPECT_EQ(ofScalar("%k = arith.constant 3 : i32\n %x = arith.shli %a16, %k : i32"),
            brief(1, 128, 1));
  EXPECT_EQ(ofTile(kAt + dense(0) + "%x = arith.shli %o, %k : tensor<16xi32>"), brief(16, 16, 1));
  // Arithmetic shifts are floor divisions, also of negative values.
  EXPECT_EQ(ofTile(kAt + dense(2) + "%x = arith.shrsi %o, %k : tensor<16xi32>"), brief(1, 1, 4));
  EXPECT_EQ(ofTile(kAt + dense(4) + "%x = arith.shrui %o, %k : tensor<16xi32>"), brief(1, 1, 16));
  EXPECT_EQ(ofTile(kAt + "%x = arith.shrui %o, %s : tensor<16xi32>"), brief(1, 1, 1));
  EXPECT_EQ(ofTile(kAt + dense(40) + "%x = arith.shli %o, %k : tensor<16xi32>"), brief(1, 1, 1));
}

TEST(AxisInfo, masks_of_low_and_high_bits) {
  EXPECT_EQ(ofTile(kAt + dense(7) + "%x = arith.andi %o, %k : tensor<16xi32>"),
            brief(8, 8, 1, ", non-negative"));
  EXPECT_EQ(ofTile(kAt + dense(-8) + "%x = arith.andi %o, %k : tensor<16xi32>"), brief(1, 8, 8));
  EXPECT_EQ(ofScalar("%x = arith.andi %a16, %b8 : i32"), brief(1, 16, 1));
  EXPECT_EQ(ofScalar("%x = arith.ori %a16, %b8 : i32"), brief(1, 8, 1));
  EXPECT_EQ(ofScalar("%x = arith.xori %a16, %b8 : i32"), brief(1, 8, 1));
}

TEST(AxisInfo, extremes_are_one_of_both) {
  EXPECT_EQ(ofScalar("%x = arith.minsi %a16, %b8 : i32"), brief(1, 8, 1));
  EXPECT_EQ(ofScalar("%k = arith.constant 0 : i32\n %x = arith.maxsi %a16, %k : i32"),
            brief(1, 16, 1, ", non-negative"));
  EXPECT_EQ(ofScalar("%k = arith.constant 32 : i32\n %x = arith.minui %a16, %k : i32"),
            brief(1, 16, 1, ", non-negative"));
  EXPECT_EQ(ofScalar("%k = arith.constant 32 : i32\n %x = arith.maxui %a16, %k : i32"),
            brief(1, 16, 1));
}

TEST(AxisInfo, selects_keep_runs_of_one_condition) {
  const std::string mask = "%k = arith.constant dense<4> : tensor<16xi32>\n"
                           "%m = arith.cmpi slt, %r, %k : tensor<16xi32>\n";
  EXPECT_EQ(ofTile(kAt + mask + "%x = arith.select %m, %o, %r : tensor<16xi1>, tensor<16xi32>"),
            brief(4, 4, 1));
  EXPECT_EQ(ofTile(kAt + "%x = arith.select %c, %o, %r : tensor<16xi32>"), brief(16, 16, 1));
  EXPECT_EQ(ofTile(kAt + "%x = arith.select %vc, %o, %r : tensor<16xi1>, tensor<16xi32>"),
            brief(1, 1, 1));
  EXPECT_EQ(ofScalar("%x = arith.select %c, %a16, %b8 : i32"), brief(1, 8, 1));
}

TEST(AxisInfo, extensions_keep_and_truncations_limit_runs) {
  EXPECT_EQ(
      factsOf("tensor<16xi64>", kAt + "%x = arith.extsi %o : tensor<16xi32> to tensor<16xi64>"),
      brief(16, 16, 1));
  EXPECT_EQ(
      factsOf("tensor<16xi64>", kAt + "%x = arith.extui %o : tensor<16xi32> to tensor<16xi64>"),
      brief(16, 16, 1, ", non-negative"));
  EXPECT_EQ(
      factsOf("tensor<16xi8>", kAt + "%x = arith.trunci %o : tensor<16xi32> to tensor<16xi8>"),
      brief(16, 16, 1));
  EXPECT_EQ(
      factsOf("tensor<16xi4>", kAt + "%x = arith.trunci %o : tensor<16xi32> to tensor<16xi4>"),
      brief(8, 8, 1));
  EXPECT_EQ(
      factsOf("tensor<16xi1>", kAt + "%x = arith.trunci %o : tensor<16xi32> to tensor<16xi1>"),
      brief(1, 1, 1));
  EXPECT_EQ(
      ofScalar(
          "%i = arith.index_cast %a16 : i32 to index\n %x = arith.index_cast %i : index to i32"),
      brief(1, 16, 1));
}

TEST(AxisInfo, comparisons_with_divisible_bounds) {
  const std::string a = "%n = tile.splat %b8 : i32 -> tensor<16xi32>\n";
  for (std::string predicate : {"slt", "sge", "ult", "uge"})
    EXPECT_EQ(ofMask(kAt + a + "%x = arith.cmpi " + predicate + ", %o, %n : tensor<16xi32>"),
              brief(1, 1, 8))
        << predicate;
  for (std::string predicate : {"sgt", "sle", "ugt", "ule"})
    EXPECT_EQ(ofMask(kAt + a + "%x = arith.cmpi " + predicate + ", %n, %o : tensor<16xi32>"),
              brief(1, 1, 8))
        << predicate;
  // Inclusive bounds turn one later; equality holds for one element.
  for (std::string predicate : {"sgt", "sle", "ugt", "ule", "eq", "ne"})
    EXPECT_EQ(ofMask(kAt + a + "%x = arith.cmpi " + predicate + ", %o, %n : tensor<16xi32>"),
              brief(1, 1, 1))
        << predicate;
  EXPECT_EQ(ofMask(kAt + dense(7) + "%x = arith.cmpi sle, %o, %k : tensor<16xi32>"),
            brief(1, 1, 8));
  EXPECT_EQ(ofMask(kAt + dense(-1) + "%x = arith.cmpi ugt, %o, %k : tensor<16xi32>"),
            brief(1, 1, 16));
}

TEST(AxisInfo, comparisons_need_aligned_runs) {
  const std::string n = "%n = tile.splat %a16 : i32 -> tensor<16xi32>\n";
  EXPECT_EQ(ofMask(kAtUnknown + n + "%x = arith.cmpi slt, %o, %n : tensor<16xi32>"),
            brief(1, 1, 1));
  EXPECT_EQ(ofMask(n + "%x = arith.cmpi slt, %r, %v : tensor<16xi32>"), brief(1, 1, 1));
  EXPECT_EQ(ofMask(kAt + "%x = arith.cmpi eq, %o, %r : tensor<16xi32>"), brief(1, 1, 16));
  EXPECT_EQ(ofMask(n + "%x = arith.cmpi eq, %n, %n : tensor<16xi32>"),
            brief(1, 1, 16, ", constant -1"));
}

TEST(AxisInfo, combined_masks_keep_the_shorter_run) {
  const std::string masks = kAt + "%n = tile.splat %b8 : i32 -> tensor<16xi32>\n"
                                  "%m0 = arith.cmpi slt, %o, %n : tensor<16xi32>\n"
                                  "%k = arith.constant dense<12> : tensor<16xi32>\n"
                                  "%m1 = arith.cmpi slt, %r, %k : tensor<16xi32>\n";
  EXPECT_EQ(ofMask(masks + "%x = arith.andi %m0, %m1 : tensor<16xi1>"), brief(1, 1, 4));
  EXPECT_EQ(ofMask(masks + "%x = arith.ori %m0, %m1 : tensor<16xi1>"), brief(1, 1, 4));
}

TEST(AxisInfo, other_elementwise_ops_keep_constancy) {
  EXPECT_EQ(factsOf("tensor<16xf32>", "%s = tile.splat %u : i32 -> tensor<16xi32>\n"
                                      "%x = arith.sitofp %s : tensor<16xi32> to tensor<16xf32>"),
            brief(1, 1, 16));
  EXPECT_EQ(factsOf("tensor<16xf32>", "%x = arith.sitofp %v : tensor<16xi32> to tensor<16xf32>"),
            brief(1, 1, 1));
}

TEST(AxisInfo, loads_are_unknown) {
  EXPECT_EQ(factsOf("f32", "%x = tile.load %p : !tile.ptr<f32>"), brief(1, 1, 1));
}

TEST(AxisInfo, induction_variables_divide_by_bound_and_step) {
  const std::string loop =
      "%k = arith.constant 24 : i32\n %z = arith.constant 0 : i32\n"
      "%x = scf.for %i = %a16 to %u step %k iter_args(%acc = %z) -> (i32) : i32 {\n"
      "  scf.yield %i : i32\n }";
  EXPECT_EQ(ofScalar(loop), brief(1, 8, 1));
  const std::string fromZero =
      "%k = arith.constant 32 : i32\n %z = arith.constant 0 : i32\n"
      "%x = scf.for %i = %z to %u step %k iter_args(%acc = %z) -> (i32) : i32 {\n"
      "  scf.yield %i : i32\n }";
  EXPECT_EQ(ofScalar(fromZero), brief(1, 32, 1, ", non-negative"));
}

TEST(AxisInfo, loop_carried_values_join_all_iterations) {
  auto loop = [](const std::string &step) {
    return "%z = arith.constant 0 : i32\n %one = arith.constant 1 : i32\n" + step +
           "%x = scf.for %i = %z to %u step %one iter_args(%acc = %r) -> (tensor<16xi32>) : i32 {\n"
           "  %next = arith.addi %acc, %k : tensor<16xi32>\n  scf.yield %next : tensor<16xi32>\n }";
  };
  EXPECT_EQ(ofTile(loop(dense(32))), brief(16, 32, 1));
  EXPECT_EQ(ofTile(loop(dense(6))), brief(16, 2, 1));
  EXPECT_EQ(ofTile(loop("%k = arith.addi %v, %v : tensor<16xi32>\n")), brief(1, 1, 1));
}

TEST(AxisInfo, branches_join) {
  EXPECT_EQ(
      ofScalar(
          "%x = scf.if %c -> (i32) {\n scf.yield %a16 : i32\n } else {\n scf.yield %b8 : i32\n }"),
      brief(1, 8, 1));
}

TEST(AxisInfo, joins_shorten_runs_and_their_alignment) {
  AxisInfo a, b;
  a.dims = {{8, 64, 1}};
  b.dims = {{4, 64, 4}};
  AxisInfo joined = AxisInfo::join(a, b);
  EXPECT_EQ(
      joined.dims[0],
      (AxisInfo::Dim{4, 4, 1})); // inside a run of 8 the fifth element is 4 past a multiple of 64
  EXPECT_EQ(AxisInfo::join(joined, a), joined);
  EXPECT_EQ(AxisInfo::join(AxisInfo(), a), a);
}

} // namespace
