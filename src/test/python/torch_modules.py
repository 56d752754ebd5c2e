"""Writes the state of a PyTorch model of norms, convolution, recurrence and attention, an input of each, and its outputs:

    python src/test/python/torch_modules.py src/test/resources/dev/lanewise/io/torch_modules.txt

It was run with PyTorch 2.13. A state that the library has written of the same model is loaded, strictly, and bits compared, by

    python src/test/python/torch_modules.py --load FILE
"""
import json
import struct
import sys

import numpy as np
import torch
from torch import nn

from torch_state import line, safetensors


def model():
    return nn.ModuleDict({
        "conv": nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2),
        "group": nn.GroupNorm(2, 4),
        "instance": nn.InstanceNorm1d(4, affine=True, track_running_stats=True),
        "batch": nn.BatchNorm1d(4, momentum=None),
        "batchOfMomentum": nn.BatchNorm1d(4, momentum=0.25),
        "lstm": nn.LSTM(4, 3, num_layers=2, bidirectional=True),
        "gru": nn.GRU(4, 3, batch_first=True),
        "attention": nn.MultiheadAttention(4, 2),
        "widths": nn.MultiheadAttention(4, 2, kdim=3, vdim=5, bias=False),
        "encoder": nn.TransformerEncoderLayer(4, 2, dim_feedforward=5),
        "decoder": nn.TransformerDecoderLayer(4, 2, dim_feedforward=5, activation="gelu", norm_first=True),
    })


def outputs(modules, x, keys, values):
    out = {name: module(x) for name, module in modules.items() if name not in ("lstm", "gru", "attention", "widths", "decoder")}
    out["lstm"], (out["lstm.h"], out["lstm.c"]) = modules["lstm"](x)
    out["gru"], out["gru.h"] = modules["gru"](x)
    out["attention"] = modules["attention"](x, x, x, need_weights=False)[0]
    out["widths"] = modules["widths"](x, keys, values, need_weights=False)[0]
    out["decoder"] = modules["decoder"](x, x.flip(0))
    return out


def entries(tensors):
    return [(name, "I64" if value.dtype == torch.int64 else "F32", list(value.shape), value.reshape(-1).tolist())
            for name, value in tensors.items()]


def written():
    torch.manual_seed(3)
    modules = model()
    with torch.no_grad():
        # factors of 1 and offsets of 0 would hide each other
        for value in modules.parameters():
            value.add_(torch.randn(value.shape) / 4)
        for _ in range(3):
            for name in ("instance", "batch", "batchOfMomentum"):
                modules[name](torch.randn(5, 4, 4) * 2 + 1)
        modules.eval()
        state = modules.state_dict()
        inputs = {"x": torch.randn(5, 4, 4), "keys": torch.randn(2, 4, 3), "values": torch.randn(2, 4, 5)}
        exact = outputs(modules.double(), *(each.double() for each in inputs.values()))
        exact = {"out." + name: value.float() for name, value in exact.items()}
    return {"torch_modules": state, "torch_modules_outputs": inputs | exact}


def load(name):
    content = open(name, "rb").read()
    end = 8 + struct.unpack("<Q", content[:8])[0]
    state = {}
    for key, entry in json.loads(content[8:end]).items():
        if key != "__metadata__":
            begin, stop = entry["data_offsets"]
            state[key] = torch.from_numpy(np.frombuffer(content[end + begin:end + stop], "<f4").reshape(entry["shape"]).copy())
    modules = model()
    modules.load_state_dict(state, strict=True)
    for key, value in modules.state_dict().items():
        if key in state and not torch.equal(value.float(), state[key]):
            raise SystemExit(f"{key} is another")
    print(len(state), "tensors loaded, all the same")


if __name__ == "__main__":
    if sys.argv[1] == "--load":
        load(sys.argv[2])
    else:
        with open(sys.argv[1], "w", encoding="ascii", newline="\n") as out:
            for name, tensors in written().items():
                out.write(line(name, safetensors(entries(tensors))))
