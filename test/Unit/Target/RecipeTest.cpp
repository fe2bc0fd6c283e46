//===- RecipeTest.cpp - recipe files --------------------------------------===//
#include "mla/Target/Recipe.h"
#include <gtest/gtest.h>

namespace mla {

static std::string errorOf(llvm::StringRef text) {
  auto recipe = parseRecipe(text, "r.json");
  return recipe ? "" : llvm::toString(recipe.takeError());
}

TEST(Recipe, FirstMatchingEntryWins) {
  auto recipe = parseRecipe(R"({"recipes": [
    {"archs": ["sm_80", "sm_90a"], "num_warps": 8, "num_stages": 3,
     "constants": {"BLOCK_M": 128, "RELU": true, "BIAS": false, "SCALE": 0.5, "MODE": "fast"}},
    {"archs": ["sm_90a"], "num_warps": 16},
    {"num_stages": 2}]})",
                            "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  const RecipeEntry *hopper = recipe->find(*findArch("sm_90a"));
  ASSERT_TRUE(hopper);
  EXPECT_EQ(hopper->numWarps, 8);
  EXPECT_EQ(hopper->numStages, 3);
  std::map<std::string, std::string> expected = {
      {"BLOCK_M", "128"}, {"RELU", "True"}, {"BIAS", "False"}, {"SCALE", "0.5"}, {"MODE", "fast"}};
  EXPECT_EQ(hopper->constants, expected);
  const RecipeEntry *other = recipe->find(*findArch("sm_121a"));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->numWarps, std::nullopt);
  EXPECT_EQ(other->numStages, 2);
}

TEST(Recipe, NoEntryNeedApply) {
  auto recipe = parseRecipe(R"({"recipes": [{"archs": ["sm_80"]}]})", "r.json");
  ASSERT_TRUE(bool(recipe));
  EXPECT_EQ(recipe->find(*findArch("sm_86")), nullptr);
  EXPECT_TRUE(errorOf(R"({"recipes": []})").empty());
}

TEST(Recipe, ErrorsNameThePlace) {
  EXPECT_NE(errorOf("{\n  \"recipes\": [,]\n}").find("r.json: not JSON: [2:"), std::string::npos);
  EXPECT_EQ(errorOf("[]"), "r.json: recipe file must be an object {\"recipes\": [...]}, got []");
  EXPECT_EQ(errorOf("{}"), "r.json: 'recipes' must be an array of objects");
  EXPECT_EQ(errorOf(R"({"recipe": []})"),
            "r.json: recipe file has the unknown key 'recipe', allowed: recipes");
  EXPECT_EQ(errorOf(R"({"recipes": [{}, 3]})"), "r.json: 'recipes[1]' must be an object, got 3");
  EXPECT_EQ(
      errorOf(R"({"recipes": [{"warps": 4}]})"),
      "r.json: 'recipes[0]' has the unknown key 'warps', allowed: archs, num_warps, num_stages, "
      "constants");
  EXPECT_EQ(errorOf(R"({"recipes": [{"num_warps": "8"}]})"),
            "r.json: 'recipes[0].num_warps' must be an integer, got \"8\"");
  EXPECT_EQ(errorOf(R"({"recipes": [{"num_warps": 6}]})"),
            "r.json: 'recipes[0].num_warps' must be a power of two from 1 to 32, got 6");
  EXPECT_EQ(errorOf(R"({"recipes": [{"num_stages": 0}]})"),
            "r.json: 'recipes[0].num_stages' must be from 1 to 64, got 0");
  EXPECT_NE(errorOf(R"({"recipes": [{"archs": ["sm_80", "sm_81"]}]})")
                .find("'recipes[0].archs[1]' must be one of sm_80, "),
            std::string::npos);
  EXPECT_NE(errorOf(R"({"recipes": [{"archs": []}]})").find("non-empty array"), std::string::npos);
  EXPECT_EQ(errorOf(R"({"recipes": [{"constants": {"A": [1]}}]})"),
            "r.json: 'recipes[0].constants.A' must be a number, a string, true or false, got [1]");
}

} // namespace mla
