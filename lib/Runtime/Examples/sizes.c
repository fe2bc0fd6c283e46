/*===- sizes.c - which kernel a server's largest step takes, and how much memory ---===
 * Needs no GPU: it asks for a described one, 132 multiprocessors of compute capability 9.0.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <mla/Runtime/mla.h>

#include <stdio.h>

/* A contiguous tensor without memory: queries look at shapes. */
static mla_tensor shaped(int32_t dtype, int32_t rank, const int64_t *shape) {
  mla_tensor tensor = {0};
  int64_t stride = 1;
  tensor.dtype = dtype;
  tensor.rank = rank;
  for (int32_t dim = rank - 1; dim >= 0; --dim) {
    tensor.shape[dim] = shape[dim];
    tensor.strides[dim] = stride;
    stride *= shape[dim];
  }
  return tensor;
}

int main(void) {
  mla_device_options options = {sizeof(options)};
  mla_device *device = NULL;
  mla_dense_decode_args args = {sizeof(args)};
  mla_query_result result = {sizeof(result)};
  const int64_t q[] = {128, 2, 128, 576}, cache[] = {16384, 64, 576}, table[] = {128, 128},
                lengths[] = {128}, out[] = {128, 2, 128, 512};

  options.ordinal = -1;
  options.compute_capability = 90;
  options.sm_count = 132;
  args.q = shaped(MLA_DTYPE_BF16, 4, q);
  args.cache = shaped(MLA_DTYPE_BF16, 3, cache);
  args.block_table = shaped(MLA_DTYPE_I32, 2, table);
  args.lengths = shaped(MLA_DTYPE_I32, 1, lengths);
  args.out = shaped(MLA_DTYPE_BF16, 4, out);
  args.scale = 0.0417f;
  args.causal = 1;
  if (mla_open(&options, &device) != MLA_STATUS_OK ||
      mla_query_dense_decode(device, &args, &result) != MLA_STATUS_OK) {
    fprintf(stderr, "%s\n", mla_last_error());
    return 1;
  }
  printf("kernel %s for %s%s, %d launches, %d parts, workspace %zu bytes, plan %zu bytes\n",
         result.kernel, result.arch, result.jit ? " (compiled by the driver)" : "",
         result.num_kernels, result.num_parts, result.workspace_bytes, result.plan_bytes);
  mla_close(device);
  return 0;
}
