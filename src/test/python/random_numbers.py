"""Draws the vectors of TorchRandom and NumpyRandom from PyTorch and NumPy.

    python src/test/python/random_numbers.py src/test/resources/dev/lanewise/random

writes torch.txt, weights.txt and numpy.txt. It was run with PyTorch 2.13.0+cpu on an AMD CPU with AVX-512, and NumPy 2.4.6 with
glibc 2.36. With AVX2 it gives the same; without (ATEN_CPU_CAPABILITY=default) PyTorch rounds differently.

A line is "seed | call; call … | result result …": the calls are made one after the other from one seed, and each result is a
CRC-32 of the whole tensor's little-endian bytes, or, with "=", the first numbers themselves. Doubles that depend on the C library's
functions are rounded to float32 first ("~").
"""
import pathlib
import sys
import warnings
import zlib

sys.dont_write_bytecode = True

import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore", message=".*more than 2 std.*")


def crc(values):
    return f"{zlib.crc32(np.ascontiguousarray(values).tobytes()):08x}"


def first(values, n):
    return "=" + ",".join(repr(float(v)) for v in np.asarray(values).flatten()[:n])


def empty(*shape, dtype=torch.float32):
    return torch.empty(*shape, dtype=dtype)


def dims(shape):
    return [int(d) for d in shape.split("x")]


# ---- what PyTorch draws: name -> function of the arguments, all of which are numbers

def orthogonal(shape, gain):
    return nn.init.orthogonal_(empty(*dims(shape)), float(gain)).numpy()


TORCH = {
    "uniform": lambda n, low, high: empty(int(n)).uniform_(low, high),
    "uniform64": lambda n, low, high: empty(int(n), dtype=torch.float64).uniform_(low, high),
    "normal": lambda n, mean, std: empty(int(n)).normal_(mean, std),
    "normal64": lambda n, mean, std: empty(int(n), dtype=torch.float64).normal_(mean, std),
    "truncated": lambda n, mean, std, low, high: nn.init.trunc_normal_(empty(int(n)), mean, std, low, high),
    "bernoulli": lambda n, p: empty(int(n)).bernoulli_(p),
    "bernoulli_each": lambda n: torch.bernoulli(torch.arange(n) / n),
    "dropout_mask": lambda n, p: (nn.functional.dropout(torch.ones(int(n)), p) != 0).float(),
    "randint": lambda n, low, high: torch.randint(int(low), int(high), (int(n),)),
    "randperm": lambda n: torch.randperm(int(n)),
    # views with gaps, or turned; the numbers in memory order
    "normal_part": lambda rows, columns: empty(int(rows), 3 * int(columns))[:, 1::3].normal_(0.2, 1.5),
    "uniform_part": lambda rows, columns: empty(int(rows), 3 * int(columns))[:, 1::3].uniform_(-0.1, 0.7),
    "normal_turned": lambda rows, columns: empty(int(rows), int(columns)).t().normal_(0.2, 1.5).t(),
    "uniform_turned": lambda rows, columns: empty(int(rows), int(columns)).t().uniform_(-0.1, 0.7).t(),
    "state": lambda: torch.get_rng_state(),
    "sparse": lambda rows, columns, sparsity, std: nn.init.sparse_(empty(int(rows), int(columns)), sparsity, std),
}


def torch_line(seed, *calls):
    torch.manual_seed(seed)
    results = []
    for call in calls:
        name, *arguments = call.split()
        drawn = TORCH[name](*map(float, arguments)).numpy()
        results.append("~" + crc(drawn.astype(np.float32)) if name == "normal64" else crc(drawn))
    return f"{seed} | {'; '.join(calls)} | {' '.join(results)}"


def torch_lines():
    # the twister's own words; NumPy shows them
    for seed in (0, 1, 42, 5489, 4294967297):
        yield f"{seed} | words 1000 | {crc(np.random.RandomState(seed % 2 ** 32).randint(0, 1 << 32, 1000, dtype=np.uint32))}"
    # the reference's
    for seed, call in [
            (0, "uniform 5 0 1"), (42, "uniform 100 -0.3 0.3"), (1, "uniform 1000 -0.03571428571428571 0.03571428571428571"),
            (7, "uniform 17 1.5 2.7"), (123456789, "uniform 64 -0.001 1000"),
            (0, "uniform64 5 0 1"), (42, "uniform64 100 -0.3 0.3"),
            (1, "uniform64 1000 -0.03571428571428571 0.03571428571428571"), (7, "uniform64 17 1.5 2.7"),
            (123456789, "uniform64 64 -0.001 1000"),
            (0, "normal 5 0 1"), (42, "normal 15 0.5 2"), (0, "normal 16 0 1"), (42, "normal 100 0 0.02"), (3, "normal 1007 0.1 0.2"),
            (0, "normal64 5 0 1"), (42, "normal64 15 0.5 2"), (0, "normal64 16 0 1"), (42, "normal64 100 0 0.02"),
            (3, "normal64 1007 0.1 0.2"),
            (0, "truncated 10 0 1 -2 2"), (1, "truncated 1000 0 0.02 -2 2"), (2, "truncated 1000 0 1 -2 2"),
            (3, "truncated 1000 0.5 1 -1 1"), (4, "truncated 1000 0 1 1.5 3"),
            (0, "sparse 10 4 0.3 1"), (1, "sparse 20 7 0.9 0.01"), (2, "sparse 3 5 0.5 1"), (3, "sparse 5 2 0 1"), (4, "sparse 4 4 1 1"),
            (0, "randperm 5"), (42, "randperm 10"), (1, "randperm 100"), (7, "randperm 1"), (3, "randperm 1000"),
            (0, "bernoulli 10 0.5"), (42, "bernoulli 100 0.3"), (1, "bernoulli 64 0.75"), (2, "bernoulli 7 0.9"),
            (3, "bernoulli 1000 0.1")]:
        yield torch_line(seed, call)
    for seed, n, mean, std in ((0, 5, 0, 1), (42, 15, 0.5, 2), (0, 16, 0, 1), (42, 100, 0, 0.02), (3, 1007, 0.1, 0.2)):
        torch.manual_seed(seed)
        yield f"{seed} | first_normal64 {n} {mean} {std} | {first(TORCH['normal64'](n, mean, std), 100)}"
    # every way in which a length can meet the blocks of 16
    for n in range(65):
        yield torch_line(n, f"normal {n} -0.7 1.3")
    # long ones: the twister's blocks, the kernel's threads
    yield torch_line(420, "normal 300000 0 0.05", "uniform 300000 -0.1 0.2", "bernoulli 100000 0.8", "randperm 100000")
    # rounding reaches the bound that is excluded
    yield torch_line(9, "uniform 100 1 1.0000002384185791", "uniform64 100 1 1.0000000000000004")
    # seeds are cut to 32 bits
    for seed in (4294967297, -1, -9223372036854775808, 9223372036854775807, 2147483648):
        yield torch_line(seed, "uniform 700 0 1", "normal 700 0 1")
    # a second normal number waits while others are drawn
    yield torch_line(10, "normal 3 0 1", "normal64 7 0 1", "normal64 40 0 1", "normal 1 0 1")
    yield torch_line(11, "normal 3 0 1", "uniform 5 0 1", "normal 20 0 1", "randperm 7", "normal 2 5 3", "normal 1 0 1")
    # whole numbers: one word up to 2^28, two from there on
    for high in (7, 268435455, 268435456, 268435457, 2147483647):
        yield torch_line(12, f"randint 50 0 {high}", f"randint 50 -1000 {min(high, 2147482647) - 1000}")
    yield torch_line(13, "randint 50 -2147483648 2147483647")
    yield torch_line(14, "bernoulli_each 128", "dropout_mask 100 0.2", "dropout_mask 7 0.5", "bernoulli 3 0", "bernoulli 3 1")
    for rows, columns in ((3, 5), (4, 4), (8, 20)):
        yield torch_line(15, *(f"{name} {rows} {columns}" for name in ("normal_part", "uniform_part", "normal_turned", "uniform_turned")),
                         "normal 1 0 1")
    # where the generator stands: at the start, amid a block, with a normal number that waits and without, at a block's end
    for seed in (16, -3, 4294967297):
        yield torch_line(seed, "state", "uniform 10 0 1", "state", "normal 3 0 1", "state", "normal 1 0 1", "state", "randint 604 0 7", "state",
                         "normal 5 0 1", "state", "randperm 5", "normal 2 0 1")
    # bounds at the edge and beyond; mean outside; most of the law outside; many rounds
    for i, law in enumerate(("0 1 -1 0.5", "0 1 0.2 0.9", "3 1 -2 2", "-3 0.5 -2 2", "0 1 3 4", "0.1 0.3 0.1 0.2", "0 1 -0.4 0.4",
                             "0 0.1 0.5 0.6")):
        yield torch_line(20 + i, f"truncated 500 {law}", f"truncated 9 {law}", "uniform 3 0 1")
    for seed, shape, gain in ((0, "3x5", "1"), (1, "5x3", "1"), (2, "4x4", "1.4142135623730951"), (3, "16x4x3x3", "1"), (4, "64x64", "1")):
        torch.manual_seed(seed)
        rows, *rest = dims(shape)
        yield f"{seed} | orthogonal {rows} {int(np.prod(rest))} {gain} | {first(orthogonal(shape, gain), 4)}"


# ---- what PyTorch's layers and initializers start with

LAYERS = {
    "linear": lambda i, o: nn.Linear(i, o),
    "conv1d": lambda i, o, k: nn.Conv1d(i, o, k),
    "conv2d": lambda i, o, k, groups, stride: nn.Conv2d(i, o, k, groups=groups, stride=stride),
    "conv_transpose2d": lambda i, o, k, groups, stride: nn.ConvTranspose2d(i, o, k, groups=groups, stride=stride),
    "embedding": lambda n, d: nn.Embedding(n, d),
    "embedding_padded": lambda n, d, padding: nn.Embedding(n, d, padding_idx=padding),
    "batch_norm1d": lambda n: nn.BatchNorm1d(n),
    "layer_norm": lambda n: nn.LayerNorm(n),
    "dropout": lambda: nn.Dropout(0.25),
}
INITIALIZERS = {
    "init_constant": lambda w, value: nn.init.constant_(w, value),
    "init_uniform": lambda w, low, high: nn.init.uniform_(w, low, high),
    "init_normal": lambda w, mean, std: nn.init.normal_(w, mean, std),
    "init_truncated_normal": lambda w, mean, std, low, high: nn.init.trunc_normal_(w, mean, std, low, high),
    "init_xavier_uniform": lambda w, gain: nn.init.xavier_uniform_(w, gain),
    "init_xavier_normal": lambda w, gain: nn.init.xavier_normal_(w, gain),
    # PyTorch's gain, from the slope of a leaky rectifier
    "init_kaiming_uniform": lambda w, slope: nn.init.kaiming_uniform_(w, slope),
    "init_kaiming_normal": lambda w, slope: nn.init.kaiming_normal_(w, slope),
    "init_kaiming_uniform_relu_out": lambda w: nn.init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"),
    "init_kaiming_normal_relu_out": lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"),
    "init_kaiming_normal_tanh": lambda w: nn.init.kaiming_normal_(w, nonlinearity="tanh"),
    # all of its arguments; a rectifier that isn't leaky has no slope
    "init_kaiming_uniform_out": lambda w, slope: nn.init.kaiming_uniform_(w, slope, mode="fan_out"),
    "init_kaiming_normal_out": lambda w, slope: nn.init.kaiming_normal_(w, slope, mode="fan_out"),
    "init_kaiming_uniform_relu": lambda w, slope: nn.init.kaiming_uniform_(w, slope, nonlinearity="relu"),
    "init_kaiming_normal_tanh_out": lambda w, slope: nn.init.kaiming_normal_(w, slope, mode="fan_out", nonlinearity="tanh"),
}


RECURRENT = {
    "rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU, "rnn_cell": nn.RNNCell, "lstm_cell": nn.LSTMCell, "gru_cell": nn.GRUCell,
    "lstm_stack": lambda size, hidden, layers: nn.LSTM(size, hidden, layers, bidirectional=True, dropout=0.5),
    "gru_without_bias": lambda size, hidden: nn.GRU(size, hidden, bias=False, batch_first=True),
}

MODULES = {
    "multihead": nn.MultiheadAttention,
    "multihead_of_widths": lambda width, heads, key, value: nn.MultiheadAttention(width, heads, kdim=key, vdim=value),
    "multihead_without_bias": lambda width, heads: nn.MultiheadAttention(width, heads, bias=False),
    "encoder_layer": nn.TransformerEncoderLayer,
    "decoder_layer": nn.TransformerDecoderLayer,
}


def around_zero(n):
    return (torch.arange(n, dtype=torch.float32) - n // 2) / 7


def weights_line(seed, *calls):
    torch.manual_seed(seed)
    results = []
    for call in calls:
        name, *arguments = call.split()
        if name in LAYERS:
            layer = LAYERS[name](*map(int, arguments))
            results += [crc(p.detach().numpy()) for p in layer.parameters()]
        elif name in RECURRENT:
            results += [crc(p.detach().numpy()) for p in RECURRENT[name](*map(int, arguments)).parameters()]
        elif name in MODULES:
            results += [crc(p.detach().numpy()) for p in MODULES[name](*map(int, arguments)).parameters()]
        elif name == "dropped":
            # what the dropout layer of the network before it does while it is trained
            results.append(crc(nn.functional.dropout(around_zero(int(arguments[0])), 0.25).numpy()))
        elif name == "dropped_by":
            results.append(crc(nn.Dropout(float(arguments[0]))(around_zero(40)).numpy()))
        else:
            results.append(crc(INITIALIZERS[name](empty(*dims(arguments[0])), *map(float, arguments[1:])).numpy()))
    return f"{seed} | {'; '.join(calls)} | {' '.join(results)}"


def weights_lines():
    # the reference's
    for seed, call in [
            (0, "init_xavier_uniform 3x5 1"), (1, "init_xavier_uniform 64x100 1.6666666666666667"), (2, "init_xavier_uniform 8x4x3x3 1"),
            (3, "init_xavier_uniform 1x1 1"), (4, "init_xavier_uniform 300x784 1.4142135623730951"),
            (0, "init_xavier_normal 3x5 1"), (1, "init_xavier_normal 64x100 1.6666666666666667"), (2, "init_xavier_normal 8x4x3x3 1"),
            (3, "init_xavier_normal 1x1 1"), (4, "init_xavier_normal 300x784 1.4142135623730951"),
            (0, "init_kaiming_uniform 3x5 0"), (1, "init_kaiming_uniform 64x100 0"), (2, "init_kaiming_uniform_relu_out 8x4x3x3"),
            (3, "init_kaiming_uniform 10x7 2.23606797749979"), (4, "init_kaiming_uniform 6x2x5 0.2"),
            (0, "init_kaiming_normal 3x5 0"), (1, "init_kaiming_normal 64x100 0"), (2, "init_kaiming_normal_relu_out 8x4x3x3"),
            (3, "init_kaiming_normal_tanh 10x7"), (4, "init_kaiming_normal 6x2x5 0.2"),
            (0, "linear 784 300"), (1, "linear 2 3"), (2, "conv2d 6 8 3 2 1"), (3, "conv_transpose2d 6 8 3 1 1"), (4, "conv1d 1 4 5"),
            (0, "embedding_padded 10 4 2"), (0, "lstm 5 7")]:
        yield weights_line(seed, call)
    yield weights_line(5, "init_constant 3x5 0.3", "init_uniform 3x5 -0.5 0.25", "init_normal 3x5 0.1 0.3", "init_uniform 40x30 -0.5 0.25",
                       "init_normal 40x30 0.1 0.3", "init_truncated_normal 40x30 0 0.7 -1 1")
    # a tutorial's network, weights and biases one after the other
    yield weights_line(420, "linear 784 256", "batch_norm1d 256", "dropout", "linear 256 128", "layer_norm 128", "linear 128 10", "dropped 1000",
                       "dropped 10")
    yield weights_line(421, "conv2d 3 6 5 1 2", "conv_transpose2d 6 4 3 2 2", "embedding 50 16", "linear 3 2", "embedding_padded 30 5 29")
    # what is left is made larger by 1 / (1 - p), in float
    yield weights_line(423, *(f"dropped_by {p / 100}" for p in range(0, 100, 4)))
    yield weights_line(424, "rnn 4 9", "gru 6 5", "lstm_stack 3 8 3", "gru_without_bias 30 20", "rnn_cell 5 6", "lstm_cell 17 3", "gru_cell 2 40")
    # what attention draws behind a layer that it has
    yield weights_line(425, "linear 3 2", "multihead 8 2", "multihead_of_widths 6 3 4 5", "multihead_without_bias 4 1", "encoder_layer 8 2 12",
                       "decoder_layer 8 4 5", "init_xavier_uniform 5x10 1")
    # weights that are drawn again after the layers were made
    yield weights_line(422, "linear 20 10", "linear 10 5", "init_xavier_uniform 10x20 1", "init_xavier_uniform 5x10 1")
    # a convolution with groups, a depthwise one, a transposed one, packed projections and a table of embeddings: by the shape alone
    for i, shape in enumerate(("12x2x3x3", "10x1x5x5", "6x8x3x3", "96x32", "50x16", "4x3x2x3x2")):
        yield weights_line(30 + i, f"init_xavier_uniform {shape} 1.5", f"init_xavier_normal {shape} 1",
                           f"init_kaiming_uniform_out {shape} 0.2", f"init_kaiming_normal_out {shape} 0.01",
                           f"init_kaiming_uniform_relu_out {shape}", f"init_kaiming_normal_relu_out {shape}",
                           f"init_kaiming_uniform_relu {shape} 0.7", f"init_kaiming_normal_tanh_out {shape} 0.7",
                           f"init_kaiming_uniform {shape} 0.2", f"init_kaiming_normal {shape} 0.2")
    # where sqrt(3) times sqrt(1 / 3) isn't 1, and where it is
    for fan in (1, 2, 3, 5, 7, 27, 100, 147, 576, 1000, 4608):
        yield weights_line(fan, f"linear {fan} 9", f"init_xavier_normal 9x{fan} 1", f"init_kaiming_normal 9x{fan} 0",
                           f"init_kaiming_uniform 9x{fan} 0.01")


# ---- what NumPy draws

NUMPY = {
    "rand": lambda n: crc(np.random.rand(int(n))),
    "uniform": lambda n, low, high: crc(np.random.uniform(low, high, int(n))),
    "randn": lambda n: crc(np.random.randn(int(n))),
    "normal": lambda n, mean, std: crc(np.random.normal(mean, std, int(n))),
    "randint": lambda n, low, high: crc(np.random.randint(int(low), int(high), int(n)).astype(np.int64)),
    "permutation": lambda n: crc(np.random.permutation(int(n)).astype(np.int64)),
    "shuffle": lambda n: crc(shuffled(np.arange(int(n), dtype=np.int64))),
    "shuffle64": lambda n: crc(shuffled(np.arange(int(n)) / 8)),
}


def shuffled(values):
    np.random.shuffle(values)
    return values


def numpy_line(seed, *calls):
    np.random.seed(seed)
    results = []
    for call in calls:
        name, *arguments = call.split()
        results.append(NUMPY[name](*map(float, arguments)))
    return f"{seed} | {'; '.join(calls)} | {' '.join(results)}"


def numpy_lines():
    for seed in (0, 1, 42, 420, 4294967295):
        yield numpy_line(seed, "rand 1000", "uniform 100 -0.3 0.7", "randn 1001", "normal 100 0.5 2", "randn 1", "permutation 100",
                         "shuffle 33", "shuffle64 1000", "randint 200 -5 11")
    for n in range(6):
        yield numpy_line(n, f"permutation {n}", f"shuffle {n}", f"shuffle64 {n}", f"randn {n}", "rand 3")
    yield numpy_line(7, "randint 50 3 4", "randint 50 0 2147483647", "randint 50 -2147483648 2147483647", "randint 50 0 1073741825", "rand 2")
    yield numpy_line(8, "permutation 100000", "rand 100000")
    # so many that a logarithm whose last digit is another would show
    for seed in (9, 10, 11):
        yield numpy_line(seed, "randn 1000000", "normal 1000 -3 0.001")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    for name, lines, origin in (("torch", torch_lines, f"PyTorch {torch.__version__}"), ("weights", weights_lines, f"PyTorch {torch.__version__}"),
                                ("numpy", numpy_lines, f"NumPy {np.__version__}")):
        lines = list(lines())
        (folder / f"{name}.txt").write_text(f"# {origin}; written by src/test/python/random_numbers.py\n" + "".join(line + "\n" for line in lines))
        print(f"{name}: {len(lines)} lines")


if __name__ == "__main__":
    main()
