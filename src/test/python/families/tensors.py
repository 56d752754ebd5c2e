"""Operations on tensors."""
import math

import torch

from .cases import INF, NAN, away, fixed, integers, normal, title, uniform

EXTREMES = [-INF, -1e30, -1e4, -88.5, -20.0, -1e-3, -1e-30, 0.0, 1e-30, 1e-3, 20.0, 88.5, 1e4, 1e30, INF, NAN]
ONE = {"neg": torch.neg, "exp": torch.exp, "abs": torch.abs, "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh,
       "sigmoid": torch.sigmoid, "erf": torch.erf, "expm1": torch.expm1, "square": torch.square, "relu": torch.relu}
POSITIVE = {"log": torch.log, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "log1p": torch.log1p}
TWO = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "maximum": torch.maximum, "minimum": torch.minimum}
SOFTMAX = {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}
RESHAPE = lambda x, shape: x.reshape(shape)
PERMUTE = lambda x, dims: x.permute(dims)
EXPAND = lambda x, shape: x.expand(shape)
SELECT = lambda x, dim, index: x.select(dim, index)
GATHER = lambda x, dim, index, shape: x.gather(dim, torch.as_tensor(index, dtype=torch.long).reshape(shape))
INDEX_SELECT = lambda x, dim, index: x.index_select(dim, torch.tensor(index, dtype=torch.long))
CAT = lambda *parts, dim: torch.cat(parts, dim)
STACK = lambda *parts, dim: torch.stack(parts, dim)
POWER = lambda x, exponent: x ** exponent
CLAMP = lambda x, min, max: x.clamp(min, max)
WHERE = lambda condition, a, b: torch.where(condition != 0, a, b)
ACROSS = lambda a, b: a.transpose(-1, -2) @ b.transpose(-1, -2)
TRANSPOSE = lambda x, a, b: x.transpose(a, b)
SQUEEZE = lambda x, dims: x.squeeze(tuple(dims)) if dims else x.squeeze()
UNSQUEEZE = lambda x, dim: x.unsqueeze(dim)
FLATTEN = lambda x, first, last: x.flatten(first, last)
PICK = lambda x, index: x[torch.arange(len(index)), torch.tensor(index)]


def draw(c):
    creation(c)
    operands(c)
    powers(c)
    choices(c)
    functions(c)
    extremes(c)
    clamps(c)
    reductions(c)
    special_reductions(c)
    spread(c)
    argmax(c)
    softmax(c)
    products(c)
    reshaped(c)
    parts(c)
    joined(c)
    together(c)
    again(c)
    views_again(c)


def creation(c):
    arange = lambda start, end, step: torch.arange(start, end, step)
    for a, b, step in [(0, 5, 1), (0.0, 1.0, 0.1), (1.0, 0.0, -0.3), (-3.0, 3.0, 0.7), (5, 5, 1), (0.5, 4.0, 1.5), (7, -8, -5), (1e6, 1e6 + 2, 0.25)]:
        c.add("arange", arange, start=a, end=b, step=step)
    linspace = lambda start, end, count: torch.linspace(start, end, count)
    for a, b, count in [(0.0, 1.0, 11), (-3.0, 7.0, 8), (5.0, -5.0, 3), (2.0, 2.0, 4), (1.5, 9.0, 1), (1.0, 2.0, 0), (0.0, 0.1, 2), (-1e-3, 1e3, 6)]:
        c.add("linspace", linspace, start=a, end=b, count=count)
    for n in (0, 1, 2, 5):
        c.add("eye", lambda n: torch.eye(n), n=n)
    for shape in ([], [2, 3], [3, 0, 2]):
        c.add("full", lambda value, shape: torch.full(shape, value), value=-2.5, shape=shape)
        c.add("zeros", lambda shape: torch.zeros(shape), shape=shape)
        c.add("ones", lambda shape: torch.ones(shape), shape=shape)


def operands(c):
    shapes = [((2, 3), (2, 3)), ((4, 1, 3), (5, 1)), ((), (3,)), ((7,), (2, 1, 7)), ((1,), (1, 1)), ((0, 3), (1, 3))]
    for op, function in TWO.items():
        for a, b in shapes:
            c.add(op, function, normal(*a), away(*b))
        c.twice(op, function, normal(4, 1, 3), away(5, 1))
        c.add(op, function, [INF, -INF, 2.0, NAN, 1e10], [-3.0, 2.0, INF, 1.0, 1e-5], each=True, name=op + " of infinities and a NaN")
        c.twice(op, function, [1.0, 2.0, NAN], [NAN, 3.0, NAN], name=op + " of NaN")
    for op in ("maximum", "minimum"):
        c.add(op, TWO[op], [1.0, 2.0, -3.0, 0.0, INF, -INF], [1.0, -2.0, -3.0, 0.0, 5.0, 5.0], name=op + " of equals and infinities")
        c.add(op, TWO[op], [NAN, 1.0, 2.0, NAN, NAN], [1.0, NAN, 3.0, NAN, INF], name=op + " of NaN")
        c.add(op, TWO[op], [[NAN], [2.0]], [1.0, 2.0, NAN], name=op + " of NaN, broadcast")
        c.add(op, TWO[op], [[1.0], [2.0]], [1.0, 2.0, 3.0], name=op + " of equals, broadcast")
        c.twice(op, TWO[op], [1.0, 2.0, -3.0], [1.0, -2.0, -3.0], name=op + " of equals")
    c.add("div", torch.div, [1.0, -1.0, 0.0, INF, 3.0], [0.0, 0.0, 0.0, 2.0, INF], each=True, name="div by 0 and infinity")
    c.add("add", torch.add, [INF, INF, 1e30], [-INF, INF, -1e30], name="add of opposite infinities")
    c.add("mul", torch.mul, [INF, 0.0, 1e-30], [0.0, NAN, 1e30], name="mul of infinity and 0")


def powers(c):
    for a, b in [((2, 3), (2, 3)), ((4, 1, 3), (5, 1)), ((), (3,)), ((7,), (2, 1, 7)), ((0, 3), (1, 3))]:
        c.add("pow", torch.pow, uniform(0.2, 3, *a), normal(*b))
    c.twice("pow", torch.pow, uniform(0.2, 3, 4, 1, 3), normal(5, 1))
    c.add("pow", torch.pow, away(3, 4), fixed([2.0, 3.0, -1.0, -2.0]), name="pow of either sign to whole numbers")
    c.twice("pow", torch.pow, away(3, 4), fixed([2.0, 3.0, -1.0, -2.0]), name="pow of either sign to whole numbers")
    c.add("pow", torch.pow, [0.0, 0.0, 0.0, 2.0, 1.0], [0.0, 1.0, 2.5, 0.0, 5.0], each=True, name="pow at 0 and 1")
    c.add("pow", torch.pow, [0.0, 0.0], [-1.0, -2.5], name="pow of 0 to negative numbers")
    c.add("pow", torch.pow, [-2.0, -1.5, -0.5], fixed([0.5, 2.5, -0.3]), name="pow of negative numbers to fractions")
    c.add("pow", torch.pow, [1e10, 1e-10, 3.0], [3.0, 3.0, -20.0], each=True, name="pow, large and small")
    c.add("pow", torch.pow, fixed([NAN, 1.0, INF, -INF, -INF, 2.0, 0.5, INF]), fixed([0.0, NAN, -1.0, 3.0, 2.0, INF, INF, 0.0]),
          each=True, name="pow of infinities and NaN")
    for exponent in (2.0, 0.5, 3.0, -1.0, 1.5, 1.0, 0.0):
        c.add("powNumber", POWER, uniform(0.1, 4, 2, 5), exponent=exponent)
        c.add("powNumber", POWER, [0.0, -1.0, 2.0, 1e-5, -30.0, NAN], exponent=exponent, each=True, name=f"powNumber at 0, {exponent}")
        if exponent != 0:  # PyTorch has no second derivative there
            c.twice("powNumber", POWER, uniform(0.5, 4, 2, 5), exponent=exponent)
    c.add("powNumber", POWER, away(7), exponent=-3.0, name="powNumber of either sign, -3")


def choices(c):
    for op in ("eq", "ne", "lt", "le", "gt", "ge"):
        function = lambda a, b, op=op: getattr(torch, op)(a, b).double()
        c.add(op, function, fixed([[1.0], [2.0], [NAN], [-INF]]), fixed([1.0, 2.0, 3.0, NAN, INF, -INF]))
        c.add(op, function, fixed([0.0, -0.0, 1e-30]), fixed([-0.0, 0.0, -1e-30]), name=op + " of zeros")
    condition = lambda *s: fixed(integers(0, 2, *s).double())
    c.add("where", WHERE, condition(2, 3), normal(2, 3), normal(2, 3))
    c.add("where", WHERE, condition(4, 1), normal(3), normal(2, 1, 3))
    c.add("where", WHERE, condition(5), normal(), normal(5))
    c.add("where", WHERE, condition(0, 2), normal(2), normal())
    c.add("where", WHERE, fixed([-2.0, 0.0, INF]), normal(3), normal(3), name="where, conditions that are neither 0 nor 1")
    c.add("where", WHERE, fixed([1.0, 0.0]), [1.0, NAN], [INF, 2.0], name="where, the other NaN or infinite")
    c.twice("where", WHERE, condition(4, 1), normal(3), normal(2, 1, 3))


def functions(c):
    for op, function in ONE.items():
        c.add(op, function, normal(3, 5))
        c.add(op, function, normal(2, 1, 9, scale=3))
        c.twice(op, function, away(3, 5))
    for op, function in POSITIVE.items():
        c.add(op, function, uniform(0.01, 3, 3, 5))
        c.add(op, function, uniform(0.5, 50, 2, 1, 9))
        c.twice(op, function, uniform(0.2, 3, 3, 5))
    c.add("reciprocal", torch.reciprocal, away(3, 5))
    c.add("reciprocal", torch.reciprocal, uniform(0.5, 50, 2, 1, 9))
    c.add("reciprocal", torch.reciprocal, [0.0, INF, -INF, -1e-10, 1e10, NAN], each=True, name="reciprocal of extremes")
    c.twice("reciprocal", torch.reciprocal, away(3, 5))
    c.add("exp", torch.exp, torch.zeros(0, 3), name="exp of nothing")
    c.add("sign", lambda x: torch.sign(x).detach(), fixed([-INF, -2.0, -1e-30, 0.0, 1e-30, 0.5, INF]))
    c.add("expm1", torch.expm1, [1e-6, -1e-6, 1e-4, -1e-4, 1e-30], each=True, name="expm1 near 0")
    c.add("log1p", torch.log1p, [1e-6, -1e-6, 1e-4, -0.5, 1e-30], each=True, name="log1p near 0")
    c.add("erf", torch.erf, [1e-6, -1e-3, 0.1, 0.5], each=True, name="erf near 0")
    c.add("tanh", torch.tanh, [1e-6, -1e-3, 0.1, 0.5], each=True, name="tanh near 0")
    c.add("log", torch.log, [0.999, 1.0, 1.001, 1.1], each=True, name="log near 1")
    c.add("sin", torch.sin, [3.14, -6.28, 9999.0, 0.785, 1e-6], each=True, name="sin near its zeros")
    c.add("cos", torch.cos, [1.57, -4.71, 9999.0, 0.785, 1e-6], each=True, name="cos near its zeros")


def extremes(c):
    """Each by itself, so that a name says where it went wrong."""
    for x in EXTREMES:
        for op, function in ONE.items():
            if op in ("sin", "cos") and 1e4 < abs(x) < INF or op in ("exp", "expm1") and 88.5 <= x < INF or op == "square" and 1e20 < abs(x) < INF:
                continue
            if op == "square" and 0 < abs(x) < 1e-20:
                continue  # underflows in float32
            if op in ("sigmoid", "tanh", "expm1"):  # their slopes are written in the output: near its limit the float has few digits left
                c.add(op, function, [x, 0.0], name=f"{op} at {x}")
            else:
                # the slope of |NaN| is 0 in PyTorch, NaN here
                c.add(op, function, fixed([x]) if op == "abs" and math.isnan(x) else [x], name=f"{op} at {x}")
    for x in [0.0, 1e-30, 1e-3, 1.0, 1e4, 1e30, INF, NAN, -1.0, -INF]:
        for op, function in POSITIVE.items():
            if op == "rsqrt" and 0 < x < 1e-20:
                continue  # the slope is beyond float32
            c.add(op, function, [x], name=f"{op} at {x}")
    c.add("log1p", torch.log1p, [-2.0], name="log1p at -2")


def clamps(c):
    c.add("clamp", CLAMP, normal(3, 7), min=-0.5, max=0.75)
    c.add("clamp", CLAMP, [-2.0, -1.0, 0.0, 1.0, 2.0, NAN, INF, -INF], min=-1.0, max=1.0, name="clamp at its bounds")
    c.add("clamp", CLAMP, [-2.0, 0.5, 2.0], min=1.0, max=-1.0, name="clamp with bounds that cross")
    c.add("clamp", CLAMP, [-2.0, -1.0, 1.0, NAN, INF, -INF], min=1.0, max=-1.0, name="clamp at bounds that cross")
    c.add("clamp", CLAMP, [-2.0, 0.5, 2.0], min=0.5, max=0.5, name="clamp with equal bounds")
    c.add("clamp", CLAMP, [-2.0, 0.0, 3.0, INF, -INF, NAN], min=0.0, max=INF, name="clamp with one bound")
    c.add("clamp", CLAMP, [-2.0, NAN], min=NAN, max=1.0, name="clamp with a bound that is NaN")
    c.twice("clamp", CLAMP, [-2.0, -1.0, 0.0, 0.5, 1.0, 2.0], min=-1.0, max=1.0)


# ---- reductions

RANGES = [((2, 3), [], False), ((2, 3), [0], False), ((2, 3), [-1], True), ((4, 3, 5), [1], False), ((4, 3, 5), [0, 2], True),
          ((4, 3, 5), [2, 1], False), ((2, 3, 1, 4), [0, 1, 2, 3], True), ((1, 1), [0], False), ((3, 129), [1], False), ((129, 2), [0], False),
          ((), [], False), ((0, 3), [1], False)]
REDUCTIONS = {
    "sum": lambda x, d, k: x.sum(d, k), "mean": lambda x, d, k: x.mean(d, k),
    "amax": lambda x, d, k: x.amax(d, k), "amin": lambda x, d, k: x.amin(d, k),
    "logsumexp": lambda x, d, k: x.logsumexp(d, k),
    "norm": lambda x, d, k: torch.linalg.vector_norm(x, 2, d, k), "norm1": lambda x, d, k: torch.linalg.vector_norm(x, 1, d, k)}


def reduced(op):
    """Java's no dimensions are all of them."""
    return lambda x, dims, keepDim: REDUCTIONS[op](x, tuple(dims) if dims else tuple(range(x.dim())), keepDim)


def reductions(c):
    for op in REDUCTIONS:
        for size, dims, keep in RANGES:
            c.add(op, reduced(op), normal(*size), dims=dims, keepDim=keep)
        c.twice(op, reduced(op), normal(4, 3, 5), dims=[0, 2], keepDim=False)
        c.twice(op, reduced(op), normal(3, 6), dims=[-1], keepDim=True)


def special_reductions(c):
    def some(op, x, name, dims=(), again=False, each=False):
        args = dict(dims=list(dims), keepDim=False, name=f"{op} {name}")
        c.twice(op, reduced(op), x, **args) if again else c.add(op, reduced(op), x, each=each, **args)
    for op in ("sum", "mean", "logsumexp", "norm", "norm1"):
        some(op, torch.zeros(2, 0), "of nothing in rows", [1])
        some(op, torch.zeros(0), "of nothing")
        odd = [[1.0, 2.0], [NAN, 1.0], [INF, 3.0], [INF, -INF]]
        # the slope of |NaN| is 0 in PyTorch, NaN here
        some(op, fixed(odd) if op == "norm1" else odd, "with NaN and infinities", [1])
    for op in ("amax", "amin"):
        some(op, [[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]], "of equals", [1])
        some(op, [[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]], "of equals", [1], again=True)
        some(op, [[1.0, 3.0], [1.0, 3.0], [0.0, 4.0]], "of equals in columns", [0])
        some(op, [[-INF, INF, 0.0], [INF, INF, -INF], [-INF, -INF, -INF]], "of infinities", [1])
        some(op, [[NAN, 1.0, 2.0], [1.0, NAN, NAN], [3.0, 1.0, 3.0], [INF, NAN, -INF]], "of NaN", [1])
    for op in ("norm", "norm1"):
        some(op, [[0.0, 0.0], [3.0, -4.0], [0.0, -2.0]], "at 0", [1], each=True)
    some("logsumexp", [[1e4, 1e4, 0.0], [-1e4, -1e4, -2e4], [88.0, 89.0, 90.0], [1e4, 9999.0, 9998.5]], "of large numbers", [1], each=True)
    some("logsumexp", [[1e4, 1e4, 0.0], [-1e4, -10001.0, -2e4], [1e4, 9999.0, 9998.5]], "of large numbers", [1], again=True)
    some("logsumexp", [[-INF, 0.0, 1.0], [-INF, -INF, 3.0]], "with minus infinity", [1])
    some("logsumexp", [[-INF, 0.0, 1.0], [-INF, 2.0, 3.0]], "with minus infinity", [1], again=True)
    some("logsumexp", [-INF, -INF], "of minus infinity alone")
    some("logsumexp", [INF, 1.0], "with infinity")
    some("logsumexp", [NAN, 1.0], "with a NaN")


SPREAD = {"var": torch.var, "std": torch.std}


def spreading(op):
    return lambda x, dims, keepDim, correction: SPREAD[op](x, dim=tuple(dims) if dims else None, keepdim=keepDim, correction=correction)


def spread(c):
    for op in SPREAD:
        call = spreading(op)
        for size, dims, keep in RANGES[:7] + RANGES[8:10]:
            for correction in (0, 1):
                c.add(op, call, normal(*size), dims=dims, keepDim=keep, correction=correction)
        usual = dict(dims=[1], keepDim=False)
        c.add(op, call, normal(3, 5), correction=2, **usual)
        c.add(op, call, normal(3, 5, mean=100), correction=1, **usual, name=op + " far from 0")
        c.add(op, call, [[2.0, 2.0, 2.0], [1.0, 2.0, 3.0]], correction=1, **usual, name=op + " of equals")
        c.add(op, call, [[2.0, NAN, 2.0], [1.0, 2.0, 4.0]], correction=1, **usual, name=op + " of NaN")
        # beside an infinity, and beyond the count, PyTorch has gradients of a variance that is NaN or infinite
        c.add(op, call, fixed([[1.0, 2.0, INF], [1.0, 2.0, 4.0]]), correction=1, **usual, name=op + " of infinity")
        c.add(op, call, normal(2, 1), correction=1, **usual, name=op + " of one number each")
        c.add(op, call, fixed(normal(2, 2)), correction=3, **usual, name=op + " with a correction beyond the count")
        c.add(op, call, torch.zeros(2, 0), correction=1, **usual, name=op + " of nothing")
        c.add(op, call, normal(1), dims=[], keepDim=False, correction=1, name=op + " of one number")
        c.twice(op, call, normal(3, 5), correction=1, **usual)
        c.twice(op, call, normal(2, 3, 4), dims=[0, 2], keepDim=True, correction=0)


def argmax(c):
    best = lambda x: x.argmax(-1).double()
    c.add("argmax", best, fixed(normal(4, 7)))
    c.add("argmax", best, fixed(normal(2, 3, 5)))
    c.add("argmax", best, fixed(normal(5)))
    c.add("argmax", best, fixed(torch.zeros(0, 3)))
    c.add("argmax", best, fixed([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [INF, INF, 0.0], [-INF, -INF, -INF]]), name="argmax of equals")
    c.add("argmax", best, fixed([[1.0, NAN, 3.0], [-INF, INF, 2.0], [INF, NAN, NAN]]), name="argmax with NaN and infinities")


def softmax(c):
    for op, function in SOFTMAX.items():
        for size, dim in [((5,), 0), ((3, 4), 1), ((3, 4), 0), ((2, 3, 4), 1), ((2, 3, 4), -1), ((4, 1), 1), ((2, 130), -1), ((2, 0), 1), ((0, 3), 1)]:
            c.add(op, function, normal(*size, scale=2), dim=dim)
        c.add(op, function, [[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]], dim=1, name=op + " of large numbers")
        c.add(op, function, [[1e4, 1e4, 9999.0], [-9999.0, -1e4, -1e4]], dim=1, name=op + " of large numbers that are near")
        c.add(op, function, [[-INF, 0.0, 1.0], [3.0, -INF, -INF]], dim=1, name=op + " with minus infinity")
        c.add(op, function, [[NAN, 0.0, 1.0], [1.0, 2.0, -0.5]], dim=1, name=op + " with a NaN")
        c.add(op, function, [[INF, 0.0, 1.0], [1.0, 2.0, -0.5]], dim=1, name=op + " with infinity")
        c.add(op, function, [[-INF, -INF]], dim=1, name=op + " of minus infinity alone")
        c.twice(op, function, normal(2, 3, 4), dim=1)
        c.twice(op, function, [[1e4, 1e4, 9999.0], [-9999.0, -1e4, -1e4]], dim=1, name=op + " of large numbers that are near")


def products(c):
    for a, b in [((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 5)), ((3, 4), (4, 5)), ((1, 7), (7, 1)), ((5, 1), (1, 3)), ((2, 3, 4), (4, 5)),
                 ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((3, 4), (2, 4, 5)), ((4,), (2, 4, 5)), ((2, 3, 4), (4,)),
                 ((2, 3, 3, 4), (4, 2)), ((1, 3, 4), (6, 4, 1)), ((17, 33), (33, 9)), ((2, 300), (300, 3)), ((1,), (1,)),
                 ((3, 0), (0, 2)), ((0, 3), (3, 2)), ((0, 2, 3), (0, 3, 2)), ((0, 2, 3), (3, 2)), ((0,), (0,))]:
        c.add("matmul", torch.matmul, normal(*a), normal(*b))
    for a, b in [((4,), (4,)), ((3, 4), (4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((4,), (2, 4, 5)), ((2, 3, 4), (4,)), ((2, 3, 4), (4, 5))]:
        c.twice("matmul", torch.matmul, normal(*a), normal(*b))
    c.add("matmul", torch.matmul, [[1.0, 0.0], [2.0, 3.0], [NAN, 1.0]], [[1.0, 2.0], [INF, 4.0]], name="matmul with NaN and infinities")
    c.add("matmulTransposed", ACROSS, normal(2, 4, 3), normal(2, 5, 4))
    c.add("matmulTransposed", ACROSS, normal(7, 5), normal(3, 7))


# ---- views

def reshaped(c):
    for size, shape in [((2, 3), [6]), ((2, 3), [3, 2]), ((4, 3, 2), [2, -1]), ((1,), []), ((6,), [1, 2, 3, 1]), ((0, 3), [3, 0])]:
        c.add("reshape", RESHAPE, normal(*size), shape=shape)
    c.twice("reshape", RESHAPE, normal(4, 3, 2), shape=[2, -1])
    c.add("reshapeTransposed", lambda x, shape: x.transpose(0, 1).reshape(shape), normal(3, 4), shape=[2, 6])
    for size, a, b in [((2, 3), 0, 1), ((2, 3, 4), 0, -1), ((2, 3, 4), 1, 1), ((0, 3), 0, 1)]:
        c.add("transpose", TRANSPOSE, normal(*size), a=a, b=b)
    for size, dims in [((2, 3, 4), [2, 0, 1]), ((2, 3, 4), [-1, 1, 0]), ((2, 1, 3, 4), [3, 1, 0, 2]), ((), [])]:
        c.add("permute", PERMUTE, normal(*size), dims=dims)
    c.twice("permute", PERMUTE, normal(2, 3, 4), dims=[2, 0, 1])
    for size, shape in [((3,), [2, 3]), ((2, 1), [2, 4]), ((1, 3, 1), [5, 2, 3, 2]), ((), [3]), ((3, 1), [3, 0]), ((), [])]:
        c.add("expand", EXPAND, normal(*size), shape=shape)
    c.twice("expand", EXPAND, normal(1, 3, 1), shape=[5, 2, 3, 2])
    for size, dims in [((1, 3, 1), []), ((1, 3, 1), [0]), ((1, 3, 1), [-1, 0]), ((1, 1), []), ((1, 0), [0]), ((2, 3), [])]:
        c.add("squeeze", SQUEEZE, normal(*size), dims=dims)
    for size, dim in [((3, 2), 0), ((3, 2), -1), ((3, 2), 1), ((), 0), ((0,), -1)]:
        c.add("unsqueeze", UNSQUEEZE, normal(*size), dim=dim)
    for size, a, b in [((2, 3, 4), 0, -1), ((2, 3, 4), 1, 2), ((2, 3, 4, 2), 1, -2), ((3,), 0, 0), ((), 0, -1), ((2, 0, 3), 1, 2)]:
        c.add("flatten", FLATTEN, normal(*size), first=a, last=b)


def sliced(x, dim, start, end, step):
    return x[(slice(None),) * (dim % x.dim()) + (slice(start, end, step),)]


def parts(c):
    for size, dim, a, b, step in [((7,), 0, 1, 6, 2), ((3, 8), 1, 0, 8, 3), ((3, 8), -1, 5, 100, 1), ((5, 2), 0, -3, -1, 1),
                                  ((2, 9, 3), 1, -8, 9, 4), ((4, 3), 0, 2, 2, 1), ((4, 3), 0, 3, 1, 1), ((4, 3), 1, -9, 2, 9)]:
        c.add("slice", sliced, normal(*size), dim=dim, start=a, end=b, step=step)
    c.twice("slice", sliced, normal(2, 9, 3), dim=1, start=-8, end=9, step=4)
    for size, dim, index in [((4,), 0, 2), ((3, 4), 0, -1), ((2, 3, 4), 1, 0), ((2, 3, 4), -1, 3)]:
        c.add("select", SELECT, normal(*size), dim=dim, index=index)
    c.twice("select", SELECT, normal(2, 3, 4), dim=1, index=-2)
    for size, dim, shape in [((3, 4), 0, (2, 4)), ((3, 4), 1, (3, 6)), ((2, 3, 4), 1, (2, 5, 3)), ((5,), 0, (8,)), ((2, 3, 4), -1, (1, 2, 3)), ((2, 3), 1, (2, 0))]:
        c.add("gather", GATHER, normal(*size), dim=dim, index=integers(0, size[dim], *shape).flatten().tolist(), shape=list(shape))
    c.twice("gather", GATHER, normal(3, 4), dim=1, index=[0, 0, 3, 1, 2, 1, 3, 3, 3], shape=[3, 3])
    for size, dim, index in [((4, 3), 0, [3, 0, 0]), ((2, 5, 3), 1, [4, 4, 1, 4]), ((3, 4), -1, [0, 3]), ((6,), 0, []), ((2, 3), 0, [1] * 5)]:
        c.add("indexSelect", INDEX_SELECT, normal(*size), dim=dim, index=index)
    c.twice("indexSelect", INDEX_SELECT, normal(2, 5, 3), dim=1, index=[4, 4, 1, 4])
    c.add("pick", PICK, normal(4, 3), index=[2, 0, 0, 1])
    c.add("pick", PICK, normal(1, 1), index=[0])


def joined(c):
    c.add("cat", CAT, normal(2, 3), normal(4, 3), dim=0)
    c.add("cat", CAT, normal(2, 3, 2), normal(2, 1, 2), normal(2, 2, 2), dim=1)
    c.add("cat", CAT, normal(3, 1), normal(3, 0), normal(3, 2), dim=-1)
    c.add("cat", CAT, normal(5), dim=0)
    c.twice("cat", CAT, normal(2, 3, 2), normal(2, 1, 2), normal(2, 2, 2), dim=1)
    c.add("stack", STACK, normal(2, 3), normal(2, 3), dim=0)
    c.add("stack", STACK, normal(2, 3), normal(2, 3), normal(2, 3), dim=-1)
    c.add("stack", STACK, normal(), normal(), dim=0)
    c.twice("stack", STACK, normal(2, 3), normal(2, 3), dim=1)


def together(c):
    """Shared inputs, rules that feed each other."""
    standardize = lambda x: (x - x.mean(1, True)) / (x.var(1, correction=0, keepdim=True) + 1e-3).sqrt()
    attention = lambda q, k, v: ((q @ k.transpose(-1, -2)) / 2).softmax(-1) @ v
    quadratic = lambda x, a: ((x @ a) * x).sum(1).sigmoid().log()
    for add in (c.add, c.twice):
        add("standardize", standardize, normal(3, 6))
        add("attention", attention, normal(2, 3, 4), normal(2, 5, 4), normal(2, 5, 3))
        add("quadratic", quadratic, normal(4, 3), normal(3, 3))


# ---- more second derivatives, so that a third of the cases has them

def twice(c, op, function, draw, **args):
    c.steadily(op, draw, function, again=True, name=title(op, draw(), args), **args)


def again(c):
    for a, b in [((2, 3), (2, 3)), ((), (3,)), ((7,), (2, 1, 7)), ((1,), (1, 1)), ((3, 1), (1, 2)), ((0, 3), (1, 3))]:
        for op, function in TWO.items():
            twice(c, op, function, lambda: (normal(*a), away(*b)))
        twice(c, "pow", torch.pow, lambda: (uniform(0.3, 3, *a), normal(*b)))
    for shape in [(), (1, 7), (2, 2, 3), (5, 1), (0, 4)]:
        for op, function in (ONE | {"reciprocal": torch.reciprocal}).items():
            twice(c, op, function, lambda: (away(*shape),))
        for op, function in POSITIVE.items():
            twice(c, op, function, lambda: (uniform(0.2, 3, *shape),))
    for exponent in (2.0, 0.5, 3.0, -1.0, 1.5, 1.0):
        for shape in [(3,), (2, 1, 4)]:
            twice(c, "powNumber", POWER, lambda: (uniform(0.3, 3, *shape),), exponent=exponent)
    for shape in [(2, 3), (5,), (2, 1, 1), (0, 3)]:
        twice(c, "where", WHERE, lambda: (fixed(integers(0, 2, *shape).double()), normal(*shape), normal(shape[-1])))
        twice(c, "clamp", CLAMP, lambda: (normal(*shape),), min=-0.5, max=0.75)
    for size, dims, keep in RANGES[:7] + RANGES[8:10]:
        for op in REDUCTIONS:
            twice(c, op, reduced(op), lambda: (normal(*size),), dims=dims, keepDim=keep)
    for size, dims, keep in RANGES[3:7] + RANGES[8:9]:  # of two numbers, a deviation has no curvature
        for op in SPREAD:
            twice(c, op, spreading(op), lambda: (normal(*size),), dims=dims, keepDim=keep, correction=1)
    for size, dim in [((5,), 0), ((3, 4), 0), ((2, 3, 4), -1), ((4, 2), 1), ((2, 33), -1), ((0, 3), 1)]:
        for op, function in SOFTMAX.items():
            twice(c, op, function, lambda: (normal(*size, scale=2),), dim=dim)
    for a, b in [((3, 4), (4,)), ((4,), (4, 5)), ((1, 7), (7, 1)), ((5, 1), (1, 3)), ((2, 3, 4), (2, 4, 5)), ((3, 4), (2, 4, 5)), ((1, 3, 4), (6, 4, 1)),
                 ((1,), (1,)), ((3, 0), (0, 2)), ((0, 2, 3), (3, 2))]:
        twice(c, "matmul", torch.matmul, lambda: (normal(*a), normal(*b)))
    twice(c, "matmulTransposed", ACROSS, lambda: (normal(2, 4, 3), normal(2, 5, 4)))


def views_again(c):
    views = {
        "reshape": (RESHAPE, [((2, 3), {"shape": [6]}), ((1,), {"shape": []}), ((0, 3), {"shape": [3, 0]})]),
        "reshapeTransposed": (lambda x, shape: x.transpose(0, 1).reshape(shape), [((3, 4), {"shape": [2, 6]})]),
        "transpose": (TRANSPOSE, [((2, 3), {"a": 0, "b": 1}), ((2, 3, 4), {"a": 0, "b": -1})]),
        "permute": (PERMUTE, [((2, 3, 4), {"dims": [-1, 1, 0]}), ((2, 1, 3, 4), {"dims": [3, 1, 0, 2]})]),
        "expand": (EXPAND, [((3,), {"shape": [2, 3]}), ((2, 1), {"shape": [2, 4]}), ((), {"shape": [3]})]),
        "squeeze": (SQUEEZE, [((1, 3, 1), {"dims": []}), ((1, 3, 1), {"dims": [-1, 0]}), ((2, 3), {"dims": []})]),
        "unsqueeze": (UNSQUEEZE, [((3, 2), {"dim": 0}), ((3, 2), {"dim": -1}), ((), {"dim": 0})]),
        "flatten": (FLATTEN, [((2, 3, 4), {"first": 0, "last": -1}), ((2, 3, 4, 2), {"first": 1, "last": -2}), ((3,), {"first": 0, "last": 0})]),
        "slice": (sliced, [((7,), {"dim": 0, "start": 1, "end": 6, "step": 2}), ((3, 8), {"dim": -1, "start": 5, "end": 100, "step": 1}),
                           ((4, 3), {"dim": 0, "start": 2, "end": 2, "step": 1})]),
        "select": (SELECT, [((4,), {"dim": 0, "index": 2}), ((3, 4), {"dim": 0, "index": -1}), ((2, 3, 4), {"dim": -1, "index": 3})]),
        "gather": (GATHER, [((5,), {"dim": 0, "index": [4, 0, 0, 2, 2, 2], "shape": [6]}), ((3, 4), {"dim": 0, "index": [2, 0, 2, 1, 1, 1, 0, 2], "shape": [2, 4]})]),
        "indexSelect": (INDEX_SELECT, [((4, 3), {"dim": 0, "index": [3, 0, 0]}), ((3, 4), {"dim": -1, "index": [0, 3]}), ((6,), {"dim": 0, "index": []})]),
        "pick": (PICK, [((4, 3), {"index": [2, 0, 0, 1]})]),
    }
    for op, (function, cases) in views.items():
        for size, args in cases:
            twice(c, op, function, lambda: (normal(*size),), **args)
    for sizes, dim in [(((2, 3), (4, 3)), 0), (((3, 1), (3, 0), (3, 2)), -1), (((5,),), 0)]:
        twice(c, "cat", CAT, lambda: [normal(*size) for size in sizes], dim=dim)
    for size, count, dim in [((2, 3), 3, -1), ((), 2, 0)]:
        twice(c, "stack", STACK, lambda: [normal(*size) for _ in range(count)], dim=dim)
