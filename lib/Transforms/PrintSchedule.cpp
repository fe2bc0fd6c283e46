//===- PrintSchedule.cpp - a timeline of roles ----------------------------===//
// One column per role, rows in program order. Roles run the same loop nest, so their loops stand in
// the same rows; between loops each role's rows begin at the top.
#include "mla/Transforms/Passes.h"

#include "ScheduleText.h"
#include "mla/Arch/Arch.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

namespace mla {
#define GEN_PASS_DEF_PRINTSCHEDULE
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;
using llvm::Twine;

static constexpr int32_t kThreadsPerWarp = 32;

namespace {
/// What a role does in a block: rows, with loops and branches between them.
struct RoleBlock {
  struct Part {
    std::vector<std::string> rows; ///< in front of the nested block
    std::string heading;           ///< of the nested block; empty at the end of a block
    std::vector<RoleBlock> nested; ///< one; two for a branch with an else
  };
  std::vector<Part> parts;
};

/// The columns, row by row.
class Timeline {
public:
  explicit Timeline(size_t columns) : columns(columns) {}

  /// Appends blocks of all roles, side by side; null for a role without.
  void append(ArrayRef<const RoleBlock *> blocks, unsigned depth);
  void appendRow(std::vector<std::string> row) { rows.push_back(std::move(row)); }
  void print(raw_ostream &os) const;

private:
  size_t columns;
  std::vector<std::vector<std::string>> rows;
};
} // namespace

void Timeline::append(ArrayRef<const RoleBlock *> blocks, unsigned depth) {
  std::string indent(2 * depth, ' ');
  size_t parts = 0;
  for (const RoleBlock *block : blocks)
    parts = std::max(parts, block ? block->parts.size() : 0);
  for (size_t i = 0; i < parts; ++i) {
    std::vector<const RoleBlock::Part *> present(columns);
    size_t height = 0, nested = 0;
    for (size_t column = 0; column < columns; ++column) {
      const RoleBlock *block = blocks[column];
      if (!block || i >= block->parts.size())
        continue;
      present[column] = &block->parts[i];
      height = std::max(height, present[column]->rows.size());
      nested = std::max(nested, present[column]->nested.size());
    }
    for (size_t line = 0; line < height; ++line) {
      std::vector<std::string> row(columns);
      for (size_t column = 0; column < columns; ++column)
        if (present[column] && line < present[column]->rows.size())
          row[column] = indent + present[column]->rows[line];
      rows.push_back(std::move(row));
    }
    for (size_t branch = 0; branch < nested; ++branch) {
      std::vector<std::string> row(columns);
      std::vector<const RoleBlock *> inner(columns);
      for (size_t column = 0; column < columns; ++column) {
        if (!present[column] || branch >= present[column]->nested.size())
          continue;
        row[column] = indent + (branch == 0 ? present[column]->heading : "else");
        inner[column] = &present[column]->nested[branch];
      }
      bool isEmpty = llvm::all_of(inner, [](const RoleBlock *block) {
        return !block || (block->parts.size() == 1 && block->parts.front().rows.empty());
      });
      if (branch > 0 && isEmpty)
        continue;
      rows.push_back(std::move(row));
      append(inner, depth + 1);
    }
  }
}

/// Characters, of which UTF-8 has several bytes in some.
static size_t widthOf(StringRef text) {
  return llvm::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

void Timeline::print(raw_ostream &os) const {
  std::vector<size_t> widths(columns);
  for (const auto &row : rows)
    for (auto [width, cell] : llvm::zip_equal(widths, row))
      width = std::max(width, widthOf(cell));
  for (auto [index, row] : llvm::enumerate(rows)) {
    std::string line;
    for (auto [column, cell] : llvm::enumerate(row))
      line += (column ? "| " : "") + cell + std::string(widths[column] - widthOf(cell) + 1, ' ');
    os << "  " << StringRef(line).rtrim() << '\n';
    if (index == 0) {
      os << "  ";
      for (auto [column, width] : llvm::enumerate(widths))
        os << (column ? "+-" : "") << std::string(width + 1, '-');
      os << '\n';
    }
  }
}

//===----------------------------------------------------------------------===//
// From IR
//===----------------------------------------------------------------------===//

namespace {
/// Ops on the elements of matrices of one shape that stand together: "mulf, subf, exp2: 64x32".
class ElementwiseRow {
public:
  void append(StringRef op, const std::string &of, std::vector<std::string> &rows) {
    if (names.empty() || of != shape) {
      names.clear();
      shape = of;
      rows.emplace_back();
    }
    if (names.empty() || names.back() != op)
      names.push_back(op.str());
    rows.back() = llvm::join(names, ", ") + ": " + shape;
  }

private:
  std::vector<std::string> names;
  std::string shape;
};
} // namespace

static RoleBlock readBlock(Block &block, const ScheduleText &text) {
  RoleBlock read;
  read.parts.emplace_back();
  ElementwiseRow elementwise;
  for (Operation &op : block) {
    std::vector<std::string> &rows = read.parts.back().rows;
    if (std::string shape = ScheduleText::elementwise(&op); !shape.empty()) {
      elementwise.append(op.getName().stripDialect(), shape, rows);
      continue;
    }
    if (op.getNumRegions() == 0 || tile::hasCombineRegion(&op)) {
      if (std::string row = text.op(&op); !row.empty()) {
        rows.push_back(std::move(row));
        elementwise = {};
      }
      continue;
    }
    elementwise = {};
    std::vector<RoleBlock> nested;
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        nested.push_back(readBlock(inner, text));
    read.parts.back().heading = text.heading(&op);
    read.parts.back().nested = std::move(nested);
    read.parts.emplace_back();
  }
  return read;
}

/// Roles that a channel connects: "copy to compute".
static std::string connectedRoles(ws::ChannelOp channel) {
  SmallVector<StringRef> from, to;
  for (Operation *user : channel->getUsers()) {
    auto role = user->getParentOfType<ws::RoleOp>();
    if (!role)
      continue;
    SmallVector<StringRef> &side = isa<ws::GetOp, ws::ReleaseOp>(user) ? to : from;
    if (!llvm::is_contained(side, role.getRole()))
      side.push_back(role.getRole());
  }
  return llvm::join(from, ", ") + " to " + llvm::join(to, ", ");
}

static void printChannels(func::FuncOp func, const Arch *arch, raw_ostream &os) {
  int64_t total = 0;
  func.walk([&](ws::ChannelOp channel) {
    total += cast<ws::ChannelType>(channel.getChannel().getType()).getBytes();
  });
  os << "  shared memory: " << total;
  if (arch)
    os << " of " << sm::sharedLimit(func, *arch);
  os << " bytes\n";
  func.walk([&](ws::ChannelOp channel) {
    auto type = cast<ws::ChannelType>(channel.getChannel().getType());
    os << llvm::formatv("    {0,-8} {1,2} x {2,-14} {3,8} bytes  {4}\n", channel.getLabel(),
                        type.getDepth(), ScheduleText::tile(type.getValueType()), type.getBytes(),
                        connectedRoles(channel));
  });
}

static void printRegisters(ArrayRef<ws::RoleOp> roles, const Arch *arch, raw_ostream &os) {
  int64_t total = 0;
  for (ws::RoleOp role : roles) {
    if (!role.getRegisters())
      return;
    total += int64_t(*role.getRegisters()) * role.getNumWarps() * kThreadsPerWarp;
  }
  os << "  registers: " << total;
  if (arch)
    os << " of " << arch->registersPerSm;
  os << '\n';
}

static std::string roleHeading(ws::RoleOp role) {
  std::string text = llvm::formatv("{0}: warps {1}-{2}", role.getRole(), role.getFirstWarp(),
                                   role.getFirstWarp() + role.getNumWarps() - 1);
  if (role.getRegisters())
    text += ", " + std::to_string(*role.getRegisters()) + " registers";
  return text;
}

static void printSchedule(func::FuncOp func, raw_ostream &os) {
  SmallVector<ws::RoleOp> roles(func.getOps<ws::RoleOp>());
  if (roles.empty())
    return;
  auto name = func->getParentOfType<ModuleOp>()->getAttrOfType<StringAttr>(sm::kArchAttr);
  const Arch *arch = name ? findArch(name.getValue()) : nullptr;
  os << "schedule of " << func.getName();
  if (arch)
    os << " for " << arch->name;
  os << '\n';
  printChannels(func, arch, os);
  printRegisters(roles, arch, os);

  ScheduleText text(func);
  std::vector<RoleBlock> blocks;
  std::vector<std::string> headings;
  for (ws::RoleOp role : roles) {
    blocks.push_back(readBlock(role.getBody().front(), text));
    headings.push_back(roleHeading(role));
  }
  Timeline timeline(roles.size());
  timeline.appendRow(std::move(headings));
  std::vector<const RoleBlock *> columns;
  for (const RoleBlock &block : blocks)
    columns.push_back(&block);
  timeline.append(columns, 0);
  timeline.print(os);
  os << '\n';
}

namespace {
struct PrintSchedule : mla::impl::PrintScheduleBase<PrintSchedule> {
  using PrintScheduleBase::PrintScheduleBase;

  void runOnOperation() override {
    // Functions are handled by several threads; a schedule is written whole.
    std::string text;
    llvm::raw_string_ostream os(text);
    printSchedule(getOperation(), os);
    llvm::errs() << text;
    markAllAnalysesPreserved();
  }
};
} // namespace
