//===- atomics.cu - atomics of every size and order -----------------------===//
// SPDX-License-Identifier: Apache-2.0
#include <cuda/atomic>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
extern "C" __global__ void all_atomics(const int *x, int *y, unsigned *u, unsigned long long *w,
                                       float *f, double *d, __half2 *h, __nv_bfloat16 *b,
                                       short *s) {
  int i = blockIdx.x * blockDim.x + threadIdx.x, v = x[i];
  atomicAdd(y, v);
  atomicSub(y + 1, v);
  atomicMin(y + 2, v);
  atomicMax(y + 3, v);
  atomicAnd(y + 4, v);
  atomicOr(y + 5, v);
  atomicXor(y + 6, v);
  atomicInc(u, 17);
  atomicDec(u + 1, 13);
  atomicAdd(w, (unsigned long long)v);
  atomicMax(w + 1, (unsigned long long)(unsigned)v);
  atomicAdd(f, float(v));
  atomicAdd(d, double(v));
  atomicAdd(h, __floats2half2_rn(v & 1, v & 3));
  atomicAdd(b, __float2bfloat16(float(v & 1)));
  atomicAdd_block(y + 7, v);
  atomicCAS((unsigned short *)s, (unsigned short)0, (unsigned short)(v | 1));
  int old = y[8];
  while (true) {
    int seen = atomicCAS(y + 8, old, old + (v & 7));
    if (seen == old)
      break;
    old = seen;
  }
  cuda::atomic_ref<int, cuda::thread_scope_device> ref(y[9]);
  ref.fetch_add(v & 15, cuda::memory_order_relaxed);
  ref.fetch_max(3, cuda::memory_order_acq_rel);
  cuda::atomic_ref<float, cuda::thread_scope_block> rf(f[1]);
  rf.fetch_add(0.5f);
  cuda::atomic_ref<signed char, cuda::thread_scope_device> rc(((signed char *)s)[4]);
  rc.fetch_add(1, cuda::memory_order_release);
  atomicExch(u + 2, 5u);
}
extern "C" __global__ void ordered_blocks(int *turn, int *y) {
  cuda::atomic_ref<int, cuda::thread_scope_device> ref(*turn);
  if (threadIdx.x == 0) {
    while (ref.load(cuda::memory_order_acquire) != int(blockIdx.x))
      __nanosleep(20);
    *y = *y * 3 + blockIdx.x;
    ref.store(blockIdx.x + 1, cuda::memory_order_release);
  }
}
#if __CUDA_ARCH__ >= 900
extern "C" __global__ void wide_atomics(ulonglong2 *y, float4 *f) {
  struct alignas(16) Pair {
    unsigned long long low, high;
  };
  Pair *p = (Pair *)y;
  Pair old = {0, 0};
  for (;;) {
    Pair next = {old.low + threadIdx.x, old.high + 1};
    Pair seen = atomicCAS(p, old, next);
    if (seen.low == old.low && seen.high == old.high)
      break;
    old = seen;
  }
  Pair mark = {1, 2};
  atomicExch(p + 1, mark);
  atomicAdd(f, make_float4(1, 2, threadIdx.x, 0.5f));
}
#endif
