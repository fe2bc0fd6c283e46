//===- Effects.cpp - what a call does to the host besides its work -----------===//
// Replaces the program's operator new by one that counts. SPDX-License-Identifier: Apache-2.0

#include "Effects.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <unistd.h>

static thread_local int64_t allocated = 0;

void *operator new(size_t bytes) {
  ++allocated;
  if (void *memory = std::malloc(bytes ? bytes : 1))
    return memory;
  throw std::bad_alloc();
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, size_t) noexcept { std::free(memory); }

mla::conformance::Effects mla::conformance::Effects::now() {
  Effects effects{allocated, -1};
  // The count is made before this read ends: of two, the second one has the first one's.
  char text[512] = {};
  int file = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return effects;
  ssize_t count = read(file, text, sizeof(text) - 1);
  close(file);
  if (const char *at = count > 0 ? std::strstr(text, "syscr:") : nullptr)
    effects.reads = std::atoll(at + std::strlen("syscr:"));
  return effects;
}
