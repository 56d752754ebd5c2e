"""Activations: parameters have the module's Java names; large inputs stand alone, so that a name says where it went wrong."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, away, fixed, normal


def draw(c):
    without_parameters(c)
    with_parameters(c)
    prelu(c)
    softmax(c)
    hard(c)
    shrinking(c)
    gated(c)
    again(c)


FUNCTIONS = {
    "ReLU": lambda x: F.relu(x), "SELU": F.selu, "GELU": F.gelu, "GELUTanh": lambda x: F.gelu(x, approximate="tanh"), "SiLU": F.silu,
    "Mish": F.mish, "Sigmoid": torch.sigmoid, "LogSigmoid": F.logsigmoid, "Tanh": torch.tanh, "Softsign": F.softsign}


def without_parameters(c):
    for op, function in FUNCTIONS.items():
        c.add(op, function, normal(4, 7, scale=2))
        c.add(op, function, normal(2, 3, 5, scale=6))
        c.add(op, function, [-4.0, -1.0, -1e-3, -1e-6, 0.0, 1e-6, 1e-3, 1.0, 4.0], each=op not in ("Sigmoid", "Tanh", "LogSigmoid"), name=op + " around 0")
        c.twice(op, function, away(4, 7))
        c.twice(op, function, away(3, 5) * 4, name=op + " of larger numbers")
        c.add(op, function, fixed([NAN]) if op == "SELU" else [NAN], name=op + " of NaN")  # PyTorch has a slope for SELU and ELU there
        # GELU, SiLU, Mish and Softsign have their limits there, PyTorch NaN
        limits = () if op in ("GELU", "GELUTanh", "SiLU", "Mish", "Softsign") else (-INF, INF)
        # below about -6, PyTorch's GELU has lost its digits to 1 + erf, even in double
        for x in (-1e4, -50.0, -5.0 if op.startswith("GELU") else -8.0, 8.0, 50.0, 1e4) + limits:
            if op in ("Sigmoid", "Tanh"):  # as in the tensors' cases
                c.add(op, function, [x, 0.0], name=f"{op} at {x}")
            else:
                c.add(op, function, [x], name=f"{op} at {x}")


LEAKY = lambda x, slope: F.leaky_relu(x, slope)
ELU = lambda x, alpha: F.elu(x, alpha)
SOFTPLUS = lambda x, beta, threshold: F.softplus(x, beta, threshold)
HARDTANH = lambda x, min, max: F.hardtanh(x, min, max)


def with_parameters(c):
    edges = [-1e4, -3.0, -1.0, -1e-6, 0.0, 1e-6, 0.5, 1.0, 3.0, 1e4, INF, -INF]
    for slope in (0.01, 0.25):
        c.add("LeakyReLU", LEAKY, normal(3, 5), slope=slope)
        c.add("LeakyReLU", LEAKY, edges + [NAN], each=True, slope=slope)
        c.twice("LeakyReLU", LEAKY, away(3, 5), slope=slope)
    for alpha in (1.0, 0.5):
        c.add("ELU", ELU, normal(3, 5), alpha=alpha)
        c.add("ELU", ELU, edges, each=True, alpha=alpha)
        c.twice("ELU", ELU, away(3, 5), alpha=alpha)
        c.add("ELU", ELU, fixed([NAN]), alpha=alpha, name=f"ELU of NaN alpha={alpha}")
    for beta, threshold in ((1.0, 20.0), (2.5, 5.0)):
        c.add("Softplus", SOFTPLUS, normal(3, 5, scale=3), beta=beta, threshold=threshold)
        for x in (-1e4, -20.0, 0.0, 1.875, 2.125, 19.5, 20.5, 1e4, INF, -INF, NAN):
            c.add("Softplus", SOFTPLUS, [x], name=f"Softplus at {x} beta={beta}", beta=beta, threshold=threshold)
        c.twice("Softplus", SOFTPLUS, normal(3, 5), beta=beta, threshold=threshold)
    for low, high in ((-1.0, 1.0), (-0.5, 3.0)):
        c.add("Hardtanh", HARDTANH, normal(3, 5), min=low, max=high)
        c.add("Hardtanh", HARDTANH, edges, each=True, min=low, max=high)  # its slope at NaN is 0 or 1 in PyTorch, by the place in the array
        c.add("Hardtanh", HARDTANH, fixed([NAN]), min=low, max=high, name=f"Hardtanh of NaN min={low} max={high}")
        c.twice("Hardtanh", HARDTANH, away(3, 5), min=low, max=high)


def prelu(c):
    c.add("PReLU", F.prelu, normal(3, 5), [0.25])
    c.add("PReLU", F.prelu, normal(2, 3, 4), normal(3))
    c.add("PReLU", F.prelu, normal(2, 2, 3, 2), normal(2))
    c.add("PReLU", F.prelu, [[-2.0, 0.0, 1.0], [0.0, NAN, -INF]], [0.25, -0.5, 0.0], name="PReLU at 0, NaN and infinity")
    c.add("PReLU", F.prelu, torch.zeros(0, 2), normal(2), name="PReLU of nothing")
    c.twice("PReLU", F.prelu, away(2, 3, 4), normal(3))


def softmax(c):
    for op, function in {"Softmax": torch.softmax, "LogSoftmax": torch.log_softmax}.items():
        c.add(op, function, normal(2, 3, 4, scale=3), dim=1)
        c.add(op, function, normal(5, 4, scale=3), dim=-1)
        c.twice(op, function, normal(5, 4), dim=-1)


EDGES = [-1e4, -6.0, -3.5, -3.0, -2.5, -1.5, -1e-6, 0.0, 1e-6, 0.5, 1.5, 3.0, 3.5, 1e4]


def swept(c, op, function, *, again=True, parameters=({},), edges=EDGES, infinities=(INF, -INF)):
    """Odd shapes, both sides of each kink, each extreme by itself, nothing at all; second derivatives where PyTorch has them."""
    for args in parameters:
        said = lambda what: " ".join([op, what] + [f"{key}={value}" for key, value in args.items()])
        c.add(op, function, normal(3, 5, scale=2), **args)
        c.add(op, function, normal(1, 7, 1, scale=5), **args)
        c.add(op, function, normal(), **args, name=said("of a number"))
        c.add(op, function, torch.zeros(2, 0), **args, name=said("of nothing"))
        c.add(op, function, edges, each=True, **args, name=said("at its edges"))
        for x in (-1e30, -90.0, -1e-3, -1e-20, 1e-20, 1e-3, 90.0, 1e30) + infinities:
            c.add(op, function, [x], **args, name=said(f"at {x}"))
        # the slope at NaN depends on the place in the array, in PyTorch
        c.add(op, function, fixed([NAN, 1.0, NAN, -1.0]), **args, name=said("of NaN"))
        if again:
            for shape in ((3, 5), (2, 1, 3), (7,), ()):
                c.twice(op, function, away(*shape), **args)
            c.twice(op, function, away(2, 5) * 3, **args, name=said("of larger numbers"))
            c.twice(op, function, [[-2.5, 0.75], [1.25, -0.2]], **args, name=said("of a few"))


CELU = lambda x, alpha: F.celu(x, alpha)
THRESHOLD = lambda x, threshold, value: F.threshold(x, threshold, value)
SOFTSHRINK, HARDSHRINK = (lambda x, lambd: F.softshrink(x, lambd)), (lambda x, lambd: F.hardshrink(x, lambd))
GLU = lambda x, dim: F.glu(x, dim)
ALPHAS = [{"alpha": a} for a in (1.0, 0.3, 2.5)]
BELOW = [{"threshold": t, "value": v} for t, v in ((0.0, 0.0), (0.5, -2.0), (-1.5, 20.0))]
LAMBDAS = [{"lambd": value} for value in (0.5, 0.0, 1.5)]


def hard(c):
    # at minus infinity, 0 here and NaN in PyTorch
    swept(c, "Hardswish", F.hardswish, infinities=(INF,))
    # PyTorch can't differentiate its slope
    swept(c, "Hardsigmoid", F.hardsigmoid, again=False)
    swept(c, "CELU", CELU, parameters=ALPHAS)
    swept(c, "Threshold", THRESHOLD, parameters=BELOW)


def shrinking(c):
    swept(c, "Softshrink", SOFTSHRINK, parameters=LAMBDAS)
    swept(c, "Hardshrink", HARDSHRINK, parameters=LAMBDAS)
    # closer to 0 PyTorch's difference has lost its digits, even in double
    swept(c, "Tanhshrink", F.tanhshrink, edges=[0.01 if x == 1e-6 else -0.01 if x == -1e-6 else x for x in EDGES])


def gated(c):
    for shape, dim in (((3, 4), -1), ((4, 3), 0), ((2, 6, 3), 1), ((2,), 0), ((1, 2), 1), ((3, 2, 2), -2), ((2, 3, 2, 4), 3), ((5, 2), -1)):
        c.add("GLU", GLU, normal(*shape, scale=2), dim=dim)
        c.twice("GLU", GLU, normal(*shape), dim=dim)
    for shape, dim in (((0, 4), 1), ((3, 0), 1), ((2, 0, 3), 0)):
        c.add("GLU", GLU, torch.zeros(*shape), dim=dim)
    c.add("GLU", GLU, [[1.0, -2.0, 1e4, -1e4], [3.0, 4.0, 50.0, -50.0]], dim=1, name="GLU of open and closed gates")
    c.add("GLU", GLU, [[1.0, INF, 2.0, -3.0], [NAN, 1.0, 0.5, NAN], [2.0, 3.0, INF, -INF]], dim=1, name="GLU of infinities and NaN")


def again(c):
    """Second derivatives, so that a third of the cases of these has them: Hardsigmoid's has none in PyTorch."""
    for shape in ((1, 5, 1), (2, 2, 3)):
        for op, function, parameters in (("CELU", CELU, ALPHAS), ("Threshold", THRESHOLD, BELOW), ("Softshrink", SOFTSHRINK, LAMBDAS),
                                         ("Hardshrink", HARDSHRINK, LAMBDAS)):
            for args in parameters:
                c.twice(op, function, normal(*shape, scale=2), **args)
        for op, function in (("Hardswish", F.hardswish), ("Tanhshrink", F.tanhshrink)):
            c.twice(op, function, normal(*shape, scale=2))
            c.twice(op, function, away(*shape), name=f"{op} {shape} away from 0")
    for shape, dim in (((3, 2), 1), ((2, 5), 0), ((2, 3, 2), -1), ((1, 4, 3), 1), ((2, 1, 1), 0), ((2, 2, 1, 2), 3)):
        c.twice("GLU", GLU, normal(*shape, scale=2), dim=dim)
    for shape in ((), (2, 1, 3)):
        for op, function in FUNCTIONS.items():
            c.twice(op, function, away(*shape))
        for op, function, args in (("LeakyReLU", LEAKY, {"slope": 0.1}), ("ELU", ELU, {"alpha": 0.7}), ("ELU", ELU, {"alpha": 1.0}),
                                   ("Hardtanh", HARDTANH, {"min": -1.5, "max": 1.0})):
            c.twice(op, function, away(*shape), **args)
    for shape in ((), (5,), (2, 1, 3), (0, 2)):
        for beta, threshold in ((1.0, 20.0), (2.5, 5.0), (0.5, 1.0)):
            c.twice("Softplus", SOFTPLUS, normal(*shape), beta=beta, threshold=threshold)
    for shape, slopes in (((3, 5), ()), ((2, 2, 3, 2), (2,)), ((1, 3), (3,))):
        c.twice("PReLU", F.prelu, away(*shape), normal(*slopes) if slopes else [0.25])
    for op, function in (("Softmax", torch.softmax), ("LogSoftmax", torch.log_softmax)):
        for shape, dim in (((2, 3, 4), 1), ((3,), 0), ((4, 2), 0)):
            c.twice(op, function, normal(*shape), dim=dim)
