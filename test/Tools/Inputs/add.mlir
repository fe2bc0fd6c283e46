func.func @add(%x: !tile.ptr<f32> {tile.divisibility = 16 : i32}, %n: i32)
    attributes {tile.kernel, tile.arguments = [{name = "x", type = "*fp32", divisibility = 16 : i32},
                                               {name = "n", type = "i32", divisibility = 1 : i32}],
                tile.constants = {BLOCK = 256 : i64}} {
  %pid = tile.program_id 0
  %block = arith.constant 256 : i32
  %start = arith.muli %pid, %block : i32
  %starts = tile.splat %start : i32 -> tensor<256xi32>
  %range = tile.range 0 to 256 : tensor<256xi32>
  %offs = arith.addi %starts, %range : tensor<256xi32>
  %ns = tile.splat %n : i32 -> tensor<256xi32>
  %mask = arith.cmpi slt, %offs, %ns : tensor<256xi32>
  %base = tile.splat %x : !tile.ptr<f32> -> tensor<256x!tile.ptr<f32>>
  %ptrs = tile.addptr %base, %offs : tensor<256x!tile.ptr<f32>>, tensor<256xi32>
  %v = tile.load %ptrs, mask %mask : tensor<256x!tile.ptr<f32>>
  %w = arith.addf %v, %v : tensor<256xf32>
  tile.store %ptrs, %w, mask %mask : tensor<256x!tile.ptr<f32>>
  return
}
