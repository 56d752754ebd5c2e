"""PyTorch: all requests."""
import torch
from torch import nn
from torch.nn import functional

from protocol import Peer, product


class Block(nn.Module):
    """A transformer's block, norm first: attention with biases, and a network of GELU four times as wide."""

    def __init__(self, width, heads, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.into, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.linear1, self.linear2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        queries, keys, values = (part.view(batch, tokens, self.heads, -1).transpose(1, 2)
                                 for part in self.into(self.norm1(x)).split(width, -1))
        seen = functional.scaled_dot_product_attention(queries, keys, values, is_causal=self.causal)
        x = x + self.out(seen.transpose(1, 2).reshape(x.shape))
        return x + self.linear2(functional.gelu(self.linear1(self.norm2(x))))


class Residual(nn.Module):
    """A basic block; where the width changes, its skip is a strided 1x1 convolution."""

    def __init__(self, into, out, stride):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(),
                                  nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out))
        self.skip = nn.Sequential()
        if into != out:
            self.skip = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        return functional.relu(self.body(x) + self.skip(x))


def resnet():
    return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), Residual(16, 16, 1),
                         Residual(16, 32, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


def network(sizes, dropout):
    layers = [nn.Linear(*sizes[:2])]
    for pair in zip(sizes[1:], sizes[2:]):
        layers += [nn.ReLU()] + ([nn.Dropout(dropout)] if dropout else []) + [nn.Linear(*pair)]
    return nn.Sequential(*layers)


def leaf(*shape):
    return torch.randn(shape, requires_grad=True)


def gradients(call, inputs, module=None):
    """Forward, and the gradients of the inputs and of the module's parameters."""
    upstream = torch.randn_like(call())

    def step():
        for x in inputs:
            x.grad = None
        if module is not None:
            module.zero_grad()
        call().backward(upstream)

    return step, 1, "ms/step"


def layer(module, x):
    return gradients(lambda: module(x), [x] if x.requires_grad else [], module)


def inference(module, x):
    module.eval()

    def infer():
        with torch.inference_mode():
            module(x)

    return infer, 1, "ms/call"


class Torch(Peer):
    def __init__(self, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(42)

    def ask_gemm(self, m, k, n, kind="NN"):
        a, b, work = product(m, k, n, kind, torch.randn)
        out = torch.empty(m, n)
        return lambda: torch.mm(a, b, out=out), work, "GFLOP/s"

    def ask_unary(self, name, n):
        x = torch.linspace(-5, 5, n)
        y = torch.empty_like(x)
        special = {
            "relu": lambda: torch.clamp_min(x, 0, out=y),
            "gelu": lambda: torch._C._nn.gelu(x, out=y),
            "silu": lambda: torch._C._nn.silu(x, out=y),
        }
        return special.get(name) or (lambda: getattr(torch, name)(x, out=y)), n, "ns/element"

    def ask_softmax(self, rows, columns):
        x = torch.randn(rows, columns)
        y = torch.empty_like(x)
        return lambda: torch.softmax(x, 1, out=y), x.numel(), "ns/element"

    def ask_sum(self, n):
        return torch.randn(n).sum, n, "ns/element"

    def ask_uniform(self, n):
        return torch.empty(n).uniform_, n, "ns/element"

    def ask_normal(self, n):
        return torch.empty(n).normal_, n, "ns/element"

    def ask_adam(self, n):
        parameter = nn.Parameter(torch.randn(n))
        parameter.grad = torch.randn(n)
        return torch.optim.Adam([parameter], 1e-3, fused=True).step, n, "ns/parameter"

    def ask_mlp_step(self, batch, sizes, optimizer, dropout):
        model = network(sizes, dropout)
        if optimizer == "adam":
            updates = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
        else:
            updates = torch.optim.SGD(model.parameters(), 1e-2)
        batches = [(torch.rand(batch, sizes[0]), torch.randint(sizes[-1], (batch,))) for _ in range(20)]
        return self._training(model, updates, batches)

    def ask_mlp_infer(self, batch, sizes):
        return inference(network(sizes, 0), torch.rand(batch, sizes[0]))

    def ask_resnet_step(self, batch):
        model = resnet()
        updates = torch.optim.SGD(model.parameters(), 1e-2, momentum=0.9)
        return self._training(model, updates, [(torch.rand(batch, 1, 28, 28), torch.randint(10, (batch,)))])

    def _training(self, model, updates, batches):
        turn = 0

        def step():
            nonlocal turn
            turn += 1
            x, labels = batches[turn % len(batches)]
            updates.zero_grad()
            functional.cross_entropy(model(x), labels).backward()
            updates.step()

        return step, 1, "ms/step"

    def ask_conv_step(self, batch, channels, height, width, out, kernel, stride=1, groups=1):
        module = nn.Conv2d(channels, out, kernel, stride, kernel // 2, groups=groups)
        return layer(module, leaf(batch, channels, height, width))

    def ask_conv_transpose_step(self, batch, channels, height, width, out, kernel, stride):
        return layer(nn.ConvTranspose2d(channels, out, kernel, stride, (kernel - stride) // 2), leaf(batch, channels, height, width))

    def ask_pool_step(self, kind, batch, channels, height, width, kernel):
        return layer({"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[kind](kernel), leaf(batch, channels, height, width))

    def ask_norm_step(self, kind, *sizes):
        make = {"batch": lambda: nn.BatchNorm2d(sizes[1]), "group": lambda: nn.GroupNorm(8, sizes[1]),
                "layer": lambda: nn.LayerNorm(sizes[1])}
        return layer(make[kind](), leaf(*sizes))

    def ask_embed_step(self, rows, width, n):
        return layer(nn.Embedding(rows, width), torch.randint(rows, (n,)))

    def ask_ce_step(self, batch, classes):
        x, labels = leaf(batch, classes), torch.randint(classes, (batch,))
        return gradients(lambda: functional.cross_entropy(x, labels), [x])

    def ask_attention_step(self, batch, heads, tokens, width, mask):
        inputs = [leaf(batch, heads, tokens, width) for _ in range(3)]
        return gradients(lambda: functional.scaled_dot_product_attention(*inputs, is_causal=mask == "causal"), inputs)

    def ask_lstm_step(self, batch, steps, into, hidden):
        return self._recurrent(nn.LSTM(into, hidden, batch_first=True), leaf(batch, steps, into))

    def ask_gru_step(self, batch, steps, into, hidden):
        return self._recurrent(nn.GRU(into, hidden, batch_first=True), leaf(batch, steps, into))

    def _recurrent(self, module, x):
        return gradients(lambda: module(x)[0], [x], module)

    def ask_block_step(self, batch, tokens, width, heads, mask):
        return layer(Block(width, heads, mask == "causal"), leaf(batch, tokens, width))

    def ask_block_infer(self, batch, tokens, width, heads, mask):
        return inference(Block(width, heads, mask == "causal"), torch.randn(batch, tokens, width))
