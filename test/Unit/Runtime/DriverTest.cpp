//===- DriverTest.cpp - opening a driver that is absent, or only a stub ---===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Driver.h"

#include <gtest/gtest.h>

#include <dlfcn.h>
#include <filesystem>

using namespace mla::runtime;

TEST(Driver, NamesTheLibraryThatCannotBeOpened) {
  Driver driver;
  Status status = Driver::open("libcuda-that-is-not-here.so", driver);
  EXPECT_EQ(status.code, StatusCode::NoDriver);
  EXPECT_NE(status.message.find("cannot open the CUDA driver 'libcuda-that-is-not-here.so'"),
            std::string::npos)
      << status.message;
}

TEST(Driver, RefusesALibraryThatIsNoDriver) {
  Driver driver;
  Status status = Driver::open("libc.so.6", driver);
  EXPECT_EQ(status.code, StatusCode::NoDriver);
  EXPECT_NE(status.message.find("has no cuGetProcAddress_v2"), std::string::npos) << status.message;
}

// The toolkit's link stub has every symbol and no GPU: all names resolve, cuInit refuses.
TEST(Driver, ResolvesEveryFunctionOfTheToolkitsStub) {
  const char *stub = "/usr/local/cuda/lib64/stubs/libcuda.so";
  if (!std::filesystem::exists(stub))
    GTEST_SKIP() << stub << " is not installed";
  Driver driver;
  Status status = Driver::open(stub, driver);
  EXPECT_EQ(status.code, StatusCode::NoDevice) << status.message;
  EXPECT_NE(status.message.find("cuInit failed"), std::string::npos) << status.message;
  EXPECT_NE(driver.cuLaunchKernelExFn, nullptr);
}
