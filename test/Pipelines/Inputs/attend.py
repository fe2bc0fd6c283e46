import mla
import mla.language as ml


@mla.kernel
def attend(
    q: ml.tensor[ml.bf16, 'ROWS', 128], k: ml.tensor[ml.bf16, 'KEYS', 128], out: ml.tensor[ml.float32, 'ROWS', 128],
    length,
):
    limit = ml.zeros((64,), ml.int32) + length
    for block in range(ml.program_id(0), ml.cdiv(q.shape[0], 64).to(ml.int32), ml.num_programs(0)):
        row0 = block.to(ml.int64) * 64
        qt = ml.load(q[row0:row0 + 64, :], label="q")
        m, l, acc = ml.attn.softmax_init(64, 32, 128)
        for k0 in ml.range(0, length, 32, label="keys"):
            kv = ml.load(k[k0:k0 + 32, :], valid=length - k0, label="kv")
            s = ml.attn.mask(ml.dot(qt, ml.trans(kv), label="qk"), k0, limit, label="mask")
            p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, label="softmax")
            acc = ml.dot(p.to(kv.dtype), kv, acc, label="pv")
        value, lse = ml.attn.softmax_finish(m, l, acc)
        ml.store(out[row0:row0 + 64, :], value)
