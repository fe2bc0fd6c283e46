//===- Gpu.h - device memory with guards, launches by argument name -------===//
// A failed driver call throws: after it nothing on the device can be trusted, so the run ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Element.h"
#include "Poison.h"
#include "mla/Runtime/Launcher.h"

#include <map>
#include <string>
#include <vector>

namespace mla::conformance {

/// Throws std::runtime_error with the status' message unless it is ok.
void require(const runtime::Status &status);

/// One GPU with one stream.
class Gpu {
public:
  /// Opens the driver and a device; the status says why there is none.
  runtime::Status open(int ordinal);
  ~Gpu();

  /// Waits for everything enqueued so far.
  void synchronize() const;
  /// "NVIDIA H200 (sm 9.0, 132 SMs, driver 13.0)".
  std::string description() const;
  /// The driver's functions.
  const runtime::Driver &driver() const { return device.driver(); }

  runtime::Device device;    ///< the device, its context current
  CUstream stream = nullptr; ///< the one stream

private:
  bool opened = false;
};

/// Plain device memory, freed at the end.
class DeviceMemory {
public:
  DeviceMemory(const Gpu &gpu, int64_t bytes);
  DeviceMemory(const DeviceMemory &) = delete;
  DeviceMemory &operator=(const DeviceMemory &) = delete;
  ~DeviceMemory();

  /// Sets every byte.
  void fill(uint8_t byte);
  /// Sets every byte as if nothing had been written.
  void poison();
  /// Copies host bytes to the start.
  void upload(const void *bytes, int64_t count);
  /// Copies from an offset to the host and waits.
  void download(void *bytes, int64_t offset, int64_t count) const;

  uint64_t address = 0; ///< device address
  int64_t bytes = 0;    ///< size

private:
  const Gpu &gpu;
};

/// The shape of an operand in memory.
struct Shape {
  int64_t rows = 1;     ///< number of rows
  int64_t cols = 0;     ///< elements in a row
  int64_t stride = 0;   ///< elements from row to row; at least cols
  int64_t misalign = 0; ///< elements by which the first row is off a 256-byte boundary
};

/// A strided matrix on the device whose surroundings (before, after, between rows) are poison: a
/// NaN if it is read, a broken canary if it is written.
class GuardedMatrix {
public:
  GuardedMatrix(const Gpu &gpu, Element element, Shape shape);

  /// Sets an element of the host image.
  void set(int64_t row, int64_t col, float value);
  /// Reads an element of the host image.
  double get(int64_t row, int64_t col) const;
  /// The host image as fp64 values, row-major without padding.
  std::vector<double> values() const;
  /// Host image to device.
  void upload();
  /// Device to host image.
  void download();
  /// Makes the host image poison and uploads it.
  void poison();
  /// Empty, or where a byte outside the elements was changed; looks at the host image.
  std::string damage() const;

  /// Device address of the first element.
  uint64_t address() const;
  /// Every byte, guards included.
  const std::vector<uint8_t> &image() const { return host; }
  /// Rows, columns, stride.
  const Shape &shape() const { return layout; }
  /// The element type.
  Element element() const { return type; }

private:
  int64_t offset(int64_t row, int64_t col) const;

  Element type;
  Shape layout;
  std::vector<uint8_t> host;
  DeviceMemory memory;
};

/// Values by the parameter names of the kernel's source.
using NamedValues = std::map<std::string, runtime::Value>;

/// Puts named values into the order of the manifest; throws if the manifest asks for a name that is
/// absent.
std::vector<runtime::Value> inOrder(const runtime::Variant &variant, const NamedValues &values);

/// Whether every value is a multiple of what the manifest demands; otherwise `reason` says which is
/// not.
bool fits(const runtime::Variant &variant, const NamedValues &values, std::string &reason);

} // namespace mla::conformance
