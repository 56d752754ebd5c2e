"""Trains PyTorch from what `train cnn --export FILE` has written: the same starting weights, images, order and turns.

    python src/test/python/cnn_against_torch.py FILE DIR [steps | epochs]

DIR has the four IDX files of Fashion-MNIST, with .gz: what was trained on. With `steps`, prints how far the losses of the first 200 steps
are from PyTorch's in double precision: ours, and PyTorch's own in float32. With `epochs`, trains in float32 as often as was done: for each
epoch the mean loss and the accuracy on held-out images, ours beside PyTorch's, and seconds, measuring included; at the end the accuracy
on test images, by the weights of the best epoch. One thread. It was run with PyTorch 2.13.
"""
import copy
import gzip
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from sequence_against_torch import read

STEPS, AT_ONCE = 200, 500


class Residual(nn.Module):
    def __init__(self, into, out, stride):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(),
                                  nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out))
        self.shortcut = nn.Identity() if into == out else nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def residual():
    return nn.Sequential(nn.Conv2d(1, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), Residual(16, 16, 1), nn.ReLU(), Residual(16, 32, 2),
                         nn.ReLU(), Residual(32, 64, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def lenet():
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def idx(folder, name, offset):
    return np.frombuffer(gzip.open(folder / f"{name}-ubyte.gz").read(), np.uint8, offset=offset)


class Images:
    def __init__(self, folder, name, metadata, dtype):
        greys = np.arange(256, dtype=np.float32) / np.float32(255)
        greys = (greys.astype(np.float64) - float(metadata["mean"])) / float(metadata["deviation"])
        self.greys = torch.tensor(greys.astype(np.float32)).to(dtype)
        self.pixels = torch.tensor(idx(folder, f"{name}-images-idx3", 16).reshape(-1, 1, 28, 28))
        self.labels = torch.tensor(idx(folder, f"{name}-labels-idx1", 8)).long()

    def batch(self, rows):
        return self.greys[self.pixels[rows].int()], self.labels[rows]


class Training:
    def __init__(self, metadata, file, folder, dtype):
        self.metadata, self.file = metadata, file
        self.images, self.test = (Images(folder, name, metadata, dtype) for name in ("train", "t10k"))
        self.net = {"residual": residual, "lenet": lenet}[metadata["net"]]().to(dtype)
        self.net.load_state_dict({name.removeprefix("start."): values for name, values in file.items() if name.startswith("start.")}, strict=False)
        self.average, self.steps = copy.deepcopy(self.net), 0
        self.rows, self.size = file["training"].long(), int(metadata["batch"])
        number = lambda name: float(metadata[name])
        self.optimizer = torch.optim.SGD(self.net.parameters(), number("rate"), momentum=number("momentum"), nesterov=True,
                                         weight_decay=number("weightDecay"))
        each = -(-len(self.rows) // self.size)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: min(1, (step + 1) / number("warmUp")) * number("rateKept") ** (step // each))

    def epoch(self, epoch, steps):
        order, losses, weights = self.file["order"][epoch].long(), [], []
        turned = self.file["turned"][epoch] > 0 if "turned" in self.file else None
        for rows in order.split(self.size)[:steps]:
            pictures, labels = self.images.batch(self.rows[rows])
            if turned is not None:
                pictures[turned[rows]] = pictures[turned[rows]].flip(3)
            losses.append(self.step(pictures, labels))
            weights.append(len(rows))
        return losses, np.average(losses, weights=weights)

    def step(self, pictures, labels):
        loss = F.cross_entropy(self.net(pictures), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        share = 1 if self.steps == 0 else 1 - min(float(self.metadata["average"]), (1 + self.steps) / (10 + self.steps))
        self.steps += 1
        with torch.no_grad():
            for mine, its in zip([*self.average.parameters(), *self.average.buffers()], [*self.net.parameters(), *self.net.buffers()]):
                if mine.dtype.is_floating_point:
                    mine.lerp_(its, share)
        return loss.item()


def accuracy(net, images, rows):
    net.eval()
    with torch.no_grad():
        right = sum((net(pictures).argmax(1) == labels).sum().item() for pictures, labels in map(images.batch, rows.split(AT_ONCE)))
    net.train()
    return right / len(rows)


def steps(metadata, file, folder):
    double = np.array(Training(metadata, file, folder, torch.float64).epoch(0, STEPS)[0])
    single = np.array(Training(metadata, file, folder, torch.float32).epoch(0, STEPS)[0])
    losses = file["losses"].double().numpy()[:len(double)]
    print(f"{metadata['net']}, {len(double)} steps: loss {double[0]:.4f} to {double[-1]:.4f} in float64")
    far = lambda some, end: np.abs(some[:end] - double[:end]).max()
    for end in [end for end in (1, 10, 50, 100) if end < len(double)] + [len(double)]:
        print(f"up to step {end}: ours at most {far(losses, end):.3g} from float64, PyTorch's float32 {far(single, end):.3g}")
    return far(losses, STEPS) <= 2 * far(single, STEPS)


def epochs(metadata, file, folder):
    training, best, kept = Training(metadata, file, folder, torch.float32), 0, None
    ours = np.split(file["losses"].double().numpy(), len(file["order"]))
    weights = np.full(len(ours[0]), training.size)
    weights[-1] = len(training.rows) - weights[:-1].sum()
    start = time.time(), time.process_time()
    for epoch, its in enumerate(file["validation.accuracies"].tolist()):
        loss = training.epoch(epoch, None)[1]
        held_out = accuracy(training.average, training.images, file["validation"].long())
        if held_out > best:
            best, kept = held_out, copy.deepcopy(training.average)
        print(f"{metadata['net']} epoch {epoch + 1}: mean loss ours {np.average(ours[epoch], weights=weights):.4f}, PyTorch {loss:.4f}; held out"
              f" ours {its:.4f}, PyTorch {held_out:.4f}; PyTorch took {time.time() - start[0]:.0f} s, CPU {time.process_time() - start[1]:.0f} s",
              flush=True)
    test = accuracy(kept, training.test, torch.arange(int(metadata["tested"])))
    print(f"{metadata['net']} on test images: ours {file['test.accuracy'].item():.4f}, PyTorch {test:.4f}")
    return True


def main():
    if len(sys.argv) != 4 or sys.argv[3] not in ("steps", "epochs"):
        sys.exit(__doc__)
    torch.set_num_threads(1)
    metadata, file = read(sys.argv[1])
    fine = (steps if sys.argv[3] == "steps" else epochs)(metadata, file, pathlib.Path(sys.argv[2]))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
