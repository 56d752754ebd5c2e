"""Elements in order, chosen by indices, by comparisons, by masks."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, fixed, integers, normal, random

WILD = [NAN, 1.0, -INF, 0.0, INF, -0.0, NAN, 1.0, -2.0, 0.0, INF, 3.0]


def draw(c):
    sorts(c)
    largest(c)
    extremes(c)
    gathers(c)
    scatters(c)
    comparisons(c)
    masks(c)
    one_hot(c)
    scalars(c)
    again(c)


def ties(*shape):
    return integers(-2, 3, *shape).double()


def distinct(*shape):
    n = torch.zeros(shape).numel()
    order = torch.randperm(n, generator=random)
    return (order.double() / 4 - n / 8).reshape(shape)


def along(shape):
    return sorted({0, -1, len(shape) // 2})


def sorts(c):
    sort = lambda x, dim, descending: torch.sort(x, dim=dim, descending=descending, stable=True)
    for shape in [(1,), (7,), (2, 5), (5, 2), (3, 1), (2, 3, 4), (0, 3), (3, 0)]:
        for dim in along(shape):
            for descending in (False, True):
                c.twice("sort", sort, distinct(*shape), dim=dim, descending=descending)
                c.add("sort", sort, ties(*shape), dim=dim, descending=descending)
    for descending in (False, True):
        c.add("sort", sort, WILD, dim=0, descending=descending, name=f"sort of NaN, infinities and zeros, descending={descending}")
        c.add("sort", sort, normal(64), dim=0, descending=descending)
        c.add("sort", sort, ties(70, 2), dim=0, descending=descending)
        c.add("sortTransposed", lambda x, dim, descending: sort(x.t(), dim, descending), ties(4, 6), dim=0, descending=descending)


def largest(c):
    topk = lambda x, k, dim, largest: torch.topk(x, k, dim, largest)
    for shape in [(1,), (7,), (2, 5), (5, 2), (2, 3, 4), (90,), (0, 3)]:
        for dim in along(shape):
            for wanted in (True, False):
                for k in sorted({0, 1, (shape[dim] + 1) // 2, shape[dim]}):
                    if k <= shape[dim]:
                        (c.twice if k > 1 else c.add)("topk", topk, distinct(*shape), k=k, dim=dim, largest=wanted)
    for wanted in (True, False):
        for k in (1, 3, 5):
            c.add("topk", topk, [1.0, NAN, INF, -3.0, -INF, 2.0], k=k, dim=0, largest=wanted)


def extremes(c):
    for shape in [(1,), (6,), (2, 5), (5, 2), (2, 3, 4), (0, 3)]:
        for dim in (dim for dim in along(shape) if shape[dim]):
            for op, function in (("argminAlong", torch.argmin), ("argmaxAlong", torch.argmax)):
                c.add(op, lambda x, dim: function(x, dim), fixed(normal(*shape)), dim=dim)
                # PyTorch's order of ties is its own: all are different here
                c.add(op, lambda x, dim: function(x, dim), fixed(distinct(*shape)), dim=dim)
    for values in ([1.0, NAN, -5.0, NAN], [INF, -INF, 0.0], [NAN], [-INF, NAN, -INF], [0.0, -1.0, -1.0, 2.0, 2.0]):
        for op, function in (("argminAlong", torch.argmin), ("argmaxAlong", torch.argmax)):
            c.add(op, lambda x, dim: function(x, dim), fixed(values), dim=0, name=f"{op} of {values}")


PARTS = [((5,), (3,), 0), ((5,), (9,), 0), ((3, 4), (2, 4), 0), ((3, 4), (3, 6), 1), ((3, 4), (1, 2), -1), ((3, 4), (7, 3), 0), ((2, 3, 4), (2, 5, 4), 1),
         ((2, 3, 4), (1, 1, 6), 2), ((2, 3, 4), (4, 3, 2), 0), ((3, 4), (0, 4), 0), ((3, 4), (0, 2), 1), ((1, 1), (5, 1), 0)]


def gathers(c):
    for i, (shape, taken, dim) in enumerate(PARTS):
        index = integers(0, shape[dim], *taken)
        for again in (c.twice, c.add):
            again("gatherSome", lambda x, dim, index, shape: torch.gather(x, dim, torch.tensor(index, dtype=torch.long).reshape(shape)), normal(*shape),
                  dim=dim, index=index.flatten().tolist(), shape=list(taken), name=f"gather {taken} of {shape} along {dim}")


def scatters(c):
    for shape, added, dim in PARTS:
        index = integers(0, shape[dim], *added)
        add = lambda x, source, dim, index: torch.scatter_add(x, dim, torch.tensor(index, dtype=torch.long).reshape(source.shape), source)
        for i, again in enumerate((c.twice, c.add, c.add)):
            again("scatterAdd", add, normal(*shape), normal(*added), dim=dim, index=index.flatten().tolist(), name=f"scatterAdd {added} to {shape} along {dim}")
    c.add("scatterAdd", add, [1.0, INF, 0.0, NAN], [2.0, -INF, 1.0, INF, INF], dim=0, index=[0, 1, 2, 2, 0], name="scatterAdd of infinities and a NaN")
    c.add("scatterAdd", add, [0.0, 0.0], [1e8, 1.0, -1e8, 3.0], dim=0, index=[1, 1, 1, 1], each=True, name="scatterAdd that cancels")


def comparisons(c):
    x = fixed([NAN, INF, -INF, -1.0, -0.0, 0.0, 1.5, 1e-30])
    for op in ("eq", "ne", "lt", "le", "gt", "ge"):
        for number in (0.0, 1.5, -1.0, INF, -INF, NAN):
            c.add(op + "Number", lambda x, number: getattr(torch, op)(x, number).double(), x, number=number, name=f"{op} {number}")
        c.add(op + "Number", lambda x, number: getattr(torch, op)(x, number).double(), fixed(ties(2, 3)), number=1.0)
        c.add(op + "Number", lambda x, number: getattr(torch, op)(x, number).double(), fixed(normal(0, 3)), number=1.0)


def masks(c):
    fill = lambda x, mask, value: x.masked_fill(mask != 0, value)
    for shape, mask in [((5,), (5,)), ((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3), ()), ((), ()), ((3, 1, 2), (1, 4, 1)), ((0, 3), (1, 3)), ((2, 2, 3), (2, 3)), ((3,), (2, 3))]:
        for value in (0.0, -2.5, INF, -INF, NAN):
            (c.twice if value == 0 or value == -INF else c.add)("maskedFill", fill, normal(*shape), fixed(integers(0, 2, *mask).double()), value=value)
    c.add("maskedFill", fill, [NAN, INF, 1.0, -INF], fixed([1.0, 0.5, NAN, 0.0]), value=7.0, name="maskedFill of NaN and by NaN")


def one_hot(c):
    hot = lambda labels, classes: F.one_hot(torch.tensor(labels, dtype=torch.long), classes).double()
    for labels, classes in [([0], 1), ([2, 0, 1], 3), ([2, 2, 5, 0], 7), ([], 4), ([1, 1, 1, 1], 2)]:
        c.add("oneHot", hot, labels=labels, classes=classes)


def scalars(c):
    for dim in (0, -1):
        for flag in (False, True):
            c.twice("sort", lambda x, dim, descending: torch.sort(x, dim=dim, descending=descending, stable=True), normal(), dim=dim, descending=flag)
            c.twice("topk", lambda x, k, dim, largest: torch.topk(x, k, dim, largest), normal(), k=1, dim=dim, largest=flag)


def again(c):
    """More second derivatives, so that a third of all cases has them: of those that give indices, none has."""
    gather = lambda x, dim, index, shape: torch.gather(x, dim, torch.tensor(index, dtype=torch.long).reshape(shape))
    add = lambda x, source, dim, index: torch.scatter_add(x, dim, torch.tensor(index, dtype=torch.long).reshape(source.shape), source)
    for shape, taken, dim in PARTS[:10]:
        index = integers(0, shape[dim], *taken).flatten().tolist()
        c.twice("gatherSome", gather, normal(*shape), dim=dim, index=index, shape=list(taken), name=f"gather again {taken} of {shape} along {dim}")
        c.twice("scatterAdd", add, normal(*shape), normal(*taken), dim=dim, index=index, name=f"scatterAdd again {taken} to {shape} along {dim}")
