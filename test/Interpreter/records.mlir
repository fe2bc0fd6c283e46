// The coding of records and its expansion give the same bits: every code; scales that are no powers of two, subnormal, infinite and
// NaN; powers of two from the least byte to the greatest; writers' rules for empty, small and infinite groups.
// RUN: mla-opt %s --expand-gather -o %t.expanded.mlir

// Rows of the codes 0 … 127 and 128 … 255 with the scales 1, 2^-149, 0.3 and NaN. The code 64 is 2, 0x7e is 448, 0x7f is NaN, 0x81 is -2^-9.
// RUN: mla-interpret %s --kernel keys --argument "arg0=*i32:0x3f800000,1,0x3e99999a,0x7fc00000" --argument "arg1=*fp32:512?" --print arg1 > %t.ops
// RUN: mla-interpret %t.expanded.mlir --kernel keys --argument "arg0=*i32:0x3f800000,1,0x3e99999a,0x7fc00000" --argument "arg1=*fp32:512?" --print arg1 > %t.expansion
// RUN: cmp %t.ops %t.expansion
// RUN: FileCheck %s < %t.ops
// CHECK: arg1 = [0, 0.001953125, {{.*}}, 448, nan, -0, {{.*}}nan, 0, {{.*}}, 134.400009, nan, nan, {{.*}}, nan]

// 2 as a code in each of seven groups: times 2^-127, 2^-126, 1/2, 1, 2, 2^127 (infinity in f32) and NaN. The byte behind them counts nothing.
// RUN: mla-interpret %s --kernel powers --argument "arg0=*i8:0,1,126,127,-128,-2,-1,77" --argument "arg1=*fp32:7?" --argument "arg2=*bf16:2?" --print arg1,arg2 > %t.ops
// RUN: mla-interpret %t.expanded.mlir --kernel powers --argument "arg0=*i8:0,1,126,127,-128,-2,-1,77" --argument "arg1=*fp32:7?" --argument "arg2=*bf16:2?" --print arg1,arg2 > %t.expansion
// RUN: cmp %t.ops %t.expansion
// RUN: FileCheck %s --check-prefix=POWERS < %t.ops
// POWERS: arg1 = [1.17549435e-38, 2.3509887e-38, 1, 2, 4, inf, nan]
// POWERS: arg2 = [3, 3]

// Groups of zeros, of at most 336 and of one infinity, and of NaN but for a 3: by both rules.
// RUN: mla-interpret %s --kernel writes --argument "arg0=*fp32:0,336,inf,nan" --argument "arg1=*fp32:0,1,1,3" --argument "arg2=*fp32:4?" --argument "arg3=*fp32:4?" --argument "arg4=*i8:512?" --print arg2,arg3,arg4 > %t.ops
// RUN: mla-interpret %t.expanded.mlir --kernel writes --argument "arg0=*fp32:0,336,inf,nan" --argument "arg1=*fp32:0,1,1,3" --argument "arg2=*fp32:4?" --argument "arg3=*fp32:4?" --argument "arg4=*i8:512?" --print arg2,arg3,arg4 > %t.expansion
// RUN: cmp %t.ops %t.expansion
// RUN: FileCheck %s --check-prefix=WRITES < %t.ops
// WRITES: arg2 = [0.000122070312, 1, inf, 0.0078125]
// WRITES: arg3 = [1.17549435e-38, 0.75, inf, 0.00669642864]
// 336 lies between the codes 0x7a and 0x7b and takes the even one, 1 is 0x38; by an infinite scale all is 0 but infinity, NaN.
// WRITES: arg4 = [0, {{(0, )+}}122, {{(56, )+(-1|127)}}, {{(0, )+}}127, 124, {{(124, )+}}124]

func.func @keys(%s: !tile.ptr<i32>, %y: !tile.ptr<f32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c128 = arith.constant 128 : i64
  %sv = tile.view %s, shape [] strides [%c1] : !tile.view<4x1xi32>
  %yv = tile.view %y, shape [] strides [%c128] : !tile.view<4x128xf32>
  %range = tile.range 0 to 512 : tensor<512xi32>
  %bytes = arith.trunci %range : tensor<512xi32> to tensor<512xi8>
  %codes = tile.reshape %bytes : tensor<512xi8> -> tensor<4x128xi8>
  %bits = tile.load_view %sv[%c0, %c0] dims [0, 1] : !tile.view<4x1xi32> -> tensor<4x1xi32>
  %scales = arith.bitcast %bits : tensor<4x1xi32> to tensor<4x1xf32>
  %keys = gather.decode_record %codes scales %scales <indexer_fp8> : tensor<4x128xi8>, tensor<4x1xf32> -> tensor<4x128xf32>
  tile.store_view %keys, %yv[%c0, %c0] dims [0, 1] : tensor<4x128xf32>, !tile.view<4x128xf32>
  return
}

func.func @powers(%s: !tile.ptr<i8>, %y: !tile.ptr<f32>, %z: !tile.ptr<bf16>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c2 = arith.constant 2 : i64
  %c8 = arith.constant 8 : i64
  %c7 = arith.constant 7 : i64
  %sv = tile.view %s, shape [] strides [%c8] : !tile.view<1x8xi8>
  %yv = tile.view %y, shape [] strides [%c7] : !tile.view<1x7xf32>
  %zv = tile.view %z, shape [] strides [%c2] : !tile.view<1x2xbf16>
  %codes = arith.constant dense<64> : tensor<1x576xi8>
  %scales = tile.load_view %sv[%c0, %c0] dims [0, 1] : !tile.view<1x8xi8> -> tensor<1x8xi8>
  %latent, %rope = gather.decode_record %codes scales %scales <fp8_dsv4> : tensor<1x576xi8>, tensor<1x8xi8> -> tensor<1x448xf32>, tensor<1x64xbf16>
  %groups = tile.reshape %latent : tensor<1x448xf32> -> tensor<1x7x64xf32>
  %greatest = tile.reduce max %groups {axis = 2 : i32} : tensor<1x7x64xf32> -> tensor<1x7xf32>
  %two = tile.slice %rope [0, 62] : tensor<1x64xbf16> -> tensor<1x2xbf16>
  tile.store_view %greatest, %yv[%c0, %c0] dims [0, 1] : tensor<1x7xf32>, !tile.view<1x7xf32>
  tile.store_view %two, %zv[%c0, %c0] dims [0, 1] : tensor<1x2xbf16>, !tile.view<1x2xbf16>
  return
}

// The first number of each group is from %x, the others from %y.
func.func @writes(%x: !tile.ptr<f32>, %y: !tile.ptr<f32>, %p: !tile.ptr<f32>, %l: !tile.ptr<f32>, %c: !tile.ptr<i8>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c4 = arith.constant 4 : i64
  %c512 = arith.constant 512 : i64
  %xv = tile.view %x, shape [] strides [%c4] : !tile.view<1x4xf32>
  %yv = tile.view %y, shape [] strides [%c4] : !tile.view<1x4xf32>
  %pv = tile.view %p, shape [] strides [%c4] : !tile.view<1x4xf32>
  %lv = tile.view %l, shape [] strides [%c4] : !tile.view<1x4xf32>
  %cv = tile.view %c, shape [] strides [%c512] : !tile.view<1x512xi8>
  %first = tile.load_view %xv[%c0, %c0] dims [0, 1] : !tile.view<1x4xf32> -> tensor<1x4xf32>
  %others = tile.load_view %yv[%c0, %c0] dims [0, 1] : !tile.view<1x4xf32> -> tensor<1x4xf32>
  %columns = tile.range 0 to 512 : tensor<512xi32>
  %shape = tile.reshape %columns : tensor<512xi32> -> tensor<1x4x128xi32>
  %mask = arith.constant dense<127> : tensor<1x4x128xi32>
  %in_group = arith.andi %shape, %mask : tensor<1x4x128xi32>
  %zero = arith.constant dense<0> : tensor<1x4x128xi32>
  %is_first = arith.cmpi eq, %in_group, %zero : tensor<1x4x128xi32>
  %f0 = tile.expand_dims %first {axis = 2 : i32} : tensor<1x4xf32> -> tensor<1x4x1xf32>
  %f1 = tile.broadcast %f0 : tensor<1x4x1xf32> -> tensor<1x4x128xf32>
  %o0 = tile.expand_dims %others {axis = 2 : i32} : tensor<1x4xf32> -> tensor<1x4x1xf32>
  %o1 = tile.broadcast %o0 : tensor<1x4x1xf32> -> tensor<1x4x128xf32>
  %groups = arith.select %is_first, %f1, %o1 : tensor<1x4x128xi1>, tensor<1x4x128xf32>
  %latent = tile.reshape %groups : tensor<1x4x128xf32> -> tensor<1x512xf32>
  %rope = arith.constant dense<0.0> : tensor<1x64xbf16>
  %pc, %ps, %pr = gather.encode_record %latent, %rope rule pow2 <fp8_ds_mla> : tensor<1x512xf32>, tensor<1x64xbf16> -> tensor<1x512xf8E4M3FN>, tensor<1x4xf32>, tensor<1x64xbf16>
  %lc, %ls, %lr = gather.encode_record %latent, %rope rule linear <fp8_ds_mla> : tensor<1x512xf32>, tensor<1x64xbf16> -> tensor<1x512xf8E4M3FN>, tensor<1x4xf32>, tensor<1x64xbf16>
  %codes = arith.bitcast %pc : tensor<1x512xf8E4M3FN> to tensor<1x512xi8>
  tile.store_view %ps, %pv[%c0, %c0] dims [0, 1] : tensor<1x4xf32>, !tile.view<1x4xf32>
  tile.store_view %ls, %lv[%c0, %c0] dims [0, 1] : tensor<1x4xf32>, !tile.view<1x4xf32>
  tile.store_view %codes, %cv[%c0, %c0] dims [0, 1] : tensor<1x512xi8>, !tile.view<1x512xi8>
  return
}
