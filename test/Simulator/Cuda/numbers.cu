//===- numbers.cu - integers, small floats and the mathematical library ---===//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp4.h>
#include <cuda_fp8.h>

extern "C" __global__ void integers(const unsigned *x, const unsigned *z, unsigned *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  unsigned a = x[i], b = z[i], *out = y + 12 * i;
  out[0] = __popc(a);
  out[1] = __clz(a);
  out[2] = __ffs(a);
  out[3] = __brev(a);
  out[4] = __funnelshift_l(b, a, a);
  out[5] = __umulhi(a, b);
  out[6] = a / (b | 1);
  out[7] = unsigned((uint64_t(a) << 32 | b) / (b | 3));
  out[8] = __vsadu4(a, b);
  out[9] = __vabsdiffu4(a, b);
  out[10] = __dp4a(int(a), int(b), 5);
  out[11] = unsigned(((unsigned __int128)(a)*b * a) >> 64);
}

extern "C" __global__ void halves(const __half2 *x, const __half2 *z, __half2 *y, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  __half2 a = x[i], b = z[i], *out = y + 8 * i;
  out[0] = __hadd2(a, b);
  out[1] = __hmul2_sat(a, b);
  out[2] = __hfma2(a, b, a);
  out[3] = __hmax2(a, b);
  out[4] = h2floor(a);
  out[5] = __hfma2_relu(a, b, b);
  out[6] = h2sqrt(__habs2(a));
  out[7] = h2exp2(a);
}

extern "C" __global__ void bfloats(const __nv_bfloat162 *x, const __nv_bfloat162 *z,
                                   __nv_bfloat162 *y, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  __nv_bfloat162 a = x[i], b = z[i], *out = y + 4 * i;
  out[0] = __hadd2(a, b);
  out[1] = __hmul2(a, b);
  out[2] = __hfma2(a, b, a);
  out[3] = __hmax2_nan(a, b);
}

extern "C" __global__ void small_floats(const float2 *x, unsigned short *y, unsigned short *z,
                                        float2 *back, int *fp4, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  y[i] = __nv_cvt_float2_to_fp8x2(x[i], __NV_SATFINITE, __NV_E4M3);
  z[i] = __nv_cvt_float2_to_fp8x2(x[i], __NV_NOSAT, __NV_E5M2);
  back[i] = __half22float2(__half2(__nv_cvt_fp8x2_to_halfraw2(y[i], __NV_E4M3)));
  fp4[i] = __nv_cvt_float2_to_fp4x2(x[i], __NV_E2M1, cudaRoundNearest);
}

extern "C" __global__ void mathematics(const float *x, float *y, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  float a = x[i], *out = y + 17 * i;
  int exponent;
  out[0] = sinf(a);
  out[1] = cosf(a * 100000);
  out[2] = expf(a);
  out[3] = logf(fabsf(a));
  out[4] = powf(fabsf(a), 1.7f);
  out[5] = tanhf(a);
  out[6] = erff(a);
  out[7] = rsqrtf(fabsf(a));
  out[8] = cbrtf(a);
  out[9] = atan2f(a, 0.3f);
  out[10] = fmodf(a, 0.7f);
  out[11] = exp2f(a);
  out[12] = log1pf(fabsf(a));
  out[13] = expm1f(a);
  out[14] = ldexpf(a, 5);
  out[15] = frexpf(a, &exponent);
  out[16] = rintf(a * 3);
}

extern "C" __global__ void doubles(const double *x, double *y, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  double a = x[i], *out = y + 14 * i;
  out[0] = sin(a);
  out[1] = exp(a);
  out[2] = log(fabs(a));
  out[3] = pow(fabs(a), 1.3);
  out[4] = tanh(a);
  out[5] = erf(a);
  out[6] = 1 / a;
  out[7] = sqrt(fabs(a));
  out[8] = rsqrt(fabs(a));
  out[9] = atan(a);
  out[10] = fmod(a, 0.7);
  out[11] = cbrt(a);
  out[12] = double((long long)(a * 1e6));
  out[13] = rint(a * 10);
}
