"""What a case is, and the numbers that cases start from.

A case has a name, the operation's name in the tables of the Java side, its parameters ("args"), the inputs, the outputs that
PyTorch gives and, where an output has weights, the gradients of sum(weights * output) by each input; null where there is none.
Inputs and weights are rounded to four digits, and then to float32, so that both sides start from the same numbers.

"each" says that every element is held to its own magnitude, not to the largest one's.

"second" differentiates again: of sum(directions * gradients), the gradients by the inputs and by the outputs' weights, which
were recorded. By the weights, it shows the derivative in the other direction; null is where nothing but zeros may arrive.
"""
import json
import math
import warnings

import numpy as np
import torch

INF, NAN = math.inf, math.nan
torch.set_default_dtype(torch.float64)
warnings.filterwarnings("ignore", message=".*degrees of freedom.*")  # that is one of the cases
warnings.filterwarnings("ignore", message=".*batchmean.*")
random = torch.Generator()


# ---- inputs

def start(values):
    """Numbers that both sides can start from: short in decimals, and exactly what a float32 reads there."""
    values = torch.as_tensor(values, dtype=torch.float64)
    return torch.tensor([float(f"{x:.4g}") for x in values.flatten().tolist()], dtype=torch.float32).double().reshape(values.shape)


def normal(*shape, scale=1.0, mean=0.0):
    return start(torch.randn(shape, generator=random) * scale + mean)


def uniform(low, high, *shape):
    return start(torch.rand(shape, generator=random) * (high - low) + low)


def away(*shape):
    """Of either sign, and not near 0."""
    x = torch.randn(shape, generator=random)
    return start(x + torch.where(x < 0, -0.3, 0.3))


def integers(low, high, *shape):
    return torch.randint(low, high, shape, generator=random)


def fixed(x):
    """Without a gradient."""
    x = start(x)
    x.fixed = True
    return x


# ---- cases

class Cases:
    def __init__(self):
        self.lines, self.names = [], set()

    def add(self, op, function, *inputs, name=None, each=False, **args):
        """One case: `function` of the inputs and args gives an output or several."""
        self._draw(op, function, inputs, name or title(op, inputs, args), args, each, False)

    def twice(self, op, function, *inputs, name=None, **args):
        """As `add`, with second derivatives too."""
        self._draw(op, function, inputs, "twice " + (name or title(op, inputs, args)), args, False, True)

    def steadily(self, op, draw, function, *, again=False, name=None, within=5e-6, most=50, least=0, **args):
        """As `add` or `twice`, of inputs that are drawn anew until PyTorch's own float32 keeps the digits that the results are held to: a
        gradient of one number may be a sum of which nothing is left.

        @param least the share of the largest gradient's magnitude that the others must have: one that is smaller may be what is left of it"""
        for _ in range(most):
            inputs = draw()
            full = (("twice " if again else "") + name) if name else None
            if self._draw(op, function, inputs, full or title(op, inputs, args), args, False, again, steady=(within, least)):
                return
        raise AssertionError(f"{op} {name} {args}: no steady inputs")

    def _draw(self, op, function, inputs, name, args, each, again, steady=None):
        leaves = [(x if isinstance(x, torch.Tensor) else start(x)) for x in inputs]
        leaves = [x.clone().requires_grad_(not hasattr(x, "fixed")) for x in leaves]
        outputs = called(function, leaves, args)
        weights = [normal(*y.shape).requires_grad_(again) if y.requires_grad else None for y in outputs]
        gradients = first(outputs, leaves, weights, again)
        more = {"each": True} if each else {}
        found = []
        if again:
            directions = [None if g is None else normal(*g.shape) for g in gradients]
            found = second(gradients, directions, leaves, weights)
            by_weights = iter(found[len(leaves):])
            more["second"] = {
                "directions": [numbers(d) for d in directions], "gradients": [numbers(g) for g in found[:len(leaves)]],
                "weights": [None if w is None else numbers(next(by_weights)) for w in weights]}
        if steady:
            short = [x.detach().float().requires_grad_(x.requires_grad) for x in leaves]
            w = [None if w is None else w.detach().float().requires_grad_(again) for w in weights]
            y = called(function, short, args)
            g = first(y, short, w, again)
            more_found = second(g, [None if d is None else d.float() for d in directions], short, w) if again else []
            if not all(close(a, b, steady[0]) for a, b in zip([*outputs, *gradients, *found], [*y, *g, *more_found])):
                return False
            if not (even(gradients, steady[1]) and even(found, steady[1])):
                return False
        self.line(name, op, args, leaves, outputs, weights, gradients, **more)
        return True

    def line(self, name, op, args, inputs, outputs, weights, gradients, **more):
        unique, count = name, 1
        while unique in self.names:
            count += 1
            unique = f"{name} ({count})"
        self.names.add(unique)
        fields = {
            "name": unique, "op": op, "args": {key: finite(value) for key, value in args.items()},
            "inputs": [{"shape": list(x.shape), "data": numbers(x, -0.0)} for x in inputs],
            "outputs": [tensor(y) | ({} if w is None else {"weights": numbers(w)}) for y, w in zip(outputs, weights)],
            "gradients": [numbers(g) for g in gradients]} | more
        self.lines.append(json.dumps(fields, separators=(",", ":")).replace('"#', "").replace('#"', ""))


def called(function, leaves, args):
    outputs = function(*leaves, **args)
    return outputs if isinstance(outputs, (tuple, list)) else [outputs]


def first(outputs, leaves, weights, again):
    if all(w is None for w in weights):
        return [None] * len(leaves)
    total = [y for y, w in zip(outputs, weights) if w is not None]
    return differentiated(total, leaves, [w for w in weights if w is not None], again)


def second(gradients, directions, leaves, weights):
    known = [(g, d) for g, d in zip(gradients, directions) if g is not None and g.requires_grad]
    return differentiated([g for g, _ in known], leaves + [w for w in weights if w is not None], [d for _, d in known], False)


def close(value, short, within):
    """Within a part of what the Java side allows, which is 1e-5."""
    return value is None or value.numel() == 0 or (value - short).abs().max() <= within * value.abs().max()


def even(results, least):
    """Whether none is small beside the others."""
    sizes = [x.detach().abs().max() for x in results if x is not None and x.numel()]
    return not sizes or min(sizes) >= least * max(sizes)


def differentiated(outputs, leaves, weights, again):
    """The gradient by each leaf; None where PyTorch has none."""
    wanted = [x for x in leaves if x.requires_grad]
    found = iter(torch.autograd.grad(outputs, wanted, weights, create_graph=again, allow_unused=True))
    return [next(found) if x.requires_grad else None for x in leaves]


def title(op, inputs, args):
    shapes = " ".join("[" + ",".join(map(str, torch.as_tensor(x).shape)) + "]" for x in inputs)
    return " ".join(filter(None, [op, shapes, said(args)]))


def said(args):
    return " ".join(f"{key}={value}".replace(" ", "") for key, value in args.items())


def finite(value):
    """JSON has no infinities; as in numbers()."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def digits(v):
    """Nine digits, which tell floats apart; of what is a float32 already, as few as do."""
    text = f"{v:.9g}"
    nearest = np.float32(v)
    if f"{nearest:.9g}" != text:
        return text
    return next(short for n in range(1, 10) if np.float32(short := f"{v:.{n}g}") == nearest and ("e" in short) == ("e" in text))


def tensor(x):
    return {"shape": list(x.shape), "data": numbers(x)}


def numbers(x, zero=0.0):
    """Marked texts, for json would write seventeen digits. NaN and infinities as strings. With a zero of -0.0, zeros keep their signs."""
    if x is None:
        return None
    values = (x.detach() + zero).double().flatten().tolist()  # the sum makes numbers of PyTorch's zeros without storage
    return [f"#{digits(v)}#" if math.isfinite(v) else "nan" if math.isnan(v) else "inf" if v > 0 else "-inf" for v in values]
