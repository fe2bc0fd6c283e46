//===- ExactHarnessTest.cpp - checks of bytes that are known can fail ------===//
// A list of which every byte is known, written on the host where the fake driver has its memory.
// SPDX-License-Identifier: Apache-2.0

#include "Library/IndexLists.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace mla::conformance;

class ExactHarness : public testing::Test {
protected:
  static void SetUpTestSuite() { setenv("MLA_LIBCUDA", MLA_FAKE_DRIVER, 1); }
  void SetUp() override { require(gpu.open(0)); }

  /// Two lists of five places, three elements apart, of which `write` fills one; what went wrong.
  std::string
  run(const std::function<void(int32_t *list, const std::vector<int32_t> &values)> &write) {
    Library library{gpu, nullptr, ""};
    GuardedTensor out(gpu, Element::Int32, {1, 2, 5, 3}), counts(gpu, Element::Int32, {1, 1, 0});
    const std::vector<int32_t> lists[] = {{7, 0, 9, -1, -1}, {-1, -1, -1, -1, -1}};
    for (int64_t list = 0; list < 2; ++list)
      expectList(out, counts, list, lists[list], true);
    const ExactOutput outputs[] = {{"out", out}};
    runExact(library, outputs, [&] {
      for (int64_t list = 0; list < 2; ++list)
        write(reinterpret_cast<int32_t *>(out.address()) + 8 * list, lists[list]);
      return MLA_STATUS_OK;
    });
    return library.failure;
  }

  Gpu gpu;
};

TEST_F(ExactHarness, PassesRightLists) {
  EXPECT_EQ(run([](int32_t *list, const std::vector<int32_t> &values) {
              std::copy(values.begin(), values.end(), list);
            }),
            "");
}

TEST_F(ExactHarness, NoticesListsThatAreNotFilled) {
  std::string failure = run([](int32_t *list, const std::vector<int32_t> &values) {
    for (size_t i = 0; i < values.size() && values[i] >= 0; ++i)
      list[i] = values[i];
  });
  EXPECT_NE(failure.find("[0, 0, 3] has byte 0 0xa5, expected 0xff"), std::string::npos) << failure;
}

TEST_F(ExactHarness, NoticesNoneWrittenBehindALast) {
  std::string failure = run([](int32_t *list, const std::vector<int32_t> &values) {
    std::copy(values.begin(), values.end(), list);
    std::fill_n(list + 5, 3, -1);
  });
  EXPECT_NE(failure.find("out"), std::string::npos) << failure;
}

TEST_F(ExactHarness, NoticesNanOfAllOnesBehindTensors) {
  for (Element element : {Element::Fp32, Element::Bf16, Element::E4m3, Element::Uint8})
    for (int64_t cols : {1, 4, 5}) {
      GuardedTensor tensor(gpu, element, {2, 3, cols, 2, 1});
      tensor.poison();
      tensor.download();
      EXPECT_EQ(tensor.damage(), "");
      int64_t bytes = elementBytes(element), last = tensor.shape().blockStride() + 2 * (cols + 2);
      std::memset(reinterpret_cast<uint8_t *>(tensor.address()) + (last + cols) * bytes, 0xff,
                  size_t(bytes));
      tensor.download();
      EXPECT_EQ(tensor.damage(), "wrote outside its elements, after the last row");
    }
}

TEST_F(ExactHarness, KeepsTheElementsFromTheGuards) {
  GuardedTensor tensor(gpu, Element::Uint8, {1, 2, 3});
  tensor.poison();
  for (int i = 0; i < 6; ++i)
    reinterpret_cast<uint8_t *>(tensor.address())[i] = uint8_t(i);
  tensor.download();
  EXPECT_EQ(tensor.damage(), "");
  EXPECT_EQ(tensor.get(0, 1, 2), 5);
}
