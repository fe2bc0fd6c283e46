//===- Labels.cpp - what recipes call ops ---------------------------------===//
#include "Labels.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace mla {

static StringRef attributeOf(Operation *op) {
  return isa<scf::ForOp>(op) ? StringRef(tile::kLoopLabelAttr) : StringRef("label");
}

StringRef labelOf(Operation *op) {
  auto label = op->getAttrOfType<StringAttr>(attributeOf(op));
  return label ? label.getValue() : StringRef();
}

void setLabel(Operation *op, const Twine &label) {
  op->setAttr(attributeOf(op), StringAttr::get(op->getContext(), label));
}

StringRef baseLabel(StringRef label) {
  auto [front, last] = label.rsplit('.');
  bool isSuffix = last == "tail" || (!last.empty() && llvm::all_of(last, llvm::isDigit));
  return isSuffix && !front.empty() ? baseLabel(front) : label;
}

bool isCopyOf(StringRef label, StringRef original) {
  // What is left without the original's own components must all be suffixes.
  StringRef rest = label;
  return rest.consume_front(original) &&
         (rest.empty() || (rest.front() == '.' && baseLabel(("x" + rest).str()) == "x"));
}

void suffixLabels(Operation *op, const Twine &suffix) {
  std::string text = suffix.str();
  op->walk([&](Operation *each) {
    if (StringRef label = labelOf(each); !label.empty())
      setLabel(each, label + text);
  });
}

Operation *findLabelled(func::FuncOp func, const Pass &pass, StringRef option, StringRef label,
                        StringRef candidates, llvm::function_ref<bool(Operation *)> isCandidate) {
  SmallVector<Operation *> found;
  SmallVector<std::string> labels;
  func.walk<WalkOrder::PreOrder>([&](Operation *op) {
    StringRef name = isCandidate(op) ? labelOf(op) : StringRef();
    if (name.empty())
      return;
    if (name == label)
      found.push_back(op);
    std::string quoted = ("'" + name + "'").str();
    if (!llvm::is_contained(labels, quoted))
      labels.push_back(quoted);
  });
  if (found.size() == 1)
    return found.front();
  InFlightDiagnostic error = func.emitError() << pass.getArgument() << ": ";
  if (found.size() > 1) {
    error << "'" << option << "' is ambiguous: " << found.size() << " " << candidates
          << " have the label '" << label << "'";
    for (Operation *op : found)
      error.attachNote(op->getLoc()) << "one of them";
    return nullptr;
  }
  if (label.empty())
    error << "'" << option << "' is missing";
  else
    error << "'" << option << "' names none of the " << candidates << ": '" << label << "'";
  if (labels.empty())
    error << "; no " << candidates << " have labels";
  else
    error << "; " << candidates << " with labels: " << llvm::join(labels, ", ");
  return nullptr;
}

} // namespace mla
