"""Elements in other places: turned, rolled, padded, repeated, cut to triangles, taken as windows."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, fixed, normal

SHAPES = [(), (1,), (5,), (2, 3), (3, 1, 4), (2, 3, 2, 2), (0, 3), (2, 0)]
MATRICES = [(1, 1), (3, 3), (2, 5), (5, 2), (2, 3, 4), (2, 1, 3, 3), (0, 3), (3, 0), (2, 0, 0)]


def draw(c):
    flips(c)
    rolls(c)
    repeats(c)
    triangles(c)
    pads(c)
    windows(c)
    rolls_over(c)


def both(c, i):
    """Every third case with second derivatives."""
    return c.twice if i % 3 == 0 else c.add


def dims_of(shape):
    rank = len(shape)
    yield list(range(rank))
    for dim in range(rank):
        yield [dim]
    if rank > 1:
        yield [-1, 0]


def flips(c):
    flip = lambda x, dims: torch.flip(x, dims)
    i = 0
    for shape in SHAPES:
        for dims in dims_of(shape):
            if dims or not shape:
                both(c, i)("flip", flip, normal(*shape), dims=dims)
                i += 1
    c.add("flip", flip, [INF, -1.0, NAN, 0.0], dims=[0], name="flip of infinities and a NaN")


def rolls(c):
    i = 0
    for shape in SHAPES:
        for shift in (0, 1, -1, 4, -7, 100):
            both(c, i)("roll", lambda x, shift: torch.roll(x, shift), normal(*shape), shift=shift)
            i += 1
            for dim in {0, -1} if shape else ():
                both(c, i)("rollAlong", lambda x, shift, dim: torch.roll(x, shift, dim), normal(*shape), shift=shift, dim=dim)
                i += 1


def repeats(c):
    repeat = lambda x, times: x.repeat(times)
    cases = [((), []), ((), [3]), ((), [2, 0]), ((1,), [4]), ((3,), [2]), ((3,), [2, 2]), ((3,), [1, 1, 1]), ((2, 3), [1, 1]), ((2, 3), [3, 1]),
             ((2, 3), [1, 2]), ((2, 3), [2, 3]), ((2, 3), [2, 1, 2]), ((2, 3), [0, 2]), ((2, 1, 2), [1, 3, 2]), ((0, 3), [2, 2]), ((2, 2), [1, 2, 3, 1])]
    for shape, times in cases:
        c.twice("repeat", repeat, normal(*shape), times=times)
        c.add("repeatTransposed", lambda x, times: x.transpose(0, -1).repeat(times), normal(*shape), times=times) if len(shape) > 1 else None
    c.add("repeat", repeat, [INF, NAN, -2.0], times=[2, 1], name="repeat of an infinity and a NaN")


def triangles(c):
    i = 0
    for op, function in (("tril", torch.tril), ("triu", torch.triu)):
        for shape in MATRICES:
            for diagonal in (0, 1, -1, 3, -9):
                both(c, i)(op, lambda x, diagonal: function(x, diagonal), normal(*shape), diagonal=diagonal)
                i += 1
        c.add(op, lambda x, diagonal: function(x, diagonal), [[INF, NAN], [NAN, -INF]], diagonal=0, name=op + " of infinities and NaN")
        c.add(op + "Transposed", lambda x, diagonal: function(x.transpose(-1, -2), diagonal), normal(2, 3, 4), diagonal=1)


def pads(c):
    constant = lambda x, amounts, value: F.pad(x, amounts, "constant", value)
    amounts = [((3,), [1, 2]), ((3,), [0, 0]), ((3,), [-1, 2]), ((3,), [-1, -1]), ((3,), [-2, -1]), ((2, 3), [1, 0]), ((2, 3), [0, 1, 2, 0]),
               ((2, 3), [-1, 1, 1, -1]), ((2, 3), []), ((2, 0), [1, 1]), ((0, 2), [1, 1]), ((0, 2), [1, 1, 2, 1]), ((2, 2, 3), [1, 1, 1, 1, 0, 2]),
               ((1, 2, 2, 2), [2, 1, 0, 3]), ((1, 2, 2, 2), [0, 0, 0, 0, 1, 1, -1, 1])]
    for shape, pairs in amounts:
        c.twice("pad", constant, normal(*shape), amounts=pairs, value=0.0)
        for value in (-1.5, INF, NAN):
            c.add("pad", constant, normal(*shape), amounts=pairs, value=value)
    mirrored = [((1, 4), [1, 2]), ((1, 4), [3, 3]), ((2, 3), [0, 2]), ((2, 3), [2, 0]), ((1, 2, 5), [4, 1]), ((1, 4), [-1, 2]), ((1, 4), [-2, 3]), ((1, 4), [2, -3]),
                ((1, 3, 4), [1, 2, 2, 1]), ((1, 3, 4), [3, 0, 0, 2]), ((2, 2, 3, 3), [1, 1, 2, 2]), ((1, 1, 3, 2), [-1, 1, 1, -1]), ((1, 1, 2, 3, 2), [1, 1, 2, 0, 0, 1])]
    for shape, pairs in mirrored:
        for mode in ("reflect", "replicate"):
            padded = lambda x, amounts, mode: F.pad(x, amounts, mode)
            c.twice("padWith", padded, normal(*shape), amounts=pairs, mode=mode)
            c.add("padWith", padded, normal(*shape), amounts=pairs, mode=mode)
    for shape, pairs in [((1, 1), [3, 2]), ((1, 3), [7, 9]), ((1, 1, 2), [5, 0, 3, 3]), ((1, 2, 1, 1), [1, 2, 3, 4])]:
        c.twice("padWith", lambda x, amounts, mode: F.pad(x, amounts, mode), normal(*shape), amounts=pairs, mode="replicate")
    c.add("padWith", lambda x, amounts, mode: F.pad(x, amounts, mode), [[INF, NAN, 1.0]], amounts=[2, 2], mode="reflect", name="reflection of an infinity and a NaN")


WINDOWS = [((1, 1, 2, 2), dict(kernel=[1, 1])), ((1, 1, 3, 3), dict(kernel=[2, 2])), ((2, 3, 4, 5), dict(kernel=[2, 3])),
           ((1, 2, 5, 4), dict(kernel=[3, 2], stride=[2, 1])), ((2, 1, 3, 3), dict(kernel=[3, 3], padding=[1, 1])),
           ((1, 2, 4, 4), dict(kernel=[2, 2], padding=[1, 0], stride=[2, 3])), ((1, 1, 5, 5), dict(kernel=[2, 3], dilation=[2, 2])),
           ((2, 2, 5, 6), dict(kernel=[2, 2], dilation=[3, 1], padding=[2, 1], stride=[1, 2])), ((1, 3, 1, 7), dict(kernel=[1, 3], stride=[1, 2])),
           ((1, 1, 1, 1), dict(kernel=[3, 3], padding=[2, 2])), ((3, 4, 4), dict(kernel=[2, 2])), ((2, 5, 3), dict(kernel=[3, 2], padding=[1, 1], stride=[2, 2]))]


def windows(c):
    for shape, options in WINDOWS:
        options = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1]} | options
        unfold = lambda x, kernel, stride, padding, dilation: F.unfold(x, kernel, dilation, padding, stride)
        fold = lambda x, size, kernel, stride, padding, dilation: F.fold(x, size, kernel, dilation, padding, stride)
        columns = unfold(torch.zeros(shape), **options).shape
        for again in (c.twice, c.add, c.add):
            again("unfold", unfold, normal(*shape), **options)
            again("fold", fold, normal(*columns), size=list(shape[-2:]), **options)
    c.add("unfold", unfold, normal(0, 2, 3, 3), kernel=[2, 2], stride=[1, 1], padding=[0, 0], dilation=[1, 1])
    c.add("fold", fold, normal(0, 8, 4), size=[3, 3], kernel=[2, 2], stride=[1, 1], padding=[0, 0], dilation=[1, 1])


def rolls_over(c):
    """Along several dimensions."""
    for shape, shifts, dims in [((4,), [3], [0]), ((2, 3), [1, -1], [0, 1]), ((2, 3), [5, 100], [-1, 0]), ((3, 2), [2, 2], [0, 0]), ((2, 3, 4), [1, 0, -7], [2, 0, 1]),
                                ((2, 3, 4), [-1, 2], [0, -1]), ((0, 3), [1, 1], [0, 1])]:
        c.twice("rollOver", lambda x, shifts, dims: torch.roll(x, shifts, dims), normal(*shape), shifts=shifts, dims=dims)
