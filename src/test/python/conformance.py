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
