"""Trains PyTorch from what `train table --export FILE` has written: the same starting weights, rows and order.

    python src/test/python/table_against_torch.py FILE

prints how far the loss of each step is from PyTorch's in double precision: ours, and PyTorch's own in float32; and how good each is on the
test rows with the weights of its best epoch. Dropout must be 0. It was run with PyTorch 2.13.
"""
import copy
import sys

import numpy as np
import torch
from torch import nn

from sequence_against_torch import read


class Model(nn.Module):
    def __init__(self, start):
        super().__init__()
        vectors = {int(name.split(".")[1]): values.shape for name, values in start.items() if name.startswith("embeddings.")}
        self.embeddings = nn.ModuleList(nn.Embedding(*vectors[i]) for i in range(len(vectors)))
        layers = {int(name.split(".")[1]): values.shape for name, values in start.items() if name.startswith("layers.") and values.dim() == 2}
        self.layers = nn.Sequential(*(nn.Linear(*reversed(layers[i])) if i in layers else nn.ReLU() for i in range(max(layers) + 1)))
        self.load_state_dict(start)

    def forward(self, part, rows):
        vectors = [each(part[f"indices.{i}"][rows].long()) for i, each in enumerate(self.embeddings)]
        return self.layers(torch.cat(vectors + ([part["numbers"][rows]] if "numbers" in part else []), 1))


def parts(file, dtype):
    for name in ("training", "validation", "test"):
        yield {key.removeprefix(name + "."): values.to(dtype) for key, values in file.items() if key.startswith(name + ".")}


def train(metadata, file, dtype):
    start = {name.removeprefix("start."): values for name, values in file.items() if name.startswith("start.")}
    training, validation, test = parts(file, dtype)
    model = Model(start).to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), float(metadata["rate"]))
    is_class = metadata["task"] == "class"

    def loss_of(part, rows):
        outputs, targets = model(part, rows), part["targets"][rows]
        return nn.functional.cross_entropy(outputs, targets.long()) if is_class else nn.functional.mse_loss(outputs, targets)

    losses, best, kept = [], float("inf"), None
    for order in file["order"].long():
        for rows in order.split(int(metadata["batch"])):
            optimizer.zero_grad()
            loss = loss_of(training, rows)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        with torch.no_grad():
            now = loss_of(validation, slice(None)).item()
        if now < best:
            best, kept = now, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    with torch.no_grad():
        return losses, score(model(test, slice(None)), test["targets"], is_class)


def score(outputs, targets, is_class):
    if is_class:
        return (outputs.argmax(1) == targets.long()).double().mean().item()
    return 1 - (nn.functional.mse_loss(outputs, targets) / targets.var(correction=0)).item()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    metadata, file = read(sys.argv[1])
    double, double_score = train(metadata, file, torch.float64)
    single, single_score = train(metadata, file, torch.float32)
    ours = file["losses"].double().numpy()
    print(f"{len(ours)} steps: loss {double[0]:.4f} to {double[-1]:.4f} in float64")
    for end in sorted({10, 50, 200, 1000, len(ours)}):
        if end <= len(ours):
            far = lambda losses: np.abs(np.array(losses[:end]) - double[:end]).max()
            print(f"up to step {end}: ours at most {far(ours):.3g} from float64, PyTorch's float32 {far(single):.3g}")
    ours_score = score(file["outputs"].double(), file["test.targets"].double(), metadata["task"] == "class")
    print(f"test {'accuracy' if metadata['task'] == 'class' else 'R2'}: ours {ours_score:.4f}, float64 {double_score:.4f}, "
          f"float32 {single_score:.4f}")


if __name__ == "__main__":
    main()
