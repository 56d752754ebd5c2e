"""Recurrent layers and cells, and packing: the states before, if they are given, and the parameters are the inputs after the first."""
import itertools

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence

from .cases import INF, NAN, integers, normal, start

KINDS = {"RNN": nn.RNN, "RNN relu": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}
CELLS = {"RNN": nn.RNNCell, "RNN relu": nn.RNNCell, "GRU": nn.GRUCell, "LSTM": nn.LSTMCell}


def draw(c):
    options(c)
    lengths(c)
    shapes(c)
    extremes(c)
    cells(c)
    packing(c)


# ---- what is run

def nonlinearity(kind):
    return {"nonlinearity": "relu"} if kind.endswith("relu") else {}


def called(module, parameters, *inputs):
    """With the inputs in the place of its parameters."""
    names = [name for name, _ in module.named_parameters()]
    assert len(names) == len(parameters)
    return torch.func.functional_call(module, dict(zip(names, parameters)), inputs)


def split(kind, states, inputs):
    """The states before, and the parameters."""
    count = 0 if not states else 2 if kind == "LSTM" else 1
    before = inputs[:count]
    return (() if count == 0 else (before[0],) if count == 1 else (tuple(before),)), inputs[count:]


def flattened(outputs):
    output, states = outputs
    return (output, *states) if isinstance(states, tuple) else (output, states)


def layer(kind):
    def run(x, *inputs, hidden, layers, bidirectional, batchFirst, bias, states, lengths=None, total=None):
        # one that is made of views of its inputs: no parameters of its own
        module = KINDS[kind](x.shape[-1], hidden, layers, bias=bias, batch_first=batchFirst, bidirectional=bidirectional, **nonlinearity(kind))
        before, parameters = split(kind, states, inputs)
        if lengths is None:
            return flattened(called(module, parameters, x, *before))
        packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=batchFirst, enforce_sorted=False)
        output, *states = flattened(called(module, parameters, packed, *before))
        return (pad_packed_sequence(output, batch_first=batchFirst, total_length=total)[0], *states)
    return run


def case(c, kind, time, batch, size, hidden, layers=1, bidirectional=False, batchFirst=False, bias=True, states=False, lengths=None, twice=False,
         scale=1.0, name=None):
    directions = 2 if bidirectional else 1
    gates = {"RNN": 1, "RNN relu": 1, "GRU": 3, "LSTM": 4}[kind]

    def inputs():
        x = normal(*([time, size] if batch is None else [batch, time, size] if batchFirst else [time, batch, size]), scale=scale)
        state = [layers * directions] + ([] if batch is None else [batch]) + [hidden]
        before = [normal(*state) for _ in range(0 if not states else 2 if kind == "LSTM" else 1)]
        parameters = []
        for level in range(layers):
            for _ in range(directions):
                width = size if level == 0 else hidden * directions
                parameters += [normal(gates * hidden, width, scale=0.6), normal(gates * hidden, hidden, scale=0.6)]
                parameters += [normal(gates * hidden, scale=0.5), normal(gates * hidden, scale=0.5)] if bias else []
        return [x, *before, *parameters]

    args = dict(hidden=hidden, layers=layers, bidirectional=bidirectional, batchFirst=batchFirst, bias=bias, states=states)
    if lengths is not None:
        args |= dict(lengths=list(lengths), total=time)
    said = [kind, f"{time}x{batch}x{size} to {hidden}"] + [f"{layers} layers"] * (layers > 1) + ["both ways"] * bidirectional \
        + ["batch first"] * batchFirst + ["no bias"] * (not bias) + ["states"] * states + ["lengths " + ",".join(map(str, lengths or []))] * (lengths is not None)
    c.steadily(kind, inputs, layer(kind), again=twice, name=name or ", ".join(said), **args)


def options(c):
    """All of them, each with each."""
    for number, (kind, layers, both, first, bias, states) in enumerate(itertools.product(KINDS, (1, 2), *[(False, True)] * 4)):
        case(c, kind, 3, 2, 2, 2 if layers == 1 else 1, layers, both, first, bias, states)
        if number % 3 == 0 or layers == 1:
            case(c, kind, 2, 2, 1, 2 if layers == 1 else 1, layers, both, first, bias, states, twice=True)


def lengths(c):
    """Each mask of three sequences of up to three steps."""
    for number, (kind, mask) in enumerate(itertools.product(KINDS, itertools.product((1, 2, 3), repeat=3))):
        case(c, kind, 3, 3, 1, 1, bidirectional=number % 2 == 1, batchFirst=number % 5 == 0, bias=number % 3 > 0, states=number % 4 < 2, lengths=mask)
        if number % 3 != 1:
            case(c, kind, 3, 3, 1, 1, bidirectional=number % 2 == 0, states=number % 4 > 1, lengths=mask, twice=True)
    for kind in KINDS:
        for mask in ((2, 4, 1), (3, 3, 2), (1, 1, 4)):
            case(c, kind, 4, 3, 2, 2, layers=2, bidirectional=True, states=True, lengths=mask)
            case(c, kind, 4, 3, 1, 2, layers=2, bidirectional=mask[0] != 3, lengths=mask, twice=True)
        case(c, kind, 4, 2, 2, 2, lengths=(2, 3), name=f"{kind}, no sequence as long as the padding")


def shapes(c):
    for kind in KINDS:
        for time, batch, size, hidden in [(1, 1, 1, 1), (1, 3, 2, 3), (5, 1, 3, 1), (7, 2, 1, 3), (2, 5, 3, 2), (4, 1, 1, 5), (17, 1, 1, 1), (3, 1, 5, 3)]:
            case(c, kind, time, batch, size, hidden)
        for time, size, hidden, both in [(1, 1, 1, False), (4, 2, 3, False), (3, 3, 2, True), (5, 1, 1, True)]:
            case(c, kind, time, None, size, hidden, bidirectional=both)
            case(c, kind, time, None, size, min(hidden, 2), bidirectional=both, states=True, twice=True)
        case(c, kind, 3, None, 2, 2, layers=2, batchFirst=True, states=True)
        case(c, kind, 12, 1, 1, 1, twice=True)
        case(c, kind, 3, 2, 2, 3, layers=3)


def extremes(c):
    """Gates that are open or shut, and states that grow."""
    for kind in KINDS:
        for scale in (0.0, 1e-20, 30.0):
            case(c, kind, 3, 2, 2, 2, scale=scale, states=True, name=f"{kind} of inputs of scale {scale}")
        gates = {"RNN": 1, "RNN relu": 1, "GRU": 3, "LSTM": 4}[kind]
        args = dict(layers=1, bidirectional=False, batchFirst=False, bias=True, states=False)
        for what, x in {"infinity": [[[1.0], [INF]], [[INF], [0.5]]], "minus infinity": [[[-INF], [1.0]], [[2.0], [-0.5]]],
                        "NaN": [[[NAN], [1.0]], [[2.0], [-0.5]], [[0.5], [1.5]]], "the largest": [[[3e38], [1.0]], [[-2.0], [-3e38]]]}.items():
            parameters = [normal(gates, 1), normal(gates, 1), normal(gates), normal(gates)]
            if kind == "RNN relu" and what == "minus infinity":
                continue  # the outputs' gradients arrive one after the other on the Java side, and those of the last states are 0 times it
            c.add(kind, layer(kind), start(x), *parameters, hidden=1, name=f"{kind} of {what}", **args)
        c.add(kind, layer(kind), normal(3, 0, 2), normal(gates * 2, 2), normal(gates * 2, 2), normal(gates * 2), normal(gates * 2), hidden=2,
              name=f"{kind} of no sequences", **args)


def cells(c):
    def cell(kind):
        def run(x, *inputs, hidden, bias, states):
            module = CELLS[kind](x.shape[-1], hidden, bias=bias, **nonlinearity(kind))
            before, parameters = split(kind, states, inputs)
            return called(module, parameters, x, *before)
        return run
    for kind in CELLS:
        gates = {"RNN": 1, "RNN relu": 1, "GRU": 3, "LSTM": 4}[kind]
        for number, (shape, hidden, bias, states) in enumerate(itertools.product([(2, 3), (1, 1), (2,)], (1, 3), (True, False), (True, False))):
            count = 0 if not states else 2 if kind == "LSTM" else 1
            op = kind.replace("RNN", "RNNCell") if "RNN" in kind else kind + "Cell"
            inputs = lambda: [normal(*shape), *(normal(*shape[:-1], hidden) for _ in range(count)), normal(gates * hidden, shape[-1]),
                              normal(gates * hidden, hidden), *(normal(gates * hidden) for _ in range(2 if bias else 0))]
            c.steadily(op, inputs, cell(kind), again=number % 3 == 0, hidden=hidden, bias=bias, states=states)


def packing(c):
    def padded(x, lengths, batchFirst, value, total):
        packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=batchFirst, enforce_sorted=False)
        return packed.data, pad_packed_sequence(packed, batch_first=batchFirst, padding_value=value, total_length=total)[0]
    for number, (time, batch, rest) in enumerate([(3, 2, (2,)), (1, 1, (1,)), (4, 3, ()), (2, 4, (1, 2)), (5, 2, (3,)), (3, 3, (1,))]):
        for first in (False, True):
            lengths = integers(1, time + 1, batch).tolist()
            x = normal(*((batch, time) if first else (time, batch)), *rest)
            (c.twice if number % 3 == 0 else c.add)("pack", padded, x, lengths=lengths, batchFirst=first, value=float(number - 2), total=time + number % 2)
    def joined(*sequences, batchFirst, value):
        return pad_sequence(sequences, batchFirst, value), pack_sequence(sequences, enforce_sorted=False).data
    for number, sizes in enumerate([(2, 3, 1), (4,), (1, 1), (2, 5)]):
        for first in (False, True):
            c.add("padSequence", joined, *[normal(size, 2) for size in sizes], batchFirst=first, value=float(number))
