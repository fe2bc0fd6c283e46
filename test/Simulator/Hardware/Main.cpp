//===- Main.cpp - the simulator's numerics against a GPU ------------------===//
// Runs every instruction of the tables on seeded operands and compares the answers with the models;
// writes a table, and what the hardware said for the test that runs without a GPU.
// SPDX-License-Identifier: Apache-2.0

#include "Answers.h"
#include "Exhaustive.h"
#include "Kernels.h"
#include "MatrixOp.h"
#include "ScalarOp.h"
#include "WarpOps.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

using namespace mla;
using namespace mla::hardware;
using namespace mla::sim;

namespace {
/// Vectors of a matrix instruction: 128 sums each.
constexpr size_t kMatrices = 36 * 400;

/// Where results go; one instruction after the other.
struct Report {
  std::FILE *table;
  std::FILE *answers;
  size_t ops = 0, wrong = 0;
};

/// `most` is the distance of the answers in last places, 0 for the same bits.
void record(Report &report, const std::string &name, uint64_t hash, uint64_t most) {
  report.wrong += most != 0;
  if (most == 0)
    std::fprintf(report.answers, "%s\n    \"%s\": \"%016llx\"", report.ops ? "," : "", name.c_str(),
                 (unsigned long long)hash);
  else
    std::fprintf(report.answers, "%s\n    \"%s\": %llu", report.ops ? "," : "", name.c_str(),
                 (unsigned long long)most);
  ++report.ops;
}

void checkScalars(const conformance::Gpu &gpu, Report &report) {
  std::vector<ScalarOp> ops = scalarOps();
  Module module(gpu, scalarModule(ops));
  conformance::DeviceMemory in(gpu, int64_t(kVectors) * 32), out(gpu, int64_t(kVectors) * 8);
  for (size_t index = 0; index < ops.size(); ++index) {
    const ScalarOp &op = ops[index];
    std::vector<uint64_t> inputs = scalarInputs(op, kSeed), got(kVectors);
    in.upload(inputs.data(), int64_t(inputs.size()) * 8);
    out.fill(0);
    module.run("op" + std::to_string(index), in.address, out.address, kVectors);
    out.download(got.data(), 0, int64_t(kVectors) * 8);
    std::vector<uint64_t> expected = scalarAnswers(op, inputs);
    size_t mismatches = 0;
    uint64_t most = 0;
    std::string first;
    for (size_t i = 0; i < kVectors; ++i) {
      if (got[i] == expected[i])
        continue;
      ++mismatches;
      most = std::max(most, distance(op.result, got[i], expected[i]));
      if (mismatches <= 3) {
        char text[64];
        first += "\n    ";
        for (size_t k = 0; k < op.operands.size(); ++k) {
          std::snprintf(text, sizeof text, "%llx ", (unsigned long long)inputs[k * kVectors + i]);
          first += text;
        }
        std::snprintf(text, sizeof text, "-> %llx, expected %llx", (unsigned long long)got[i],
                      (unsigned long long)expected[i]);
        first += text;
      }
    }
    std::fprintf(report.table, "%-44s %8u %8zu %20llu%s\n", op.name.c_str(), kVectors, mismatches,
                 (unsigned long long)most, first.c_str());
    record(report, op.name, hashOf(got, kVectors), most);
  }
}

/// Which other models explain the answers of an instruction.
void explore(MatrixOp op, const std::vector<uint32_t> &inputs, const std::vector<uint32_t> &got,
             size_t vectors, Report &report) {
  struct Tried {
    size_t wrong;
    std::string text;
  };
  std::vector<Tried> tried;
  bool byte = widthOf(op.instruction.a) == 8;
  for (unsigned block : {4, 8, 16, 32})
    for (int bits : {12, 13, 14, 22, 23, 24, 25, 26, 27})
      for (bool through : {false, true})
        for (int result : {bits, 23}) {
          bool narrow = bits < 20;
          if (block > op.instruction.k || (!byte && (through || narrow)) || (through && narrow) ||
              (!narrow && result != 23))
            continue;
          op.instruction.model = {block, bits, result, through};
          std::vector<uint32_t> expected = matrixAnswers(op, inputs, vectors);
          size_t wrong = 0;
          for (size_t i = 0; i < got.size(); ++i)
            wrong += got[i] != expected[i];
          char text[100];
          std::snprintf(text, sizeof text, "block %u bits %d result %d through halves %d: %zu",
                        block, bits, result, through, wrong);
          tried.push_back({wrong, text});
        }
  std::sort(tried.begin(), tried.end(),
            [](const Tried &a, const Tried &b) { return a.wrong < b.wrong; });
  for (size_t i = 0; i < tried.size() && i < 6; ++i)
    std::fprintf(report.table, "      %s\n", tried[i].text.c_str());
}

void checkMatrices(const conformance::Gpu &gpu, Report &report, size_t vectors, bool exploring) {
  std::vector<MatrixOp> ops = matrixOps();
  Module module(gpu, matrixModule(ops));
  for (size_t index = 0; index < ops.size(); ++index) {
    const MatrixOp &op = ops[index];
    std::vector<uint32_t> inputs = matrixInputs(op, vectors, kSeed);
    std::vector<uint32_t> got(vectors * op.instruction.registersC() * op.registerWords());
    conformance::DeviceMemory in(gpu, int64_t(inputs.size()) * 4),
        out(gpu, int64_t(got.size()) * 4);
    in.upload(inputs.data(), int64_t(inputs.size()) * 4);
    module.run("mma" + std::to_string(index), in.address, out.address, vectors * 32);
    out.download(got.data(), 0, int64_t(got.size()) * 4);
    std::vector<uint32_t> expected = matrixAnswers(op, inputs, vectors);
    size_t mismatches = 0, perStyle[kNumStyles] = {}, words = got.size() / vectors;
    std::string first;
    for (size_t i = 0; i < got.size(); ++i)
      if (got[i] != expected[i]) {
        ++mismatches;
        if (perStyle[styleOf(i / words)]++ < 2)
          first += "\n    " + describeElement(op, inputs, i, got[i], expected[i]);
      }
    std::fprintf(report.table, "%-44s %8zu %8zu of %zu  ", op.name.c_str(), vectors, mismatches,
                 got.size());
    for (size_t count : perStyle)
      std::fprintf(report.table, " %zu", count);
    std::fprintf(report.table, "%s\n", first.c_str());
    record(report, op.name, hashOf(got, kRecordedMatrices * words), mismatches);
    if (exploring && isFloat(op.instruction.a) && op.instruction.a != MatrixType::F64) {
      size_t fewer = std::min<size_t>(vectors, 36 * 20);
      std::vector<uint32_t> some(got.begin(), got.begin() + std::ptrdiff_t(fewer * words));
      explore(op, inputs, some, fewer, report);
    }
  }
}

void checkWarps(const conformance::Gpu &gpu, Report &report) {
  std::vector<WarpOp> ops = warpOps();
  Module module(gpu, warpModule(ops));
  std::vector<uint32_t> inputs = warpInputs(), got(inputs.size());
  conformance::DeviceMemory in(gpu, int64_t(inputs.size()) * 4), out(gpu, int64_t(got.size()) * 4);
  in.upload(inputs.data(), int64_t(inputs.size()) * 4);
  for (size_t index = 0; index < ops.size(); ++index) {
    module.run("warp" + std::to_string(index), in.address, out.address, kWarps * 32);
    out.download(got.data(), 0, int64_t(got.size()) * 4);
    std::vector<uint32_t> expected = warpAnswers(ops[index], inputs);
    size_t mismatches = 0;
    for (size_t i = 0; i < got.size(); ++i)
      mismatches += got[i] != expected[i];
    std::fprintf(report.table, "%-44s %8zu %8zu of %zu\n", ops[index].name.c_str(), kWarps,
                 mismatches, got.size());
    record(report, ops[index].name, hashOf(got, got.size()), mismatches);
  }
}

constexpr const char *kHelp =
    "usage: mla-numerics check FILE                  the models against the answers of a run\n"
    "       mla-numerics run DIR [explore] [every]   against GPU 0: table.txt and answers.json\n"
    "       mla-numerics ptx DIR                     the PTX of a run\n"
    "\n"
    "  explore   which other models explain a matrix instruction that differs\n"
    "  every     functions of one f32 on all 2^32 of them, minutes\n"
    "\n"
    "examples:\n"
    "  mla-numerics check test/Simulator/Hardware/answers-h200.json\n"
    "  mkdir out && mla-numerics run out every\n"
    "\n"
    "exit: 0 all as the models say, 1 something differs, 2 wrong arguments, 77 no Hopper GPU\n";

/// The words of the command line, checked; nothing after --help or an error.
bool parseWords(const std::vector<std::string> &words, int &exitCode) {
  bool help = std::find(words.begin(), words.end(), "--help") != words.end();
  bool isRun = words.size() >= 2 && words[0] == "run";
  bool ok = words.size() == 2 && (words[0] == "check" || words[0] == "ptx");
  ok |= isRun && std::all_of(words.begin() + 2, words.end(), [](const std::string &word) {
          return word == "explore" || word == "every";
        });
  exitCode = help ? 0 : 2;
  if (help || !ok)
    std::fputs(kHelp, help ? stdout : stderr);
  return ok && !help;
}
} // namespace

int main(int count, char **arguments) {
  std::vector<std::string> words(arguments + 1, arguments + count);
  int exitCode = 0;
  if (!parseWords(words, exitCode))
    return exitCode;
  const std::string &verb = words[0], &folder = words[1];
  if (verb == "ptx") {
    std::ofstream(folder + "/scalar.ptx") << scalarModule(scalarOps());
    std::ofstream(folder + "/matrix.ptx") << matrixModule(matrixOps());
    std::ofstream(folder + "/warp.ptx") << warpModule(warpOps());
    std::ofstream(folder + "/every.ptx") << everyFloatModule();
    return 0;
  }
  if (verb == "check")
    return checkAnswers(folder);
  bool exploring = std::find(words.begin() + 2, words.end(), "explore") != words.end();
  bool every = std::find(words.begin() + 2, words.end(), "every") != words.end();
  conformance::Gpu gpu;
  if (runtime::Status status = gpu.open(0); !status.ok()) {
    std::fprintf(stderr, "%s\n", status.message.c_str());
    return 77;
  }
  if (gpu.device.major != 9) {
    std::fprintf(stderr, "%s: the models are of Hopper\n", gpu.description().c_str());
    return 77;
  }
  Report report;
  report.table = std::fopen((folder + "/table.txt").c_str(), "w");
  report.answers = std::fopen((folder + "/answers.json").c_str(), "w");
  if (!report.table || !report.answers) {
    std::fprintf(stderr, "cannot write into %s\n", folder.c_str());
    return 2;
  }
  std::fprintf(report.table, "%s\n", gpu.description().c_str());
  std::fprintf(report.answers, "{\n  \"device\": \"%s\",\n  \"answers\": {",
               gpu.description().c_str());
  checkMatrices(gpu, report, kMatrices, exploring);
  std::fflush(report.table);
  checkWarps(gpu, report);
  checkScalars(gpu, report);
  std::fprintf(report.answers, "\n  }\n}\n");
  if (every)
    report.wrong += checkEveryFloat(gpu, report.table);
  std::fclose(report.table);
  std::fclose(report.answers);
  std::printf("%s: %zu instructions, %zu differ\n", gpu.description().c_str(), report.ops,
              report.wrong);
  return report.wrong != 0;
}
