"""What `train cnn` does, in PyTorch: the same networks, optimizer, schedule and average of the weights, on Fashion-MNIST.

    python src/test/python/train_cnn.py DIR [residual|lenet] [epochs] [seed]

DIR has the four IDX files, with .gz. The weights are those that `--torch-seed SEED` starts from; which images are held out, their order and
which of them are turned round are PyTorch's own. One thread. A line an epoch: mean loss, accuracies of the average on held-out and on test
images, seconds, and of these the CPU's.
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

BATCH, HELD_OUT, MOMENTUM, DECAY, KEPT, AVERAGE, WARM_UP = 128, 5000, 0.9, 5e-4, 0.7, 0.998, 200


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


def read(folder, name, offset):
    return np.frombuffer(gzip.open(folder / f"{name}-ubyte.gz").read(), np.uint8, offset=offset).copy()


def images(folder, name):
    x = torch.tensor(read(folder, f"{name}-images-idx3", 16).reshape(-1, 1, 28, 28)).float() / 255
    return x, torch.tensor(read(folder, f"{name}-labels-idx1", 8)).long()


def accuracy(net, x, y):
    net.eval()
    with torch.no_grad():
        right = sum((net(x[i:i + 500]).argmax(1) == y[i:i + 500]).sum().item() for i in range(0, len(x), 500))
    net.train()
    return right / len(x)


def main():
    folder = pathlib.Path(sys.argv[1])
    name, epochs, seed = (sys.argv[2:] + ["residual", "10", "42"][len(sys.argv) - 2:])[:3]
    rate, flips = {"residual": (0.1, True), "lenet": (0.05, False)}[name]
    torch.set_num_threads(1)
    x, y = images(folder, "train")
    test, labels = images(folder, "t10k")
    mean, std = x.mean(), x.std()
    x, test = (x - mean) / std, (test - mean) / std
    torch.manual_seed(int(seed))
    net = {"residual": residual, "lenet": lenet}[name]()
    order = torch.randperm(len(x))
    x, y = x[order], y[order]
    held, held_labels, x, y = x[:HELD_OUT], y[:HELD_OUT], x[HELD_OUT:], y[HELD_OUT:]
    average, updates = copy.deepcopy(net), 0
    steps = -(-len(x) // BATCH)
    optimizer = torch.optim.SGD(net.parameters(), rate, momentum=MOMENTUM, nesterov=True, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / WARM_UP) * KEPT ** (step // steps))
    start = time.time()
    for epoch in range(int(epochs)):
        order, total = torch.randperm(len(x)), 0
        for i in range(0, len(x), BATCH):
            batch, wanted = x[order[i:i + BATCH]], y[order[i:i + BATCH]]
            if flips:
                turned = torch.rand(len(batch)) < 0.5
                batch[turned] = batch[turned].flip(3)
            loss = F.cross_entropy(net(batch), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            share = 1 if updates == 0 else 1 - min(AVERAGE, (1 + updates) / (10 + updates))
            updates += 1
            with torch.no_grad():
                for mine, its in zip([*average.parameters(), *average.buffers()], [*net.parameters(), *net.buffers()]):
                    if mine.dtype.is_floating_point:
                        mine.lerp_(its, share)
            total += loss.item() * len(batch)
        print(f"{name} epoch {epoch + 1}: loss {total / len(x):.4f}, held out {accuracy(average, held, held_labels):.4f}, "
              f"test {accuracy(average, test, labels):.4f}, {time.time() - start:.0f} s, CPU {time.process_time():.0f} s", flush=True)


if __name__ == "__main__":
    main()
