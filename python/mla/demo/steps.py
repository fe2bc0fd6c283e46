"""The steps of the decode: each runs an operation of the library, compares with fp64 and takes the time."""
# SPDX-License-Identifier: Apache-2.0

import numpy as np
from mla import runtime
from mla.driver import DeviceView
from mla.demo import references, report
from mla.demo.numbers import LATENT, RECORD_BYTES, ROPE, from_bf16, from_records, to_records
from mla.demo.runner import Runner
from mla.demo.scene import ROW, SCALE, in_parallel

POISON = 0xFF  # NaN in bf16, fp32 and e4m3


class Decode(Runner):
    """A scene on a device."""

    def __init__(self, scene, device, driver, is_simulated):
        super().__init__(device, driver, is_simulated)
        self.scene = scene
        size, total = scene.size, int(scene.lengths.sum())
        self.requests, self.heads = size.requests, size.heads
        # The prompts are all tokens but each request's newest, which the step itself writes.
        rows = np.concatenate([rows[:-1] for rows in scene.rows] + [rows[-1:] for rows in scene.rows])
        slots = [scene.slots(request) for request in range(size.requests)]
        slots = np.concatenate([slot[:-1] for slot in slots] + [slot[-1:] for slot in slots])
        self.prompt_tokens = total - size.requests
        self.latent = driver.put(np.ascontiguousarray(rows[:, :LATENT]), "bf16")
        self.rope = driver.put(np.ascontiguousarray(rows[:, LATENT:]), "bf16")
        self.slots = driver.put(slots, "i64")
        self.host_slots, self.host_rows = slots, rows
        self.queries = driver.put(scene.queries, "bf16")
        self.table = driver.put(scene.table, "i32")
        self.lengths = driver.put(scene.lengths, "i32")
        self.tokens = driver.put(scene.tokens, "i32")
        self.cache = driver.empty("bf16", scene.pool_pages, size.page, ROW)
        self.records = driver.empty("u8", scene.pool_pages, size.page, RECORD_BYTES)
        self.lists = driver.empty("i32", size.requests, size.topk)
        for memory in (self.cache, self.records, self.lists):
            memory.fill(POISON)
        self.host_lists = self.expected_dense = None
        # What a layer of a decode step does: its calls in order, and what came out of them.
        self.layer_calls, self.layer_out, self.layer_bits = [], None, None

    def all_steps(self):
        """Rows, as they come."""
        prompts, newest = slice(0, self.prompt_tokens), slice(self.prompt_tokens, None)
        yield self.write("prompts: bf16 rows", self.cache, runtime.MLA_CACHE_ROWS, prompts)
        yield self.write("prompts: 656-byte records", self.records, runtime.MLA_CACHE_DS_MLA, prompts)
        yield self.write("newest: bf16 rows", self.cache, runtime.MLA_CACHE_ROWS, newest)
        yield self.write("newest: 656-byte records", self.records, runtime.MLA_CACHE_DS_MLA, newest)
        yield self.convert()
        yield self.sparse("sparse decode of 656-byte records", self.records, runtime.MLA_CACHE_DS_MLA)
        yield self.sparse("sparse decode of bf16 rows", self.cache, runtime.MLA_CACHE_ROWS)
        # One request alone does not fill the GPU: its list is cut into parts, which are merged.
        yield self.sparse("one request, 656-byte records", self.records, runtime.MLA_CACHE_DS_MLA, 1)
        yield self.sparse("one request, bf16 rows", self.cache, runtime.MLA_CACHE_ROWS, 1)
        yield self.layer()
        yield from self.dense()
        yield self.merge()

    def write(self, name, cache, cache_format, chosen):
        """Writes rows into a cache and looks at all of its bytes."""
        slots, rows = self.host_slots[chosen], self.host_rows[chosen]
        first = chosen.start
        kind = "rows" if cache_format == runtime.MLA_CACHE_ROWS else "records"
        row = report.Row(f"write {name}", f"{len(slots)} tokens")
        part = {name: self.part(tensor, first, len(slots)) for name, tensor in
                (("latent", self.latent), ("rope", self.rope), ("slots", self.slots))}  # fmt: skip
        started = self.start(row, "write_cache", format=cache_format, cache=cache, **part)
        if not started:
            return row
        before = cache.download(np.empty(cache.shape, np.uint16 if kind == "rows" else np.uint8))
        call = started[0]
        self.run_once(row, lambda: call.run(stream=self.driver.stream))
        after = cache.download(np.empty_like(before))
        flat = before.reshape(-1, before.shape[-1])

        def place(piece):
            flat[slots[piece]] = rows[piece] if kind == "rows" else to_records(rows[piece])

        pieces = [slice(start, start + 8192) for start in range(0, len(slots), 8192)]
        in_parallel(place, pieces)
        row.is_exact = True
        if not np.array_equal(before, after):
            self.equal(row, "cache", after.reshape(flat.shape), flat)
        written = len(slots) * (ROW * 2 + 8 + flat.shape[1] * flat.itemsize)
        self.measure(row, lambda: call.run(stream=self.driver.stream), written)
        if first and kind == "records":
            self.layer_calls.append(lambda: call.run(stream=self.driver.stream))
        return row

    def convert(self):
        """The indexer's token positions to rows of the cache."""
        scene, size = self.scene, self.scene.size
        row = report.Row("token lists to cache rows", f"{size.requests} x {size.topk}")
        requests = self.driver.put(np.arange(size.requests, dtype=np.int32), "i32")
        counts = self.driver.empty("i32", size.requests)
        started = self.start(row, "convert_indices", requests=requests, block_table=self.table, tokens=self.tokens,
                             out=self.lists, counts=counts, page_size=size.page)  # fmt: skip
        if not started:
            return row
        call = started[0]
        self.run_once(row, lambda: call.run(stream=self.driver.stream))
        self.host_lists = self.lists.download(np.empty(self.lists.shape, np.int32))
        expected = np.stack([references.cache_rows(tokens, table, size.page) for tokens, table in zip(scene.tokens, scene.table)])
        self.equal(row, "rows", self.host_lists, expected)
        self.equal(row, "counts", counts.download(np.empty(counts.shape, np.int32)), (expected >= 0).sum(axis=1))
        row.shapes += f", {100 * (expected < 0).mean():.0f} % are -1"
        self.measure(row, lambda: call.run(stream=self.driver.stream), 2 * self.lists.nbytes())
        self.layer_calls.append(lambda: call.run(stream=self.driver.stream))
        return row

    def results(self, requests):
        """Poisoned out [B, H, 512] and lse [B, H]."""
        out, lse = self.driver.empty("bf16", requests, self.heads, LATENT), self.driver.empty("fp32", requests, self.heads)
        out.fill(POISON)
        lse.fill(POISON)
        return out, lse

    def expect(self, row, out, lse, expected, roundings=2):
        """Compares results with what each request's should be."""
        got = out.download(np.empty(out.shape, np.uint16))
        got_lse = lse.download(np.empty(lse.shape, np.float32))

        def one(request):
            return references.compare_attention(f"request {request}", from_bf16(got[request]), got_lse[request], expected(request), roundings)

        for differences in in_parallel(one, range(out.shape[0])):
            self.judge(row, differences)

    def sparse(self, name, cache, cache_format, requests=None):
        """Attention over the rows of the lists, of all requests or of the first ones."""
        scene, size = self.scene, self.scene.size
        requests = requests or self.requests
        row = report.Row(name, f"{requests} x {size.heads} heads, top {size.topk}")
        out, lse = self.results(requests)
        queries, lists = self.part(self.queries, 0, requests), self.part(self.lists, 0, requests)
        started = self.start(row, "sparse_decode", format=cache_format, q=queries, cache=cache, indices=lists, out=out, lse=lse,
                             scale=SCALE)  # fmt: skip
        if not started:
            return row
        call, _, workspace = started

        def work():
            call.run(workspace=workspace, stream=self.driver.stream)

        self.run_once(row, work)
        is_rows = cache_format == runtime.MLA_CACHE_ROWS
        numbers = from_bf16(scene.queries[:requests])

        def expected(request):
            tokens = scene.tokens[request]
            rows = scene.rows[request][tokens[tokens >= 0]]
            keys = from_bf16(rows) if is_rows else from_records(to_records(rows))
            return references.attention(numbers[request], keys, SCALE)

        self.expect(row, out, lse, expected)
        keys = int((scene.tokens[:requests] >= 0).sum())
        row_bytes = 2 * ROW if is_rows else RECORD_BYTES
        moved = keys * row_bytes + queries.nbytes() + out.nbytes() + lists.nbytes()
        self.measure(row, work, moved, self.flops(keys))
        if not is_rows and requests == self.requests:
            self.layer_calls.append(work)
            self.layer_out, self.layer_bits = out, out.download(np.empty(out.shape, np.uint16))
        return row

    def layer(self):
        """What each layer does of the above, captured in a graph and replayed: the same bits, in less time than one by one."""
        row = report.Row("one layer in a graph", "write, convert, sparse decode")
        if not self.layer_out:
            row.outcome, row.problem = "skipped", "there is no sparse decode of records"
            return row

        def work():
            for call in self.layer_calls:
                call()

        graph = self.driver.capture(work)
        newest = slice(self.prompt_tokens, None)
        records = [DeviceView(self.driver, self.records.address + int(slot) * RECORD_BYTES, "u8", (RECORD_BYTES,)) for slot in self.host_slots[newest]]
        # What the layer writes is not there yet.
        for memory in (self.layer_out, self.lists, *records):
            memory.fill(POISON)
        self.run_once(row, graph.launch)
        written = np.stack([record.download(np.empty(RECORD_BYTES, np.uint8)) for record in records])
        self.equal(row, "newest records", written, to_records(self.host_rows[newest]))
        self.equal(row, "lists", self.lists.download(np.empty_like(self.host_lists)), self.host_lists)
        self.equal(row, "out", self.layer_out.download(np.empty_like(self.layer_bits)), self.layer_bits)
        self.measure(row, graph.launch)
        return row

    def flops(self, keys):
        """Of products of all heads with so many keys."""
        return 2 * self.heads * keys * (ROW + LATENT)

    def dense_fields(self, out, lse):
        """Arguments of dense decode over the whole cache."""
        shape = (self.requests, 1, self.heads)
        view = runtime.Tensor
        return {"q": view(self.queries.address, "bf16", (*shape, ROW)), "cache": self.cache, "block_table": self.table,
                "lengths": self.lengths, "out": view(out.address, "bf16", (*shape, LATENT)),
                "lse": view(lse.address, "fp32", shape), "scale": SCALE, "causal": 1}  # fmt: skip

    def dense(self):
        """Attention over all keys: at once, then as a server does it, planned once for all layers of a step."""
        scene, stream = self.scene, self.driver.stream
        lengths = f"{scene.lengths.min()} to {scene.lengths.max()} keys"
        row = report.Row("dense decode of bf16 rows", f"{self.requests} x {self.heads} heads, {lengths}")
        out, lse = self.results(self.requests)
        started = self.start(row, "dense_decode", **self.dense_fields(out, lse))
        if not started:
            yield row
            return
        call, answer, workspace = started
        self.run_once(row, lambda: call.run(workspace=workspace, stream=stream))
        queries = from_bf16(scene.queries)
        self.expected_dense = in_parallel(
            lambda request: references.attention(queries[request], from_bf16(scene.rows[request]), SCALE), range(self.requests))
        self.expect(row, out, lse, lambda request: self.expected_dense[request])
        keys = int(scene.lengths.sum())
        moved = keys * 2 * ROW + self.queries.nbytes() + out.nbytes()
        self.measure(row, lambda: call.run(workspace=workspace, stream=stream), moved, self.flops(keys))
        yield row

        before = out.download(np.empty(out.shape, np.uint16))
        out.fill(POISON)
        plan = self.driver.empty("u8", answer.plan_bytes)
        planning = report.Row("  its plan", f"{self.requests} lengths", kernel=f"{answer.plan_bytes} bytes", is_compared=False)
        self.run_once(planning, lambda: call.plan(plan, stream))
        self.measure(planning, lambda: call.plan(plan, stream))
        yield planning
        planned = report.Row("  with the plan", row.shapes, kernel=row.kernel)
        self.run_once(planned, lambda: call.run(plan=plan, workspace=workspace, stream=stream))
        self.equal(planned, "out", out.download(np.empty_like(before)), before)
        self.measure(planned, lambda: call.run(plan=plan, workspace=workspace, stream=stream), moved, self.flops(keys))
        yield planned

    def merge(self):
        """Attention over the first pages and over the rest, joined: the result of all keys again."""
        scene, size = self.scene, self.scene.size
        count = size.prefix_pages * size.page
        row = report.Row("LSE merge of prefix and rest", f"2 parts, {self.requests} x {self.heads} heads")
        parts = []
        for name, first, lengths in (("prefix", 0, np.minimum(scene.lengths, count)),
                                     ("rest", size.prefix_pages, np.maximum(scene.lengths - count, 0))):  # fmt: skip
            out, lse = self.results(self.requests)
            table = self.driver.put(np.ascontiguousarray(scene.table[:, first:]), "i32")
            held = self.driver.put(lengths.astype(np.int32), "i32")
            fields = self.dense_fields(out, lse) | {"block_table": table, "lengths": held}
            started = self.start(report.Row(name, ""), "dense_decode", **fields)
            if not started:
                row.outcome, row.problem = "skipped", "there is no dense decode"
                return row
            started[0].run(workspace=started[2], stream=self.driver.stream)
            parts.append((out, lse, started[2]))
        out, lse = self.results(self.requests)
        (first, first_lse, _), (rest, rest_lse, _) = parts
        others = runtime.Tensor(rest.address, "bf16", (1, *rest.shape))
        started = self.start(row, "merge_lse", first=first, first_lse=first_lse, others=others,
                             others_lse=runtime.Tensor(rest_lse.address, "fp32", (1, *rest_lse.shape)), out=out, lse=lse)  # fmt: skip
        if not started:
            return row
        call = started[0]
        self.driver.wait()
        self.run_once(row, lambda: call.run(stream=self.driver.stream))
        # The parts were rounded to bf16 themselves.
        self.expect(row, out, lse, lambda request: self.expected_dense[request], roundings=3)
        self.measure(row, lambda: call.run(stream=self.driver.stream), 3 * out.nbytes())
        return row
