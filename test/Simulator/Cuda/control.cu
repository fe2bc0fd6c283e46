//===- control.cu - branches, calls and what a thread has of its own ------===//
// SPDX-License-Identifier: Apache-2.0
#include <cassert>
#include <cstdio>

/// A table of branches, with cases that fall through and one that returns.
extern "C" __global__ void switches(const int *x, int *y, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  int v = x[i], r = 0;
  switch (v) {
  case 0:
    r = 5;
    break;
  case 1:
    r = v * 3 + i;
    break;
  case 2:
    r = i - 7;
  case 3:
    r += 11;
    break;
  case 4:
    for (int k = 0; k < i; ++k)
      r += k * k;
    break;
  case 5:
    return;
  case 6:
    r = x[(i + 1) % n] * 100;
    break;
  case 7:
    r = -1;
    break;
  default:
    r = 99;
  }
  y[i] = r;
}

__device__ __noinline__ int fibonacci(int n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

extern "C" __global__ void recursion(const int *x, int *y) {
  y[threadIdx.x] = fibonacci(x[threadIdx.x]);
}

/// Every call adds to a variable of the one above.
__device__ __noinline__ void visit(int depth, int *above) {
  int mine[4] = {depth, 0, 0, 0};
  if (depth > 0) {
    visit(depth - 1, mine);
    visit(depth / 2, mine);
  }
  above[depth % 4] += mine[0] + mine[1] + mine[2] + mine[3];
}

extern "C" __global__ void local_variables(const int *x, int *y) {
  int mine[4] = {};
  visit(x[threadIdx.x], mine);
  y[threadIdx.x] = mine[0] + mine[1] + mine[2] + mine[3];
}

__device__ __noinline__ int plus_one(int a) { return a + 1; }
__device__ __noinline__ int twice(int a) { return a * 2; }
__device__ __noinline__ int square(int a) { return a * a; }
__device__ int (*table[3])(int) = {plus_one, twice, square};

extern "C" __global__ void pointers(const int *x, int *y) {
  int v = x[threadIdx.x];
  y[threadIdx.x] = table[v % 3](v);
}

struct Shape {
  float width, height;
  __device__ Shape(float width, float height) : width(width), height(height) {}
  virtual __device__ float area() const { return 0; }
};
struct Box : Shape {
  using Shape::Shape;
  __device__ float area() const override { return width * height; }
};
struct Triangle : Shape {
  using Shape::Shape;
  __device__ float area() const override { return width * height / 2; }
};

extern "C" __global__ void virtuals(const int *x, float *y) {
  Box box(3, float(threadIdx.x));
  Triangle triangle(4, float(threadIdx.x));
  Shape none(1, 1);
  const Shape *all[3] = {&box, &triangle, &none};
  y[threadIdx.x] = all[x[threadIdx.x] % 3]->area();
}

extern "C" __global__ void prints(const float *x) {
  if (threadIdx.x < 2)
    printf("%d: %5.2f %s %c %lld %x%%\n", threadIdx.x, x[threadIdx.x], threadIdx.x ? "one" : "zero",
           'a' + threadIdx.x, 1ll << 40, 255u);
}

extern "C" __global__ void asserts(const int *x) { assert(x[threadIdx.x] < 10); }

/// Sorts in local memory, at indices that nobody knows before.
extern "C" __global__ void stack_arrays(const int *x, int *y, int n) {
  int i = threadIdx.x;
  int local[16];
  for (int k = 0; k < 16; ++k)
    local[k] = x[(i + k) % n];
  for (int a = 0; a < 15; ++a)
    for (int b = 0; b < 15 - a; ++b)
      if (local[b] > local[b + 1]) {
        int larger = local[b];
        local[b] = local[b + 1];
        local[b + 1] = larger;
      }
  y[i] = local[x[i] & 15] + i;
}

__constant__ float coefficients[8] = {1, 0.5f, 0.25f, 2, 3, 4, 5, 6};
__device__ int counter;

extern "C" __global__ void votes(const int *x, int *y) {
  int i = threadIdx.x, v = x[i], all;
  y[i] = __ballot_sync(~0u, v > 3);
  y[64 + i] = __match_any_sync(~0u, v & 3);
  y[128 + i] = __match_all_sync(~0u, v & 1, &all) | all << 1;
  y[192 + i] = __reduce_add_sync(~0u, v);
  y[256 + i] = __shfl_xor_sync(~0u, v, 9, 16);
  y[320 + i] = __syncthreads_count(v & 1);
  y[384 + i] = __reduce_max_sync(~0u, unsigned(v));
  y[448 + i] = __activemask();
  y[512 + i] = int(coefficients[v & 7] * 4);
  atomicAdd(&counter, 1);
  __syncthreads();
  y[576 + i] = counter;
  y[640 + i] = __all_sync(~0u, v >= 0) ? __any_sync(~0u, v == 5) : -1;
  long long start = clock64();
  __threadfence();
  y[704 + i] = clock64() > start;
}

extern "C" __global__ void heap(int *y) {
  int *p = static_cast<int *>(malloc(16 * sizeof(int)));
  p[threadIdx.x % 16] = threadIdx.x;
  y[threadIdx.x] = p[threadIdx.x % 16];
  free(p);
}
