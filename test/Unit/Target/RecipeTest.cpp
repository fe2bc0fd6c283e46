//===- RecipeTest.cpp - recipe files --------------------------------------===//
#include "mla/Target/Recipe.h"

#include "mla/Transforms/TransformKinds.h"

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
      "constants, channels, registers, cluster, roles, hints, transforms, without, overlap");
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

TEST(Recipe, ChoicesByLabelAndRole) {
  auto recipe = parseRecipe(R"({"recipes": [{
    "channels": {"kv.0": {"depth": 2}, "q": {"depth": 1}},
    "registers": {"compute": 232, "copy": 40},
    "hints": {"kv.0": "evict_first"}}]})",
                            "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  const RecipeEntry &entry = recipe->entries.front();
  EXPECT_EQ(entry.channelDepths, (std::map<std::string, int64_t>{{"kv.0", 2}, {"q", 1}}));
  EXPECT_EQ(entry.registers, (std::map<std::string, int64_t>{{"compute", 232}, {"copy", 40}}));
  EXPECT_EQ(entry.l2Hints, (std::map<std::string, std::string>{{"kv.0", "evict_first"}}));
  EXPECT_FALSE(entry.transforms);
}

TEST(Recipe, ReadsWhatToDoWithout) {
  auto recipe = parseRecipe(R"({"recipes": [{"without": ["tma", "wgmma"]}, {}]})", "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->entries[0].without, (std::vector<std::string>{"tma", "wgmma"}));
  EXPECT_TRUE(recipe->entries[1].without.empty());
  EXPECT_EQ(errorOf(R"({"recipes": [{"without": ["tma", "mma"]}]})"),
            "r.json: 'recipes[0].without[1]' must be \"wgmma\" or \"tma\", got \"mma\"");
  EXPECT_EQ(errorOf(R"({"recipes": [{"without": "tma"}]})"),
            "r.json: 'recipes[0].without' must be an array of features, got \"tma\"");
}

TEST(Recipe, ClustersArePowersOfTwo) {
  auto recipe = parseRecipe(R"({"recipes": [{"archs": ["sm_90a"], "cluster": 8}, {"cluster": 1}]})",
                            "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->entries[0].cluster, 8);
  EXPECT_EQ(recipe->entries[1].cluster, 1);
  auto without = parseRecipe(R"({"recipes": [{}]})", "r.json");
  ASSERT_TRUE(bool(without)) << llvm::toString(without.takeError());
  EXPECT_EQ(without->entries[0].cluster, std::nullopt);
  for (const char *wrong : {"3", "0", "-2", "16", "\"2\"", "2.5", "[2]"})
    EXPECT_EQ(errorOf((llvm::Twine(R"({"recipes": [{"cluster": )") + wrong + "}]}").str()),
              std::string("r.json: 'recipes[0].cluster' must be a power of two from 1 to 8, got ") +
                  wrong);
}

TEST(Recipe, OverlapNamesNeighbours) {
  auto recipe = parseRecipe(R"({"recipes": [{"overlap": ["previous", "next"]}]})", "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->entries[0].overlap, (std::vector<std::string>{"previous", "next"}));
  EXPECT_EQ(errorOf(R"({"recipes": [{"overlap": "next"}]})"),
            "r.json: 'recipes[0].overlap' must be an array of neighbours, got \"next\"");
  EXPECT_EQ(errorOf(R"({"recipes": [{"overlap": ["next", "last"]}]})"),
            "r.json: 'recipes[0].overlap[1]' must be \"previous\" or \"next\", got \"last\"");
}

TEST(Recipe, TransformsKeepTheirOrder) {
  auto recipe = parseRecipe(R"({"recipes": [{"transforms": [
    {"unroll": {"loop": "keys", "factor": 2}}, {"split": {"parts": 2, "op": "pv.0"}},
    {"peel": {"loop": "keys", "which": "tail"}}]}]})",
                            "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  ASSERT_TRUE(recipe->entries.front().transforms);
  std::vector<std::string> texts;
  for (const TransformStep &step : *recipe->entries.front().transforms)
    texts.push_back(step.text());
  EXPECT_EQ(texts,
            (std::vector<std::string>{"unroll(factor=2, loop=keys)", "split(op=pv.0, parts=2)",
                                      "peel(loop=keys, which=tail)"}));
}

/// The error of an entry.
static std::string errorOfEntry(const std::string &entry) {
  std::string error = errorOf("{\"recipes\": [" + entry + "]}");
  llvm::StringRef text = error;
  return text.consume_front("r.json: 'recipes[0]") ? text.str() : error;
}

TEST(Recipe, ErrorsOfLabelsAndRoles) {
  EXPECT_EQ(errorOfEntry(R"({"channels": []})"), ".channels' must be an object, got []");
  EXPECT_EQ(errorOfEntry(R"({"channels": {"a b": {"depth": 1}}})"),
            ".channels' has the key 'a b', but labels consist of letters, digits, '_' and '.'");
  EXPECT_EQ(errorOfEntry(R"({"channels": {"kv": 2}})"),
            ".channels.kv' must be an object {\"depth\": n}, got 2");
  EXPECT_EQ(errorOfEntry(R"({"channels": {"kv": {"size": 2}}})"),
            ".channels.kv' has the unknown key 'size', allowed: depth");
  EXPECT_EQ(errorOfEntry(R"({"channels": {"kv": {}}})"),
            ".channels.kv.depth' must be an integer from 1 to 64, got nothing");
  EXPECT_EQ(errorOfEntry(R"({"channels": {"kv": {"depth": 0}}})"),
            ".channels.kv.depth' must be an integer from 1 to 64, got 0");
  EXPECT_EQ(errorOfEntry(R"({"registers": {"copy": 41}})"),
            ".registers.copy' must be a multiple of 8 from 24 to 256, got 41");
  EXPECT_EQ(errorOfEntry(R"({"registers": {"copy": 264}})"),
            ".registers.copy' must be a multiple of 8 from 24 to 256, got 264");
  EXPECT_EQ(errorOfEntry(R"({"hints": {"kv": "evict"}})"),
            ".hints.kv' must be one of evict_first, evict_normal, evict_last, got \"evict\"");
}

TEST(Recipe, RolesNameWhatTheyCompute) {
  auto recipe = parseRecipe(R"({"recipes": [{"num_warps": 8, "registers": {"copy": 24}, "roles": [
    {"name": "left", "warps": 4, "registers": 240, "ops": ["qk.0", "pv.*.left"]},
    {"name": "right", "warps": 4, "ops": ["qk.1"]}]}]})",
                            "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  const std::vector<RolePlan> &roles = recipe->entries.front().roles;
  ASSERT_EQ(roles.size(), 2u);
  EXPECT_EQ(roles[0].text(), "left: 4 warps, 240 registers, qk.0 pv.*.left");
  EXPECT_EQ(roles[1].text(), "right: 4 warps, qk.1");
}

TEST(Recipe, PatternsFitComponentByComponent) {
  EXPECT_TRUE(fitsLabel("qk.0", "qk.0"));
  EXPECT_TRUE(fitsLabel("pv.*.left", "pv.tail.left"));
  EXPECT_TRUE(fitsLabel("*", "qk"));
  EXPECT_FALSE(fitsLabel("pv.*.left", "pv.tail.right"));
  EXPECT_FALSE(fitsLabel("pv.*.left", "pv.left"));
  EXPECT_FALSE(fitsLabel("pv.*.left", "pv.0.1.left"));
  EXPECT_FALSE(fitsLabel("qk.1", "qk.10"));
  EXPECT_FALSE(fitsLabel("qk", "qk.0"));
}

TEST(Recipe, ErrorsOfRoles) {
  EXPECT_EQ(errorOfEntry(R"({"roles": []})"), ".roles' must be a non-empty array of roles, got []");
  EXPECT_EQ(errorOfEntry(R"({"roles": [4]})"),
            ".roles[0]' must be an object {\"name\": …, \"warps\": …, \"ops\": […]}, got 4");
  auto errorOfRole = [](const std::string &role) {
    return errorOfEntry("{\"num_warps\": 8, \"roles\": [" + role + "]}");
  };
  EXPECT_EQ(errorOfRole(R"({"size": 4})"),
            ".roles[0]' has the unknown key 'size', allowed: name, warps, registers, ops");
  EXPECT_EQ(errorOfRole(R"({"name": "copy", "warps": 8, "ops": ["a"]})"),
            ".roles[0].name' must be a name of letters, digits, '_' and '.', not \"copy\", got "
            "\"copy\"");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "ops": ["a"]})"),
            ".roles[0].warps' must be a multiple of 4 from 4 to 16, got nothing");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "warps": 6, "ops": ["a"]})"),
            ".roles[0].warps' must be a multiple of 4 from 4 to 16, got 6");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "warps": 20, "ops": ["a"]})"),
            ".roles[0].warps' must be a multiple of 4 from 4 to 16, got 20");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "warps": 8, "registers": 248, "ops": ["a"]})"),
            ".roles[0].registers' must be a multiple of 8 from 24 to 240, got 248");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "warps": 8, "registers": "all", "ops": ["a"]})"),
            ".roles[0].registers' must be a multiple of 8 from 24 to 240, got \"all\"");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "warps": 8, "ops": []})"),
            ".roles[0].ops' must be a non-empty array of labels, got []");
  for (const char *pattern : {"", "pv.", "pv*", "pv..0", "p v"})
    EXPECT_EQ(
        errorOfRole(R"({"name": "a", "warps": 8, "ops": ["qk", ")" + std::string(pattern) + "\"]}"),
        ".roles[0].ops[1]' must be a label, in which '*' may stand for a component, got \"" +
            std::string(pattern) + "\"");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "warps": 4, "ops": ["a"]},
                           {"name": "a", "warps": 4, "ops": ["b"]})"),
            ".roles[1].name' must be of one role only, got \"a\" twice");
  EXPECT_EQ(errorOfRole(R"({"name": "a", "warps": 4, "ops": ["a"]})"),
            ".roles' have 4 warps together, 'num_warps' must say the same, got 8");
  EXPECT_EQ(errorOfEntry(R"({"roles": [{"name": "a", "warps": 4, "ops": ["a"]}]})"),
            ".roles' have 4 warps together, 'num_warps' must say the same, got nothing");
  EXPECT_EQ(errorOfEntry(R"({"num_warps": 4, "registers": {"a": 232}, "roles": [
                             {"name": "a", "warps": 4, "registers": 240, "ops": ["a"]}]})"),
            ".registers.a' stands beside the registers that 'roles' gives to \"a\"");
}

TEST(Recipe, ErrorsOfTransforms) {
  EXPECT_EQ(errorOfEntry(R"({"transforms": {}})"),
            ".transforms' must be an array of objects, got {}");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"peel": {"loop": "a"}, "split": {}}]})"),
            ".transforms[0]' must be an object of one transform, such as {\"unroll\": {\"loop\": "
            "\"keys\", \"factor\": 2}}, got {\"peel\":{\"loop\":\"a\"},\"split\":{}}");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"peel": 3}]})"),
            ".transforms[0].peel' must be an object, got 3");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"peel": {"loop": ["a"]}}]})"),
            ".transforms[0].peel.loop' must be a number or a string, got [\"a\"]");
  EXPECT_EQ(
      errorOfEntry(R"({"transforms": [{"fold": {}}]})")
          .find(
              ".transforms[0]' names the unknown transform 'fold', allowed: unroll, peel, split, "),
      0u);
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"unroll": {"loop": "a", "by": 2}}]})"),
            ".transforms[0].unroll' has the unknown key 'by', allowed: loop, factor");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"unroll": {"loop": "a", "factor": 2.5}}]})"),
            ".transforms[0].unroll.factor' must be an integer from 2 to 16, got '2.5'");
  EXPECT_EQ(
      errorOfEntry(R"({"transforms": [{"unroll": {"loop": "a;b", "factor": 2}}]})"),
      ".transforms[0].unroll.loop' must be a label (letters, digits, '_' and '.'), got 'a;b'");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"unroll": {"loop": "a"}}]})"),
            ".transforms[0].unroll' lacks the key 'factor', an integer from 2 to 16");
}

TEST(Recipe, SplitLoadTakesALabelAndAColumn) {
  auto recipe = parseRecipe(
      R"({"recipes": [{"transforms": [{"split_load": {"op": "kv", "at": 256}}]}]})", "r.json");
  ASSERT_TRUE(bool(recipe)) << llvm::toString(recipe.takeError());
  ASSERT_TRUE(recipe->entries.front().transforms);
  EXPECT_EQ(recipe->entries.front().transforms->front().text(), "split_load(at=256, op=kv)");

  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"split_load": {"op": "kv"}}]})"),
            ".transforms[0].split_load' lacks the key 'at', an integer from 1 to 1048576");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"split_load": {"at": 64}}]})"),
            ".transforms[0].split_load' lacks the key 'op', a label (letters, digits, '_' and "
            "'.')");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"split_load": {"op": "kv", "at": 0}}]})"),
            ".transforms[0].split_load.at' must be an integer from 1 to 1048576, got '0'");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"split_load": {"op": "kv", "at": "64"}}]})"),
            ".transforms[0].split_load.at' must be an integer from 1 to 1048576, got '64'");
  EXPECT_EQ(errorOfEntry(R"({"transforms": [{"split_load": {"op": "kv", "at": 64, "parts": 2}}]})"),
            ".transforms[0].split_load' has the unknown key 'parts', allowed: op, at");
}

TEST(TransformKinds, NameThePassThatIsRun) {
  std::map<std::string, std::string> passes;
  for (const TransformKind &kind : transformKinds())
    passes[kind.name.str()] = kind.create()->getArgument().str();
  EXPECT_EQ(passes, (std::map<std::string, std::string>{
                        {"unroll", "tile-unroll"},
                        {"peel", "tile-peel"},
                        {"split", "tile-split"},
                        {"split_load", "tile-split-load"},
                        {"move", "tile-move"},
                        {"lazy_rescale", "attn-lazy-rescale"},
                        {"pair_softmax", "attn-pair-softmax"},
                        {"swap_operands", "tile-swap-operands"},
                    }));
  // The load stands in front of what reads it, whichever level that is on.
  const TransformKind *split = findTransform("split_load");
  ASSERT_TRUE(split);
  EXPECT_FALSE(split->isBelowDomain);
  EXPECT_EQ(findTransform("split-load"), nullptr);
}

TEST(Recipe, RepeatedKeysAreErrors) {
  EXPECT_EQ(errorOf(R"({"recipes": [], "recipes": []})"),
            "r.json: recipe file has the key 'recipes' twice");
  EXPECT_EQ(errorOf(R"({"recipes": [{}, {"num_warps": 4, "num_warps": 4}]})"),
            "r.json: 'recipes[1]' has the key 'num_warps' twice");
  EXPECT_EQ(errorOf(R"({"recipes": [{"archs": ["sm_80"], "channels": {"a": {"depth": 1},
                        "b": {"depth": 1, "depth": 2}}}]})"),
            "r.json: 'recipes[0].channels.b' has the key 'depth' twice");
  EXPECT_EQ(errorOf(R"({"recipes": [{"transforms": [{"peel": {"loop": "a"}},
                        {"peel": {"loop": "a", "loop": "b"}}]}]})"),
            "r.json: 'recipes[0].transforms[1].peel' has the key 'loop' twice");
}

} // namespace mla
