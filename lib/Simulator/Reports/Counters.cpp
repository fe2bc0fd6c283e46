//===- Counters.cpp - what a launch did, by class of instruction ----------===//
// SPDX-License-Identifier: Apache-2.0
#include "mla/Simulator/Counters.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string_view>

namespace mla::sim {

/// The opcode and its modifiers: "ld.global.v4.b32" has "ld", "global", "v4" and "b32".
static std::vector<std::string_view> partsOf(std::string_view opcode) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= opcode.size();) {
    size_t end = std::min(opcode.find('.', start), opcode.size());
    parts.push_back(opcode.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// Opcodes whose class needs nothing more.
static const std::map<std::string_view, std::string_view> &classesOfOpcodes() {
  static const std::map<std::string_view, std::string_view> kClasses = {
      {"mov", "move"},          {"selp", "move"},          {"prmt", "move"},
      {"cvta", "move"},         {"slct", "move"},          {"cvt", "convert"},
      {"set", "compare"},       {"setp", "compare"},       {"bra", "control"},
      {"brx", "control"},       {"call", "control"},       {"ret", "control"},
      {"exit", "control"},      {"trap", "control"},       {"brkpt", "control"},
      {"bar", "barrier"},       {"barrier", "barrier"},    {"fence", "fence"},
      {"membar", "fence"},      {"mbarrier", "mbarrier"},  {"shfl", "warp"},
      {"vote", "warp"},         {"match", "warp"},         {"redux", "warp"},
      {"activemask", "warp"},   {"elect", "warp"},         {"ldmatrix", "ldmatrix"},
      {"stmatrix", "stmatrix"}, {"movmatrix", "warp"},     {"mma", "mma"},
      {"wgmma", "wgmma"},       {"setmaxnreg", "control"}, {"griddepcontrol", "control"},
      {"nanosleep", "control"}};
  return kClasses;
}

std::string classOf(const std::string &opcode) {
  std::vector<std::string_view> parts = partsOf(opcode);
  auto has = [&](std::string_view name) {
    return std::any_of(parts.begin() + 1, parts.end(), [&](std::string_view part) {
      return part.substr(0, part.find("::")) == name;
    });
  };
  std::string_view name = parts[0];
  auto withSpace = [&](const std::string &verb) {
    for (const char *space : {"global", "shared", "local", "param", "const"})
      if (has(space))
        return verb + " " + space;
    return verb + " generic";
  };
  // What waits for copies and products belongs to them.
  if (name == "cp")
    return has("bulk") ? "bulk copy" : "cp.async";
  if (name == "ld" || name == "ldu")
    return withSpace("load");
  if (name == "st")
    return withSpace("store");
  if (name == "atom" || name == "red")
    return withSpace("atomic");
  if (name == "bar" && has("warp"))
    return "warp";
  const auto &known = classesOfOpcodes();
  if (auto found = known.find(name); found != known.end())
    return std::string(found->second);
  static const std::set<std::string_view> kFloats = {"f16", "f16x2", "bf16", "bf16x2",
                                                     "f32", "f32x2", "f64"};
  for (size_t i = 1; i < parts.size(); ++i)
    if (kFloats.contains(parts[i]))
      return "float";
  return "integer";
}

std::vector<ClassCount> countClasses(const Report &report) {
  std::map<std::string, Count> sums;
  for (const LineCount &line : report.lines)
    sums[classOf(line.opcode)] += line.count;
  std::vector<ClassCount> classes;
  for (const auto &[name, count] : sums)
    classes.push_back({name, count});
  std::sort(classes.begin(), classes.end(), [](const ClassCount &a, const ClassCount &b) {
    return a.count.warps != b.count.warps ? a.count.warps > b.count.warps : a.name < b.name;
  });
  return classes;
}

/// The columns of a table, right-aligned, two spaces between.
static std::string columns(const Count &count) {
  char text[160];
  std::snprintf(
      text, sizeof(text), "%10llu  %12llu  %10llu  %12llu  %10llu  %8llu",
      static_cast<unsigned long long>(count.warps), static_cast<unsigned long long>(count.lanes),
      static_cast<unsigned long long>(count.sectors), static_cast<unsigned long long>(count.bytes),
      static_cast<unsigned long long>(count.conflicts),
      static_cast<unsigned long long>(count.waits));
  return text;
}

static constexpr const char *kColumns =
    "     warps         lanes     sectors         bytes   conflicts     waits";

static std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string classTable(const Report &report) {
  std::vector<ClassCount> classes = countClasses(report);
  size_t width = 5;
  Count sum;
  for (const ClassCount &each : classes) {
    width = std::max(width, each.name.size());
    sum += each.count;
  }
  std::string text = padded("class", width) + "  " + kColumns + "\n";
  for (const ClassCount &each : classes)
    text += padded(each.name, width) + "  " + columns(each.count) + "\n";
  return text + padded("all", width) + "  " + columns(sum) + "\n";
}

std::string lineTable(const Report &report) {
  std::string text = std::string("  line  ") + kColumns + "  instruction\n";
  for (const LineCount &line : report.lines) {
    std::string number = std::to_string(line.line);
    text += std::string(6 - std::min<size_t>(number.size(), 6), ' ') + number + "  " +
            columns(line.count) + "  " + line.opcode +
            (line.source.empty() ? "" : "  " + line.source) + "\n";
  }
  return text;
}

static std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    if (static_cast<unsigned char>(c) >= 0x20)
      result += c;
  }
  return result + "\"";
}

static std::string fields(const Count &count) {
  return "\"warps\": " + std::to_string(count.warps) +
         ", \"lanes\": " + std::to_string(count.lanes) +
         ", \"sectors\": " + std::to_string(count.sectors) +
         ", \"bytes\": " + std::to_string(count.bytes) +
         ", \"conflicts\": " + std::to_string(count.conflicts) +
         ", \"waits\": " + std::to_string(count.waits) + "}";
}

std::string countersJson(const Report &report) {
  std::string text = "{\"instructions\": " + std::to_string(report.instructions);
  const char *before = ",\n \"classes\": [\n  ";
  for (const ClassCount &each : countClasses(report)) {
    text += before + std::string("{\"class\": ") + quoted(each.name) + ", " + fields(each.count);
    before = ",\n  ";
  }
  text += report.lines.empty() ? ",\n \"classes\": [" : "";
  before = "],\n \"lines\": [\n  ";
  for (const LineCount &line : report.lines) {
    text += before + std::string("{\"line\": ") + std::to_string(line.line) +
            ", \"opcode\": " + quoted(line.opcode) + ", \"source\": " + quoted(line.source) + ", " +
            fields(line.count);
    before = ",\n  ";
  }
  return text + (report.lines.empty() ? "],\n \"lines\": [" : "") + "]}\n";
}

std::string textOf(const Finding &finding, const std::string &ptx) {
  bool hasSource = !finding.source.empty();
  std::string text = hasSource ? finding.source : ptx + ":" + std::to_string(finding.line);
  text += std::string(": error: ") + nameOf(finding.kind) + ": " + finding.text;
  if (hasSource)
    text += " (line " + std::to_string(finding.line) + " of the PTX)";
  if (finding.count > 1)
    text += " (and " + std::to_string(finding.count - 1) + " more times)";
  return text;
}

} // namespace mla::sim
