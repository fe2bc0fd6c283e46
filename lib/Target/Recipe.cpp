//===- Recipe.cpp - a kernel's choices per architecture -------------------===//
// Reads with llvm/Support/JSON.h, whose errors carry the line of a syntax error and the path of a
// wrong value without exceptions. It keeps the last of equal keys; those are found with nlohmann's
// reader.

#include "mla/Target/Recipe.h"

#include "Process.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include <nlohmann/json.hpp>
#include <set>

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
    using Reader =
        llvm::Error (RecipeReader::*)(const json::Value &, const std::string &, RecipeEntry &);
    static constexpr std::pair<StringRef, Reader> kReaders[] = {
        {"archs", &RecipeReader::readArchs},          {"num_warps", &RecipeReader::readNumWarps},
        {"num_stages", &RecipeReader::readNumStages}, {"constants", &RecipeReader::readConstants},
        {"channels", &RecipeReader::readChannels},    {"registers", &RecipeReader::readRegisters},
        {"cluster", &RecipeReader::readCluster},      {"roles", &RecipeReader::readRoles},
        {"hints", &RecipeReader::readHints},          {"transforms", &RecipeReader::readTransforms},
        {"without", &RecipeReader::readWithout},      {"overlap", &RecipeReader::readOverlap},
    };
    if (llvm::Error error =
            checkKeys(*object, path, llvm::to_vector(llvm::make_first_range(kReaders))))
      return error;
    for (auto [key, read] : kReaders)
      if (const json::Value *given = object->get(key))
        if (llvm::Error error = (this->*read)(*given, (path + "." + key).str(), entry))
          return error;
    return checkRoles(path, entry);
  }

  /// Roles against each other and against the other choices.
  llvm::Error checkRoles(const std::string &path, const RecipeEntry &entry) {
    if (entry.roles.empty())
      return llvm::Error::success();
    int64_t warps = 0;
    for (const RolePlan &role : entry.roles) {
      warps += role.warps;
      if (role.registers && entry.registers.contains(role.name))
        return fail(path + ".registers." + role.name,
                    "stands beside the registers that 'roles' gives to \"" + role.name + "\"");
    }
    if (entry.numWarps != warps)
      return fail(path + ".roles", "have " + Twine(warps) +
                                       " warps together, 'num_warps' must say the same, got " +
                                       (entry.numWarps ? Twine(*entry.numWarps).str() : "nothing"));
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

  llvm::Error readNumWarps(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    return readChoice(value, path, checkNumWarps, entry.numWarps);
  }

  llvm::Error readNumStages(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    return readChoice(value, path, checkNumStages, entry.numStages);
  }

  llvm::Error readCluster(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    entry.cluster = value.getAsInteger();
    if (!entry.cluster || *entry.cluster < 1 || *entry.cluster > kMaxCluster ||
        !llvm::isPowerOf2_64(*entry.cluster))
      return fail(path, "must be a power of two from 1 to " + Twine(kMaxCluster) + ", got " +
                            text(value));
    return llvm::Error::success();
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

  /// An object whose keys are labels, each read by `read`.
  llvm::Error readLabelled(
      const json::Value &value, const std::string &path,
      llvm::function_ref<llvm::Error(const std::string &, const json::Value &, const std::string &)>
          read) {
    const json::Object *object = value.getAsObject();
    if (!object)
      return fail(path, "must be an object, got " + text(value));
    for (const auto &member : *object) {
      std::string label = member.first.str();
      if (!isLabel(label))
        return fail(path, "has the key '" + label +
                              "', but labels consist of letters, digits, '_' and '.'");
      if (llvm::Error error = read(label, member.second, path + "." + label))
        return error;
    }
    return llvm::Error::success();
  }

  llvm::Error readChannels(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    return readLabelled(
        value, path,
        [&](const std::string &label, const json::Value &channel,
            const std::string &where) -> llvm::Error {
          const json::Object *object = channel.getAsObject();
          if (!object)
            return fail(where, "must be an object {\"depth\": n}, got " + text(channel));
          if (llvm::Error error = checkKeys(*object, where, {"depth"}))
            return error;
          const json::Value *given = object->get("depth");
          std::optional<int64_t> depth = given ? given->getAsInteger() : std::nullopt;
          if (!depth || *depth < 1 || *depth > kMaxStages)
            return fail(where + ".depth", "must be an integer from 1 to " + Twine(kMaxStages) +
                                              ", got " + (given ? text(*given) : "nothing"));
          entry.channelDepths[label] = *depth;
          return llvm::Error::success();
        });
  }

  llvm::Error readRegisters(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    return readLabelled(
        value, path,
        [&](const std::string &role, const json::Value &given,
            const std::string &where) -> llvm::Error {
          std::optional<int64_t> count = given.getAsInteger();
          if (!count || *count < kMinRegisters || *count > kMaxRegisters || *count % 8 != 0)
            return fail(where, "must be a multiple of 8 from " + Twine(kMinRegisters) + " to " +
                                   Twine(kMaxRegisters) + ", got " + text(given));
          entry.registers[role] = *count;
          return llvm::Error::success();
        });
  }

  llvm::Error readRoles(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    const json::Array *roles = value.getAsArray();
    if (!roles || roles->empty())
      return fail(path, "must be a non-empty array of roles, got " + text(value));
    for (auto [i, element] : llvm::enumerate(*roles)) {
      std::string where = (path + "[" + Twine(i) + "]").str();
      RolePlan role;
      if (llvm::Error error = readRole(element, where, role))
        return error;
      for (const RolePlan &other : entry.roles)
        if (other.name == role.name)
          return fail(where + ".name", "must be of one role only, got \"" + role.name + "\" twice");
      entry.roles.push_back(std::move(role));
    }
    return llvm::Error::success();
  }

  llvm::Error readRole(const json::Value &value, const std::string &path, RolePlan &role) {
    const json::Object *object = value.getAsObject();
    if (!object)
      return fail(path, "must be an object {\"name\": …, \"warps\": …, \"ops\": […]}, got " +
                            text(value));
    if (llvm::Error error = checkKeys(*object, path, {"name", "warps", "registers", "ops"}))
      return error;
    auto got = [&](StringRef key) {
      const json::Value *given = object->get(key);
      return ", got " + (given ? text(*given) : "nothing");
    };
    std::optional<StringRef> name = object->getString("name");
    if (!name || !isLabel(*name) || *name == kCopyRole)
      return fail(path + ".name", "must be a name of letters, digits, '_' and '.', not \"" +
                                      kCopyRole + "\"" + got("name"));
    role.name = name->str();
    std::optional<int64_t> warps = object->getInteger("warps");
    if (!warps || *warps < kWarpgroup || *warps > kMaxRoleWarps || *warps % kWarpgroup != 0)
      return fail(path + ".warps", "must be a multiple of " + Twine(kWarpgroup) + " from " +
                                       Twine(kWarpgroup) + " to " + Twine(kMaxRoleWarps) +
                                       got("warps"));
    role.warps = *warps;
    if (object->get("registers")) {
      role.registers = object->getInteger("registers");
      if (!role.registers || *role.registers < kMinRegisters ||
          *role.registers > kMaxRoleRegisters || *role.registers % 8 != 0)
        return fail(path + ".registers", "must be a multiple of 8 from " + Twine(kMinRegisters) +
                                             " to " + Twine(kMaxRoleRegisters) + got("registers"));
    }
    const json::Array *ops = object->getArray("ops");
    if (!ops || ops->empty())
      return fail(path + ".ops", "must be a non-empty array of labels" + got("ops"));
    for (auto [i, op] : llvm::enumerate(*ops)) {
      std::optional<StringRef> pattern = op.getAsString();
      if (!pattern || !isLabelPattern(*pattern))
        return fail(path + ".ops[" + Twine(i) + "]",
                    "must be a label, in which '*' may stand for a component, got " + text(op));
      role.ops.push_back(pattern->str());
    }
    return llvm::Error::success();
  }

  llvm::Error readHints(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    static constexpr StringRef kHints[] = {"evict_first", "evict_normal", "evict_last"};
    return readLabelled(value, path,
                        [&](const std::string &label, const json::Value &given,
                            const std::string &where) -> llvm::Error {
                          std::optional<StringRef> hint = given.getAsString();
                          if (!hint || !llvm::is_contained(kHints, *hint))
                            return fail(where, "must be one of " +
                                                   llvm::join(llvm::ArrayRef(kHints), ", ") +
                                                   ", got " + text(given));
                          entry.l2Hints[label] = hint->str();
                          return llvm::Error::success();
                        });
  }

  llvm::Error readWithout(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    const json::Array *names = value.getAsArray();
    if (!names)
      return fail(path, "must be an array of features, got " + text(value));
    for (auto [i, element] : llvm::enumerate(*names)) {
      std::optional<StringRef> name = element.getAsString();
      if (!name || !namedFeature(*name))
        return fail(path + "[" + Twine(i) + "]",
                    "must be \"wgmma\" or \"tma\", got " + text(element));
      entry.without.push_back(name->str());
    }
    return llvm::Error::success();
  }

  llvm::Error readOverlap(const json::Value &value, const std::string &path, RecipeEntry &entry) {
    const json::Array *names = value.getAsArray();
    if (!names)
      return fail(path, "must be an array of neighbours, got " + text(value));
    for (auto [i, element] : llvm::enumerate(*names)) {
      std::optional<StringRef> name = element.getAsString();
      if (!name || (*name != "previous" && *name != "next"))
        return fail(path + "[" + Twine(i) + "]",
                    "must be \"previous\" or \"next\", got " + text(element));
      entry.overlap.push_back(name->str());
    }
    return llvm::Error::success();
  }

  llvm::Error readTransforms(const json::Value &value, const std::string &path,
                             RecipeEntry &entry) {
    const json::Array *steps = value.getAsArray();
    if (!steps)
      return fail(path, "must be an array of objects, got " + text(value));
    entry.transforms.emplace();
    for (auto [i, element] : llvm::enumerate(*steps)) {
      std::string where = (path + "[" + Twine(i) + "]").str();
      const json::Object *object = element.getAsObject();
      if (!object || object->size() != 1)
        return fail(where, "must be an object of one transform, such as {\"unroll\": {\"loop\": "
                           "\"keys\", \"factor\": 2}}, got " +
                               text(element));
      TransformStep step;
      step.name = object->begin()->first.str();
      if (llvm::Error error = readOptions(object->begin()->second, where + "." + step.name, step))
        return error;
      if (llvm::Error error = checkTransform(step, where))
        return makeError(origin + ": " + llvm::toString(std::move(error)));
      entry.transforms->push_back(std::move(step));
    }
    return llvm::Error::success();
  }

  llvm::Error readOptions(const json::Value &value, const std::string &path, TransformStep &step) {
    const json::Object *options = value.getAsObject();
    if (!options)
      return fail(path, "must be an object, got " + text(value));
    for (const auto &member : *options) {
      TransformValue &option = step.options[member.first.str()];
      if (std::optional<int64_t> integer = member.second.getAsInteger())
        option = *integer;
      else if (std::optional<double> number = member.second.getAsNumber())
        option = *number;
      else if (std::optional<StringRef> word = member.second.getAsString())
        option = word->str();
      else
        return fail(path + "." + StringRef(member.first),
                    "must be a number or a string, got " + text(member.second));
    }
    return llvm::Error::success();
  }

  StringRef origin;
};

/// Finds a key that an object has twice.
class RepeatedKey {
public:
  /// "'recipes[0].channels' has the key 'kv' twice", or an empty string.
  std::string find(StringRef text) {
    // The tree is that of the other reader; what counts are the keys on the way.
    [[maybe_unused]] nlohmann::json tree = nlohmann::json::parse(
        text.begin(), text.end(),
        [this](int, nlohmann::json::parse_event_t event, nlohmann::json &parsed) {
          visit(event, parsed);
          return true;
        },
        /*allow_exceptions=*/false);
    return found;
  }

private:
  using Event = nlohmann::json::parse_event_t;

  /// An object or array that is being read.
  struct Level {
    bool isArray = false;
    int64_t index = -1;
    std::string key;
    std::set<std::string> keys;
  };

  void visit(Event event, const nlohmann::json &parsed) {
    bool starts = event == Event::object_start || event == Event::array_start;
    if ((starts || event == Event::value) && !levels.empty() && levels.back().isArray)
      ++levels.back().index;
    if (starts) {
      levels.emplace_back().isArray = event == Event::array_start;
    } else if (event == Event::object_end || event == Event::array_end) {
      levels.pop_back();
    } else if (event == Event::key) {
      auto key = parsed.get<std::string>();
      if (!levels.back().keys.insert(key).second && found.empty())
        found = place() + " has the key '" + key + "' twice";
      levels.back().key = key;
    }
  }

  /// Path of the object that is being read.
  std::string place() const {
    std::string path;
    for (const Level &level : llvm::ArrayRef(levels).drop_back())
      path += level.isArray ? "[" + std::to_string(level.index) + "]"
                            : (path.empty() ? "" : ".") + level.key;
    return path.empty() ? "recipe file" : "'" + path + "'";
  }

  std::vector<Level> levels;
  std::string found;
};

} // namespace

llvm::Expected<Recipe> parseRecipe(StringRef text, StringRef origin) {
  llvm::Expected<json::Value> root = json::parse(text);
  if (!root)
    return makeError(origin + ": not JSON: " + llvm::toString(root.takeError()));
  if (std::string repeated = RepeatedKey().find(text); !repeated.empty())
    return makeError(origin + ": " + repeated);
  return RecipeReader(origin).readFile(*root);
}

} // namespace mla
