//===- ProtocolTest.cpp - what wgmma and setmaxnreg expect ----------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

using namespace mla::sim;

static RunOptions warpgroup(uint64_t seed = 0, unsigned threads = 128) {
  RunOptions options;
  options.block = {threads, 1, 1};
  options.declarations = ".shared .align 1024 .b8 s[4096];";
  options.seed = seed;
  return options;
}

/// B in shared memory, %d1 its descriptor; A is %r10 to %r13, the accumulator %r20 to %r23.
static const std::string kStart =
    "mov.u32 %r1, s;\nshl.b32 %r2, %t, 4;\nadd.u32 %r2, %r2, %r1;\nmov.b32 %r10, 0;\n"
    "mov.b32 %r11, %r10;\nmov.b32 %r12, %r10;\nmov.b32 %r13, %r10;\nmov.b32 %r20, 0x40a00000;\n"
    "mov.b32 %r21, %r20;\nmov.b32 %r22, %r20;\nmov.b32 %r23, %r20;\n"
    "mov.b32 %r24, %r20;\nmov.b32 %r25, %r20;\nmov.b32 %r26, %r20;\nmov.b32 %r27, %r20;\n"
    "st.shared.v4.b32 [%r2], {%r10, %r10, %r10, %r10};\n"
    "fence.proxy.async.shared::cta;\nbar.sync 0;\n"
    "shr.u32 %r3, %r1, 4;\ncvt.u64.u32 %d1, %r3;\nor.b64 %d1, %d1, 0x1000080000;\n";
static const std::string kFence = "wgmma.fence.sync.aligned;\n";
static const std::string kProduct =
    "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {%r20, %r21, %r22, %r23}, "
    "{%r10, %r11, %r12, %r13}, %d1, 1, 1, 1, 0;\n";
static const std::string kCommit = "wgmma.commit_group.sync.aligned;\n";
static const std::string kWait = "wgmma.wait_group.sync.aligned 0;\n";
static const std::string kUse = "st.global.b32 [%at], %r20;\n";

/// Whether one of the findings is of this kind and holds `part`, at some seeds.
static void expectAmong(FindingKind kind, const std::string &part, const std::string &body,
                        RunOptions options = warpgroup()) {
  for (uint64_t seed : {0, 1, 2}) {
    options.seed = seed;
    std::string all;
    bool found = false;
    for (const Finding &finding : runBody(body, options).report.findings) {
      found |= finding.kind == kind && finding.text.find(part) != finding.text.npos;
      all += std::string(nameOf(finding.kind)) + ": " + finding.text + "\n";
    }
    EXPECT_TRUE(found) << "seed " << seed << ", expected '" << part << "' in:\n" << all;
  }
}

TEST(Wgmma, WithItsProtocolNothingIsFound) {
  for (uint64_t seed : {0, 1, 2, 3}) {
    std::vector<uint32_t> out =
        runClean(kStart + kFence + kProduct + kProduct + kCommit + kWait + kUse, warpgroup(seed));
    EXPECT_EQ(out[100], 0x40a00000u);
  }
}

TEST(Wgmma, RegistersInFlight) {
  std::string issued = kStart + kFence + kProduct;
  expectAmong(FindingKind::Protocol, "reads a register of the accumulator of a product in flight",
              issued + kCommit + kUse);
  expectAmong(FindingKind::Protocol, "no wgmma.wait_group has waited for it",
              issued + kCommit + kUse + kWait);
  // A wait for all groups but one.
  expectAmong(FindingKind::Protocol, "no wgmma.wait_group has waited for it",
              issued + kCommit + "wgmma.wait_group.sync.aligned 1;\n" + kUse);
  expectAmong(FindingKind::Protocol, "no wgmma.commit_group has closed its group",
              issued + kWait + kUse);
  expectAmong(FindingKind::Protocol, "writes a register of matrix A of a product in flight",
              issued + kCommit + "mov.b32 %r12, 1;\n" + kWait + kUse);
  expectAmong(FindingKind::Protocol, "writes a register of the accumulator",
              issued + kCommit + "ld.shared.b32 %r23, [%r2];\n" + kWait + kUse);
  expectAmong(FindingKind::Protocol, "ends while a product is in flight", issued + kCommit);
  // Reading A does no harm, nor do instructions that no lane executes.
  EXPECT_EQ(runClean(issued + kCommit + "add.u32 %r9, %r10, 1;\n@!%p1 bra skip;\nskip:\n" + kWait +
                         "st.global.b32 [%at], %r9;\n",
                     warpgroup())[3],
            1u);
}

TEST(Wgmma, Fences) {
  expectAmong(FindingKind::Protocol, "before the first wgmma.fence",
              kStart + kProduct + kCommit + kWait + kUse);
  expectAmong(FindingKind::Protocol, "no wgmma.fence came between",
              kStart + kFence + "mov.b32 %r13, 0;\n" + kProduct + kCommit + kWait + kUse);
  expectAmong(FindingKind::Protocol, "has accessed, and no wgmma.fence came between",
              kStart + kFence + kProduct + kCommit + kWait + "add.f32 %r21, %r21, %r21;\n" +
                  kProduct + kCommit + kWait + kUse);
}

TEST(Wgmma, ProductsThatShareRegisters) {
  std::string wide = "wgmma.mma_async.sync.aligned.m64n16k16.f32.bf16.bf16 {%r20, %r21, %r22, "
                     "%r23, %r24, %r25, %r26, %r27}, {%r10, %r11, %r12, %r13}, %d1, 1, 1, 1, 0;\n";
  expectAmong(FindingKind::Protocol, "of another shape",
              kStart + kFence + kProduct + wide + kCommit + kWait + kUse);
  std::string chained = kProduct;
  chained.replace(chained.find("{%r20, %r21, %r22, %r23}, {%r10, %r11, %r12, %r13}"), 50,
                  "{%r24, %r25, %r26, %r27}, {%r20, %r21, %r22, %r23}");
  expectAmong(FindingKind::Protocol, "has a matrix A in the accumulator of a product in flight",
              kStart + kFence + kProduct + chained + kCommit + kWait + kUse);
  std::string overwriting = kProduct;
  overwriting.replace(overwriting.find("{%r20, %r21, %r22, %r23}, {%r10, %r11, %r12, %r13}"), 50,
                      "{%r10, %r11, %r12, %r13}, {%r24, %r25, %r26, %r27}");
  expectAmong(FindingKind::Protocol, "writes registers of matrix A of a product in flight",
              kStart + kFence + kProduct + overwriting + kCommit + kWait + kUse);
}

TEST(Wgmma, WarpsOfAWarpgroup) {
  std::string body = kStart + "setp.lt.u32 %p1, %t, 32;\n" + kFence;
  expectAmong(FindingKind::Protocol, "where another warp of its warpgroup executes",
              body + "@%p1 bra over;\n" + kProduct + "over:\n" + kCommit + kWait + kUse);
  expectAmong(FindingKind::Protocol, "warp of its warpgroup",
              body + kProduct + kCommit + kWait + kUse + "@%p1 bra over;\n" + kFence + "over:\n");
  expectAmong(FindingKind::Protocol, "other descriptors of matrices",
              body + "@%p1 add.u64 %d1, %d1, 8;\n" + kProduct + kCommit + kWait + kUse);
  expectAmong(FindingKind::Protocol, "has ended or never was",
              kStart + kFence + kProduct + kCommit + kWait + kUse, warpgroup(0, 96));
}

TEST(Wgmma, Descriptors) {
  auto with = [](const std::string &change) {
    return kStart + change + kFence + kProduct + kCommit + kWait + kUse;
  };
  expectAmong(FindingKind::Invalid, "bits that mean nothing", with("or.b64 %d1, %d1, 0x4000;\n"));
  expectAmong(FindingKind::Invalid, "base offset", with("or.b64 %d1, %d1, 0x2000000000000;\n"));
  expectAmong(FindingKind::Invalid, "other descriptors of matrices in other lanes",
              with("cvt.u64.u32 %d2, %t;\nadd.u64 %d1, %d1, %d2;\n"));
  // A swizzle of 128 bytes, from the second row on.
  expectAmong(FindingKind::Misaligned, "the swizzle of 128 bytes repeats",
              with("or.b64 %d1, %d1, 0x4000000000000000;\nadd.u64 %d1, %d1, 8;\n"));
  expectAmong(FindingKind::OutOfBounds, "of shared memory at offset",
              with("add.u64 %d1, %d1, 256;\n"));
}

//===-- Registers ---------------------------------------------------------===//

/// The first half of the warps does one thing, the second another one.
static std::string halves(const std::string &first, const std::string &second) {
  return "setp.lt.u32 %p1, %t, 128;\n@%p1 bra one;\n" + second + "bra done;\none:\n" + first +
         "done:\nst.global.u32 [%at], %t;";
}

static RunOptions roles(unsigned registers) {
  RunOptions options = warpgroup(0, 256);
  options.registers = registers;
  return options;
}

TEST(Registers, MoveBetweenRoles) {
  std::string less = "setmaxnreg.dec.sync.aligned.u32 40;\n";
  for (uint64_t seed : {0, 1, 2, 3}) {
    RunOptions options = roles(128);
    options.seed = seed;
    EXPECT_EQ(runClean(halves("setmaxnreg.inc.sync.aligned.u32 216;\n", less), options)[255], 255u);
  }
  expectAmong(FindingKind::Deadlock, "waits for 96 registers more for each thread",
              halves("setmaxnreg.inc.sync.aligned.u32 224;\n", less), roles(128));
  expectAmong(FindingKind::Registers, "increases the registers of a thread to 120, it has 128",
              halves("setmaxnreg.inc.sync.aligned.u32 120;\n", less), roles(128));
  expectAmong(FindingKind::Registers, "decreases the registers of a thread to 136, it has 128",
              halves("setmaxnreg.dec.sync.aligned.u32 136;\n", less), roles(128));
  // Twice, with and without a barrier between.
  std::string twice = "setmaxnreg.dec.sync.aligned.u32 120;\n";
  EXPECT_EQ(runClean(twice + "bar.sync 0;\n" + less + "st.global.u32 [%at], %t;", roles(128))[9],
            9u);
  expectAmong(FindingKind::Protocol, "have not synchronised since the last time", twice + less,
              roles(128));
  // One warp of a warpgroup.
  expectAmong(FindingKind::Protocol, "warp of its warpgroup",
              "setp.lt.u32 %p1, %t, 32;\n@!%p1 bra over;\n" + less + "over:\n", roles(128));
}

TEST(Registers, AtTheLaunch) {
  auto launch = [](const std::string &limits, unsigned threads, unsigned registers,
                   std::string &found, const std::string &body = "") {
    Device device;
    Diagnostic diagnostic;
    EXPECT_TRUE(device.load(".version 8.6\n.target sm_90a\n.address_size 64\n.entry f() " + limits +
                                " {\n" + body + "ret;\n}\n",
                            diagnostic))
        << diagnostic.text;
    Launch launch;
    launch.kernel = "f";
    launch.block = {threads, 1, 1};
    launch.registers = registers;
    Report report;
    std::string error;
    bool ran = device.launch(launch, report, error);
    found = ran && !report.isClean() ? report.findings[0].text : error;
    return ran;
  };
  std::string found;
  EXPECT_TRUE(launch("", 1024, 0, found));
  EXPECT_TRUE(launch("", 1024, 64, found));
  EXPECT_EQ(found, "");
  EXPECT_FALSE(launch("", 1024, 65, found));
  EXPECT_EQ(found, "32 warps with 72 registers for each thread need 73728 registers, a "
                   "multiprocessor has 65536");
  // A bound, unless the kernel begins with it.
  EXPECT_TRUE(launch(".maxntid 384\n.maxnreg 232", 384, 0, found));
  EXPECT_EQ(found, "");
  EXPECT_TRUE(launch(".maxntid 256\n.minnctapersm 2\n.maxnreg 168", 256, 0, found));
  EXPECT_EQ(found, "");
  EXPECT_FALSE(
      launch(".maxntid 384\n.maxnreg 232", 384, 0, found, "setmaxnreg.dec.sync.aligned.u32 24;\n"));
  EXPECT_TRUE(launch(".maxntid 256\n.minnctapersm 2\n.maxnreg 128", 256, 0, found));
  EXPECT_EQ(found, "");
  EXPECT_TRUE(launch(".maxntid 256\n.minnctapersm 2", 256, 168, found));
  EXPECT_NE(found.find("asks for 2 blocks on a multiprocessor"), found.npos) << found;
}

TEST(Registers, BudgetsThatThereAreNot) {
  for (const char *registers : {"16", "44", "264", "%r1"}) {
    Device device;
    Diagnostic diagnostic;
    EXPECT_FALSE(device.load(std::string(".version 8.6\n.target sm_90a\n.address_size 64\n"
                                         ".entry f() {\n.reg .b32 %r<2>;\n"
                                         "setmaxnreg.inc.sync.aligned.u32 ") +
                                 registers + ";\nret;\n}\n",
                             diagnostic));
    EXPECT_NE(diagnostic.text.find("a multiple of 8 from 24 to 256"), std::string::npos)
        << diagnostic.text;
  }
}

//===-- mbarriers ---------------------------------------------------------===//

TEST(Mbarrier, SaysWhatIsMissing) {
  std::string init = "mov.u32 %r1, s;\nsetp.eq.u32 %p1, %t, 0;\n"
                     "@%p1 mbarrier.init.shared::cta.b64 [%r1], 2;\nbar.sync 0;\n"
                     "@%p1 mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], 64;\n";
  std::string wait = "{ .reg .pred c; again: mbarrier.try_wait.parity.shared::cta.b64 c, [%r1], 0; "
                     "@!c bra again; }\n";
  expectAmong(FindingKind::Deadlock,
              "waits for the end of phase 0 (parity 0) of the mbarrier at 0x400 of block 0: 1 of 2 "
              "arrivals are missing, and it has 64 bytes that are expected and not copied",
              init + wait);
  // Nobody waits: the blocks end.
  expectAmong(FindingKind::Protocol,
              "leave the mbarrier at 0x400 of block 0 with 64 bytes that are expected", init);
}
