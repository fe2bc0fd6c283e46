//===- ScheduleText.cpp - a schedule as people read it --------------------===//
#include "ScheduleText.h"

#include "Labels.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using llvm::Twine;

namespace mla {

/// How deep expressions go, and how long they become by going deeper.
static constexpr unsigned kMaxDepth = 5;
static constexpr size_t kMaxLength = 44;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Loop variables by depth: i, j, k, …
static std::string indexName(scf::ForOp loop) {
  char name = 'i';
  for (Operation *op = loop->getParentOp(); op; op = op->getParentOp())
    name += isa<scf::ForOp>(op);
  return std::string(1, name);
}

ScheduleText::ScheduleText(func::FuncOp func) {
  auto described = func->getAttrOfType<ArrayAttr>(tile::kArgumentsAttr);
  for (BlockArgument arg : func.getArguments()) {
    unsigned index = arg.getArgNumber();
    DictionaryAttr entry = described && index < described.size()
                               ? dyn_cast<DictionaryAttr>(described[index])
                               : DictionaryAttr();
    auto name = entry ? entry.getAs<StringAttr>("name") : StringAttr();
    names[arg] = name ? name.str() : ("arg" + Twine(index)).str();
  }
  func.walk<WalkOrder::PreOrder>([&](Operation *op) {
    auto loop = dyn_cast<scf::ForOp>(op);
    if (loop)
      names[loop.getInductionVar()] = indexName(loop);
    auto nameSlot = [&](Value channel, Value slot, StringRef what) {
      // A counter that a loop carries is called after the channel that it counts for.
      auto arg = dyn_cast_or_null<BlockArgument>(slot);
      auto declared = channel.getDefiningOp<ws::ChannelOp>();
      if (arg && declared)
        names.try_emplace(arg, (what + " of " + declared.getLabel()).str());
    };
    if (auto get = dyn_cast<ws::GetOp>(op)) {
      nameSlot(get.getChannel(), get.getSlot(), "slot");
      nameSlot(get.getChannel(), get.getParity(), "parity");
    } else if (auto put = dyn_cast<ws::PutOp>(op)) {
      nameSlot(put.getChannel(), put.getSlot(), "slot");
    } else if (auto put = dyn_cast<ws::PutViewOp>(op)) {
      nameSlot(put.getChannel(), put.getSlot(), "slot");
      nameSlot(put.getChannel(), put.getParity(), "parity");
    } else if (auto put = dyn_cast<ws::PutTileOp>(op)) {
      nameSlot(put.getChannel(), put.getSlot(), "slot");
      nameSlot(put.getChannel(), put.getParity(), "parity");
    }
  });
}

std::string ScheduleText::tile(Type type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto tile = dyn_cast<RankedTensorType>(type)) {
    llvm::interleave(tile.getShape(), os, "x");
    os << ' ';
    type = tile.getElementType();
  }
  os << type;
  return text;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

static StringRef predicateText(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return "==";
  case P::ne:
    return "!=";
  case P::slt:
  case P::ult:
    return "<";
  case P::sle:
  case P::ule:
    return "<=";
  case P::sgt:
  case P::ugt:
    return ">";
  case P::sge:
  case P::uge:
    return ">=";
  }
  llvm_unreachable("all predicates are covered");
}

/// Counter and number of slots if `value` is (counter + 1) mod slots, written as a select.
static std::pair<Value, Value> matchWrap(Value value) {
  auto select = value.getDefiningOp<arith::SelectOp>();
  auto compare = select ? select.getCondition().getDefiningOp<arith::CmpIOp>() : arith::CmpIOp();
  if (!compare || compare.getPredicate() != arith::CmpIPredicate::eq ||
      !matchPattern(select.getTrueValue(), m_Zero()) || select.getFalseValue() != compare.getLhs())
    return {};
  auto add = compare.getLhs().getDefiningOp<arith::AddIOp>();
  if (!add || !matchPattern(add.getRhs(), m_One()))
    return {};
  return {add.getLhs(), compare.getRhs()};
}

std::string ScheduleText::binary(Operation *op, unsigned depth) const {
  auto symbol = llvm::StringSwitch<StringRef>(op->getName().stripDialect())
                    .Cases({"addi", "addf"}, "+")
                    .Cases({"subi", "subf"}, "-")
                    .Cases({"muli", "mulf"}, "*")
                    .Cases({"divsi", "divui", "divf"}, "/")
                    .Cases({"remsi", "remui"}, "mod")
                    .Case("andi", "and")
                    .Case("ori", "or")
                    .Case("xori", "xor")
                    .Default("");
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    symbol = predicateText(compare.getPredicate());
  std::string left = expression(op->getOperand(0), depth),
              right = expression(op->getOperand(1), depth);
  if (!symbol.empty())
    return "(" + left + " " + symbol.str() + " " + right + ")";
  auto name = llvm::StringSwitch<StringRef>(op->getName().stripDialect())
                  .Cases({"minsi", "minui"}, "min")
                  .Cases({"maxsi", "maxui"}, "max")
                  .Default("");
  return name.empty() ? "…" : (name + "(" + left + ", " + right + ")").str();
}

std::string ScheduleText::expression(Value value, unsigned depth) const {
  if (auto it = names.find(value); it != names.end())
    return it->second;
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return value.getType().isInteger(1) ? (number.isOne() ? "true" : "false")
                                        : std::to_string(number.getSExtValue());
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return "…";
  if (auto [counter, slots] = matchWrap(value); counter)
    return "(" + expression(counter, depth - 1) + " + 1) mod " + expression(slots, depth - 1);
  if (auto id = dyn_cast<tile::ProgramIdOp>(op))
    return "program " + std::to_string(id.getAxis());
  if (auto count = dyn_cast<tile::NumProgramsOp>(op))
    return "programs " + std::to_string(count.getAxis());
  if (isa<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(op))
    return expression(op->getOperand(0), depth);
  if (isa<tile::LoadOp, tile::LoadViewOp>(op))
    return loaded(op) + "[…]";
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return "(" + expression(select.getCondition(), depth - 1) + " ? " +
           expression(select.getTrueValue(), depth - 1) + " : " +
           expression(select.getFalseValue(), depth - 1) + ")";
  return op->getNumOperands() == 2 ? binary(op, depth - 1) : "…";
}

/// Without the parentheses round a whole expression.
static std::string bare(std::string text) {
  if (text.size() < 2 || text.front() != '(' || text.back() != ')')
    return text;
  int open = 0;
  for (char c : StringRef(text).drop_back()) {
    open += (c == '(') - (c == ')');
    if (open == 0)
      return text;
  }
  return text.substr(1, text.size() - 2);
}

std::string ScheduleText::value(Value value) const {
  std::string text = "…";
  for (unsigned depth = 1; depth <= kMaxDepth; ++depth) {
    std::string longer = bare(expression(value, depth));
    if (depth > 1 && longer.size() > kMaxLength)
      break;
    text = std::move(longer);
  }
  return text;
}

/// Label of a load, or what it reads.
std::string ScheduleText::loaded(Operation *load) const {
  if (!labelOf(load).empty())
    return labelOf(load).str();
  Value source = load->getOperand(0);
  while (Operation *op = source.getDefiningOp()) {
    if (!isa<tile::AddPtrOp, tile::PtrCastOp, tile::SplatOp, tile::BroadcastOp, tile::ExpandDimsOp,
             tile::ViewOp>(op))
      return "…";
    source = op->getOperand(0);
  }
  return names.contains(source) ? names.at(source) : "…";
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static std::string labelOfChannel(Value channel) {
  auto declared = channel.getDefiningOp<ws::ChannelOp>();
  return declared ? declared.getLabel().str() : "…";
}

std::string ScheduleText::channelAccess(StringRef verb, Value channel, Value slot,
                                        Value parity) const {
  std::string label = labelOfChannel(channel);
  std::string text = (verb + " " + label).str();
  if (!slot)
    return text;
  // A channel's own counter is its slot.
  std::string place = value(slot), own = "slot of " + label;
  for (size_t at = 0; (at = place.find(own, at)) != std::string::npos;)
    place.replace(at, own.size(), "slot");
  text += "[" + place + "]";
  std::string round = parity ? value(parity) : "parity of " + label;
  return round == "parity of " + label ? text : text + " parity " + round;
}

static std::string withLabel(StringRef verb, Operation *op) {
  StringRef label = labelOf(op);
  return (label.empty() ? verb.str() : (verb + " " + label).str()) + ":";
}

std::string ScheduleText::op(Operation *op) const {
  if (auto put = dyn_cast<ws::PutOp>(op))
    return channelAccess("put", put.getChannel(), put.getSlot(), Value()) +
           (put.getPredicate() ? " if " + value(put.getPredicate()) : "");
  if (auto put = dyn_cast<ws::PutViewOp>(op))
    return channelAccess("put", put.getChannel(), put.getSlot(), put.getParity());
  if (auto put = dyn_cast<ws::PutTileOp>(op))
    return channelAccess("put", put.getChannel(), put.getSlot(), put.getParity());
  if (auto get = dyn_cast<ws::GetOp>(op))
    return channelAccess("get", get.getChannel(), get.getSlot(), get.getParity()) +
           (get.getAhead() ? ", " + std::to_string(get.getAhead()) + " ahead" : "");
  if (auto release = dyn_cast<ws::ReleaseOp>(op))
    return channelAccess("release", release.getChannel(), release.getSlot(), Value());
  if (auto dot = dyn_cast<tile::DotOp>(op)) {
    auto a = cast<RankedTensorType>(dot.getA().getType());
    auto b = cast<RankedTensorType>(dot.getB().getType());
    return withLabel("dot", op) + " " + std::to_string(a.getDimSize(0)) + "x" +
           std::to_string(b.getDimSize(1)) + "x" + std::to_string(a.getDimSize(1)) + " " +
           tile(a.getElementType());
  }
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return "reduce " + tile::stringifyReduceKind(reduce.getKind()).str() + ": " +
           tile(reduce.getSource().getType()) + " along " + std::to_string(reduce.getAxis());
  if (tile::hasCombineRegion(op))
    return (isa<tile::ScanOp>(op) ? "scan: " : "reduce: ") + tile(op->getOperand(0).getType());
  if (isa<tile::LoadOp, tile::LoadViewOp>(op))
    return "load " + loaded(op) + ": " + tile(op->getResult(0).getType());
  if (auto store = dyn_cast<tile::StoreOp>(op))
    return "store: " + tile(store.getValue().getType());
  if (auto store = dyn_cast<tile::StoreViewOp>(op))
    return "store: " + tile(store.getValue().getType());
  if (isa<tile::TransOp>(op))
    return "trans: " + tile(op->getResult(0).getType());
  bool isNamed = isa_and_nonnull<ws::WsDialect>(op->getDialect()) || !labelOf(op).empty();
  return isNamed ? op->getName().getStringRef().str() : "";
}

std::string ScheduleText::elementwise(Operation *op) {
  if (!op->hasTrait<OpTrait::Elementwise>() || op->getNumResults() != 1)
    return "";
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  bool isMatrix = type && type.getRank() >= 2 &&
                  llvm::none_of(type.getShape(), [](int64_t extent) { return extent == 1; });
  // Addresses and masks are no computation.
  if (!isMatrix || !type.getElementType().isFloat())
    return "";
  return llvm::join(llvm::map_range(type.getShape(), [](int64_t e) { return std::to_string(e); }),
                    "x");
}

std::string ScheduleText::heading(Operation *op) const {
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    StringRef label = labelOf(loop);
    return (label.empty() ? "for " : ("for " + label + ": ").str()) +
           value(loop.getInductionVar()) + " = " + value(loop.getLowerBound()) + " to " +
           value(loop.getUpperBound()) + " step " + value(loop.getStep());
  }
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return "if " + value(branch.getCondition());
  return op->getName().stripDialect().str();
}

} // namespace mla
