// RUN: mla-opt %s -verify-diagnostics -pass-pipeline='builtin.module(func.func(tile-swap-operands{op=qk}))'

// expected-error@+1 {{tile-swap-operands: 'op' names none of the matrix products: 'qk'; matrix products with labels: 'pv', 'gate'}}
func.func @unknown(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %e = tile.dot %a, %a, %d {label = "gate"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}
