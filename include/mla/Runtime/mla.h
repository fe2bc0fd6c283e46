/*===- mla.h - the kernel library behind a C interface ---------------------===
 * What a server links. Plain C; nothing of it throws or ends the process. CUDA's headers are not
 * needed.
 *
 * A call names its operands in a struct. `struct_size` is sizeof the struct that the caller was
 * compiled with: a shorter struct of an older header is accepted, its missing fields are zero, and
 * zero is every field's default; a longer one of a newer header is accepted only if what this
 * library does not know is zero. Zero a struct before filling it:
 *
 *     mla_dense_decode_args args = {sizeof(args)};
 *
 * For each operation X there are
 *
 *     mla_query_X  supported? by which kernel? how much workspace, how large a plan? run or JIT?
 *     mla_plan_X   optional: enqueues the planning from device data, once for all layers of a step
 *     mla_run_X    enqueues the work; with plan NULL it plans first, in the workspace
 *
 * Plan and run check everything that the host can see, then enqueue on `stream`, a CUstream or
 * cudaStream_t, NULL for the default one. Once the kernels are loaded they do not allocate,
 * synchronise or read files. One table answers queries and picks kernels: a run does what a query
 * says.
 *
 * Threads: every function may be called from any thread at any time, but a handle is closed once,
 * after its last use. The caller's current CUDA context is left as it was.
 * Graphs: a captured call keeps pointers, extents and strides, not the contents of device memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MLA_RUNTIME_MLA_H
#define MLA_RUNTIME_MLA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this header; the library's is mla_version(). */
#define MLA_VERSION_MAJOR 0
#define MLA_VERSION_MINOR 2

/** major * 1000 + minor of the library. */
int32_t mla_version(void);

/** What a call came to. Anything but OK has a message: mla_last_error(). */
typedef enum mla_status {
  MLA_STATUS_OK = 0,
  MLA_STATUS_INVALID_ARGUMENT = 1, /**< the message names argument, value and legal range */
  MLA_STATUS_UNSUPPORTED = 2,      /**< legal, but no kernel does it, or none on this device */
  MLA_STATUS_NOT_LOADED = 3,       /**< inside a capture, kernels not loaded: nothing was done */
  MLA_STATUS_WORKSPACE_TOO_SMALL =
      4,                    /**< workspace or plan; the message says how many bytes it takes */
  MLA_STATUS_NO_DRIVER = 5, /**< libcuda is absent or older than CUDA 12.0 */
  MLA_STATUS_NO_DEVICE = 6, /**< no such GPU, or a handle without one */
  MLA_STATUS_DRIVER_ERROR =
      7, /**< a call of the driver failed; earlier failures of kernels show here, too */
  MLA_STATUS_OUT_OF_MEMORY = 8, /**< host memory */
  MLA_STATUS_INTERNAL = 9       /**< a defect of this library */
} mla_status;

/** "MLA_STATUS_OK"; never NULL. */
const char *mla_status_name(mla_status status);

/** Message of the last call of this thread that failed; valid until its next failure. Never NULL.
 */
const char *mla_last_error(void);

/*===- tensors -------------------------------------------------------------===*/

/** Element types. */
typedef enum mla_dtype {
  MLA_DTYPE_NONE = 0, /**< of an absent tensor */
  MLA_DTYPE_BF16 = 1,
  MLA_DTYPE_FP16 = 2,
  MLA_DTYPE_FP32 = 3,
  MLA_DTYPE_E4M3 = 4, /**< fp8, 4 bits of exponent, finite and NaN */
  MLA_DTYPE_E5M2 = 5, /**< fp8, 5 bits of exponent */
  MLA_DTYPE_U8 = 6,   /**< bytes of packed records */
  MLA_DTYPE_I32 = 7,
  MLA_DTYPE_I64 = 8
} mla_dtype;

#define MLA_MAX_RANK 5

/**
 * A tensor in device memory. Absent: all zero. An extent of 0 is legal wherever an operation says
 * "any"; `data` may then be NULL. Strides count elements, are at least 0 and below 2^40 bytes, and
 * do not matter where the extent is 1. Tensors that are written must not overlap any other.
 */
typedef struct mla_tensor {
  void *data;                    /**< device address, a multiple of the element's size */
  int32_t dtype;                 /**< an mla_dtype */
  int32_t rank;                  /**< 0 … MLA_MAX_RANK */
  int64_t shape[MLA_MAX_RANK];   /**< elements, outermost dimension first */
  int64_t strides[MLA_MAX_RANK]; /**< elements from one index to the next */
} mla_tensor;

/*===- devices and loading -------------------------------------------------===*/

/** A GPU and the kernels that were loaded for it. */
typedef struct mla_device mla_device;

/** How a device is opened. */
typedef struct mla_device_options {
  uint32_t struct_size; /**< sizeof(mla_device_options) */
  int32_t ordinal; /**< of the GPU, as the driver counts; -1: no GPU, for queries on any host */
  int32_t compute_capability; /**< with ordinal -1: of a target, 80 … 121, e.g. 90; else 0 */
  int32_t sm_count;           /**< with ordinal -1: multiprocessors, 1 … 1024; else 0 */
  int32_t forbid_jit;         /**< not 0: refuse what the driver would have to compile from PTX */
  const char *kernel_folder;  /**< NULL: the kernels inside the library; else files that
                                 tools/kernels made */
} mla_device_options;

/** Opens a GPU (its primary context), or with ordinal -1 a description of one. Nothing is loaded.
 */
mla_status mla_open(const mla_device_options *options, mla_device **device);

/** Unloads its kernels and frees the handle, after everything enqueued with it is complete. NULL
 * does nothing. */
void mla_close(mla_device *device);

/** Families of kernels, as bits. Those without an operation below are reserved. */
typedef enum mla_family {
  MLA_FAMILY_DENSE_DECODE = 1 << 0,
  MLA_FAMILY_SPARSE_DECODE = 1 << 1,
  MLA_FAMILY_CONVERT_INDICES = 1 << 2,
  MLA_FAMILY_FILTER_INDICES = 1 << 3,
  MLA_FAMILY_MERGE_LSE = 1 << 4,
  MLA_FAMILY_WRITE_CACHE = 1 << 5,
  MLA_FAMILY_MHA_FORWARD = 1 << 6,
  MLA_FAMILY_MHA_BACKWARD = 1 << 7,
  MLA_FAMILY_SPARSE_BACKWARD = 1 << 8,
  MLA_FAMILY_INDEXER_LOGITS = 1 << 9,
  MLA_FAMILY_INDEXER_PAGED_LOGITS = 1 << 10,
  MLA_FAMILY_INDEXER_FUSED_TOPK = 1 << 11,
  MLA_FAMILY_TOPK = 1 << 12,
  MLA_FAMILY_GATHER_CACHE = 1 << 13,
  MLA_FAMILY_COMPRESSED_DECODE = 1 << 14,
  MLA_FAMILY_ALL = 0x7fffffff /**< those that the library has */
} mla_family;

/**
 * Loads all kernels of the families (an OR of mla_family). What is loaded already stays; on an
 * error what was loaded before it stays, too; MLA_STATUS_UNSUPPORTED, that the device cannot run
 * some of them, comes after all others are loaded. Without this call the first launch of a kernel
 * outside a capture loads it; inside a capture it is MLA_STATUS_NOT_LOADED. Families that are
 * reserved or whose bits are unknown are INVALID_ARGUMENT, except in MLA_FAMILY_ALL.
 */
mla_status mla_load(mla_device *device, uint32_t families);

/** What a query answers. The caller sets struct_size alone. */
typedef struct mla_query_result {
  uint32_t struct_size; /**< sizeof(mla_query_result) */
  int32_t jit;          /**< 1: the driver compiles from PTX when the kernels are loaded */
  int32_t num_kernels;  /**< launches of a run without a plan; 0: there is nothing to do */
  int32_t num_parts; /**< parts that the keys are cut into; 1: nothing is merged; 0: the operation
                        does not split */
  size_t workspace_bytes; /**< that a run takes without a plan */
  size_t plan_bytes;      /**< of a plan; 0: the operation has none */
  size_t run_bytes;       /**< workspace that a run takes with a plan */
  const char *kernel; /**< name of the main kernel, of the library's lifetime, or of the device's
                         with kernel_folder */
  const char *arch;   /**< what it was compiled for, e.g. "sm_90a"; same lifetime */
} mla_query_result;

/*
 * Workspaces and plans lie in device memory, 256-byte aligned, uninitialised, and belong to one
 * call at a time. Their sizes follow from shapes, from which optional tensors are given, and from
 * num_splits, sm_count and batch_invariant. They never shrink when an extent grows, or num_splits
 * from 1 on, so that the largest shapes of a server give sizes for all; num_splits 0 may take more
 * or less than any number. A plan serves all runs whose lengths, shapes, num_splits, sm_count and
 * batch_invariant are the same.
 */

/*===- conventions ---------------------------------------------------------===*/

/** Base of the logarithm of sums of exponentials. */
typedef enum mla_lse_base { MLA_LSE_NATURAL = 0, MLA_LSE_BASE2 = 1 } mla_lse_base;
/** LSE of a row that sees no key. */
typedef enum mla_lse_empty { MLA_LSE_EMPTY_NEGATIVE = 0, MLA_LSE_EMPTY_POSITIVE = 1 } mla_lse_empty;
/** Whether a sink counts in the LSE that is returned. */
typedef enum mla_lse_sink { MLA_LSE_SINK_EXCLUDED = 0, MLA_LSE_SINK_INCLUDED = 1 } mla_lse_sink;

/** FlashMLA: natural, +inf, excluded. flashinfer: base 2, -inf, included. vLLM: natural, -inf,
 * excluded (all zero). */
typedef struct mla_lse_convention {
  int32_t base;  /**< an mla_lse_base */
  int32_t empty; /**< an mla_lse_empty */
  int32_t sink;  /**< an mla_lse_sink */
} mla_lse_convention;

/** How a row of a cache is stored. */
typedef enum mla_cache_format {
  MLA_CACHE_ROWS = 0,   /**< numbers of the type of queries and latents */
  MLA_CACHE_E4M3 = 1,   /**< e4m3 with one scale for all; the tensor is e4m3 or u8 */
  MLA_CACHE_DS_MLA = 2, /**< 656 bytes: 512 e4m3, 4 fp32 scales, 64 bf16; u8 or e4m3 */
  MLA_CACHE_DSV4 = 3 /**< 584 bytes: 448 e4m3, 64 bf16; scales behind a page's rows; u8 or e4m3 */
} mla_cache_format;

/** Scales of records that are written. */
typedef enum mla_scale_rule {
  MLA_SCALE_POW2 = 0,  /**< 2^ceil(log2(max(amax / 448, 1e-4))) */
  MLA_SCALE_LINEAR = 1 /**< max(amax / 448, 2^-126), as vLLM wrote before powers of two */
} mla_scale_rule;

/*===- dense decode --------------------------------------------------------===*/

/**
 * out[b, s, h] = sum_j softmax_j(scale * q[b, s, h] . k[b, j]) v[b, j] over a paged cache; v is the
 * first 512 numbers of k. Key j of request b is row j % PAGE of page block_table[b, j / PAGE].
 * Token s sees the keys before lengths[b] - (causal ? S - 1 - s : 0). A row without keys gives 0.
 * Entries of the table past the length are not read; rows past it may hold anything.
 *
 * Codes: a cache of e4m3 holds k / descale_k. Queries may be codes, too: q / descale_q; out is bf16
 * then. Codes are exact in bf16 and fp16, in which the products are computed; the scales are
 * positive and finite, and so is scale times both of them.
 *
 * B, S, H, PAGES >= 0 and PAGE >= 1 are any; 0 in B, S or H: nothing to do. H <= 128, B * S * H <
 * 2^31, B and parts together, too; batch_invariant makes min(max(512 / (S * H), 1), 16) parts of
 * each request. Planning counts units of 64 keys, at least one of each request: those of all
 * requests and the parts together are below 2^31, which no host can check. D is 576 or 512, D_v
 * 512. With H_K key/value heads, which divide H, heads i * H / H_K and so on see those of head i.
 */
typedef struct mla_dense_decode_args {
  uint32_t struct_size; /**< sizeof(mla_dense_decode_args) */
  int32_t causal;       /**< 0, or 1: aligned to the right */
  mla_tensor q;     /**< bf16, fp16 or e4m3 [B, S, H, D], 16-byte aligned, strides multiples of 16
                       elements; fastest where all rows of a request have one stride */
  mla_tensor cache; /**< [PAGES, PAGE, D] or [PAGES, PAGE, H_K, D], aligned as q; as q, or e4m3 or
                       u8 for e4m3 */
  mla_tensor block_table; /**< int32 [B, MAX_PAGES], rows contiguous */
  mla_tensor lengths;     /**< int32 [B], contiguous; each 0 … min(MAX_PAGES * PAGE, 2^31 - 2048) */
  mla_tensor out;         /**< as q, bf16 for e4m3 [B, S, H, 512]; aligned as q */
  mla_tensor lse;         /**< fp32 [B, S, H]; absent: not returned */
  float scale;            /**< of the scores; positive, and scale * log2(e) a normal fp32 */
  int32_t num_splits; /**< 0: chosen by sizes and SMs; n: the keys of all requests in n equal parts,
                         1 … 65535 */
  int32_t sm_count;   /**< 0: the device's; else plans as if it had this many, 1 … 1024 */
  int32_t batch_invariant;           /**< 1: the bits of a request do not depend on the others' */
  mla_lse_convention lse_convention; /**< of lse; there is no sink */
  /* Since 0.2. */
  mla_tensor descale_q; /**< fp32 [1], on the device: of q of e4m3; absent: 1; else absent */
  mla_tensor descale_k; /**< fp32 [1], on the device: of a cache of e4m3, vLLM's k_scale; absent: 1;
                           else absent */
} mla_dense_decode_args;

/** Answers for these arguments; `data` of tensors may be NULL. */
mla_status mla_query_dense_decode(mla_device *device, const mla_dense_decode_args *args,
                                  mla_query_result *result);
/** Enqueues the planning. Reads lengths; of the other tensors only shapes. `stream`: a CUstream or
 * cudaStream_t, NULL the default. */
mla_status mla_plan_dense_decode(mla_device *device, const mla_dense_decode_args *args, void *plan,
                                 size_t plan_bytes, void *stream);
/** Enqueues the work. */
mla_status mla_run_dense_decode(mla_device *device, const mla_dense_decode_args *args,
                                const void *plan, size_t plan_bytes, void *workspace,
                                size_t workspace_bytes, void *stream);

/*===- sparse decode and prefill -------------------------------------------===*/

/**
 * Each token has a list of cache rows: out[t, h] = sum_i softmax_i(scale * q[t, h] . k[i]) v[i]
 * over the rows indices[t, 0 … length) of cache and extra_indices[t, 0 … extra length) of
 * extra_cache, in one softmax; v is the first 512 numbers of k. An index below 0 or beyond the
 * pool's PAGES * PAGE rows is skipped and nothing is read for it; one that stands twice counts
 * twice; what stands behind a length is not read. With a sink the sum by which out is divided has
 * exp(sink[h]) more. A token without rows gives 0. T, K, H and PAGES >= 0 and PAGE >= 1 are any:
 * K <= 2^30, K + EXTRA_K <= 2^31 - 256, H <= 128; T * parts * ceil(H / tile) < 2^31, where a tile
 * has 16 heads for H <= 16, else 64, or 32 where shared memory is small; in more than one part
 * T * H < 2^31, too. MLA_STATUS_UNSUPPORTED: fp16 queries of ds_mla and dsv4, max_logits
 * with num_splits > 1.
 */
typedef struct mla_sparse_decode_args {
  uint32_t struct_size; /**< sizeof(mla_sparse_decode_args) */
  int32_t format;       /**< an mla_cache_format, of both pools */
  mla_tensor q; /**< bf16 or fp16 [T, H, D], D 576 or 512 (ds_mla 576, dsv4 512), 16-byte aligned,
                   strides multiples of 16 elements */
  mla_tensor cache; /**< [PAGES, PAGE, W] or [PAGES, PAGE, 1, W]; W is D, 656 or 584; aligned as q;
                       dsv4: the stride of rows is not read */
  mla_tensor indices;       /**< int32 [T, K] or [T, 1, K], lists contiguous: page * PAGE + row */
  mla_tensor lengths;       /**< int32 [ceil(T / tokens_per_length)]; absent: all K count */
  mla_tensor extra_cache;   /**< as cache, pages of its own size; absent with its indices */
  mla_tensor extra_indices; /**< int32 [T, EXTRA_K] or [T, 1, EXTRA_K] */
  mla_tensor extra_lengths; /**< as lengths */
  mla_tensor sink;          /**< fp32 [H], natural, not scaled; absent: none */
  mla_tensor out;           /**< as q [T, H, 512]; aligned as q */
  mla_tensor lse;           /**< fp32 [T, H], rows contiguous; absent: not returned */
  mla_tensor max_logits;    /**< fp32 [T, H], rows contiguous: largest scale * q . k, the sink not
                               counted; -inf without rows; absent: not returned */
  float scale;       /**< of the scores; positive, times cache_scale and log2(e) a normal fp32 */
  float cache_scale; /**< of e4m3 caches: numbers are codes times it; positive and a
                        normal fp32, or 0: 1; else 0 */
  int32_t tokens_per_length; /**< tokens that share a length, as those of a request do; 0: 1 */
  int32_t num_splits;        /**< 0: by sizes and SMs; n: each list in n parts, 1 … 256 */
  int32_t sm_count;          /**< 0: the device's; else as if it had this many, 1 … 1024 */
  int32_t batch_invariant;   /**< 1: the bits of a token do not depend on how many there are */
  mla_lse_convention lse_convention; /**< of lse */
} mla_sparse_decode_args;

/** Answers for these arguments; `data` of tensors may be NULL. There is no plan. */
mla_status mla_query_sparse_decode(mla_device *device, const mla_sparse_decode_args *args,
                                   mla_query_result *result);
/** Enqueues the work. */
mla_status mla_run_sparse_decode(mla_device *device, const mla_sparse_decode_args *args,
                                 void *workspace, size_t workspace_bytes, void *stream);

/*===- index conversion ----------------------------------------------------===*/

/**
 * Token positions of requests, as an indexer selects them, to rows of a paged cache:
 *
 *     out[t, i] = block_table[requests[t], tokens[t, i] / page_size] * page_stride
 *                 + tokens[t, i] % page_size
 *
 * -1 for a negative token, one whose page the table does not have, a negative entry, a request
 * outside the table, a row above 2^31 - 1; nothing of that is read. T < 2^31, K <= 2^30.
 */
typedef struct mla_convert_indices_args {
  uint32_t struct_size;   /**< sizeof(mla_convert_indices_args) */
  int32_t compact;        /**< 1: what is valid moves to the front in order, -1 behind it; else 0 */
  mla_tensor requests;    /**< int32 [T], contiguous */
  mla_tensor block_table; /**< int32 [R, MAX_PAGES], rows contiguous */
  mla_tensor tokens;      /**< int32 [T, K], rows contiguous */
  mla_tensor out;         /**< int32 [T, K], rows contiguous; may be `tokens` unless compact */
  mla_tensor counts;      /**< int32 [T]: valid places of each list; absent: not returned */
  /** int32 [T]: requests whose rows lie in a workspace, -1 for the others; absent: none do. For
   * those out[t, i] = workspace_starts[workspace_requests[t]] + tokens[t, i]. */
  mla_tensor workspace_requests;
  mla_tensor workspace_starts; /**< int32 [N], contiguous; with workspace_requests */
  int32_t page_size;           /**< tokens of a page, at least 1 */
  int32_t world_size;          /**< ranks that tokens are dealt to; 0 or 1: all are this one's */
  int64_t page_stride;         /**< rows from page to page; 0: page_size */
  int32_t rank;                /**< 0 … world_size - 1; tokens of other ranks give -1 */
  int32_t interleave; /**< tokens that are dealt at a time; 0: 1; world_size * interleave < 2^31 */
} mla_convert_indices_args;

/** Answers for these arguments; `data` of tensors may be NULL. */
mla_status mla_query_convert_indices(mla_device *device, const mla_convert_indices_args *args,
                                     mla_query_result *result);
/** Enqueues the work; it takes no workspace. */
mla_status mla_run_convert_indices(mla_device *device, const mla_convert_indices_args *args,
                                   void *stream);

/**
 * Lists of positions split in those before a request's length and those from there on:
 * context[t, i] = tokens[t, i] if it is below length, else -1; new_tokens[t, i] = tokens[t, i] -
 * length if it is not, else -1. A negative token, or a request outside [0, R), gives -1 in both.
 */
typedef struct mla_filter_indices_args {
  uint32_t struct_size;  /**< sizeof(mla_filter_indices_args) */
  int32_t compact;       /**< 1: what is valid moves to the front in order, -1 behind it; else 0 */
  mla_tensor tokens;     /**< int32 [T, K], rows contiguous */
  mla_tensor requests;   /**< int32 [T], contiguous; absent: list t is request t, or 0 if R is 1 */
  mla_tensor lengths;    /**< int32 [R], contiguous; below 0 counts as 0 */
  mla_tensor context;    /**< int32 [T, K], rows contiguous; absent: not returned */
  mla_tensor new_tokens; /**< as context */
  mla_tensor context_counts; /**< int32 [T]: valid places; absent: not returned */
  mla_tensor new_counts;     /**< as context_counts */
} mla_filter_indices_args;

/** Answers for these arguments; `data` of tensors may be NULL. */
mla_status mla_query_filter_indices(mla_device *device, const mla_filter_indices_args *args,
                                    mla_query_result *result);
/** Enqueues the work; it takes no workspace. */
mla_status mla_run_filter_indices(mla_device *device, const mla_filter_indices_args *args,
                                  void *stream);

/*===- cache writer --------------------------------------------------------===*/

/**
 * Writes new tokens into a paged cache: row t of latent and rope goes to slot slots[t], which is
 * row slots[t] % PAGE of page slots[t] / PAGE. Skipped are slots that are negative, slots that the
 * cache does not have, and rows and slots without their counterpart. Slots that are written are
 * distinct. Nothing but the rows of the slots is written. Of records latent, rope and cache are
 * 16-byte aligned, their strides multiples of 16 elements.
 */
typedef struct mla_write_cache_args {
  uint32_t struct_size; /**< sizeof(mla_write_cache_args) */
  int32_t format;       /**< an mla_cache_format */
  mla_tensor latent;    /**< bf16, fp16 or, for rows and e4m3, fp32 [T, RANK]; records: RANK 512,
                           dsv4: 448 */
  mla_tensor rope;      /**< as latent [T, ROPE]; records: ROPE 64, stored bit by bit */
  mla_tensor slots;     /**< int64 [N], contiguous */
  mla_tensor cache;     /**< [PAGES, PAGE, W] or [PAGES, PAGE, 1, W]; rows: W >= RANK + ROPE;
                           records: W 656 or 584; dsv4: the stride of rows is not read */
  mla_tensor scale;     /**< fp32 [1], on the device: e4m3 is x / scale; absent: 1; else absent */
  int32_t scale_rule;   /**< an mla_scale_rule, of records; dsv4: MLA_SCALE_POW2 */
} mla_write_cache_args;

/** Answers for these arguments; `data` of tensors may be NULL, which counts as aligned. */
mla_status mla_query_write_cache(mla_device *device, const mla_write_cache_args *args,
                                 mla_query_result *result);
/** Enqueues the work; it takes no workspace. */
mla_status mla_run_write_cache(mla_device *device, const mla_write_cache_args *args, void *stream);

/*===- merging partial results ---------------------------------------------===*/

/**
 * Attention over disjoint sets of keys, joined: out = sum_n w_n part_n / sum_n w_n with w_n =
 * exp(lse_n). A part whose LSE is infinite, of either sign, is empty, whatever its values are;
 * where all are empty, out is 0 and lse what the convention says.
 */
typedef struct mla_merge_lse_args {
  uint32_t struct_size;  /**< sizeof(mla_merge_lse_args) */
  int32_t input_base;    /**< an mla_lse_base: of the parts' LSE */
  mla_tensor first;      /**< bf16, fp16 or fp32 [T, H, D]: part 0 */
  mla_tensor first_lse;  /**< fp32 [T, H], any strides: a transposed [H, T], too */
  mla_tensor others;     /**< as first [N, T, H, D]: parts 1 … N; absent: none */
  mla_tensor others_lse; /**< fp32 [N, T, H], any strides; with others */
  mla_tensor out;        /**< as first, or e4m3 or u8 for e4m3 [T, H, D]; may be a part itself */
  mla_tensor lse;        /**< fp32 [T, H], any strides; absent: not returned */
  mla_tensor scale;      /**< fp32 [1], on the device: e4m3 is x / scale; absent: 1; else absent */
  int64_t missing_first; /**< the last so many tokens have no part 0, 0 … T */
  mla_lse_convention lse_convention; /**< of lse; no sink is included */
} mla_merge_lse_args;

/** Answers for these arguments; `data` of tensors may be NULL, which counts as aligned. */
mla_status mla_query_merge_lse(mla_device *device, const mla_merge_lse_args *args,
                               mla_query_result *result);
/** Enqueues the work; it takes no workspace. */
mla_status mla_run_merge_lse(mla_device *device, const mla_merge_lse_args *args, void *stream);

#ifdef __cplusplus
}
#endif

#endif
