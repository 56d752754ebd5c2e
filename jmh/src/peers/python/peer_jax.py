"""JAX: products, networks, and the layers that are a function of arrays alone."""
import os

from protocol import Peer


ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


class Jax(Peer):
    def __init__(self, threads):
        if threads == 1:
            os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {ONE_THREAD}".strip()
        import jax
        import optax

        self.jax, self.numpy, self.optax = jax, jax.numpy, optax
        self.keys = iter(jax.random.split(jax.random.PRNGKey(42), 1_000_000))

    def _normal(self, *shape):
        return self.jax.random.normal(next(self.keys), shape)

    def ask_gemm(self, m, k, n, kind="NN"):
        # the transposed views are taken inside, or JAX would store them anew
        a = self._normal(*((m, k) if kind[0] == "N" else (k, m)))
        b = self._normal(*((k, n) if kind[1] == "N" else (n, k)))
        multiply = self.jax.jit(lambda a, b: (a if kind[0] == "N" else a.T) @ (b if kind[1] == "N" else b.T))
        return lambda: multiply(a, b).block_until_ready(), 2 * m * k * n, "GFLOP/s"

    def _forward(self, parameters, x, dropout, key):
        jax = self.jax
        for weight, bias in parameters[:-1]:
            x = jax.nn.relu(x @ weight + bias)
            if dropout:
                key, mask = jax.random.split(key)
                x = jax.numpy.where(jax.random.bernoulli(mask, 1 - dropout, x.shape), x / (1 - dropout), 0.0)
        weight, bias = parameters[-1]
        return x @ weight + bias

    def _parameters(self, sizes):
        return [(self._normal(*pair) * (2 / pair[0]) ** 0.5, self.numpy.zeros(pair[1])) for pair in zip(sizes, sizes[1:])]

    def ask_mlp_step(self, batch, sizes, optimizer, dropout):
        jax, optax = self.jax, self.optax
        updates = optax.adam(1e-3) if optimizer == "adam" else optax.sgd(1e-2)
        parameters = self._parameters(sizes)
        state = updates.init(parameters)
        batches = [(jax.random.uniform(next(self.keys), (batch, sizes[0])),
                    jax.random.randint(next(self.keys), (batch,), 0, sizes[-1]), next(self.keys)) for _ in range(20)]

        def loss(parameters, x, labels, key):
            logits = self._forward(parameters, x, dropout, key)
            return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

        @jax.jit
        def update(parameters, state, x, labels, key):
            change, state = updates.update(jax.grad(loss)(parameters, x, labels, key), state)
            return optax.apply_updates(parameters, change), state

        turn = 0

        def step():
            nonlocal turn, parameters, state
            turn += 1
            parameters, state = update(parameters, state, *batches[turn % len(batches)])
            # it computes behind our back: wait now and then, or the queue is what is timed
            if turn % len(batches) == 0:
                jax.block_until_ready(parameters)

        return step, 1, "ms/step"

    def ask_mlp_infer(self, batch, sizes):
        parameters = self._parameters(sizes)
        x = self.jax.random.uniform(next(self.keys), (batch, sizes[0]))
        infer = self.jax.jit(lambda parameters, x: self._forward(parameters, x, 0, None))
        return lambda: infer(parameters, x).block_until_ready(), 1, "ms/call"

    def _gradients(self, function, *inputs):
        """The function, and the gradients of all its inputs."""
        upstream = self._normal(*self.jax.eval_shape(function, *inputs).shape)

        @self.jax.jit
        def step(*inputs):
            y, pull = self.jax.vjp(function, *inputs)
            return y, pull(upstream)

        return lambda: self.jax.block_until_ready(step(*inputs)), 1, "ms/step"

    def ask_conv_step(self, batch, channels, height, width, out, kernel, stride=1, groups=1):
        around = (kernel // 2, kernel // 2)

        def convolve(x, weight, bias):
            y = self.jax.lax.conv_general_dilated(x, weight, (stride, stride), (around, around), feature_group_count=groups)
            return y + bias[:, None, None]

        return self._gradients(convolve, self._normal(batch, channels, height, width),
                               self._normal(out, channels // groups, kernel, kernel), self._normal(out))

    def ask_conv_transpose_step(self, batch, channels, height, width, out, kernel, stride):
        # of the input spread out: PyTorch's padding takes away what this one leaves
        around = (kernel - 1 - (kernel - stride) // 2,) * 2

        def spread(x, weight, bias):
            y = self.jax.lax.conv_transpose(x, weight, (stride, stride), (around, around), transpose_kernel=True,
                                            dimension_numbers=("NCHW", "OIHW", "NCHW"))
            return y + bias[:, None, None]

        return self._gradients(spread, self._normal(batch, channels, height, width),
                               self._normal(channels, out, kernel, kernel), self._normal(out))

    def ask_pool_step(self, kind, batch, channels, height, width, kernel):
        lax, sides = self.jax.lax, (1, 1, kernel, kernel)

        def pool(x):
            if kind == "max":
                return lax.reduce_window(x, -self.numpy.inf, lax.max, sides, sides, "VALID")
            return lax.reduce_window(x, 0.0, lax.add, sides, sides, "VALID") / kernel ** 2

        return self._gradients(pool, self._normal(batch, channels, height, width))

    def _normalized(self, x, scale, shift, axes):
        mean = x.mean(axes, keepdims=True)
        variance = self.numpy.square(x - mean).mean(axes, keepdims=True)
        return (x - mean) * self.jax.lax.rsqrt(variance + 1e-5) * scale + shift

    def ask_norm_step(self, kind, *sizes):
        axes = {"batch": (0, 2, 3), "group": (2, 3, 4), "layer": -1}[kind]

        def normalize(x, scale, shift):
            if kind == "layer":
                return self._normalized(x, scale, shift, axes)
            if kind == "batch":
                return self._normalized(x, scale[:, None, None], shift[:, None, None], axes)
            parts = x.reshape(sizes[0], 8, sizes[1] // 8, *sizes[2:])
            return self._normalized(parts, scale.reshape(8, -1, 1, 1), shift.reshape(8, -1, 1, 1), axes).reshape(x.shape)

        return self._gradients(normalize, self._normal(*sizes), self._normal(sizes[1]), self._normal(sizes[1]))

    def ask_embed_step(self, rows, width, n):
        indices = self.jax.random.randint(next(self.keys), (n,), 0, rows)
        return self._gradients(lambda weight: weight[indices], self._normal(rows, width))

    def ask_ce_step(self, batch, classes):
        labels = self.jax.random.randint(next(self.keys), (batch,), 0, classes)
        x = self._normal(batch, classes)
        step = self.jax.jit(self.jax.value_and_grad(
            lambda x: self.optax.softmax_cross_entropy_with_integer_labels(x, labels).mean()))
        return lambda: self.jax.block_until_ready(step(x)), 1, "ms/step"

    def _attend(self, queries, keys, values, mask):
        scores = queries @ keys.swapaxes(-1, -2) / queries.shape[-1] ** 0.5
        if mask == "causal":
            scores = self.numpy.where(self.numpy.tri(scores.shape[-1], dtype=bool), scores, -self.numpy.inf)
        return self.jax.nn.softmax(scores) @ values

    def ask_attention_step(self, batch, heads, tokens, width, mask):
        inputs = [self._normal(batch, heads, tokens, width) for _ in range(3)]
        return self._gradients(lambda *inputs: self._attend(*inputs, mask), *inputs)

    def ask_lstm_step(self, batch, steps, into, hidden):
        jax = self.jax

        def cell(state, summed, recurrent, _):
            memory, y = state
            enter, forget, new, leave = self.numpy.split(summed + y @ recurrent, 4, -1)
            memory = jax.nn.sigmoid(forget) * memory + jax.nn.sigmoid(enter) * self.numpy.tanh(new)
            y = jax.nn.sigmoid(leave) * self.numpy.tanh(memory)
            return (memory, y), y

        return self._recurrent(cell, 4, 2, batch, steps, into, hidden)

    def ask_gru_step(self, batch, steps, into, hidden):
        jax = self.jax

        def cell(state, summed, recurrent, bias):
            y, = state
            reset, update, new = self.numpy.split(summed, 3, -1)
            reset_by, update_by, new_by = self.numpy.split(y @ recurrent + bias, 3, -1)
            update = jax.nn.sigmoid(update + update_by)
            y = (1 - update) * self.numpy.tanh(new + jax.nn.sigmoid(reset + reset_by) * new_by) + update * y
            return (y,), y

        return self._recurrent(cell, 3, 1, batch, steps, into, hidden)

    def _recurrent(self, cell, gates, states, batch, steps, into, hidden):
        def layer(x, weight, recurrent, bias, recurrent_bias):
            start = (self.numpy.zeros((batch, hidden)),) * states
            summed = (x @ weight + bias).swapaxes(0, 1)
            step = lambda state, each: cell(state, each, recurrent, recurrent_bias)
            return self.jax.lax.scan(step, start, summed)[1].swapaxes(0, 1)

        weights = [self._normal(rows, gates * hidden) * 0.05 for rows in (into, hidden)]
        biases = [self._normal(gates * hidden) * 0.05 for _ in range(2)]
        return self._gradients(layer, self._normal(batch, steps, into), *weights, *biases)

    def _block(self, batch, tokens, width, heads, mask):
        """A transformer's block, norm first, and its inputs: x, and pairs of a scale or weight and a shift or bias."""

        def block(x, norm1, norm2, into, out, linear1, linear2):
            parts = self._normalized(x, *norm1, -1) @ into[0] + into[1]
            queries, keys, values = parts.reshape(batch, tokens, 3, heads, width // heads).transpose(2, 0, 3, 1, 4)
            seen = self._attend(queries, keys, values, mask).swapaxes(1, 2).reshape(x.shape)
            x = x + seen @ out[0] + out[1]
            hidden = self.jax.nn.gelu(self._normalized(x, *norm2, -1) @ linear1[0] + linear1[1], approximate=False)
            return x + hidden @ linear2[0] + linear2[1]

        norms = [(self._normal(width), self._normal(width)) for _ in range(2)]
        linear = [(self._normal(*pair) * 0.02, self._normal(pair[1]) * 0.02)
                  for pair in ((width, 3 * width), (width, width), (width, 4 * width), (4 * width, width))]
        return block, [self._normal(batch, tokens, width), *norms, *linear]

    def ask_block_step(self, *words):
        block, inputs = self._block(*words)
        return self._gradients(block, *inputs)

    def ask_block_infer(self, *words):
        block, inputs = self._block(*words)
        infer = self.jax.jit(block)
        return lambda: infer(*inputs).block_until_ready(), 1, "ms/call"
