"""Norms over groups, instances and mean squares, and a batch norm's options: the parameters are the inputs after the first."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, normal, start


def draw(c):
    groups(c)
    instances(c)
    mean_squares(c)
    batches(c)


def add(c, i, op, draw, function, **args):
    """Every other one with second derivatives; of inputs whose results keep their digits."""
    c.steadily(op, draw, function, again=i % 2 == 0, **args)


def groups(c):
    function = lambda x, w=None, b=None, *, groups, eps: F.group_norm(x, groups, w, b, eps)
    i = 0
    # of one or two numbers next to nothing is left of a gradient, but where eps is large
    for size, parts in [((2, 4), (1, 2)), ((1, 6), (1, 2, 3)), ((3, 2, 3), (1, 2)), ((1, 4, 2), (1, 2, 4)), ((1, 4, 2, 2), (1, 2, 4)),
                        ((2, 2, 1, 3), (1, 2)), ((1, 3, 2, 1, 2), (1, 3)), ((1, 1, 5), (1,))]:
        for part in parts:
            few = torch.Size(size[1:]).numel() // part < 3
            for eps in (0.1, 1.0) if few else (1e-5, 1e-2):
                for affine in (True, False):
                    i += 1
                    weights = (lambda: (normal(size[1]), normal(size[1]))) if affine else lambda: ()
                    add(c, i, "GroupNorm", lambda: (normal(*size, scale=2, mean=0.5), *weights()), function, groups=part, eps=eps)
    c.add("GroupNorm", function, torch.zeros(0, 4, 2), normal(4), normal(4), groups=2, eps=1e-5)
    c.add("GroupNorm", function, [[[2.0, 2.0], [2.0, 2.0], [0.0, 0.0], [0.0, 0.0]]], normal(4), normal(4), groups=2, eps=1e-3,
          name="GroupNorm of equals")
    c.add("GroupNorm", function, [[[1.0, NAN], [2.0, 3.0], [1.0, 2.0], [4.0, 3.0]]], normal(4), normal(4), groups=2, eps=1e-5,
          name="GroupNorm beside NaN")
    c.add("GroupNorm", function, [[[1.0, INF], [2.0, 3.0], [1.0, 2.0], [4.0, 3.0]]], normal(4), normal(4), groups=2, eps=1e-5,
          name="GroupNorm beside an infinity")


def instances(c):
    def function(x1, x2, x3, w=None, b=None, *, eps, momentum, track):
        """Two steps of training, the running statistics after them, and an evaluation."""
        rank = x1.dim()
        layer = (torch.nn.InstanceNorm1d if x1.shape[-1:] == x1.shape[2:] or rank == 2 else torch.nn.InstanceNorm2d)(
            x1.shape[1] if rank > 2 else x1.shape[0], eps=eps, momentum=momentum, affine=False, track_running_stats=track).to(x1.dtype)
        shape = lambda y: [-1] + [1] * (1 if rank <= 3 else 2)
        affine = lambda y: y if w is None else y * w.reshape(shape(y)) + b.reshape(shape(y))
        trained = [affine(layer(x1)), affine(layer(x2))]
        running = [layer.running_mean.clone(), layer.running_var.clone()] if track else []
        return trained + running + [affine(layer.eval()(x3))]
    i = 0
    for size in ((2, 5), (2, 2, 4), (1, 3, 3), (3, 1, 4), (2, 2, 2, 3), (1, 3, 2, 2), (2, 1, 3, 2)):
        features = size[0] if len(size) == 2 else size[1]
        for track in (False, True):
            for momentum in (0.1, 0.4):
                for affine in (False, True):
                    i += 1
                    weights = (lambda: (normal(features), normal(features))) if affine else lambda: ()
                    op = "InstanceNorm2d" if len(size) == 4 else "InstanceNorm1d"
                    add(c, i + i // 4, op, lambda: (normal(*size), normal(*size, scale=2, mean=1), normal(*size), *weights()), function,
                        eps=(1e-5, 1e-2)[i // 2 % 2], momentum=momentum, track=track)


def mean_squares(c):
    def function(x, w=None, *, shape, eps):
        return F.rms_norm(x, shape, w, eps)
    i = 0
    for size, last in [((4,), [4]), ((3, 5), [5]), ((1, 1), [1]), ((2, 3, 2), [3, 2]), ((2, 1, 4), [4]), ((1, 2, 2, 2), [2, 2, 2]), ((2, 7), [7])]:
        for eps in (1.0, 2.0) if last == [1] else (1e-6, 1e-3, 1.0):
            for affine in (True, False):
                # of one large number next to nothing is left of a gradient
                for scale in (0.5, 1.0) if last == [1] else (1.0, 30.0):
                    i += 1
                    weights = (lambda: (normal(*last),)) if affine else lambda: ()
                    add(c, i, "RMSNorm", lambda: (normal(*size, scale=scale), *weights()), function, shape=last, eps=eps)
    c.add("RMSNorm", function, torch.zeros(0, 3), normal(3), shape=[3], eps=1e-5)
    c.add("RMSNorm", function, [[0.0, 0.0, 0.0], [2.0, 2.0, 2.0]], normal(3), shape=[3], eps=1e-3, name="RMSNorm of zeros and equals")
    c.add("RMSNorm", function, [[1.0, NAN, 2.0], [1.0, 2.0, 3.0]], normal(3), shape=[3], eps=1e-3, name="RMSNorm beside NaN")
    c.add("RMSNorm", function, start([[1e20, -2e20, 3e20], [1e30, 1e30, -1e30]]), normal(3), shape=[3], eps=1e-6, name="RMSNorm of large numbers")
    c.add("RMSNorm", function, start([[1e-20, -2e-20, 3e-20]]), normal(3), shape=[3], eps=1e-6, name="RMSNorm of small numbers")


def batches(c):
    def function(x1, x2, x3, w=None, b=None, *, eps, momentum, track):
        """Two steps of training, the running statistics after them, and an evaluation."""
        layer = (torch.nn.BatchNorm2d if x1.dim() == 4 else torch.nn.BatchNorm1d)(
            x1.shape[1], eps=eps, momentum=momentum if momentum > 0 else None, affine=False, track_running_stats=track).to(x1.dtype)
        affine = lambda y: y if w is None else y * w.reshape(-1, *[1] * (y.dim() - 2)) + b.reshape(-1, *[1] * (y.dim() - 2))
        trained = [affine(layer(x1)), affine(layer(x2))]
        running = [layer.running_mean.clone(), layer.running_var.clone()] if track else []
        return trained + running + [affine(layer.eval()(x3))]
    i = 0
    for size in ((4, 2), (3, 1), (2, 2, 3), (2, 1, 2, 2), (1, 2, 2, 3)):
        for momentum, track in ((-1.0, True), (0.1, False), (1.0, True)):
            for affine in (False, True):
                i += 1
                weights = (lambda: (normal(size[1]), normal(size[1]))) if affine else lambda: ()
                add(c, i + i // 6, f"BatchNorm{2 if len(size) == 4 else 1}d", lambda: (normal(*size), normal(*size, scale=2, mean=1), normal(*size),
                                                                                       *weights()),
                    function, eps=(1e-5, 1e-2)[i // 2 % 2], momentum=momentum, track=track)
