llvm.func @two_roles() attributes {nvvm.kernel, nvvm.reqntid = array<i32: 384>, tile.num_warps = 12 : i32,
    tile.provenance = {num_warps = "recipe", roles = "recipe"},
    tile.roles = [{name = "left", ops = ["ab.*.left"], registers = 240 : i32, warps = 4 : i32},
                  {name = "right", ops = ["ab.0.right", "ab.tail.right"], warps = 4 : i32}]} {
  llvm.return
}
