"""Holds the losses of `train text` to PyTorch's: from the same weights, over the same batches.

    lanewise train text --net transformer --export transformer.npz
    python src/test/python/text_trajectories.py transformer.npz [gru.npz ...]

trains the network in PyTorch in double precision and in float32, with Adam, and compares the losses of all steps that the trace has:
ours must be no farther from PyTorch's in double than twice what PyTorch's own float32 is, at the step where each is farthest. It was
run with PyTorch 2.13.
"""
import sys

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F


class Transformer(nn.Module):
    def __init__(self, characters, width, length, layers, heads):
        super().__init__()
        self.embedding = nn.Embedding(characters, width)
        self.positions = nn.Module()
        self.positions.weight = nn.Parameter(torch.empty(length, width))
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, F.gelu, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)
        self.head = nn.Linear(width, characters)
        self.head.weight = self.embedding.weight

    def forward(self, tokens):
        length = tokens.shape[1]
        x = self.embedding(tokens) + self.positions.weight[:length]
        return self.head(self.encoder(x, nn.Transformer.generate_square_subsequent_mask(length, dtype=x.dtype), is_causal=True))


class Recurrent(nn.Module):
    def __init__(self, characters, width, layers, kind):
        super().__init__()
        self.embedding = nn.Embedding(characters, width)
        self.recurrent = kind(width, width, layers, batch_first=True)
        self.head = nn.Linear(width, characters)
        self.head.weight = self.embedding.weight

    def forward(self, tokens):
        return self.head(self.recurrent(self.embedding(tokens))[0])


def network(start, heads):
    characters, width = start["embedding.weight"].shape
    if "positions.weight" in start:
        layers = sum(name.endswith("self_attn.in_proj_weight") for name in start)
        return Transformer(characters, width, len(start["positions.weight"]), layers, heads)
    layers = sum(name.startswith("recurrent.weight_ih_l") for name in start)
    gates = len(start["recurrent.weight_ih_l0"]) // width
    return Recurrent(characters, width, layers, nn.GRU if gates == 3 else nn.LSTM)


def losses(trace, dtype, rate, heads):
    start = {name.removeprefix("start."): torch.tensor(trace[name]).to(dtype) for name in trace.files if name.startswith("start.")}
    model = network(start, heads).to(dtype)
    model.load_state_dict(start)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    result = []
    for inputs, targets in zip(torch.tensor(trace["inputs"]).long(), torch.tensor(trace["targets"]).long()):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        loss.backward()
        optimizer.step()
        result.append(loss.item())
    return np.array(result)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    far = False
    for file in sys.argv[1:]:
        trace = np.load(file)
        rate, heads = float(f"{trace['rate']:.7g}"), int(trace["heads"])
        double = losses(trace, torch.float64, rate, heads)
        single = losses(trace, torch.float32, rate, heads)
        ours = np.abs(trace["losses"] - double)
        theirs = np.abs(single - double)
        far |= ours.max() > 2 * theirs.max()
        print(f"{file}: {len(double)} steps, loss {double[0]:.4f} to {double[-1]:.4f}; from PyTorch in double: ours at most {ours.max():.3g},"
              f" mean {ours.mean():.3g}; PyTorch's float32 at most {theirs.max():.3g}, mean {theirs.mean():.3g}")
    sys.exit(1 if far else 0)


if __name__ == "__main__":
    main()
