"""Layers: the parameters are the inputs after the first."""
import torch
import torch.nn.functional as F

from .cases import integers, normal, title


CONV = lambda x, w, b=None, *, stride, padding, dilation, groups: F.conv2d(x, w, b, tuple(stride), tuple(padding), tuple(dilation), groups)
FLATTEN = lambda x, first, last: x.flatten(first, last)
UNFLATTEN = lambda x, dim, sizes: x.unflatten(dim, sizes)


def transposed(x, w, b=None, *, stride, padding, dilation, groups, outputPadding):
    return F.conv_transpose2d(x, w, b, tuple(stride), tuple(padding), tuple(outputPadding), groups, tuple(dilation))


def embedding(w, index, shape, padding):
    return F.embedding(torch.tensor(index, dtype=torch.long).reshape(shape), w, padding if padding >= 0 else None)


def batch_norm(x1, x2, x3, w=None, b=None, *, eps, momentum):
    """Two steps of training, the running statistics after them, and an evaluation."""
    layer = (torch.nn.BatchNorm2d if x1.dim() == 4 else torch.nn.BatchNorm1d)(x1.shape[1], eps=eps, momentum=momentum, affine=False).to(x1.dtype)
    affine = lambda y: y if w is None else y * w.reshape(-1, *[1] * (y.dim() - 2)) + b.reshape(-1, *[1] * (y.dim() - 2))
    trained = [affine(layer(x1)), affine(layer(x2))]
    mean, var = layer.running_mean.clone(), layer.running_var.clone()
    return trained + [mean, var, affine(layer.eval()(x3))]


def layer_norm(x, w=None, b=None, *, shape, eps):
    return F.layer_norm(x, shape, w, b, eps)


def draw(c):
    linear(c)
    conv(c)
    conv_transpose(c)
    embeddings(c)
    batch_norms(c)
    layer_norms(c)
    flatten(c)
    again(c)


def linear(c):
    for size, out in [((3, 4), 5), ((2, 3, 4), 2), ((4,), 3), ((2, 1, 3, 5), 1), ((1, 7), 7), ((0, 4), 3)]:
        c.add("Linear", F.linear, normal(*size), normal(out, size[-1]), normal(out))
        c.add("Linear", F.linear, normal(*size), normal(out, size[-1]), name=f"Linear {list(size)} to {out}, no bias")
    c.twice("Linear", F.linear, normal(2, 3, 4), normal(2, 4), normal(2))


def conv(c):
    # input, out, kernel, stride, padding, dilation, groups
    for size, out, kernel, stride, padding, dilation, groups in [
            ((2, 3, 5, 5), 4, (3, 3), [1, 1], [0, 0], [1, 1], 1), ((1, 1, 4, 6), 1, (2, 3), [1, 1], [1, 1], [1, 1], 1),
            ((2, 2, 7, 6), 3, (3, 2), [2, 3], [1, 0], [1, 1], 1), ((1, 2, 9, 8), 2, (3, 3), [1, 1], [2, 1], [2, 3], 1),
            ((2, 4, 5, 5), 4, (3, 3), [1, 1], [1, 1], [1, 1], 4), ((1, 4, 6, 5), 6, (3, 3), [2, 2], [1, 1], [1, 1], 2),
            ((2, 6, 5, 7), 3, (1, 1), [1, 1], [0, 0], [1, 1], 3), ((1, 3, 5, 5), 2, (5, 5), [1, 1], [0, 0], [1, 1], 1),
            ((1, 2, 8, 9), 4, (3, 2), [3, 2], [2, 2], [2, 1], 2), ((3, 1, 3, 3), 2, (2, 2), [3, 3], [0, 0], [1, 1], 1)]:
        shape = (out, size[1] // groups) + kernel
        c.add("Conv2d", CONV, normal(*size), normal(*shape), normal(out), stride=stride, padding=padding, dilation=dilation, groups=groups)
    c.add("Conv2d", CONV, normal(0, 2, 4, 4), normal(3, 2, 3, 3), stride=[1, 1], padding=[1, 1], dilation=[1, 1], groups=1)
    c.add("Conv2d", CONV, normal(1, 2, 4, 4), normal(3, 2, 3, 3), stride=[1, 1], padding=[1, 1], dilation=[1, 1], groups=1)
    c.add("Conv2d", CONV, normal(1, 6, 7, 6), normal(6, 2, 2, 3), stride=[2, 1], padding=[1, 2], dilation=[3, 2], groups=3)
    c.twice("Conv2d", CONV, normal(2, 4, 6, 5), normal(6, 2, 3, 2), normal(6), stride=[2, 1], padding=[1, 0], dilation=[1, 2], groups=2)


def conv_transpose(c):
    for size, out, kernel, stride, padding, dilation, groups, extra in [
            ((2, 3, 4, 4), 2, (3, 3), [1, 1], [0, 0], [1, 1], 1, [0, 0]), ((1, 2, 3, 4), 3, (3, 2), [2, 3], [1, 0], [1, 1], 1, [1, 2]),
            ((1, 4, 3, 3), 4, (3, 3), [2, 2], [1, 1], [1, 1], 2, [1, 1]), ((2, 2, 3, 2), 2, (2, 3), [1, 2], [1, 1], [2, 1], 1, [0, 0]),
            ((1, 3, 4, 3), 3, (3, 3), [1, 1], [1, 1], [2, 2], 3, [0, 1]), ((1, 1, 1, 1), 1, (4, 4), [2, 2], [1, 1], [1, 1], 1, [0, 0]),
            ((2, 4, 2, 3), 6, (2, 2), [3, 2], [0, 0], [1, 1], 2, [2, 1])]:
        shape = (size[1], out // groups) + kernel
        c.add("ConvTranspose2d", transposed, normal(*size), normal(*shape), normal(out), stride=stride, padding=padding, dilation=dilation,
              groups=groups, outputPadding=extra)
    c.add("ConvTranspose2d", transposed, normal(1, 2, 3, 3), normal(2, 3, 3, 3), stride=[2, 2], padding=[1, 1], dilation=[1, 1], groups=1,
          outputPadding=[0, 0])
    c.twice("ConvTranspose2d", transposed, normal(1, 4, 3, 2), normal(4, 1, 3, 2), normal(2), stride=[2, 1], padding=[1, 0], dilation=[1, 2], groups=2,
            outputPadding=[1, 0])


def embeddings(c):
    for count, dim, shape_, padding in [(5, 3, [4], -1), (5, 3, [2, 4], 0), (7, 2, [2, 3, 2], 6), (4, 1, [6], 2), (3, 4, [1], -1)]:
        c.add("Embedding", embedding, normal(count, dim), index=integers(0, count, *shape_).flatten().tolist(), shape=shape_, padding=padding)
    c.add("Embedding", embedding, normal(5, 3), index=[2, 2, 2, 0, 2], shape=[5], padding=2, name="Embedding of the padding's row, again and again")
    c.add("Embedding", embedding, normal(5, 3), index=[], shape=[0, 2], padding=-1, name="Embedding of nothing")
    c.twice("Embedding", embedding, normal(5, 3), index=[4, 0, 0, 1, 4, 4], shape=[2, 3], padding=1)


def batch_norms(c):
    for rank, size in [(1, (4, 3)), (1, (3, 2, 5)), (1, (5, 1)), (2, (2, 3, 3, 4)), (2, (3, 1, 2, 2)), (2, (1, 2, 3, 1))]:
        op = f"BatchNorm{rank}d"
        features = size[1]
        for eps, momentum in ((1e-5, 0.1), (1e-3, 0.5)):
            c.add(op, batch_norm, normal(*size, mean=0.5), normal(*size, scale=2), normal(*size), normal(features), normal(features), eps=eps,
                  momentum=momentum)
        c.add(op, batch_norm, normal(*size), normal(*size, scale=2), normal(*size), eps=1e-5, momentum=0.1)
    c.add("BatchNorm1d", batch_norm, [[2.0, 1.0], [2.0, 3.0], [2.0, 4.0]], normal(3, 2), normal(1, 2), normal(2), normal(2), eps=1e-3, momentum=0.1,
          name="BatchNorm1d of equals")
    c.twice("BatchNorm1d", batch_norm, normal(5, 2), normal(4, 2), normal(3, 2), normal(2), normal(2), eps=1e-3, momentum=0.3)
    c.twice("BatchNorm2d", batch_norm, normal(2, 2, 3, 2), normal(3, 2, 1, 2), normal(1, 2, 2, 2), normal(2), normal(2), eps=1e-3, momentum=0.3)


def layer_norms(c):
    for size, last, eps in [((3, 5), [5], 1e-5), ((2, 3, 4), [4], 1e-5), ((2, 3, 4), [3, 4], 1e-3), ((6,), [6], 1e-5), ((2, 2, 3, 2), [2, 3, 2], 1e-5)]:
        c.add("LayerNorm", layer_norm, normal(*size, scale=2, mean=1), normal(*last), normal(*last), shape=last, eps=eps)
        c.add("LayerNorm", layer_norm, normal(*size), shape=last, eps=eps, name=f"LayerNorm {list(size)} {last}, not affine")
    c.add("LayerNorm", layer_norm, [[2.0, 2.0, 2.0], [0.0, 0.0, 0.0]], normal(3), normal(3), shape=[3], eps=1e-3, name="LayerNorm of equals")
    c.add("LayerNorm", layer_norm, normal(0, 3), normal(3), normal(3), shape=[3], eps=1e-5)
    c.twice("LayerNorm", layer_norm, normal(2, 3, 4), normal(3, 4), normal(3, 4), shape=[3, 4], eps=1e-3)


def flatten(c):
    c.add("Flatten", FLATTEN, normal(2, 3, 4), first=1, last=-1)
    c.add("Flatten", FLATTEN, normal(2, 3, 2, 2), first=0, last=2)


def again(c):
    """More second derivatives, so that a third of the cases has them."""
    for size, out in [((3, 4), 5), ((4,), 3), ((2, 1, 3, 5), 1), ((1, 7), 2), ((0, 4), 3)]:
        c.twice("Linear", F.linear, normal(*size), normal(out, size[-1]), normal(out))
        c.twice("Linear", F.linear, normal(*size), normal(out, size[-1]), name=f"Linear {list(size)} to {out}, no bias")
    for size, out, kernel, stride, padding, dilation, groups in [
            ((1, 2, 4, 4), 2, (3, 3), [1, 1], [0, 0], [1, 1], 1), ((2, 2, 5, 4), 1, (3, 2), [2, 3], [1, 0], [1, 1], 1),
            ((1, 3, 4, 3), 3, (3, 3), [1, 1], [1, 1], [1, 1], 3), ((1, 4, 3, 3), 2, (1, 1), [1, 1], [0, 0], [1, 1], 2),
            ((1, 1, 6, 5), 2, (2, 2), [1, 2], [2, 1], [3, 2], 1), ((0, 2, 4, 4), 3, (3, 3), [1, 1], [1, 1], [1, 1], 1)]:
        usual = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
        c.twice("Conv2d", CONV, normal(*size), normal(out, size[1] // groups, *kernel), normal(out), **usual)
        if groups > 1:
            c.twice("Conv2d", CONV, normal(*size), normal(out, size[1] // groups, *kernel), **usual)
    for size, out, kernel, stride, padding, dilation, groups, extra in [
            ((1, 2, 3, 3), 2, (2, 3), [1, 1], [0, 0], [1, 1], 1, [0, 0]), ((1, 2, 2, 3), 1, (3, 2), [2, 3], [1, 0], [1, 1], 1, [1, 2]),
            ((2, 3, 2, 2), 3, (2, 2), [1, 1], [1, 1], [2, 2], 3, [0, 1]), ((1, 1, 1, 1), 1, (4, 4), [2, 2], [1, 1], [1, 1], 1, [0, 0])]:
        c.twice("ConvTranspose2d", transposed, normal(*size), normal(size[1], out // groups, *kernel), normal(out), stride=stride, padding=padding,
                dilation=dilation, groups=groups, outputPadding=extra)
    for count, dim, shape, padding in [(5, 3, [4], -1), (7, 2, [2, 3, 2], 6), (4, 1, [6], 2), (3, 4, [1], -1)]:
        c.twice("Embedding", embedding, normal(count, dim), index=integers(0, count, *shape).flatten().tolist(), shape=shape, padding=padding)
    for size in ((5, 3), (3, 2, 4), (2, 2, 3, 2), (4, 1, 2, 2)):
        op, features = "BatchNorm2d" if len(size) == 4 else "BatchNorm1d", size[1]
        steady(c, op, lambda: (normal(*size), normal(*size), normal(*size), normal(features), normal(features)), batch_norm, eps=1e-2, momentum=0.2)
        steady(c, op, lambda: (normal(*size), normal(*size), normal(*size)), batch_norm, eps=1e-3, momentum=0.5)
    for size, last in [((3, 5), [5]), ((2, 3, 4), [4]), ((6,), [6]), ((2, 2, 3, 2), [2, 3, 2])]:
        steady(c, "LayerNorm", lambda: (normal(*size), normal(*last), normal(*last)), layer_norm, shape=last, eps=1e-3)
        steady(c, "LayerNorm", lambda: (normal(*size),), layer_norm, shape=last, eps=1e-3)
    c.twice("Flatten", FLATTEN, normal(2, 3, 4), first=1, last=-1)
    for size, dim, sizes in [((2, 6), 1, [2, 3]), ((6, 2), 0, [3, -1]), ((2, 12, 3), -2, [2, 3, 2]), ((0, 4), 1, [2, 2])]:
        c.add("Unflatten", UNFLATTEN, normal(*size), dim=dim, sizes=sizes)
    c.twice("Unflatten", UNFLATTEN, normal(2, 6, 3), dim=1, sizes=[3, 2])


def steady(c, op, draw, function, **args):
    c.steadily(op, draw, function, again=True, name=title(op, draw(), args), **args)
