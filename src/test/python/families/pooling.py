"""Pooling: of lines and images, single ones too; every option; the indices of the largest as a second output."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, normal, start


def draw(c):
    largest(c)
    averages(c)
    adaptive(c)
    extremes(c)
    again(c)


def distinct(*shape):
    """None near another, so that the largest is the same in every precision."""
    n = max(1, int(torch.tensor(shape).prod()))
    return start((torch.randperm(n, generator=_generator()) - n / 2) / 8 + 0.01).reshape(shape) if 0 not in shape else torch.zeros(shape)


def _generator():
    from .cases import random
    return random


def add(c, i, op, function, x, **args):
    """Every third with second derivatives."""
    (c.twice if i % 3 == 0 else c.add)(op, function, x, **args)


def largest(c):
    def pool(dims):
        f = F.max_pool1d if dims == 1 else F.max_pool2d

        def function(x, *, kernel, stride, padding, dilation, ceil):
            k, s, p, d = ([v[0]] if dims == 1 else v for v in (kernel, stride, padding, dilation))
            y, indices = f(x, k, s, p, d, ceil, True)
            return [y, indices.double()]
        return function
    i = 0
    for kernel in (1, 2, 3):
        for stride in (1, 2, 3):
            for padding in range(kernel // 2 + 1):
                for dilation in (1, 2):
                    for ceil in (False, True):
                        for size in ((2, 5), (1, 2, 7)):
                            if size[-1] + 2 * padding < dilation * (kernel - 1) + 1 or kernel == 1 and dilation > 1:
                                continue
                            i += 1
                            add(c, i, "MaxPool1d", pool(1), distinct(*size), kernel=[kernel] * 2, stride=[stride] * 2, padding=[padding] * 2,
                                dilation=[dilation] * 2, ceil=ceil)
    for kernel, stride, padding, dilation in [
            ((2, 2), (2, 2), (0, 0), (1, 1)), ((3, 2), (2, 1), (1, 0), (1, 1)), ((2, 3), (1, 3), (1, 1), (1, 1)), ((3, 3), (2, 2), (1, 1), (1, 1)),
            ((2, 2), (1, 1), (1, 1), (2, 1)), ((1, 2), (3, 2), (0, 1), (1, 2)), ((3, 1), (1, 2), (0, 0), (1, 1)), ((2, 2), (3, 3), (1, 0), (1, 1)),
            ((4, 3), (2, 2), (2, 1), (1, 1))]:
        for ceil in (False, True):
            for size in ((1, 4, 5), (2, 1, 5, 3), (1, 2, 3, 4), (1, 1, 6, 4)):
                i += 1
                if any(s + 2 * p < d * (k - 1) + 1 for s, p, d, k in zip(size[-2:], padding, dilation, kernel)):
                    continue
                add(c, i, "MaxPool2d", pool(2), distinct(*size), kernel=list(kernel), stride=list(stride), padding=list(padding),
                    dilation=list(dilation), ceil=ceil)
    c.add("MaxPool2d", pool(2), torch.zeros(0, 2, 4, 4), kernel=[2, 2], stride=[2, 2], padding=[0, 0], dilation=[1, 1], ceil=False)


def averages(c):
    def function1(x, *, kernel, stride, padding, ceil, include):
        return F.avg_pool1d(x, kernel[0], stride[0], padding[0], ceil, include)

    def function2(x, *, kernel, stride, padding, ceil, include, divisor):
        return F.avg_pool2d(x, kernel, stride, padding, ceil, include, divisor or None)
    i = 0
    for kernel in (1, 2, 3, 4):
        for stride in (1, 2, 3):
            for padding in range(kernel // 2 + 1):
                for ceil in (False, True):
                    for include in (False, True):
                        if padding == 0 and include and not ceil and stride > 1:
                            continue
                        i += 1
                        size = (2, 5) if i % 2 else (1, 2, 6)
                        add(c, i, "AvgPool1d", function1, normal(*size), kernel=[kernel] * 2, stride=[stride] * 2, padding=[padding] * 2,
                            ceil=ceil, include=include)
    for kernel, stride, padding in [((2, 2), (2, 2), (0, 0)), ((3, 2), (2, 1), (1, 1)), ((2, 3), (1, 3), (1, 1)), ((3, 3), (2, 2), (1, 1)),
                                    ((1, 2), (3, 2), (0, 1)), ((4, 3), (3, 2), (2, 1))]:
        for ceil in (False, True):
            for include in (False, True):
                for divisor in (0, 3):
                    i += 1
                    size = ((1, 4, 5), (1, 2, 5, 3), (2, 1, 3, 4))[i % 3]
                    if any(s + 2 * p < k for s, p, k in zip(size[-2:], padding, kernel)):
                        continue
                    add(c, i, "AvgPool2d", function2, normal(*size), kernel=list(kernel), stride=list(stride), padding=list(padding), ceil=ceil,
                        include=include, divisor=divisor)
    c.add("AvgPool2d", function2, torch.zeros(0, 2, 4, 4), kernel=[2, 2], stride=[2, 2], padding=[0, 0], ceil=False, include=True, divisor=0)


def adaptive(c):
    average1 = lambda x, *, size: F.adaptive_avg_pool1d(x, size[0])
    average2 = lambda x, *, size: F.adaptive_avg_pool2d(x, size)

    def largest1(x, *, size):
        y, indices = F.adaptive_max_pool1d(x, size[0], True)
        return [y, indices.double()]

    def largest2(x, *, size):
        y, indices = F.adaptive_max_pool2d(x, size, True)
        return [y, indices.double()]
    i = 0
    for length in (1, 2, 3, 5, 7):
        for size in (1, 2, 3, 4, 6):
            i += 1
            shape = (2, length) if i % 2 else (1, 2, length)
            add(c, i, "AdaptiveAvgPool1d", average1, normal(*shape), size=[size])
            add(c, i + 1, "AdaptiveMaxPool1d", largest1, distinct(*shape), size=[size])
    for height, width in ((1, 1), (2, 3), (4, 3), (5, 2), (3, 6)):
        for size in ([1, 1], [2, 1], [1, 3], [3, 2], [4, 5]):
            i += 1
            shape = (1, height, width) if i % 2 else (2, 1, height, width)
            add(c, i, "AdaptiveAvgPool2d", average2, normal(*shape), size=size)
            add(c, i + 1, "AdaptiveMaxPool2d", largest2, distinct(*shape), size=size)


def extremes(c):
    kernel = dict(kernel=[2, 2], stride=[1, 1], padding=[1, 1])

    def largest(x, *, kernel, stride, padding, dilation, ceil):
        y, indices = F.max_pool1d(x, kernel[0], stride[0], padding[0], dilation[0], ceil, True)
        return [y, indices.double()]
    average = lambda x, *, kernel, stride, padding, ceil, include: F.avg_pool1d(x, kernel[0], stride[0], padding[0], ceil, include)
    adaptive = lambda x, *, size: F.adaptive_avg_pool1d(x, size[0])

    def adaptive_largest(x, *, size):
        y, indices = F.adaptive_max_pool1d(x, size[0], True)
        return [y, indices.double()]
    for name, numbers in [("equals", [1.0, 1, 1, 2, 2]), ("zeros of both signs", [0.0, -0.0, 0, -0.0, 0]), ("NaN", [1.0, NAN, 2, NAN, NAN]),
                          ("NaN first", [NAN, 1.0, 2, 3, 4]), ("infinities", [INF, -INF, 1, INF, INF]), ("nothing but -infinity", [-INF] * 5),
                          ("the largest", [3e38, 3e38, -3e38, 1, 2e38]), ("the smallest", [1e-38, 1e-38, 2e-38, 0, 1e-38])]:
        x = torch.tensor([numbers], dtype=torch.float32).double()
        c.add("MaxPool1d", largest, x, name=f"MaxPool1d of {name}", dilation=[1, 1], ceil=False, **kernel)
        c.add("AvgPool1d", average, x, name=f"AvgPool1d of {name}", ceil=False, include=True, **kernel)
        c.add("AdaptiveAvgPool1d", adaptive, x, name=f"AdaptiveAvgPool1d of {name}", size=[2])
        c.add("AdaptiveMaxPool1d", adaptive_largest, x, name=f"AdaptiveMaxPool1d of {name}", size=[2])


def again(c):
    """More second derivatives, so that a third of the cases has them."""
    for shape, size in (((2, 5), 2), ((1, 2, 7), 3), ((3, 1), 2), ((1, 4), 4), ((2, 2, 3), 1), ((1, 2, 6), 5)):
        c.twice("AdaptiveAvgPool1d", lambda x, *, size: F.adaptive_avg_pool1d(x, size[0]), normal(*shape), size=[size])
        for padding, include in ((0, True), (1, False), (1, True)):
            c.twice("AvgPool1d", lambda x, *, kernel, stride, padding, ceil, include: F.avg_pool1d(x, kernel[0], stride[0], padding[0], ceil, include),
                    normal(*shape[:-1], shape[-1] + 1), kernel=[2, 2], stride=[size, size], padding=[padding] * 2, ceil=True, include=include)
    for shape, size in (((1, 4, 5), [2, 3]), ((2, 1, 3, 2), [3, 1]), ((1, 2, 3, 3), [1, 1]), ((1, 1, 6), [1, 4])):
        c.twice("AdaptiveAvgPool2d", lambda x, *, size: F.adaptive_avg_pool2d(x, size), normal(*shape), size=size)
