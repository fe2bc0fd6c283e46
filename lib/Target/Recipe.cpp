//===- Recipe.cpp - a kernel's choices per architecture -------------------===//
// Reads with llvm/Support/JSON.h, whose errors carry the line of a syntax error and the path of a
// wrong value without exceptions.

#include "mla/Target/Recipe.h"

#include "Process.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using llvm::StringRef;
using llvm::Twine;
namespace json = llvm::json;

namespace mla {

const RecipeEntry *Recipe::find(const Arch &arch) const {
  for (const RecipeEntry &entry : entries)
    if (entry.archs.empty() || llvm::is_contained(entry.archs, &arch))
      return &entry;
  return nullptr;
}

llvm::Error checkNumWarps(int64_t numWarps, StringRef what) {
  if (numWarps >= 1 && numWarps <= kMaxWarps && llvm::isPowerOf2_64(numWarps))
    return llvm::Error::success();
  return makeError(what + " must be a power of two from 1 to " + Twine(kMaxWarps) + ", got " +
                   Twine(numWarps));
}

llvm::Error checkNumStages(int64_t numStages, StringRef what) {
  if (numStages >= 1 && numStages <= kMaxStages)
    return llvm::Error::success();
  return makeError(what + " must be from 1 to " + Twine(kMaxStages) + ", got " + Twine(numStages));
}

namespace {

/// Reads the tree; every function names the path of what it dislikes.
class RecipeReader {
public:
  explicit RecipeReader(StringRef origin) : origin(origin) {}

  llvm::Expected<Recipe> readFile(const json::Value &root) {
    Recipe recipe;
    const json::Object *file = root.getAsObject();
    if (!file)
      return fail("", "must be an object {\"recipes\": [...]}, got " + text(root));
    if (llvm::Error error = checkKeys(*file, "", {"recipes"}))
      return error;
    const json::Array *entries = file->getArray("recipes");
    if (!entries)
      return fail("recipes", "must be an array of objects");
    for (size_t i = 0; i < entries->size(); ++i) {
      RecipeEntry entry;
      if (llvm::Error error = readEntry((*entries)[i], ("recipes[" + Twine(i) + "]").str(), entry))
        return error;
      recipe.entries.push_back(std::move(entry));
    }
    return recipe;
  }

private:
  llvm::Error fail(const Twine &path, const Twine &what) {
    std::string where = path.str();
    return makeError(origin + ": " + (where.empty() ? "recipe file" : "'" + where + "'") + " " +
                     what);
  }

  static std::string text(const json::Value &value) {
    std::string printed;
    llvm::raw_string_ostream(printed) << value;
    return printed.size() > 60 ? printed.substr(0, 57) + "..." : printed;
  }

  llvm::Error checkKeys(const json::Object &object, const Twine &path,
                        llvm::ArrayRef<StringRef> known) {
    for (const auto &member : object)
      if (!llvm::is_contained(known, StringRef(member.first)))
        return fail(path, "has the unknown key '" + StringRef(member.first) +
                              "', allowed: " + llvm::join(known, ", "));
    return llvm::Error::success();
  }

  llvm::Error readEntry(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    const json::Object *object = value.getAsObject();
    if (!object)
      return fail(path, "must be an object, got " + text(value));
    if (llvm::Error error =
            checkKeys(*object, path, {"archs", "num_warps", "num_stages", "constants"}))
      return error;
    if (const json::Value *archs = object->get("archs"))
      if (llvm::Error error = readArchs(*archs, path + ".archs", entry))
        return error;
    if (const json::Value *warps = object->get("num_warps"))
      if (llvm::Error error =
              readChoice(*warps, path + ".num_warps", checkNumWarps, entry.numWarps))
        return error;
    if (const json::Value *stages = object->get("num_stages"))
      if (llvm::Error error =
              readChoice(*stages, path + ".num_stages", checkNumStages, entry.numStages))
        return error;
    if (const json::Value *constants = object->get("constants"))
      return readConstants(*constants, path + ".constants", entry);
    return llvm::Error::success();
  }

  llvm::Error readArchs(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    const json::Array *names = value.getAsArray();
    if (!names || names->empty())
      return fail(path, "must be a non-empty array of archs, got " + text(value));
    for (size_t i = 0; i < names->size(); ++i) {
      std::optional<StringRef> name = (*names)[i].getAsString();
      const Arch *arch = name ? findArch(*name) : nullptr;
      if (!arch)
        return fail(path + "[" + Twine(i) + "]",
                    "must be one of " + archNames() + ", got " + text((*names)[i]));
      entry.archs.push_back(arch);
    }
    return llvm::Error::success();
  }

  llvm::Error readChoice(const json::Value &value, const std::string &path,
                         llvm::Error (*check)(int64_t, StringRef), std::optional<int64_t> &choice) {
    choice = value.getAsInteger();
    if (!choice)
      return fail(path, "must be an integer, got " + text(value));
    return check(*choice, (origin + ": '" + path + "'").str());
  }

  llvm::Error readConstants(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    const json::Object *constants = value.getAsObject();
    if (!constants)
      return fail(path, "must be an object, got " + text(value));
    for (const auto &member : *constants) {
      std::string &constant = entry.constants[member.first.str()];
      if (std::optional<bool> flag = member.second.getAsBoolean())
        constant = *flag ? "True" : "False";
      else if (member.second.kind() == json::Value::Number)
        constant = text(member.second);
      else if (std::optional<StringRef> string = member.second.getAsString())
        constant = string->str();
      else
        return fail(path + "." + StringRef(member.first),
                    "must be a number, a string, true or false, got " + text(member.second));
    }
    return llvm::Error::success();
  }

  StringRef origin;
};

} // namespace

llvm::Expected<Recipe> parseRecipe(StringRef text, StringRef origin) {
  llvm::Expected<json::Value> root = json::parse(text);
  if (!root)
    return makeError(origin + ": not JSON: " + llvm::toString(root.takeError()));
  return RecipeReader(origin).readFile(*root);
}

} // namespace mla
