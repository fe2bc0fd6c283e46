//===- ParserTest.cpp - PTX text to a module and back ---------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "mla/Simulator/Ptx/Parser.h"

#include <gtest/gtest.h>

using namespace mla::sim;
using namespace mla::sim::ptx;

static const std::string kHeader = ".version 9.0\n.target sm_90a\n.address_size 64\n";

static Module parseGood(const std::string &text) {
  Diagnostic error;
  std::optional<Module> module = parse(kHeader + text, error);
  EXPECT_TRUE(module.has_value()) << error.line << ": " << error.text;
  return module ? *module : Module();
}

/// The error of a body, as "line: text"; line 1 is the first of `text`.
static std::string errorOf(const std::string &text) {
  Diagnostic error;
  if (parse(kHeader + text, error))
    return "";
  return std::to_string(error.line - 3) + ": " + error.text;
}

static std::string errorOfBody(const std::string &text) {
  return errorOf(".entry f() {\n" + text + "\n}");
}

TEST(Parser, ReadsAnInstructionWithEverything) {
  Module module = parseGood(R"(
.visible .entry f(.param .u64 .ptr .global .align 16 f_0, .param .u32 f_1)
.reqntid 128, 1, 1
{
  .reg .pred %p<3>;
  .reg .b32 %r<4>, x;
  .reg .b64 %rd<2>;
  ld.param.b64 %rd1, [f_0];
  @!%p1 setp.lt.and.s32 %p2|_, %r1, -7, !%p1;
  ld.global.v2.b32 {%r1, %r2}, [%rd1+-8];
  mov.u32 x, %tid.x;
  mov.b32 %r3, 0f3F800000;
})");
  const Function *f = module.findFunction("f");
  ASSERT_TRUE(f);
  EXPECT_TRUE(f->isKernel);
  EXPECT_EQ(f->limits.requiredThreads[0], 128u);
  ASSERT_EQ(f->parameters.size(), 2u);
  EXPECT_EQ(f->parameters[0].bytes, 8u);
  EXPECT_EQ(f->parameters[0].alignment, 8u);
  EXPECT_EQ(f->registers.size(), 10u);
  ASSERT_EQ(f->body.size(), 5u);
  const Instruction &setp = f->body[1];
  EXPECT_TRUE(setp.isGuarded && setp.isGuardNegated);
  EXPECT_EQ(setp.opcode, "setp");
  EXPECT_EQ(setp.modifiers, (std::vector<std::string>{"lt", "and", "s32"}));
  EXPECT_EQ(setp.operands[0].kind, Operand::Kind::Pair);
  EXPECT_EQ(int64_t(setp.operands[2].bits), -7);
  EXPECT_TRUE(setp.operands[3].negated);
  EXPECT_EQ(f->body[2].operands[1].offset, -8);
  EXPECT_EQ(f->body[3].operands[1].name, "%tid.x");
  EXPECT_EQ(f->body[4].operands[1].bits, 0x3F800000u);
  EXPECT_EQ(print(module, *f, setp), "@!%p1 setp.lt.and.s32 %p2|_, %r1, -7, !%p1");
}

TEST(Parser, ResolvesNamesOfScopesFromTheInside) {
  Module module = parseGood(R"(
.entry f() {
  .reg .pred p;
  .reg .b32 r;
  { .reg .pred p; again: setp.eq.b32 p, r, 0; @p bra again; bra done; }
  { .reg .pred p; again: setp.eq.b32 p, r, 0; @p bra again; }
done:
  ret;
})");
  const Function &f = module.functions[0];
  ASSERT_EQ(f.registers.size(), 4u);
  EXPECT_EQ(f.body[0].operands[0].index, 2u);
  EXPECT_EQ(f.body[1].operands[0].index, 0u);
  EXPECT_EQ(f.body[2].operands[0].index, 5u);
  EXPECT_EQ(f.body[3].operands[0].index, 3u);
  EXPECT_EQ(f.body[4].operands[0].index, 3u);
  std::string text = print(module);
  EXPECT_NE(text.find("p$1"), text.npos);
  Diagnostic error;
  std::optional<Module> again = parse(text, error);
  ASSERT_TRUE(again) << error.line << ": " << error.text;
  EXPECT_EQ(print(*again), text);
}

TEST(Parser, ReadsVariablesCallsAndTables) {
  Module module = parseGood(R"(
.file 1 "kernel.py"
.extern .shared .align 1024 .b8 dynamic[];
.global .align 4 .f32 table[2] = {0f3F800000, 1.5};
.const .b64 where = generic(table)+4;
.extern .func (.param .b32 out) vprintf (.param .b64 a, .param .b64 b);
.entry f() {
  .reg .b32 %r<3>;
  .reg .b64 %rd<3>;
  .local .align 8 .b8 depot[16];
  .loc 1 12 4
  mov.b64 %rd1, depot+8;
  mov.b32 %r2, dynamic+(4*(2+1));
  {
  .param .b64 param0;
  .param .b32 out;
  st.param.b64 [param0], %rd1;
  call.uni (out), vprintf, (param0, param0);
  ld.param.b32 %r1, [out];
  }
targets: .branchtargets A, B;
  brx.idx %r1, targets;
A:
B:
  cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r1], [%rd1, {%r1, 3}], [%r2];
  ret;
})");
  const Function *f = module.findFunction("f");
  ASSERT_TRUE(f);
  EXPECT_EQ(module.variables[0].bytes, 0u);
  EXPECT_TRUE(module.variables[0].isExternal);
  EXPECT_EQ(module.variables[1].initial[0].bits, 0x3F800000u);
  EXPECT_EQ(module.variables[2].initial[0].symbol, "table");
  EXPECT_EQ(module.locations[f->body[0].source].line, 12u);
  EXPECT_EQ(f->body[1].operands[1].offset, 12);
  EXPECT_EQ(f->body[3].operands[1].kind, Operand::Kind::Function);
  EXPECT_EQ(f->body[3].operands[2].elements.size(), 2u);
  EXPECT_EQ(f->branchTargets[0], (std::vector<uint32_t>{6, 6}));
  EXPECT_EQ(f->body[6].modifiers[7], "mbarrier::complete_tx::bytes");
  EXPECT_EQ(f->body[6].operands[1].elements[1].kind, Operand::Kind::Vector);
  std::string text = print(module);
  Diagnostic error;
  std::optional<Module> again = parse(text, error);
  ASSERT_TRUE(again) << error.line << ": " << error.text << text;
  EXPECT_EQ(print(*again), text);
}

TEST(Parser, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(errorOf("x"), "1: expected a directive, found 'x'");
  EXPECT_EQ(errorOf(".global .texref t;"), "1: textures and surfaces are not simulated");
  EXPECT_EQ(errorOf(".global .align 3 .b8 t;"),
            "1: expected an alignment that is a power of two, got 3");
  EXPECT_EQ(errorOf(".global .b8 t;\n.global .b8 t;"), "2: 't' is declared twice");
  EXPECT_EQ(errorOf(".entry f() {}\n.entry f() {}"), "2: 'f' is defined twice");
  EXPECT_EQ(errorOf(".entry f() {"), "1: expected '}' at the end of function 'f'");
  EXPECT_EQ(errorOf(".func (.reg .b32 r) f ();"),
            "1: parameters in registers are not simulated, only .param");
  EXPECT_EQ(errorOf("/* no end"), "1: a comment without end");
  EXPECT_EQ(errorOf(".global .b8 t[1099511627776];"),
            "1: expected an extent up to 2147483647, got 1099511627776");
  EXPECT_EQ(errorOf(".global .b8 t[65536][65536];"), "1: 't' has more than 2147483647 bytes");
  EXPECT_EQ(errorOf(".shared .b32 t[1048576];"), "1: 't' has more than 1048576 bytes");
  EXPECT_EQ(errorOf(".global .align 4611686018427387904 .b8 t;"),
            "1: expected an alignment that is a power of two, got 4611686018427387904");
  EXPECT_EQ(errorOf(".global .u32 t = " + std::string(100000, '-') + "1;"),
            "1: nested more than 200 deep");
  EXPECT_EQ(errorOf(".global .u32 t[1] = " + std::string(100000, '{') + "1;"),
            "1: nested more than 200 deep");
  EXPECT_EQ(errorOfBody("mov.b32 r, " + std::string(100000, '{')), "2: nested more than 200 deep");
  EXPECT_EQ(errorOfBody(".reg .b32 r;\nmov.b32 r, s;"), "3: 's' is not declared");
  EXPECT_EQ(errorOfBody(".reg .b32 r;\n@r bra x;"), "3: 'r' is no predicate");
  EXPECT_EQ(errorOfBody("bra x;"), "2: 'x' is not declared");
  EXPECT_EQ(errorOfBody("{ x: ret; }\nbra x;"), "3: 'x' is not declared");
  EXPECT_EQ(errorOfBody("x:\nx:"), "3: 'x' is declared twice");
  EXPECT_EQ(errorOfBody("mov.b32 1 2;"), "2: expected ',' or ';', found '2'");
  EXPECT_EQ(errorOfBody("mov.b32 0f123;"),
            "2: a float constant has 8 (0f) or 16 (0d) hexadecimal digits");
  EXPECT_EQ(errorOfBody("mov.b32 99999999999999999999;"),
            "2: an integer constant of more than 64 bits");
  EXPECT_EQ(errorOfBody("mov.b32 (1/0);"), "2: division by zero in a constant");
  EXPECT_EQ(errorOfBody(".reg .b32 r<9999999>;"),
            "2: expected up to 1048576 registers, got 9999999");
}
