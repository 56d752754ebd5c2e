"""Draws the cases of dev.lanewise.conformance from PyTorch, in double precision.

    python src/test/python/conformance.py src/test/resources/dev/lanewise/conformance [family ...]

writes FAMILY.jsonl, a case a line; all families if none is named. It was run with PyTorch 2.13.

A case has a name, the operation's name in the tables of the Java side, its parameters ("args"), the inputs, the outputs that
PyTorch gives and, where an output has weights, the gradients of sum(weights * output) by each input; null where there is none.
Inputs and weights are rounded to four digits, and then to float32, so that both sides start from the same numbers.
A family's numbers come from a seed of its own: a change in one leaves the files of the others as they are.
"""
import json
import math
import pathlib
import sys
import warnings
import zlib

import torch
import torch.nn.functional as F

INF, NAN = math.inf, math.nan
torch.set_default_dtype(torch.float64)
warnings.filterwarnings("ignore", message=".*degrees of freedom.*")  # that is one of the cases
warnings.filterwarnings("ignore", message=".*batchmean.*")
random = torch.Generator()

FAMILIES = {}


def family(draw):
    FAMILIES[draw.__name__] = draw
    return draw


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

    def add(self, op, function, *inputs, name=None, **args):
        """One case: `function` of the inputs and args gives an output or several."""
        leaves = [x if isinstance(x, torch.Tensor) else start(x) for x in inputs]
        leaves = [x.clone().requires_grad_(not hasattr(x, "fixed")) for x in leaves]
        outputs = function(*leaves, **args)
        outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
        weights = [normal(*y.shape) if y.requires_grad else None for y in outputs]
        gradients = [None] * len(leaves)
        if any(x.requires_grad for x in leaves) and any(w is not None for w in weights):
            total = [y for y, w in zip(outputs, weights) if w is not None]
            wanted = [x for x in leaves if x.requires_grad]
            found = iter(torch.autograd.grad(total, wanted, [w for w in weights if w is not None], allow_unused=True))
            gradients = [next(found) if x.requires_grad else None for x in leaves]
        shapes = " ".join(shape(x) for x in leaves)
        said = " ".join(f"{key}={brief(value)}" for key, value in args.items())
        self.line(name or " ".join(filter(None, [op, shapes, said])), op, args, leaves, outputs, weights, gradients)

    def line(self, name, op, args, inputs, outputs, weights, gradients):
        title, count = name, 1
        while title in self.names:
            count += 1
            title = f"{name} ({count})"
        self.names.add(title)
        fields = {
            "name": title, "op": op, "args": args,
            "inputs": [tensor(x) for x in inputs],
            "outputs": [tensor(y) | ({} if w is None else {"weights": numbers(w)}) for y, w in zip(outputs, weights)],
            "gradients": [None if g is None else numbers(g) for g in gradients]}
        self.lines.append(json.dumps(fields, separators=(",", ":")).replace('"#', "").replace('#"', ""))


def shape(x):
    return "[" + ",".join(map(str, x.shape)) + "]"


def brief(value):
    return str(value.tolist() if isinstance(value, torch.Tensor) else value).replace(" ", "")


def tensor(x):
    return {"shape": list(x.shape), "data": numbers(x)}


def numbers(x):
    """Nine digits; marked, for json would write seventeen. NaN and infinities as strings."""
    return [f"#{v:.9g}#" if math.isfinite(v) else "nan" if math.isnan(v) else "inf" if v > 0 else "-inf"
            for v in x.detach().double().flatten().tolist()]


# ---- tensors

def over(dims):
    """Java's no dimensions are all of them."""
    return tuple(dims) if dims else None


def reduced(function):
    return lambda x, dims, keepDim: function(x, tuple(dims) if dims else tuple(range(x.dim())), keepDim)


EXTREMES = [-INF, -1e30, -1e4, -88.5, -20.0, -1e-3, -1e-30, 0.0, 1e-30, 1e-3, 20.0, 88.5, 1e4, 1e30, INF, NAN]


@family
def tensors(c):
    # elementwise, two operands
    shapes = [((2, 3), (2, 3)), ((4, 1, 3), (5, 1)), ((), (3,)), ((7,), (2, 1, 7)), ((1,), (1, 1)), ((0, 3), (1, 3))]
    two = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "maximum": torch.maximum, "minimum": torch.minimum}
    for op, function in two.items():
        for a, b in shapes:
            c.add(op, function, normal(*a), away(*b))
    for op in ("maximum", "minimum"):
        c.add(op, two[op], [1.0, 2.0, -3.0, 0.0, INF, -INF], [1.0, -2.0, -3.0, 0.0, 5.0, 5.0], name=op + " of equals and infinities")
        c.add(op, two[op], fixed([NAN, 1.0, 2.0]), fixed([1.0, NAN, 3.0]), name=op + " of NaN")
        c.add(op, two[op], [[1.0], [2.0]], [1.0, 2.0, 3.0], name=op + " of equals, broadcast")
    c.add("div", torch.div, [1.0, -1.0, 0.0, INF, 3.0], [0.0, 0.0, 0.0, 2.0, INF], name="div by 0 and infinity")
    for a, b in shapes[:4]:
        c.add("pow", torch.pow, uniform(0.2, 3, *a), normal(*b))
    c.add("pow", torch.pow, away(3, 4), fixed([2.0, 3.0, -1.0, -2.0]), name="pow of either sign to whole numbers")
    c.add("pow", torch.pow, [0.0, 0.0, 0.0, 2.0, 1.0], [0.0, 1.0, 2.5, 0.0, 5.0], name="pow at 0 and 1")
    c.add("pow", torch.pow, [-2.0, -1.5, -0.5], fixed([0.5, 2.5, -0.3]), name="pow of negative numbers to fractions")
    c.add("pow", torch.pow, [1e10, 1e-10, 3.0], [3.0, 3.0, -20.0], name="pow, large and small")
    for exponent in (2.0, 0.5, 3.0, -1.0, 1.5, 1.0, 0.0):
        c.add("powNumber", lambda x, exponent: x ** exponent, uniform(0.1, 4, 2, 5), exponent=exponent)
    c.add("powNumber", lambda x, exponent: x ** exponent, away(7), exponent=-3.0, name="powNumber of either sign, -3")
    c.add("powNumber", lambda x, exponent: x ** exponent, [0.0, -1.0, 2.0], exponent=2.0, name="powNumber at 0, 2")
    c.add("powNumber", lambda x, exponent: x ** exponent, [0.0, -1.0, 2.0], exponent=0.5, name="powNumber at 0, 1/2")
    for op in ("eq", "ne", "lt", "le", "gt", "ge"):
        c.add(op, lambda a, b, op=op: getattr(torch, op)(a, b).double(), fixed([[1.0], [2.0], [NAN]]), fixed([1.0, 2.0, 3.0, NAN, INF]))
    condition = lambda *s: fixed(integers(0, 2, *s).double())
    where = lambda condition, a, b: torch.where(condition != 0, a, b)
    c.add("where", where, condition(2, 3), normal(2, 3), normal(2, 3))
    c.add("where", where, condition(4, 1), normal(3), normal(2, 1, 3))
    c.add("where", where, condition(5), normal(), normal(5))
    c.add("where", where, fixed([1.0, 0.0]), [1.0, NAN], [INF, 2.0], name="where, the other NaN or infinite")

    # elementwise, one operand
    one = {"neg": torch.neg, "exp": torch.exp, "abs": torch.abs, "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh,
           "sigmoid": torch.sigmoid, "erf": torch.erf, "expm1": torch.expm1, "square": torch.square, "relu": torch.relu}
    positive = {"log": torch.log, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "log1p": torch.log1p}
    for op, function in one.items():
        c.add(op, function, normal(3, 5))
        c.add(op, function, normal(2, 1, 9, scale=3))
    for op, function in positive.items():
        c.add(op, function, uniform(0.01, 3, 3, 5))
        c.add(op, function, uniform(0.5, 50, 2, 1, 9))
    c.add("reciprocal", torch.reciprocal, away(3, 5))
    c.add("reciprocal", torch.reciprocal, uniform(0.5, 50, 2, 1, 9))
    c.add("sign", lambda x: torch.sign(x).detach(), fixed([-INF, -2.0, 0.0, 1e-30, INF]))
    # each by itself, so that each is held to its own scale
    for x in EXTREMES:
        for op, function in one.items():
            if op in ("sin", "cos") and abs(x) > 1e4 or op in ("exp", "expm1") and 88.5 <= x < INF or op == "square" and 1e20 < abs(x) < INF:
                continue
            if op == "square" and 0 < abs(x) < 1e-20:
                continue  # underflows in float32
            if op in ("sigmoid", "tanh", "expm1"):  # their slopes are written in the output: near its limit the float has few digits left
                c.add(op, function, [x, 0.0], name=f"{op} at {x}")
            else:
                # the slope of |NaN| is 0 in PyTorch, NaN here
                c.add(op, function, fixed([x]) if op == "abs" and math.isnan(x) else [x], name=f"{op} at {x}")
    for x in [0.0, 1e-30, 1e-3, 1.0, 1e4, 1e30, INF, NAN, -1.0]:
        for op, function in positive.items():
            if op == "rsqrt" and 0 < x < 1e-20:
                continue  # the slope is beyond float32
            if op == "log1p" and x == -1.0:
                x = -2.0
            c.add(op, function, [x], name=f"{op} at {x}")
    c.add("expm1", torch.expm1, [1e-6, -1e-6, 1e-4, -1e-4])
    c.add("log1p", torch.log1p, [1e-6, -1e-6, 1e-4, -0.5])
    clamp = lambda x, min, max: x.clamp(min, max)
    c.add("clamp", clamp, normal(3, 7), min=-0.5, max=0.75)
    c.add("clamp", clamp, [-2.0, -1.0, 0.0, 1.0, 2.0, NAN, INF, -INF], min=-1.0, max=1.0, name="clamp at its bounds")

    # reductions
    ranges = [((2, 3), [], False), ((2, 3), [0], False), ((2, 3), [-1], True), ((4, 3, 5), [1], False), ((4, 3, 5), [0, 2], True),
              ((4, 3, 5), [2, 1], False), ((2, 3, 1, 4), [0, 1, 2, 3], True), ((1, 1), [0], False), ((3, 129), [1], False)]
    reductions = {
        "sum": lambda x, d, k: x.sum(d, k), "mean": lambda x, d, k: x.mean(d, k),
        "amax": lambda x, d, k: x.amax(d, k), "amin": lambda x, d, k: x.amin(d, k),
        "logsumexp": lambda x, d, k: x.logsumexp(d, k),
        "norm": lambda x, d, k: torch.linalg.vector_norm(x, 2, d, k), "norm1": lambda x, d, k: torch.linalg.vector_norm(x, 1, d, k)}
    for op, function in reductions.items():
        for size, dims, keep in ranges:
            c.add(op, reduced(function), normal(*size), dims=dims, keepDim=keep)
    some = lambda op, x, name, dims=(): c.add(op, reduced(reductions[op]), x, dims=list(dims), keepDim=False, name=op + " " + name)
    some("sum", torch.zeros(2, 0), "of nothing", [1])
    some("mean", torch.zeros(0), "of nothing")
    some("sum", [1e30, 1.0, INF], "with an infinity")
    some("sum", [1.0, NAN], "with a NaN")
    for op in ("amax", "amin"):
        some(op, [[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]], "of equals", [1])
        some(op, [[1.0, 3.0], [1.0, 3.0], [0.0, 4.0]], "of equals in columns", [0])
        some(op, [[-INF, INF, 0.0], [INF, INF, -INF]], "of infinities", [1])
    for op in ("norm", "norm1"):
        some(op, [[0.0, 0.0], [3.0, -4.0]], "at 0", [1])
    some("logsumexp", fixed([[1e4, 1e4, 0.0], [-1e4, -1e4, -2e4], [88.0, 89.0, 90.0]]), "of large numbers", [1])
    some("logsumexp", [[-INF, 0.0, 1.0], [-INF, -INF, 3.0]], "with minus infinity", [1])
    some("logsumexp", [-INF, -INF], "of minus infinity alone")
    some("logsumexp", [INF, 1.0], "with infinity")
    some("logsumexp", [NAN, 1.0], "with a NaN")
    for op, function in {"var": torch.var, "std": torch.std}.items():
        call = lambda x, dims, keepDim, correction, function=function: function(x, dim=over(dims), keepdim=keepDim, correction=correction)
        for size, dims, keep in ranges[:7]:
            for correction in (0, 1):
                c.add(op, call, normal(*size), dims=dims, keepDim=keep, correction=correction)
        c.add(op, call, normal(3, 5), dims=[1], keepDim=False, correction=2)
        c.add(op, call, normal(3, 5, mean=100), dims=[1], keepDim=False, correction=1, name=op + " far from 0")
        c.add(op, call, [[2.0, 2.0, 2.0], [1.0, 2.0, 3.0]], dims=[1], keepDim=False, correction=1, name=op + " of equals")
        c.add(op, call, normal(1), dims=[], keepDim=False, correction=1, name=op + " of one number")
    c.add("argmax", lambda x: x.argmax(-1).double(), fixed(normal(4, 7)))
    c.add("argmax", lambda x: x.argmax(-1).double(), fixed(normal(2, 3, 5)))
    c.add("argmax", lambda x: x.argmax(-1).double(), fixed([[1.0, NAN, 3.0], [-INF, INF, 2.0]]), name="argmax with NaN and infinities")

    # softmax
    for op, function in {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}.items():
        for size, dim in [((5,), 0), ((3, 4), 1), ((3, 4), 0), ((2, 3, 4), 1), ((2, 3, 4), -1), ((4, 1), 1), ((2, 130), -1)]:
            c.add(op, function, normal(*size, scale=2), dim=dim)
        c.add(op, function, [[1e4, -1e4, 0.0], [1e4, 1e4, 9999.0], [-1e4, -1e4, -1e4]], dim=1, name=op + " of large numbers")
        c.add(op, function, [[-INF, 0.0, 1.0], [3.0, -INF, -INF]], dim=1, name=op + " with minus infinity")
        c.add(op, function, [[NAN, 0.0], [1.0, 2.0]], dim=1, name=op + " with a NaN")
        c.add(op, function, [[-INF, -INF]], dim=1, name=op + " of minus infinity alone")

    # products
    for a, b in [((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 5)), ((3, 4), (4, 5)), ((1, 7), (7, 1)), ((5, 1), (1, 3)), ((2, 3, 4), (4, 5)),
                 ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((3, 4), (2, 4, 5)), ((4,), (2, 4, 5)), ((2, 3, 4), (4,)),
                 ((2, 3, 3, 4), (4, 2)), ((1, 3, 4), (6, 4, 1)), ((17, 33), (33, 9)), ((2, 300), (300, 3)), ((3, 0), (0, 2))]:
        c.add("matmul", torch.matmul, normal(*a), normal(*b))
    c.add("matmulTransposed", lambda a, b: a.transpose(-1, -2) @ b.transpose(-1, -2), normal(2, 4, 3), normal(2, 5, 4))
    c.add("matmulTransposed", lambda a, b: a.transpose(-1, -2) @ b.transpose(-1, -2), normal(7, 5), normal(3, 7))

    # views
    for size, shape_ in [((2, 3), [6]), ((2, 3), [3, 2]), ((4, 3, 2), [2, -1]), ((1,), []), ((6,), [1, 2, 3, 1]), ((0, 3), [3, 0])]:
        c.add("reshape", lambda x, shape: x.reshape(shape), normal(*size), shape=shape_)
    c.add("reshapeTransposed", lambda x, shape: x.transpose(0, 1).reshape(shape), normal(3, 4), shape=[2, 6])
    for size, a, b in [((2, 3), 0, 1), ((2, 3, 4), 0, -1), ((2, 3, 4), 1, 1)]:
        c.add("transpose", lambda x, a, b: x.transpose(a, b), normal(*size), a=a, b=b)
    for size, dims in [((2, 3, 4), [2, 0, 1]), ((2, 3, 4), [-1, 1, 0]), ((2, 1, 3, 4), [3, 1, 0, 2])]:
        c.add("permute", lambda x, dims: x.permute(dims), normal(*size), dims=dims)
    for size, dim, a, b, step in [((7,), 0, 1, 6, 2), ((3, 8), 1, 0, 8, 3), ((3, 8), -1, 5, 100, 1), ((5, 2), 0, -3, -1, 1),
                                  ((2, 9, 3), 1, -8, 9, 4), ((4, 3), 0, 2, 2, 1)]:
        def sliced(x, dim, start, end, step):
            return x[(slice(None),) * (dim % x.dim()) + (slice(start, end, step),)]
        c.add("slice", sliced, normal(*size), dim=dim, start=a, end=b, step=step)
    for size, dim, index in [((4,), 0, 2), ((3, 4), 0, -1), ((2, 3, 4), 1, 0), ((2, 3, 4), -1, 3)]:
        c.add("select", lambda x, dim, index: x.select(dim, index), normal(*size), dim=dim, index=index)
    for size, shape_ in [((3,), [2, 3]), ((2, 1), [2, 4]), ((1, 3, 1), [5, 2, 3, 2]), ((), [3])]:
        c.add("expand", lambda x, shape: x.expand(shape), normal(*size), shape=shape_)
    for size, dims in [((1, 3, 1), []), ((1, 3, 1), [0]), ((1, 3, 1), [-1, 0]), ((1, 1), [])]:
        c.add("squeeze", lambda x, dims: x.squeeze(tuple(dims)) if dims else x.squeeze(), normal(*size), dims=dims)
    for size, dim in [((3, 2), 0), ((3, 2), -1), ((3, 2), 1), ((), 0)]:
        c.add("unsqueeze", lambda x, dim: x.unsqueeze(dim), normal(*size), dim=dim)
    for size, a, b in [((2, 3, 4), 0, -1), ((2, 3, 4), 1, 2), ((2, 3, 4, 2), 1, -2), ((3,), 0, 0), ((), 0, -1)]:
        c.add("flatten", lambda x, first, last: x.flatten(first, last), normal(*size), first=a, last=b)

    # joining and choosing
    cat = lambda *parts, dim: torch.cat(parts, dim)
    c.add("cat", cat, normal(2, 3), normal(4, 3), dim=0)
    c.add("cat", cat, normal(2, 3, 2), normal(2, 1, 2), normal(2, 2, 2), dim=1)
    c.add("cat", cat, normal(3, 1), normal(3, 0), normal(3, 2), dim=-1)
    stack = lambda *parts, dim: torch.stack(parts, dim)
    c.add("stack", stack, normal(2, 3), normal(2, 3), dim=0)
    c.add("stack", stack, normal(2, 3), normal(2, 3), normal(2, 3), dim=-1)
    c.add("stack", stack, normal(), normal(), dim=0)
    gather = lambda x, dim, index, shape: x.gather(dim, torch.as_tensor(index).reshape(shape))
    for size, dim, shape_ in [((3, 4), 0, (2, 4)), ((3, 4), 1, (3, 6)), ((2, 3, 4), 1, (2, 5, 3)), ((5,), 0, (8,)), ((2, 3, 4), -1, (1, 2, 3))]:
        c.add("gather", gather, normal(*size), dim=dim, index=integers(0, size[dim], *shape_).flatten().tolist(), shape=list(shape_))
    for size, dim, index in [((4, 3), 0, [3, 0, 0]), ((2, 5, 3), 1, [4, 4, 1, 4]), ((3, 4), -1, [0, 3]), ((6,), 0, []), ((2, 3), 0, [1] * 5)]:
        c.add("indexSelect", lambda x, dim, index: x.index_select(dim, torch.tensor(index, dtype=torch.long)), normal(*size), dim=dim, index=index)
    c.add("pick", lambda x, index: x[torch.arange(len(index)), torch.tensor(index)], normal(4, 3), index=[2, 0, 0, 1])

    # together: shared inputs, rules that feed each other
    c.add("standardize", lambda x: (x - x.mean(1, True)) / (x.var(1, correction=0, keepdim=True) + 1e-3).sqrt(), normal(3, 6))
    c.add("attention", lambda q, k, v: ((q @ k.transpose(-1, -2)) / 2).softmax(-1) @ v, normal(2, 3, 4), normal(2, 5, 4), normal(2, 5, 3))
    c.add("quadratic", lambda x, a: ((x @ a) * x).sum(1).sigmoid().log(), normal(4, 3), normal(3, 3))

# ---- activations

@family
def activations(c):
    """Parameters have the module's Java names; "large" inputs stand alone, so that each is held to its own scale."""
    slopes = {
        "ReLU": lambda x: F.relu(x), "SELU": F.selu, "GELU": F.gelu, "GELUTanh": lambda x: F.gelu(x, approximate="tanh"), "SiLU": F.silu,
        "Mish": F.mish, "Sigmoid": torch.sigmoid, "LogSigmoid": F.logsigmoid, "Tanh": torch.tanh, "Softsign": F.softsign}
    for op, function in slopes.items():
        c.add(op, function, normal(4, 7, scale=2))
        c.add(op, function, normal(2, 3, 5, scale=6))
        c.add(op, function, [-4.0, -1.0, -1e-3, -1e-6, 0.0, 1e-6, 1e-3, 1.0, 4.0], name=op + " around 0")
        c.add(op, function, fixed([NAN]) if op == "SELU" else [NAN], name=op + " of NaN")  # PyTorch has a slope for SELU and ELU there
        for x in (-1e4, -50.0, -8.0, 8.0, 50.0, 1e4):
            if op in ("Sigmoid", "Tanh"):  # as in the tensors' cases
                c.add(op, function, [x, 0.0], name=f"{op} at {x}")
            else:
                c.add(op, function, [x], name=f"{op} at {x}")
    leaky = lambda x, slope: F.leaky_relu(x, slope)
    elu = lambda x, alpha: F.elu(x, alpha)
    softplus = lambda x, beta, threshold: F.softplus(x, beta, threshold)
    hardtanh = lambda x, min, max: F.hardtanh(x, min, max)
    edges = [-1e4, -3.0, -1.0, -1e-6, 0.0, 1e-6, 0.5, 1.0, 3.0, 1e4, NAN]
    for slope in (0.01, 0.25):
        c.add("LeakyReLU", leaky, normal(3, 5), slope=slope)
        c.add("LeakyReLU", leaky, edges, slope=slope)
    for alpha in (1.0, 0.5):
        c.add("ELU", elu, normal(3, 5), alpha=alpha)
        c.add("ELU", elu, edges[:-1], alpha=alpha)
        c.add("ELU", elu, fixed([NAN]), alpha=alpha, name=f"ELU of NaN alpha={alpha}")
    for beta, threshold in ((1.0, 20.0), (2.5, 5.0)):
        c.add("Softplus", softplus, normal(3, 5, scale=3), beta=beta, threshold=threshold)
        for x in (-1e4, -20.0, 0.0, 1.875, 2.125, 19.5, 20.5, 1e4):
            c.add("Softplus", softplus, [x], name=f"Softplus at {x} beta={beta}", beta=beta, threshold=threshold)
    for low, high in ((-1.0, 1.0), (-0.5, 3.0)):
        c.add("Hardtanh", hardtanh, normal(3, 5), min=low, max=high)
        c.add("Hardtanh", hardtanh, edges[:-1], min=low, max=high)
    c.add("PReLU", F.prelu, normal(3, 5), [0.25])
    c.add("PReLU", F.prelu, normal(2, 3, 4), normal(3))
    c.add("PReLU", F.prelu, normal(2, 2, 3, 2), normal(2))
    for op, function in {"Softmax": torch.softmax, "LogSoftmax": torch.log_softmax}.items():
        c.add(op, function, normal(2, 3, 4, scale=3), dim=1)
        c.add(op, function, normal(5, 4, scale=3), dim=-1)


# ---- layers

@family
def layers(c):
    for size, out in [((3, 4), 5), ((2, 3, 4), 2), ((4,), 3), ((2, 1, 3, 5), 1), ((1, 7), 7)]:
        c.add("Linear", F.linear, normal(*size), normal(out, size[-1]), normal(out))
        c.add("Linear", F.linear, normal(*size), normal(out, size[-1]), name=f"Linear {list(size)} to {out}, no bias")

    # input, out, kernel, stride, padding, dilation, groups
    conv = lambda x, w, b=None, *, stride, padding, dilation, groups: F.conv2d(x, w, b, tuple(stride), tuple(padding), tuple(dilation), groups)
    for size, out, kernel, stride, padding, dilation, groups in [
            ((2, 3, 5, 5), 4, (3, 3), [1, 1], [0, 0], [1, 1], 1), ((1, 1, 4, 6), 1, (2, 3), [1, 1], [1, 1], [1, 1], 1),
            ((2, 2, 7, 6), 3, (3, 2), [2, 3], [1, 0], [1, 1], 1), ((1, 2, 9, 8), 2, (3, 3), [1, 1], [2, 1], [2, 3], 1),
            ((2, 4, 5, 5), 4, (3, 3), [1, 1], [1, 1], [1, 1], 4), ((1, 4, 6, 5), 6, (3, 3), [2, 2], [1, 1], [1, 1], 2),
            ((2, 6, 5, 7), 3, (1, 1), [1, 1], [0, 0], [1, 1], 3), ((1, 3, 5, 5), 2, (5, 5), [1, 1], [0, 0], [1, 1], 1),
            ((1, 2, 8, 9), 4, (3, 2), [3, 2], [2, 2], [2, 1], 2), ((3, 1, 3, 3), 2, (2, 2), [3, 3], [0, 0], [1, 1], 1)]:
        shape_ = (out, size[1] // groups) + kernel
        c.add("Conv2d", conv, normal(*size), normal(*shape_), normal(out), stride=stride, padding=padding, dilation=dilation, groups=groups)
    c.add("Conv2d", conv, normal(1, 2, 4, 4), normal(3, 2, 3, 3), stride=[1, 1], padding=[1, 1], dilation=[1, 1], groups=1)

    def transposed(x, w, b=None, *, stride, padding, dilation, groups, outputPadding):
        return F.conv_transpose2d(x, w, b, tuple(stride), tuple(padding), tuple(outputPadding), groups, tuple(dilation))
    for size, out, kernel, stride, padding, dilation, groups, extra in [
            ((2, 3, 4, 4), 2, (3, 3), [1, 1], [0, 0], [1, 1], 1, [0, 0]), ((1, 2, 3, 4), 3, (3, 2), [2, 3], [1, 0], [1, 1], 1, [1, 2]),
            ((1, 4, 3, 3), 4, (3, 3), [2, 2], [1, 1], [1, 1], 2, [1, 1]), ((2, 2, 3, 2), 2, (2, 3), [1, 2], [1, 1], [2, 1], 1, [0, 0]),
            ((1, 3, 4, 3), 3, (3, 3), [1, 1], [1, 1], [2, 2], 3, [0, 1]), ((1, 1, 1, 1), 1, (4, 4), [2, 2], [1, 1], [1, 1], 1, [0, 0]),
            ((2, 4, 2, 3), 6, (2, 2), [3, 2], [0, 0], [1, 1], 2, [2, 1])]:
        shape_ = (size[1], out // groups) + kernel
        c.add("ConvTranspose2d", transposed, normal(*size), normal(*shape_), normal(out), stride=stride, padding=padding, dilation=dilation,
              groups=groups, outputPadding=extra)
    c.add("ConvTranspose2d", transposed, normal(1, 2, 3, 3), normal(2, 3, 3, 3), stride=[2, 2], padding=[1, 1], dilation=[1, 1], groups=1,
          outputPadding=[0, 0])

    def embedding(w, index, shape, padding):
        return F.embedding(torch.tensor(index).reshape(shape), w, padding if padding >= 0 else None)
    for count, dim, shape_, padding in [(5, 3, [4], -1), (5, 3, [2, 4], 0), (7, 2, [2, 3, 2], 6), (4, 1, [6], 2), (3, 4, [1], -1)]:
        c.add("Embedding", embedding, normal(count, dim), index=integers(0, count, *shape_).flatten().tolist(), shape=shape_, padding=padding)

    def batch_norm(x1, x2, x3, w=None, b=None, *, eps, momentum):
        """Two steps of training, the running statistics after them, and an evaluation."""
        layer = (torch.nn.BatchNorm2d if x1.dim() == 4 else torch.nn.BatchNorm1d)(x1.shape[1], eps=eps, momentum=momentum, affine=False)
        affine = lambda y: y if w is None else y * w.reshape(-1, *[1] * (y.dim() - 2)) + b.reshape(-1, *[1] * (y.dim() - 2))
        trained = [affine(layer(x1)), affine(layer(x2))]
        mean, var = layer.running_mean.clone(), layer.running_var.clone()
        return trained + [mean, var, affine(layer.eval()(x3))]
    for rank, size in [(1, (4, 3)), (1, (3, 2, 5)), (1, (5, 1)), (2, (2, 3, 3, 4)), (2, (3, 1, 2, 2)), (2, (1, 2, 3, 1))]:
        op = f"BatchNorm{rank}d"
        features = size[1]
        for eps, momentum in ((1e-5, 0.1), (1e-3, 0.5)):
            c.add(op, batch_norm, normal(*size, mean=0.5), normal(*size, scale=2), normal(*size), normal(features), normal(features), eps=eps,
                  momentum=momentum)
        c.add(op, batch_norm, normal(*size), normal(*size, scale=2), normal(*size), eps=1e-5, momentum=0.1)

    def layer_norm(x, w=None, b=None, *, shape, eps):
        return F.layer_norm(x, shape, w, b, eps)
    for size, shape_, eps in [((3, 5), [5], 1e-5), ((2, 3, 4), [4], 1e-5), ((2, 3, 4), [3, 4], 1e-3), ((6,), [6], 1e-5), ((2, 2, 3, 2), [2, 3, 2], 1e-5)]:
        c.add("LayerNorm", layer_norm, normal(*size, scale=2, mean=1), normal(*shape_), normal(*shape_), shape=shape_, eps=eps)
        c.add("LayerNorm", layer_norm, normal(*size), shape=shape_, eps=eps, name=f"LayerNorm {list(size)} {shape_}, not affine")
    c.add("Flatten", lambda x, first, last: x.flatten(first, last), normal(2, 3, 4), first=1, last=-1)
    c.add("Flatten", lambda x, first, last: x.flatten(first, last), normal(2, 3, 2, 2), first=0, last=2)


# ---- losses

@family
def losses(c):
    reductions = ("none", "mean", "sum")

    def labels(classes, *shape_):
        return integers(0, classes, *shape_).flatten().tolist()

    def class_loss(function):
        def call(x, *weight, labels, reduction, **more):
            target = torch.tensor(labels).reshape(x.shape[:1] + x.shape[2:])
            settings = {"ignore_index": more["ignoreIndex"]} | ({"label_smoothing": more["labelSmoothing"]} if "labelSmoothing" in more else {})
            return function(x, target, weight[0] if weight else None, reduction=reduction, **settings)
        return call
    cross, nll = class_loss(F.cross_entropy), class_loss(F.nll_loss)
    for reduction in reductions:
        said = lambda op, what: f"{op} {what}, {reduction}"
        for op, call, x in (("crossEntropy", cross, lambda *s: normal(*s, scale=2)), ("nllLoss", nll, lambda *s: start(torch.log_softmax(normal(*s), 1)))):
            usual = dict(ignoreIndex=-100, reduction=reduction)
            c.add(op, call, x(5, 4), labels=labels(4, 5), **usual, name=said(op, "plain"))
            c.add(op, call, x(2, 3, 4), labels=labels(3, 2, 4), **usual, name=said(op, "of 3 dimensions"))
            c.add(op, call, x(2, 3, 2, 2), labels=labels(3, 2, 2, 2), **usual, name=said(op, "of 4 dimensions"))
            c.add(op, call, x(5, 4), fixed(uniform(0.2, 2, 4)), labels=labels(4, 5), **usual, name=said(op, "with weights"))
            c.add(op, call, x(6, 3), labels=[0, 2, 1, 2, 2, 0], ignoreIndex=2, reduction=reduction, name=said(op, "with an ignored class"))
            c.add(op, call, x(4, 3), fixed(uniform(0.2, 2, 3)), labels=[-7, 2, 1, -7], ignoreIndex=-7, reduction=reduction,
                  name=said(op, "with ignored rows and weights"))
            if reduction != "mean":  # an error here, NaN in PyTorch
                c.add(op, call, x(2, 3), labels=[1, 1], ignoreIndex=1, reduction=reduction, name=said(op, "with all ignored"))
        for smoothing in (0.1, 1.0):
            usual = dict(labelSmoothing=smoothing, reduction=reduction)
            c.add("crossEntropy", cross, normal(5, 4), labels=labels(4, 5), ignoreIndex=-100, **usual, name=said("crossEntropy", f"smoothed {smoothing}"))
            c.add("crossEntropy", cross, normal(5, 4), fixed(uniform(0.2, 2, 4)), labels=[3, 0, 1, 1, 2], ignoreIndex=1, **usual,
                  name=said("crossEntropy", f"smoothed {smoothing} with weights and an ignored class"))
        extreme = [[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4], [1e4, 9999.0, -1e4]]
        c.add("crossEntropy", cross, extreme, labels=[1, 1, 0], ignoreIndex=-100, reduction=reduction, name=said("crossEntropy", "at 1e4"))

        optional = lambda function: lambda x, t, w=None, p=None, *, reduction: function(x, t, w, p, reduction)
        bce = lambda x, t, w, p, r: F.binary_cross_entropy(x, t, w, reduction=r)
        logits = lambda x, t, w, p, r: F.binary_cross_entropy_with_logits(x, t, w, pos_weight=p, reduction=r)
        op = "binaryCrossEntropy"
        c.add(op, optional(bce), uniform(0.02, 0.98, 3, 4), fixed(uniform(0, 1, 3, 4)), reduction=reduction)
        c.add(op, optional(bce), uniform(0.02, 0.98, 3, 4), fixed(integers(0, 2, 3, 4).double()), fixed(uniform(0.2, 2, 3, 4)), reduction=reduction)
        c.add(op, optional(bce), uniform(0.02, 0.98, 3, 4), fixed(uniform(0, 1, 3, 4)), fixed(uniform(0.2, 2, 4)), reduction=reduction)
        c.add(op, optional(bce), fixed([0.0, 1.0, 0.0, 1.0]), fixed([0.0, 1.0, 1.0, 0.0]), reduction=reduction, name=said(op, "at 0 and 1"))
        op = "binaryCrossEntropyWithLogits"
        c.add(op, optional(logits), normal(3, 4, scale=3), fixed(uniform(0, 1, 3, 4)), reduction=reduction)
        c.add(op, optional(logits), normal(3, 4, scale=3), fixed(integers(0, 2, 3, 4).double()), fixed(uniform(0.2, 2, 3, 4)), reduction=reduction)
        c.add(op, optional(logits), normal(3, 4), fixed(uniform(0, 1, 3, 4)), fixed(uniform(0.2, 2, 3, 4)), fixed(uniform(0.5, 3, 4)), reduction=reduction)
        c.add(op, optional(logits), [1e4, -1e4, 1e4, -1e4, 0.0], fixed([1.0, 0.0, 0.0, 1.0, 0.5]), reduction=reduction, name=said(op, "at 1e4"))

        simple = {"mseLoss": F.mse_loss, "l1Loss": F.l1_loss}
        for op, function in simple.items():
            c.add(op, lambda x, t, reduction, function=function: function(x, t, reduction=reduction), normal(3, 4), normal(3, 4), reduction=reduction)
            c.add(op, lambda x, t, reduction, function=function: function(x, t, reduction=reduction), [1e4, 1.0, 2.0], [-1e4, 1.0, 3.0], reduction=reduction)
        for beta in (1.0, 0.3, 0.0):
            c.add("smoothL1Loss", lambda x, t, beta, reduction: F.smooth_l1_loss(x, t, beta=beta, reduction=reduction), normal(3, 4), normal(3, 4),
                  beta=beta, reduction=reduction)
        for delta in (1.0, 0.3):
            c.add("huberLoss", lambda x, t, delta, reduction: F.huber_loss(x, t, delta=delta, reduction=reduction), normal(3, 4), normal(3, 4),
                  delta=delta, reduction=reduction)
        c.add("smoothL1Loss", lambda x, t, beta, reduction: F.smooth_l1_loss(x, t, beta=beta, reduction=reduction),
              [-1e4, -1.0, 0.0, 1.0, 1e4], [0.0] * 5, beta=1.0, reduction=reduction, name=said("smoothL1Loss", "at its joints"))
        c.add("huberLoss", lambda x, t, delta, reduction: F.huber_loss(x, t, delta=delta, reduction=reduction),
              [-1e4, -2.0, 0.0, 2.0, 1e4], [0.0] * 5, delta=2.0, reduction=reduction, name=said("huberLoss", "at its joints"))
    for reduction in reductions + ("batchmean",):
        kl = lambda x, t, logTarget, reduction: F.kl_div(x, t, log_target=logTarget, reduction=reduction)
        log_probs = lambda: start(torch.log_softmax(normal(3, 4), 1))
        c.add("klDiv", kl, log_probs(), start(log_probs().exp()), logTarget=False, reduction=reduction)
        c.add("klDiv", kl, log_probs(), log_probs(), logTarget=True, reduction=reduction)
        c.add("klDiv", kl, log_probs(), fixed([[0.0, 1.0, 0.0, 0.0]] * 3), logTarget=False, reduction=reduction, name=f"klDiv with zeros, {reduction}")


# ---- optimizers: two parameters, 25 gradients for each; the parameters after every step

STEPS = 25


@family
def optimizers(c):
    def trajectory(op, make, **args):
        shapes = [(2, 3), (4,)]
        starts = [normal(*size) for size in shapes]
        gradients = [normal(STEPS, *size) for size in shapes]
        gradients[1][7] = 0
        parameters = [torch.nn.Parameter(x.clone()) for x in starts]
        optimizer = make(parameters, args)
        path = [[] for _ in shapes]
        for step in range(STEPS):
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = gradient[step].clone()
            optimizer.step()
            for parameter, so_far in zip(parameters, path):
                so_far.append(parameter.detach().clone())
        inputs = starts + gradients
        said = " ".join(f"{key}={brief(value)}" for key, value in args.items())
        c.line(f"{op} {said}", op, args, inputs, [torch.stack(x) for x in path], [None, None], [None] * len(inputs))

    sgd = lambda p, a: torch.optim.SGD(p, a["lr"], a.get("momentum", 0), a.get("dampening", 0), a.get("weightDecay", 0), a.get("nesterov", False),
                                       maximize=a.get("maximize", False))
    trajectory("SGD", sgd, lr=0.1)
    trajectory("SGD", sgd, lr=0.1, weightDecay=0.05)
    trajectory("SGD", sgd, lr=0.05, momentum=0.9)
    trajectory("SGD", sgd, lr=0.05, momentum=0.9, dampening=0.3)
    trajectory("SGD", sgd, lr=0.05, momentum=0.9, nesterov=True)
    trajectory("SGD", sgd, lr=0.05, momentum=0.8, nesterov=True, weightDecay=0.01)
    trajectory("SGD", sgd, lr=0.05, momentum=0.8, dampening=0.1, weightDecay=0.1, maximize=True)
    trajectory("SGD", sgd, lr=0.05, maximize=True)
    for op, kind in (("Adam", torch.optim.Adam), ("AdamW", torch.optim.AdamW)):
        adam = lambda p, a, kind=kind: kind(p, a["lr"], (a.get("beta1", 0.9), a.get("beta2", 0.999)), a.get("epsilon", 1e-8), a["weightDecay"],
                                            a.get("amsgrad", False), maximize=a.get("maximize", False))
        trajectory(op, adam, lr=0.05, weightDecay=0.0)
        trajectory(op, adam, lr=0.05, weightDecay=0.1)
        trajectory(op, adam, lr=0.02, weightDecay=0.0, beta1=0.5, beta2=0.9)
        trajectory(op, adam, lr=0.02, weightDecay=0.01, beta1=0.0, beta2=0.99, epsilon=1e-3)
        trajectory(op, adam, lr=0.05, weightDecay=0.0, beta2=0.7, amsgrad=True)
        trajectory(op, adam, lr=0.05, weightDecay=0.2, beta2=0.7, amsgrad=True, maximize=True)
        trajectory(op, adam, lr=0.05, weightDecay=0.1, maximize=True)
    rms = lambda p, a: torch.optim.RMSprop(p, a["lr"], a.get("alpha", 0.99), a.get("epsilon", 1e-8), a.get("weightDecay", 0), a.get("momentum", 0),
                                           a.get("centered", False), maximize=a.get("maximize", False))
    trajectory("RMSprop", rms, lr=0.01)
    trajectory("RMSprop", rms, lr=0.01, alpha=0.8, epsilon=1e-3)
    trajectory("RMSprop", rms, lr=0.01, momentum=0.9)
    trajectory("RMSprop", rms, lr=0.01, alpha=0.9, centered=True, epsilon=0.01)
    trajectory("RMSprop", rms, lr=0.01, alpha=0.9, centered=True, momentum=0.5, weightDecay=0.1, epsilon=0.01)
    trajectory("RMSprop", rms, lr=0.01, weightDecay=0.1, maximize=True)
    ada = lambda p, a: torch.optim.Adagrad(p, a["lr"], a.get("lrDecay", 0), a.get("weightDecay", 0), a.get("initialAccumulator", 0), a.get("epsilon", 1e-10),
                                           maximize=a.get("maximize", False))
    trajectory("Adagrad", ada, lr=0.1)
    trajectory("Adagrad", ada, lr=0.1, lrDecay=0.05)
    trajectory("Adagrad", ada, lr=0.1, initialAccumulator=0.5, epsilon=1e-3)
    trajectory("Adagrad", ada, lr=0.1, weightDecay=0.1, maximize=True)

    def clip(op, function, *gradients, **args):
        parameters = [torch.nn.Parameter(torch.zeros_like(g)) for g in gradients]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient.clone()
        norm = function(parameters, *args.values())
        outputs = [parameter.grad for parameter in parameters] + ([norm] if norm is not None else [])
        said = " ".join(f"{key}={brief(value)}" for key, value in args.items())
        c.line(f"{op} {said}", op, args, gradients, outputs, [None] * len(outputs), [None] * len(gradients))
    for bound in (0.5, 3.0, 100.0, 0.0):
        clip("clipByNorm", torch.nn.utils.clip_grad_norm_, normal(2, 3, scale=2), normal(4), bound=bound)
        clip("clipByValue", torch.nn.utils.clip_grad_value_, normal(2, 3, scale=2), normal(4), bound=bound)
    clip("clipByNorm", torch.nn.utils.clip_grad_norm_, start([1.0, INF]), start([-3.0]), bound=1.0)


# ---- schedules: the rate at first and after each of 30 steps

@family
def schedules(c):
    lr_scheduler = torch.optim.lr_scheduler

    def rates(op, make, measures=None, lr=0.1, **args):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr)
        schedule = make(optimizer, **args)
        found = [optimizer.param_groups[0]["lr"]]
        for step in range(30):
            optimizer.step()
            schedule.step(*([] if measures is None else [measures[step]]))
            found.append(optimizer.param_groups[0]["lr"])
        said = " ".join(f"{key}={brief(value)}" for key, value in args.items())
        inputs = [] if measures is None else [start(measures)]
        c.line(f"{op} {said}", op, {"lr": lr} | args, inputs, [torch.tensor(found)], [None], [None] * len(inputs))

    step = lambda o, stepSize, gamma: lr_scheduler.StepLR(o, stepSize, gamma)
    rates("StepLR", step, stepSize=7, gamma=0.5)
    rates("StepLR", step, stepSize=1, gamma=0.9)
    rates("StepLR", step, stepSize=10, gamma=2.0)
    multi = lambda o, milestones, gamma: lr_scheduler.MultiStepLR(o, milestones, gamma)
    rates("MultiStepLR", multi, milestones=[3, 8, 21], gamma=0.1)
    rates("MultiStepLR", multi, milestones=[5, 5, 1], gamma=0.5)
    rates("ExponentialLR", lambda o, gamma: lr_scheduler.ExponentialLR(o, gamma), gamma=0.93)
    rates("ExponentialLR", lambda o, gamma: lr_scheduler.ExponentialLR(o, gamma), gamma=1.05)
    cosine = lambda o, epochs, minLr: lr_scheduler.CosineAnnealingLR(o, epochs, minLr)
    rates("CosineAnnealingLR", cosine, epochs=30, minLr=0.0)
    rates("CosineAnnealingLR", cosine, epochs=10, minLr=0.01)
    rates("CosineAnnealingLR", cosine, epochs=7, minLr=0.001)
    rates("CosineAnnealingLR", cosine, epochs=1, minLr=0.01)
    cycle = lambda o, maxLr, totalSteps, warmUp, annealing, divFactor, finalDivFactor, threePhase: lr_scheduler.OneCycleLR(
        o, maxLr, totalSteps, pct_start=warmUp, anneal_strategy=annealing, cycle_momentum=False, div_factor=divFactor,
        final_div_factor=finalDivFactor, three_phase=threePhase)
    for total, warm, annealing, three in [(31, 0.3, "cos", False), (40, 0.25, "linear", False), (30, 0.4, "cos", True), (33, 0.3, "linear", True)]:
        rates("OneCycleLR", cycle, maxLr=0.5, totalSteps=total, warmUp=warm, annealing=annealing, divFactor=25.0 if three else 10.0,
              finalDivFactor=1e4 if three else 50.0, threePhase=three)
    linear = lambda o, startFactor, endFactor, epochs: lr_scheduler.LinearLR(o, startFactor, endFactor, epochs)
    rates("LinearLR", linear, startFactor=0.1, endFactor=1.0, epochs=10)
    rates("LinearLR", linear, startFactor=1.0, endFactor=0.25, epochs=29)
    rates("LinearLR", linear, startFactor=0.5, endFactor=0.0, epochs=5)
    plateau = lambda o, mode, factor, patience, threshold, thresholdMode, cooldown, minLr: lr_scheduler.ReduceLROnPlateau(
        o, mode, factor, patience, threshold, thresholdMode, cooldown, minLr)
    falling = start([2.0 / (1 + i) if i < 8 else 0.25 + 0.01 * (i % 3) for i in range(30)]).tolist()
    noisy = normal(30).tolist()
    for measures, mode, patience, kind, cooldown, least in [(falling, "min", 3, "rel", 0, 0.0), (falling, "min", 2, "abs", 4, 0.004), (noisy, "max", 1, "rel", 1, 0.0),
                                                          (noisy, "max", 0, "abs", 2, 0.001), ([1.0] * 30, "min", 10, "rel", 0, 0.0)]:
        rates("ReduceLROnPlateau", plateau, measures, mode=mode, factor=0.5, patience=patience, threshold=0.01, thresholdMode=kind, cooldown=cooldown, minLr=least)


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:] or FAMILIES:
        random.manual_seed(zlib.crc32(name.encode()))
        cases = Cases()
        FAMILIES[name](cases)
        file = folder / f"{name}.jsonl"
        file.write_text("".join(line + "\n" for line in cases.lines))
        print(f"{name}: {len(cases.lines)} cases, {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
