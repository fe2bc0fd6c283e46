//===- groups.cu - cooperative groups -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
namespace cg = cooperative_groups;
extern "C" __global__ void tile_reductions(const int *x, int *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  auto tile = cg::tiled_partition<8>(cg::this_thread_block());
  int v = i < n ? x[i] : 0;
  y[4 * i] = cg::reduce(tile, v, cg::plus<int>());
  y[4 * i + 1] = cg::reduce(tile, v, cg::less<int>());
  y[4 * i + 2] = cg::inclusive_scan(tile, v, cg::plus<int>());
  y[4 * i + 3] = cg::exclusive_scan(tile, v, cg::bit_xor<int>());
}
extern "C" __global__ void coalesced_sums(const int *x, int *y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int v = x[i];
  y[2 * i] = y[2 * i + 1] = 0;
  if (v & 1) {
    cg::coalesced_group odd = cg::coalesced_threads();
    y[2 * i] = cg::reduce(odd, v, cg::plus<int>());
    y[2 * i + 1] = odd.thread_rank();
  }
  auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  auto part = cg::labeled_partition(warp, v & 3);
  y[2 * i] += 1000 * part.size();
  auto halves = cg::binary_partition(warp, v > 2);
  y[2 * i + 1] += 1000 * halves.thread_rank();
}
extern "C" __global__ void big_tile(const float *x, float *y) {
  __shared__ cg::block_tile_memory<256> memory;
  auto block = cg::this_thread_block(memory);
  auto tile = cg::tiled_partition<128>(block);
  float v = x[threadIdx.x];
  y[threadIdx.x] = cg::reduce(tile, v, cg::plus<float>());
  y[256 + threadIdx.x] = tile.shfl(v, 77);
  y[512 + threadIdx.x] = tile.any(v > 1.0f);
}
extern "C" __global__ void staged(const float *x, float *y, int n) {
  extern __shared__ float stage[];
  auto block = cg::this_thread_block();
  float sum = 0;
  for (int i = 0; i < n; i += blockDim.x) {
    cg::memcpy_async(block, stage, x + i, sizeof(float) * blockDim.x);
    cg::wait(block);
    sum += stage[(threadIdx.x * 7 + 3) % blockDim.x];
    block.sync();
  }
  y[threadIdx.x] = sum;
}
extern "C" __global__ void grid_wide(const int *x, int *partial, int *y) {
  auto grid = cg::this_grid();
  atomicAdd(&partial[blockIdx.x], x[blockIdx.x * blockDim.x + threadIdx.x]);
  grid.sync();
  int sum = 0;
  for (unsigned i = 0; i < gridDim.x; ++i)
    sum += partial[i];
  y[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}
#if __CUDA_ARCH__ >= 900
extern "C" __global__ void __cluster_dims__(4, 1, 1)
    cluster_histogram(const int *x, int *y, int n) {
  __shared__ int bins[64];
  cg::cluster_group cluster = cg::this_cluster();
  if (threadIdx.x < 64)
    bins[threadIdx.x] = 0;
  cluster.sync();
  for (int i = cluster.thread_rank(); i < n; i += cluster.num_threads()) {
    int bin = x[i] & 255;
    atomicAdd(cluster.map_shared_rank(bins, bin / 64) + bin % 64, 1);
  }
  cluster.sync();
  if (threadIdx.x < 64)
    y[cluster.block_rank() * 64 + threadIdx.x] = bins[threadIdx.x];
}
#endif
