//===- RolePlan.cpp - the computing roles that a recipe names -------------===//
#include "mla/Transforms/RolePlan.h"

#include "mla/Transforms/TransformKinds.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace mla {

static SmallVector<StringRef> componentsOf(StringRef label) {
  SmallVector<StringRef> components;
  label.split(components, '.');
  return components;
}

bool isLabelPattern(StringRef pattern) {
  return llvm::all_of(componentsOf(pattern),
                      [](StringRef component) { return component == "*" || isLabel(component); });
}

bool fitsLabel(StringRef pattern, StringRef label) {
  SmallVector<StringRef> wanted = componentsOf(pattern), given = componentsOf(label);
  return wanted.size() == given.size() && llvm::all_of(llvm::zip(wanted, given), [](auto pair) {
           auto [want, give] = pair;
           return want == "*" || want == give;
         });
}

std::string RolePlan::text() const {
  return name + ": " + std::to_string(warps) + " warps, " +
         (registers ? std::to_string(*registers) + " registers, " : "") + llvm::join(ops, " ");
}

DictionaryAttr RolePlan::attribute(MLIRContext *context) const {
  Builder builder(context);
  NamedAttrList entry;
  entry.set("name", builder.getStringAttr(name));
  entry.set("warps", builder.getI32IntegerAttr(warps));
  if (registers)
    entry.set("registers", builder.getI32IntegerAttr(*registers));
  entry.set("ops", builder.getStrArrayAttr(SmallVector<StringRef>(ops.begin(), ops.end())));
  return entry.getDictionary(context);
}

std::optional<RolePlan> rolePlanFromAttribute(Attribute attribute) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  auto name = entry ? entry.getAs<StringAttr>("name") : StringAttr();
  auto warps = entry ? entry.getAs<IntegerAttr>("warps") : IntegerAttr();
  auto ops = entry ? entry.getAs<ArrayAttr>("ops") : ArrayAttr();
  if (!name || !warps || !ops)
    return std::nullopt;
  RolePlan plan;
  plan.name = name.str();
  plan.warps = warps.getInt();
  if (auto registers = entry.getAs<IntegerAttr>("registers"))
    plan.registers = registers.getInt();
  for (Attribute op : ops) {
    auto pattern = dyn_cast<StringAttr>(op);
    if (!pattern)
      return std::nullopt;
    plan.ops.push_back(pattern.str());
  }
  return plan;
}

} // namespace mla
