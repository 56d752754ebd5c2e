"""PyTorch, NumPy's OpenBLAS or JAX behind the line protocol that the README describes.

    python peer.py torch|openblas|jax [--threads N] [--seconds S]

A request a line on standard input, a line of JSON for each on standard output. It needs torch; or numpy; or jax and optax. On a
CPU with AVX-512, OpenBLAS wants OPENBLAS_CORETYPE=SkylakeX, or it may choose its AVX2 kernels. JAX keeps to one thread on one
processor only (taskset -c 0).
"""
import argparse
import json
import os
import statistics
import sys
import time

BURST = 0.02  # seconds that one sample takes


def median_seconds(call, seconds):
    """Of one call, in bursts, after those that find out how many calls make one. At least three bursts are timed."""

    def burst():
        start = time.perf_counter()
        for _ in range(calls):
            call()
        return time.perf_counter() - start

    calls = 1
    burst()
    # by doubling: calls that only queue their work seem to take no time at first
    while burst() < BURST / 2:
        calls *= 2
    samples = []
    end = time.perf_counter() + seconds
    while len(samples) < 3 or time.perf_counter() < end:
        samples.append(burst() / calls)
    return statistics.median(samples)


class Peer:
    """What each request does; a method's name is the request's. It returns a call, a count, and the unit that the two make."""

    def answer(self, line, seconds):
        name, *words = line.split()
        method = None if name.startswith("_") else getattr(self, "ask_" + name, None)
        if method is None:
            return {"error": "not served"}
        call, count, unit = method(*words)
        took = median_seconds(call, seconds)
        value = count / took * 1e-9 if unit == "GFLOP/s" else took * (1e3 if unit.startswith("ms") else 1e9) / count
        return {"value": value, "unit": unit}


def product(m, k, n, kind, stored):
    """Both operands as their logical shapes, T being a transposed view, and the work of their product."""
    m, k, n = int(m), int(k), int(n)
    a = stored(m, k) if kind[0] == "N" else stored(k, m).T
    b = stored(k, n) if kind[1] == "N" else stored(n, k).T
    return a, b, 2 * m * k * n


def widths(network):
    return [int(width) for width in network.split("-")]


class Torch(Peer):
    def __init__(self, threads):
        import torch

        self.torch = torch
        torch.set_num_threads(threads)
        torch.manual_seed(42)

    def ask_gemm(self, m, k, n, kind="NN"):
        a, b, work = product(m, k, n, kind, self.torch.randn)
        out = self.torch.empty(int(m), int(n))
        return lambda: self.torch.mm(a, b, out=out), work, "GFLOP/s"

    def ask_unary(self, name, n):
        torch = self.torch
        x = torch.linspace(-5, 5, int(n))
        y = torch.empty_like(x)
        special = {
            "relu": lambda: torch.clamp_min(x, 0, out=y),
            "gelu": lambda: torch._C._nn.gelu(x, out=y),
            "silu": lambda: torch._C._nn.silu(x, out=y),
        }
        return special.get(name) or (lambda: getattr(torch, name)(x, out=y)), int(n), "ns/element"

    def ask_softmax(self, rows, columns):
        x = self.torch.randn(int(rows), int(columns))
        y = self.torch.empty_like(x)
        return lambda: self.torch.softmax(x, 1, out=y), x.numel(), "ns/element"

    def ask_sum(self, n):
        x = self.torch.randn(int(n))
        return x.sum, int(n), "ns/element"

    def ask_uniform(self, n):
        return self.torch.empty(int(n)).uniform_, int(n), "ns/element"

    def ask_normal(self, n):
        return self.torch.empty(int(n)).normal_, int(n), "ns/element"

    def ask_adam(self, n):
        parameter = self.torch.nn.Parameter(self.torch.randn(int(n)))
        parameter.grad = self.torch.randn(int(n))
        return self.torch.optim.Adam([parameter], 1e-3, fused=True).step, int(n), "ns/parameter"

    def _network(self, network, dropout):
        nn = self.torch.nn
        sizes = widths(network)
        layers = [nn.Linear(*sizes[:2])]
        for pair in zip(sizes[1:], sizes[2:]):
            layers += [nn.ReLU()] + ([nn.Dropout(dropout)] if dropout else []) + [nn.Linear(*pair)]
        return nn.Sequential(*layers), sizes

    def ask_mlp_step(self, batch, network, optimizer, dropout):
        torch = self.torch
        model, sizes = self._network(network, float(dropout))
        if optimizer == "adam":
            updates = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
        else:
            updates = torch.optim.SGD(model.parameters(), 1e-2)
        batches = [(torch.rand(int(batch), sizes[0]), torch.randint(sizes[-1], (int(batch),))) for _ in range(20)]
        turn = 0

        def step():
            nonlocal turn
            turn += 1
            x, labels = batches[turn % len(batches)]
            updates.zero_grad()
            torch.nn.functional.cross_entropy(model(x), labels).backward()
            updates.step()

        return step, 1, "ms/step"

    def ask_mlp_infer(self, batch, network):
        model, sizes = self._network(network, 0)
        x = self.torch.rand(int(batch), sizes[0])

        def infer():
            with self.torch.inference_mode():
                model(x)

        return infer, 1, "ms/call"

    def ask_conv_step(self, batch, channels, height, width, out, kernel):
        batch, channels, height, width, out, kernel = map(int, (batch, channels, height, width, out, kernel))
        x = self.torch.randn(batch, channels, height, width, requires_grad=True)
        layer = self.torch.nn.Conv2d(channels, out, kernel, padding=kernel // 2)
        upstream = self.torch.randn(layer(x).shape)

        def step():
            x.grad = None
            layer.zero_grad()
            layer(x).backward(upstream)

        return step, 1, "ms/step"


class OpenBlas(Peer):
    def __init__(self, threads):
        os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
        import numpy

        self.numpy = numpy
        self.random = numpy.random.default_rng(42)

    def ask_gemm(self, m, k, n, kind="NN"):
        a, b, work = product(m, k, n, kind, lambda *shape: self.random.standard_normal(shape, dtype=self.numpy.float32))
        out = self.numpy.empty((int(m), int(n)), self.numpy.float32)
        return lambda: self.numpy.matmul(a, b, out=out), work, "GFLOP/s"


class Jax(Peer):
    def __init__(self, threads):
        if threads == 1:
            os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        import jax
        import optax

        self.jax = jax
        self.optax = optax
        self.keys = iter(jax.random.split(jax.random.PRNGKey(42), 1_000_000))

    def ask_gemm(self, m, k, n, kind="NN"):
        # the transposed views are taken inside, or JAX would store them anew
        m, k, n = int(m), int(k), int(n)
        a = self.jax.random.normal(next(self.keys), (m, k) if kind[0] == "N" else (k, m))
        b = self.jax.random.normal(next(self.keys), (k, n) if kind[1] == "N" else (n, k))
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
        jax = self.jax
        return [(jax.random.normal(next(self.keys), pair) * (2 / pair[0]) ** 0.5, jax.numpy.zeros(pair[1]))
                for pair in zip(sizes, sizes[1:])]

    def ask_mlp_step(self, batch, network, optimizer, dropout):
        jax, optax = self.jax, self.optax
        batch, sizes, dropout = int(batch), widths(network), float(dropout)
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

    def ask_mlp_infer(self, batch, network):
        sizes = widths(network)
        parameters = self._parameters(sizes)
        x = self.jax.random.uniform(next(self.keys), (int(batch), sizes[0]))
        infer = self.jax.jit(lambda parameters, x: self._forward(parameters, x, 0, None))
        return lambda: infer(parameters, x).block_until_ready(), 1, "ms/call"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("engine", choices=["torch", "openblas", "jax"])
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--seconds", type=float, default=0.25)
    options = options.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    peer = {"torch": Torch, "openblas": OpenBlas, "jax": Jax}[options.engine](options.threads)
    for line in sys.stdin:
        if not line.strip():
            continue
        reply = {"request": line.strip(), "engine": options.engine, "threads": options.threads}
        try:
            reply |= peer.answer(line, options.seconds)
        except Exception as problem:
            reply["error"] = f"{type(problem).__name__}: {problem}"
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
