"""Convolutions of lines and of single images, depthwise ones, other sizes of images, pixels as channels."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, normal


def draw(c):
    lines(c)
    singles(c)
    sizes(c)
    pixels(c)
    scales(c)


def add(c, i, op, function, *inputs, **args):
    """Every third with second derivatives."""
    (c.twice if i % 3 == 0 else c.add)(op, function, *inputs, **args)


def lines(c):
    function = lambda x, w, b=None, *, stride, padding, dilation, groups: F.conv1d(x, w, b, stride, padding, dilation, groups)
    i = 0
    for size, out, groups in [((2, 5), 3, 1), ((1, 2, 6), 2, 1), ((1, 4, 5), 4, 4), ((2, 2, 5), 4, 2), ((3, 4), 3, 3), ((1, 1, 7), 1, 1)]:
        for kernel in (1, 2, 3):
            for stride, padding, dilation in ((1, 0, 1), (2, 1, 1), (1, 2, 2), (3, 0, 1)):
                i += 1
                if size[-1] + 2 * padding < dilation * (kernel - 1) + 1:
                    continue
                channels = size[-2]
                bias = () if i % 2 else (normal(out),)
                add(c, i, "Conv1d", function, normal(*size), normal(out, channels // groups, kernel), *bias, stride=stride, padding=padding,
                    dilation=dilation, groups=groups)
    c.add("Conv1d", function, torch.zeros(0, 2, 4), normal(3, 2, 2), normal(3), stride=1, padding=0, dilation=1, groups=1)
    c.add("Conv1d", function, [[1.0, NAN, 2.0, INF]], normal(1, 1, 2), normal(1), stride=1, padding=1, dilation=1, groups=1, name="Conv1d of NaN")


def singles(c):
    """Images without a batch, and groups of one channel each."""
    conv = lambda x, w, b=None, *, stride, padding, dilation, groups: F.conv2d(x, w, b, stride, padding, dilation, groups)
    back = lambda x, w, b=None, *, stride, padding, dilation, groups: F.conv_transpose2d(x, w, b, stride, padding, 0, groups, dilation)
    i = 0
    for size, out, groups in [((2, 4, 3), 2, 1), ((1, 3, 4), 2, 1), ((3, 3, 4), 3, 3), ((1, 3, 4, 3), 6, 3), ((2, 2, 3, 3), 2, 2)]:
        for kernel in ((1, 1), (2, 3), (3, 2)):
            for stride, padding in (([1, 1], [0, 0]), ([2, 1], [1, 1])):
                i += 1
                channels = size[-3]
                args = dict(stride=stride, padding=padding, dilation=[1, 1], groups=groups)
                add(c, i, "Conv2d", conv, normal(*size), normal(out, channels // groups, *kernel), normal(out), **args)
                if any((n - 1) * s - 2 * p + k < 1 for n, s, p, k in zip(size[-2:], stride, padding, kernel)):
                    continue
                add(c, i + 1, "ConvTranspose2d", back, normal(*size), normal(channels, out // groups, *kernel), normal(out), **args)


def sized(x, *, mode, align, size, scale):
    mode = mode if mode == "nearest" or x.dim() == 4 else "linear"
    cut = (lambda v: v[-1:] if x.dim() == 3 else v)
    return F.interpolate(x, size=cut(size) or None, scale_factor=cut(scale) or None, mode=mode,
                         align_corners=None if mode == "nearest" else align)


def sizes(c):
    function = sized
    i = 0
    for shape in ((1, 2, 1), (1, 1, 3), (2, 1, 5), (1, 1, 1, 2), (1, 2, 3, 2), (1, 1, 2, 4)):
        for mode, align in (("nearest", False), ("bilinear", False), ("bilinear", True)):
            for size in ([1, 1], [2, 3], [5, 4], [3, 7]):
                i += 1
                add(c, i, "Upsample", function, normal(*shape), mode=mode, align=align, size=size, scale=[])
            for scale in ([2.0, 2.0], [1.5, 3.0], [2.6, 1.0]):
                i += 1
                add(c, i, "Upsample", function, normal(*shape), mode=mode, align=align, size=[], scale=scale)
    for scale in ([0.5, 0.5], [0.7, 0.4]):
        for mode, align in (("nearest", False), ("bilinear", False), ("bilinear", True)):
            add(c, 0, "Upsample", function, normal(1, 1, 4, 5), mode=mode, align=align, size=[], scale=scale)
    for mode in ("nearest", "bilinear"):
        c.add("Upsample", function, [[[1.0, NAN, 2.0, INF, 0.0]]], mode=mode, align=False, size=[9, 9], scale=[], name=f"Upsample of NaN, {mode}")
    c.add("Upsample", function, torch.zeros(0, 2, 3), mode="nearest", align=False, size=[4, 4], scale=[])


def pixels(c):
    shuffle = lambda x, *, factor: F.pixel_shuffle(x, factor)
    back = lambda x, *, factor: F.pixel_unshuffle(x, factor)
    i = 0
    for factor in (1, 2, 3):
        for shape in ((1, 1, 1), (1, 1, 2, 1), (2, 1, 1, 2), (1, 2, 1, 1), (1, 2, 1, 1, 2)):
            i += 1
            channels = list(shape)
            channels[-3] *= factor ** 2
            add(c, i, "PixelShuffle", shuffle, normal(*channels), factor=factor)
            sides = list(shape)
            sides[-2] *= factor
            sides[-1] *= factor
            add(c, i + 1, "PixelUnshuffle", back, normal(*sides), factor=factor)


def scales(c):
    """That are rounded down to once and twice the size."""
    i = 0
    for shape in ((1, 1, 3), (1, 1, 5), (1, 1, 3, 5)):
        for mode, align in (("nearest", False), ("bilinear", False), ("bilinear", True)):
            for scale in ([1.2, 1.1], [2.024, 2.1], [1.3, 2.03], [0.9, 2.0]):
                i += 1
                if mode == "bilinear" or len(shape) == 4:  # of lines' nearest PyTorch's gradient is that of another function
                    add(c, i, "Upsample", sized, normal(*shape), mode=mode, align=align, size=[], scale=scale)
