"""What the library's `compare --init torch-default` does, by PyTorch: Fashion-MNIST, 784-256-128-10, ReLU, dropout, Adam.

    python classifier.py FOLDER [--threads N] [--epochs N] [--seed N]

FOLDER has the IDX files of the training images and labels, plain or .gz. Images stay bytes until a batch is made of them, which takes
no longer than floats and a third of the memory. A fifth of them is held out; the rest are met in a new order in each epoch. Prints a
line of JSON with the accuracy on those held out and the mean loss of the last 100 batches.
"""
import argparse
import gzip
import json
import os
import warnings
from pathlib import Path

HELD_OUT = 0.2
BATCH = 100
VALIDATION_BATCH = 500
DROPOUT = 0.2
LEARNING_RATE = 1e-3
LAST = 100  # batches whose mean is the last loss


def idx(folder, name, header):
    """The elements of an IDX file, which follow its header."""
    plain = folder / name
    data = plain.read_bytes() if plain.exists() else gzip.decompress((folder / (name + ".gz")).read_bytes())
    return torch.frombuffer(data, dtype=torch.uint8)[header:]  # without a copy, of which it warns


def logits(model, images, rows):
    return model(images[rows].float().div_(255))


def train(model, images, labels, rows, epochs):
    """The loss of each batch."""
    optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE, fused=True)
    losses = []
    for _ in range(epochs):
        for batch in rows[torch.randperm(len(rows))].split(BATCH):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(logits(model, images, batch), labels[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def accuracy(model, images, labels, rows):
    model.eval()
    with torch.inference_mode():
        right = sum((logits(model, images, batch).argmax(1) == labels[batch]).sum() for batch in rows.split(VALIDATION_BATCH))
    return right.item() / len(rows)


def main(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    images = idx(options.folder, "train-images-idx3-ubyte", 16).view(-1, 28 * 28)
    labels = idx(options.folder, "train-labels-idx1-ubyte", 8).long()
    order = torch.randperm(len(labels))
    border = round(HELD_OUT * len(labels))
    held_out, rows = order[:border], order[border:]
    model = nn.Sequential(nn.Linear(28 * 28, 256), nn.ReLU(), nn.Dropout(DROPOUT),
                          nn.Linear(256, 128), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(128, 10))
    losses = train(model, images, labels, rows, options.epochs)
    print(json.dumps({"valAccuracy": accuracy(model, images, labels, held_out), "trainLoss": sum(losses[-LAST:]) / LAST}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=42)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)  # read when PyTorch is loaded
    import torch
    from torch import nn

    main(arguments)
