"""Trains PyTorch from what `train sequence --export FILE` has written: the same starting weights, sequences and order.

    python src/test/python/sequence_against_torch.py FILE [steps]

prints how far the loss of each step, and the accuracy at the end, are from PyTorch's in double precision: ours, and PyTorch's own in
float32. It was run with PyTorch 2.13.
"""
import json
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence


def read(file):
    data = open(file, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    body = data[8 + length:]
    return metadata, {name: torch.from_numpy(np.frombuffer(body[slice(*each["data_offsets"])], np.float32).reshape(each["shape"]).copy())
                      for name, each in header.items()}


class Model(nn.Module):
    def __init__(self, cell, layers, start):
        super().__init__()
        hidden = start["memory.weight_hh_l0"].shape[1]
        self.memory = getattr(nn, cell)(start["memory.weight_ih_l0"].shape[1], hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, start["head.weight"].shape[0])
        self.load_state_dict(start)

    def forward(self, x, lengths):
        _, states = self.memory(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        return self.head((states[0] if isinstance(states, tuple) else states)[-1])


def train(metadata, file, dtype, steps):
    start = {name.removeprefix("start."): values for name, values in file.items() if name.startswith("start.")}
    model = Model(metadata["cell"], int(metadata["layers"]), start).to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), float(metadata["rate"]))
    inputs, lengths, targets = file["training.inputs"].to(dtype), file["training.lengths"].long(), file["training.targets"].long()
    losses, batch = [], int(metadata["batch"])
    for order in file["order"].long():
        for rows in order.split(batch):
            if len(losses) == steps:
                return losses, None
            optimizer.zero_grad()
            longest = lengths[rows].max()
            loss = nn.functional.cross_entropy(model(inputs[rows, :longest], lengths[rows]), targets[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    with torch.no_grad():
        said = model(file["test.inputs"].to(dtype), file["test.lengths"].long()).argmax(1)
    return losses, (said == file["test.targets"].long()).double().mean().item()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    metadata, file = read(sys.argv[1])
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else len(file["losses"])
    double, accuracy = train(metadata, file, torch.float64, steps)
    single, single_accuracy = train(metadata, file, torch.float32, steps)
    ours = file["losses"].double().numpy()[:steps]
    print(f"{metadata['cell']}, {steps} steps: loss {double[0]:.4f} to {double[-1]:.4f} in float64")
    for end in sorted({10, 50, 200, steps}):
        if end <= steps:
            far = lambda losses: np.abs(np.array(losses[:end]) - double[:end]).max()
            print(f"up to step {end}: ours at most {far(ours):.3g} from float64, PyTorch's float32 {far(single):.3g}")
    if accuracy is not None:
        print(f"test accuracy: ours {file['accuracy'].item():.4f}, float64 {accuracy:.4f}, float32 {single_accuracy:.4f}")


if __name__ == "__main__":
    main()
