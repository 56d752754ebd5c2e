"""The weights that PyTorch's initializers and layers draw, for PeerInitializers.

    python initializers.py

A request a line on standard input: NAME SHAPE SEED, as in "kaiming_normal 64x32x3x3 7"; for each, the weights as little-endian
float32 on standard output. A layer's shape is its weight's.
"""
import sys
import warnings

import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")
GROUPS = 4

INITIALIZERS = {
    "uniform": lambda w: nn.init.uniform_(w, -0.2, 0.3),
    "normal": lambda w: nn.init.normal_(w, 0.1, 0.4),
    "trunc_normal": lambda w: nn.init.trunc_normal_(w),
    "trunc_normal_narrow": lambda w: nn.init.trunc_normal_(w, 0, 0.02, -0.04, 0.04),
    "constant": lambda w: nn.init.constant_(w, 0.3),
    "ones": nn.init.ones_,
    "zeros": nn.init.zeros_,
    "eye": nn.init.eye_,
    "dirac": nn.init.dirac_,
    "orthogonal": nn.init.orthogonal_,
    "sparse": lambda w: nn.init.sparse_(w, 0.1),
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "xavier_uniform_tanh": lambda w: nn.init.xavier_uniform_(w, nn.init.calculate_gain("tanh")),
    "kaiming_uniform": nn.init.kaiming_uniform_,
    "kaiming_normal": nn.init.kaiming_normal_,
    "kaiming_uniform_relu_out": lambda w: nn.init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"),
    "kaiming_normal_relu_out": lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"),
    "kaiming_normal_selu": lambda w: nn.init.kaiming_normal_(w, nonlinearity="selu"),
}
LAYERS = {
    "linear": lambda o, i: nn.Linear(i, o),
    "conv": lambda o, i, k, _: nn.Conv2d(i, o, k),
    "grouped_conv": lambda o, i, k, _: nn.Conv2d(i * GROUPS, o, k, groups=GROUPS),
    "transposed_conv": lambda i, o, k, _: nn.ConvTranspose2d(i, o, k),
    "embedding": lambda n, d: nn.Embedding(n, d),
}


def draw(name, shape, seed):
    torch.manual_seed(seed)
    if name in INITIALIZERS:
        return INITIALIZERS[name](torch.empty(shape))
    return LAYERS[name](*shape).weight


def main():
    for line in sys.stdin:
        name, shape, seed = line.split()
        values = draw(name, [int(size) for size in shape.split("x")], int(seed)).detach().numpy()
        sys.stdout.buffer.write(np.ascontiguousarray(values, dtype="<f4").tobytes())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
