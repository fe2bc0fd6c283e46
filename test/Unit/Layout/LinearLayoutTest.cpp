//===- LinearLayoutTest.cpp - linear maps over GF(2) ----------------------===//
// Every property is compared with a table of all inputs.

#include "mla/Layout/LinearLayout.h"

#include "gtest/gtest.h"
#include <random>
#include <set>
#include <sstream>

namespace mla {
namespace {

using Coords = LinearLayout::Coords;

/// The 4×4 example of LinearLayout.h.
LinearLayout exampleLayout() {
  return LinearLayout({{"register", {{0, 1}}}, {"lane", {{0, 2}, {1, 0}}}, {"warp", {{2, 0}}}},
                      {4, 4});
}

/// All input values of `layout` in order of its input dimensions.
std::vector<std::vector<int32_t>> allInputs(const LinearLayout &layout) {
  std::vector<std::vector<int32_t>> inputs = {{}};
  for (const LinearLayout::InDim &in : layout.inDims()) {
    std::vector<std::vector<int32_t>> longer;
    for (const std::vector<int32_t> &prefix : inputs)
      for (int32_t value = 0; value < layout.inSize(in.name); ++value) {
        longer.push_back(prefix);
        longer.back().push_back(value);
      }
    inputs = std::move(longer);
  }
  return inputs;
}

Coords applyAll(const LinearLayout &layout, const std::vector<int32_t> &values) {
  std::vector<std::pair<std::string_view, int32_t>> inputs;
  for (size_t i = 0; i < values.size(); ++i)
    inputs.emplace_back(layout.inDims()[i].name, values[i]);
  return layout.apply(inputs);
}

LinearLayout randomLayout(std::mt19937 &random) {
  std::vector<int32_t> outSizes;
  for (unsigned dim = 0, rank = 1 + random() % 3; dim < rank; ++dim)
    outSizes.push_back(1 << random() % 3);
  std::vector<LinearLayout::InDim> inDims;
  for (const char *name : {"register", "lane", "warp"}) {
    LinearLayout::InDim in{name, {}};
    for (unsigned bit = 0, bits = random() % 4; bit < bits; ++bit) {
      Coords basis;
      for (int32_t size : outSizes)
        basis.push_back(int32_t(random() % unsigned(size)));
      in.bases.push_back(basis);
    }
    inDims.push_back(in);
  }
  return LinearLayout(inDims, outSizes);
}

TEST(LinearLayoutTest, WorkedTable) {
  LinearLayout layout = exampleLayout();
  const char *table[4][4] = {{"w0 l0 r0", "w0 l0 r1", "w0 l1 r0", "w0 l1 r1"},
                             {"w0 l2 r0", "w0 l2 r1", "w0 l3 r0", "w0 l3 r1"},
                             {"w1 l0 r0", "w1 l0 r1", "w1 l1 r0", "w1 l1 r1"},
                             {"w1 l2 r0", "w1 l2 r1", "w1 l3 r0", "w1 l3 r1"}};
  for (int32_t row = 0; row < 4; ++row)
    for (int32_t column = 0; column < 4; ++column) {
      std::vector<int32_t> holder = layout.preimage({row, column}).value();
      std::ostringstream name;
      name << "w" << holder[2] << " l" << holder[1] << " r" << holder[0];
      EXPECT_EQ(name.str(), table[row][column]);
      EXPECT_EQ(applyAll(layout, holder), (Coords{row, column}));
    }
  EXPECT_TRUE(layout.isInvertible());
  EXPECT_EQ(layout.str(), "{register = [[0, 1]], lane = [[0, 2], [1, 0]], warp = [[2, 0]]}");
}

TEST(LinearLayoutTest, InputsThatAreNotNamedAreZero) {
  LinearLayout layout = exampleLayout();
  EXPECT_EQ(layout.apply({}), (Coords{0, 0}));
  EXPECT_EQ(layout.apply({{"lane", 3}}), (Coords{1, 2}));
  EXPECT_TRUE(layout.hasIn("warp"));
  EXPECT_FALSE(layout.hasIn("offset"));
  EXPECT_EQ(layout.inSize("offset"), 1);
  EXPECT_EQ(layout.inSize("lane"), 4);
  EXPECT_TRUE(layout.bases("offset").empty());
}

TEST(LinearLayoutTest, Identity) {
  LinearLayout layout = LinearLayout::identity1D("lane", 8, 1, 3);
  EXPECT_EQ(layout.outSizes(), (std::vector<int32_t>{1, 8, 1}));
  for (int32_t lane = 0; lane < 8; ++lane)
    EXPECT_EQ(layout.apply({{"lane", lane}}), (Coords{0, lane, 0}));
  EXPECT_EQ(LinearLayout::identity1D("lane", 1, 0, 1).inBits("lane"), 0u);
}

TEST(LinearLayoutTest, ProductRunsOverCopies) {
  LinearLayout inner = exampleLayout();
  LinearLayout outer =
      LinearLayout::identity1D("register", 2, 0, 2) * LinearLayout::identity1D("warp", 4, 1, 2);
  LinearLayout product = inner * outer;
  EXPECT_EQ(product.outSizes(), (std::vector<int32_t>{8, 16}));
  EXPECT_TRUE(product.isInvertible());
  for (int32_t reg = 0; reg < 4; ++reg)
    for (int32_t lane = 0; lane < 4; ++lane)
      for (int32_t warp = 0; warp < 8; ++warp) {
        Coords in = inner.apply({{"register", reg % 2}, {"lane", lane}, {"warp", warp % 2}});
        Coords out = outer.apply({{"register", reg / 2}, {"warp", warp / 2}});
        EXPECT_EQ(product.apply({{"register", reg}, {"lane", lane}, {"warp", warp}}),
                  (Coords{in[0] + 4 * out[0], in[1] + 4 * out[1]}));
      }
}

TEST(LinearLayoutTest, ProductIsAssociative) {
  std::mt19937 random(7);
  for (int i = 0; i < 50; ++i) {
    LinearLayout a = randomLayout(random), b = a, c = a;
    while ((b = randomLayout(random)).rank() != a.rank()) {
    }
    while ((c = randomLayout(random)).rank() != a.rank()) {
    }
    EXPECT_EQ((a * b) * c, a * (b * c));
  }
}

TEST(LinearLayoutTest, SurjectivityAndPreimagesAgreeWithEnumeration) {
  std::mt19937 random(11);
  int numSurjective = 0, numInvertible = 0;
  for (int i = 0; i < 300; ++i) {
    LinearLayout layout = randomLayout(random);
    std::set<Coords> images;
    std::vector<std::vector<int32_t>> inputs = allInputs(layout);
    for (const std::vector<int32_t> &values : inputs)
      images.insert(applyAll(layout, values));
    size_t blockElems = 1;
    for (int32_t size : layout.outSizes())
      blockElems *= size_t(size);
    EXPECT_EQ(layout.isSurjective(), images.size() == blockElems);
    EXPECT_EQ(layout.isInvertible(), images.size() == blockElems && inputs.size() == blockElems);
    numSurjective += layout.isSurjective();
    numInvertible += layout.isInvertible();

    Coords target(layout.rank(), 0);
    for (size_t index = 0; index < blockElems; ++index) {
      size_t rest = index;
      for (size_t dim = layout.rank(); dim-- > 0; rest /= size_t(layout.outSizes()[dim]))
        target[dim] = int32_t(rest % size_t(layout.outSizes()[dim]));
      std::optional<std::vector<int32_t>> values = layout.preimage(target);
      ASSERT_EQ(values.has_value(), images.count(target) == 1);
      if (values) {
        EXPECT_EQ(applyAll(layout, *values), target);
      }
    }
    EXPECT_FALSE(layout.preimage(layout.outSizes()));
  }
  EXPECT_GT(numSurjective, 20);
  EXPECT_GT(numInvertible, 2);
}

TEST(LinearLayoutTest, FreeBitsOfAPreimageAreZero) {
  LinearLayout layout({{"register", {{0}, {1}, {1}}}, {"lane", {{1}, {2}}}}, {4});
  EXPECT_EQ(layout.preimage({3}), (std::vector<int32_t>{2, 2}));
}

TEST(LinearLayoutTest, InverseUndoesASwizzle) {
  LinearLayout layout({{"offset", {{0, 1}, {0, 2}, {1, 1}, {2, 2}}}}, {4, 4});
  std::vector<int32_t> positions = layout.invert();
  ASSERT_EQ(positions.size(), 16u);
  for (int32_t row = 0; row < 4; ++row)
    for (int32_t column = 0; column < 4; ++column)
      EXPECT_EQ(positions[4 * row + column], 4 * row + (column ^ row));
  EXPECT_EQ(LinearLayout({}, {}).invert(), std::vector<int32_t>{0});
}

TEST(LinearLayoutTest, ScalarLayout) {
  LinearLayout layout({{"lane", {{}, {}}}}, {});
  EXPECT_TRUE(layout.isSurjective());
  EXPECT_FALSE(layout.isInvertible());
  EXPECT_EQ(layout.apply({{"lane", 3}}), Coords{});
  EXPECT_EQ(layout.preimage({}), std::vector<int32_t>{0});
  EXPECT_EQ(layout.str(), "{lane = [[], []]}");
}

TEST(LinearLayoutTest, ValidateNamesTheReason) {
  auto reason = [](std::vector<LinearLayout::InDim> inDims, std::vector<int32_t> outSizes) {
    return LinearLayout::validate(inDims, outSizes).value_or("valid");
  };
  EXPECT_EQ(reason({{"lane", {{1}}}}, {2}), "valid");
  EXPECT_EQ(reason({}, {3}), "output dimension 0 has size 3, expected a power of two");
  EXPECT_EQ(reason({}, {4, 0}), "output dimension 1 has size 0, expected a power of two");
  EXPECT_EQ(reason({{"lane", {{1, 0}}}}, {2}),
            "input dimension 'lane' has a basis of 2 coordinates, expected 1");
  EXPECT_EQ(reason({{"lane", {{1}, {2}}}}, {2}),
            "input dimension 'lane' has basis coordinate 2 in output dimension 0, expected 0 to 1");
  EXPECT_EQ(
      reason({{"lane", {{-1}}}}, {2}),
      "input dimension 'lane' has basis coordinate -1 in output dimension 0, expected 0 to 1");
  EXPECT_EQ(reason({{"lane", {}}, {"lane", {}}}, {}), "input dimension 'lane' appears twice");
  EXPECT_EQ(reason({{"", {}}}, {}), "input dimension 0 has no name");
  LinearLayout::Bases many(31, Coords{0});
  EXPECT_EQ(reason({{"lane", many}}, {1}),
            "input dimension 'lane' has 31 bits, expected at most 30");
  many.resize(30);
  EXPECT_EQ(reason({{"a", many}, {"b", many}, {"c", many}}, {1}),
            "layout has 90 input bits, expected at most 62");
  EXPECT_EQ(reason({}, {1 << 30, 1 << 30, 1 << 3}),
            "block has 2^63 elements, expected at most 2^62");
}

} // namespace
} // namespace mla
