//===- pipelines.cu - cuda::barrier, cuda::pipeline and bulk copies -------===//
// SPDX-License-Identifier: Apache-2.0
#include <cooperative_groups.h>
#include <cuda/barrier>
#include <cuda/pipeline>
#include <cuda/ptx>
namespace cg = cooperative_groups;
namespace ptx = cuda::ptx;
extern "C" __global__ void two_stages(const float *x, float *y, int n) {
  extern __shared__ float stage[];
  __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, 2> state;
  auto block = cg::this_thread_block();
  auto pipe = cuda::make_pipeline(block, &state);
  float sum = 0;
  int tiles = n / blockDim.x;
  for (int done = 0, sent = 0; done < tiles; ++done) {
    for (; sent < tiles && sent < done + 2; ++sent) {
      pipe.producer_acquire();
      cuda::memcpy_async(block, stage + (sent % 2) * blockDim.x, x + sent * blockDim.x,
                         sizeof(float) * blockDim.x, pipe);
      pipe.producer_commit();
    }
    pipe.consumer_wait();
    sum += stage[(done % 2) * blockDim.x + (threadIdx.x ^ 5)];
    pipe.consumer_release();
  }
  y[threadIdx.x] = sum;
}
extern "C" __global__ void thread_pipeline(const float4 *x, float *y) {
  __shared__ float4 stage[2][64];
  auto pipe = cuda::make_pipeline();
  for (int s = 0; s < 2; ++s) {
    pipe.producer_acquire();
    cuda::memcpy_async(&stage[s][threadIdx.x], &x[s * 64 + threadIdx.x],
                       cuda::aligned_size_t<16>(16), pipe);
    pipe.producer_commit();
  }
  cuda::pipeline_consumer_wait_prior<1>(pipe);
  float sum = stage[0][threadIdx.x].x;
  cuda::pipeline_consumer_wait_prior<0>(pipe);
  y[threadIdx.x] = sum + stage[1][threadIdx.x].w;
}
extern "C" __global__ void barrier_halves(const int *x, int *y) {
  using barrier = cuda::barrier<cuda::thread_scope_block>;
  __shared__ barrier full, empty;
  __shared__ int slot[32];
  if (threadIdx.x == 0) {
    init(&full, 64);
    init(&empty, 64);
  }
  __syncthreads();
  int lane = threadIdx.x % 32;
  if (threadIdx.x < 32) {
    for (int i = 0; i < 5; ++i) {
      if (i)
        empty.arrive_and_wait();
      slot[lane] = x[i * 32 + lane];
      (void)full.arrive();
    }
  } else {
    int sum = 0;
    for (int i = 0; i < 5; ++i) {
      full.arrive_and_wait();
      sum += slot[31 - lane];
      if (i < 4)
        (void)empty.arrive();
    }
    y[lane] = sum;
  }
}
#if __CUDA_ARCH__ >= 900
extern "C" __global__ void bulk_there_and_back(const int *x, int *y) {
  __shared__ alignas(16) int buffer[1024];
  using barrier = cuda::barrier<cuda::thread_scope_block>;
  __shared__ barrier bar;
  if (threadIdx.x == 0) {
    init(&bar, blockDim.x);
    ptx::fence_proxy_async(ptx::space_shared);
  }
  __syncthreads();
  barrier::arrival_token token;
  if (threadIdx.x == 0) {
    cuda::memcpy_async(buffer, x + blockIdx.x * 1024, cuda::aligned_size_t<16>(sizeof(buffer)),
                       bar);
    token = cuda::device::barrier_arrive_tx(bar, 1, 0);
  } else
    token = bar.arrive();
  bar.wait(std::move(token));
  for (int i = threadIdx.x; i < 1024; i += blockDim.x)
    buffer[i] += i;
  ptx::fence_proxy_async(ptx::space_shared);
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::cp_async_bulk(ptx::space_global, ptx::space_shared, y + blockIdx.x * 1024, buffer,
                       sizeof(buffer));
    ptx::cp_async_bulk_commit_group();
    ptx::cp_async_bulk_wait_group_read(ptx::n32_t<0>());
  }
}
extern "C" __global__ void bulk_sum(const int *x, int *y) {
  __shared__ alignas(16) int buffer[256];
  buffer[threadIdx.x] = x[blockIdx.x * 256 + threadIdx.x];
  ptx::fence_proxy_async(ptx::space_shared);
  __syncthreads();
  if (threadIdx.x == 0) {
    ptx::cp_reduce_async_bulk(ptx::space_global, ptx::space_shared, ptx::op_add, y, buffer,
                              sizeof(buffer));
    ptx::cp_async_bulk_commit_group();
    ptx::cp_async_bulk_wait_group(ptx::n32_t<0>());
  }
}
extern "C" __global__ void __cluster_dims__(2, 1, 1) exchange(const int *x, int *y) {
  __shared__ alignas(16) int sent[128], got[128];
  __shared__ uint64_t bar;
  auto cluster = cg::this_cluster();
  unsigned rank = cluster.block_rank();
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(&bar, 1);
    ptx::fence_mbarrier_init(ptx::sem_release, ptx::scope_cluster);
    ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cluster, ptx::space_shared, &bar,
                                   sizeof(got));
  }
  sent[threadIdx.x] = x[blockIdx.x * 128 + threadIdx.x];
  ptx::fence_proxy_async(ptx::space_shared);
  cluster.sync();
  if (threadIdx.x == 0) {
    ptx::cp_async_bulk(ptx::space_cluster, ptx::space_shared,
                       cluster.map_shared_rank(got, rank ^ 1), sent, sizeof(sent),
                       cluster.map_shared_rank(&bar, rank ^ 1));
  }
  while (!ptx::mbarrier_try_wait_parity(ptx::sem_acquire, ptx::scope_cluster, &bar, 0))
    ;
  y[blockIdx.x * 128 + threadIdx.x] = got[threadIdx.x] * 2;
  cluster.sync();
}
extern "C" __global__ void __cluster_dims__(2, 1, 1) send(const int *x, int *y) {
  __shared__ alignas(16) int got[128];
  __shared__ uint64_t bar;
  auto cluster = cg::this_cluster();
  unsigned rank = cluster.block_rank();
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(&bar, 1);
    ptx::fence_mbarrier_init(ptx::sem_release, ptx::scope_cluster);
    ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cluster, ptx::space_shared, &bar,
                                   sizeof(got));
  }
  cluster.sync();
  int v = x[blockIdx.x * 128 + threadIdx.x];
  ptx::st_async(cluster.map_shared_rank(&got[threadIdx.x], rank ^ 1), v,
                cluster.map_shared_rank(&bar, rank ^ 1));
  while (!ptx::mbarrier_try_wait_parity(ptx::sem_acquire, ptx::scope_cluster, &bar, 0))
    ;
  y[blockIdx.x * 128 + threadIdx.x] = got[127 - threadIdx.x];
  cluster.sync();
}
extern "C" __global__ void __cluster_dims__(2, 1, 1) count_remote(int *y) {
  __shared__ alignas(16) int sum;
  __shared__ uint64_t bar;
  auto cluster = cg::this_cluster();
  unsigned rank = cluster.block_rank();
  if (threadIdx.x == 0) {
    sum = 5;
    ptx::mbarrier_init(&bar, 1);
    ptx::fence_mbarrier_init(ptx::sem_release, ptx::scope_cluster);
    ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cluster, ptx::space_shared, &bar,
                                   4 * 64);
  }
  cluster.sync();
  ptx::red_async(ptx::op_add, cluster.map_shared_rank(&sum, rank ^ 1), int(threadIdx.x),
                 cluster.map_shared_rank(&bar, rank ^ 1));
  while (!ptx::mbarrier_try_wait_parity(ptx::sem_acquire, ptx::scope_cluster, &bar, 0))
    ;
  if (threadIdx.x == 0)
    y[blockIdx.x] = sum;
  cluster.sync();
}
#endif
