"""Losses, each with every reduction."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, fixed, integers, normal, start, uniform


def draw(c):
    for reduction in ("none", "mean", "sum"):
        classes(c, reduction)
        smoothed(c, reduction)
        extreme_classes(c, reduction)
        probabilities(c, reduction)
        logits(c, reduction)
        distances(c, reduction)
        joints(c, reduction)
    for reduction in ("none", "mean", "sum", "batchmean"):
        divergence(c, reduction)


def labels(classes, *shape):
    return integers(0, classes, *shape).flatten().tolist()


def class_loss(function):
    def call(x, *weight, labels, reduction, **more):
        target = torch.tensor(labels, dtype=torch.long).reshape(x.shape[:1] + x.shape[2:])
        settings = {"ignore_index": more["ignoreIndex"]} | ({"label_smoothing": more["labelSmoothing"]} if "labelSmoothing" in more else {})
        return function(x, target, weight[0] if weight else None, reduction=reduction, **settings)
    return call


CROSS, NLL = class_loss(F.cross_entropy), class_loss(F.nll_loss)


def classes(c, reduction):
    log_probs = lambda *s: start(torch.log_softmax(normal(*s), 1))
    for op, call, x in (("crossEntropy", CROSS, lambda *s: normal(*s, scale=2)), ("nllLoss", NLL, log_probs)):
        said = lambda what: f"{op} {what}, {reduction}"
        usual = dict(ignoreIndex=-100, reduction=reduction)
        c.add(op, call, x(5, 4), labels=labels(4, 5), **usual, name=said("plain"))
        c.add(op, call, x(2, 3, 4), labels=labels(3, 2, 4), **usual, name=said("of 3 dimensions"))
        c.add(op, call, x(2, 3, 2, 2), labels=labels(3, 2, 2, 2), **usual, name=said("of 4 dimensions"))
        c.add(op, call, x(5, 4), fixed(uniform(0.2, 2, 4)), labels=labels(4, 5), **usual, name=said("with weights"))
        c.add(op, call, x(4, 3), fixed([0.0, 1.5, 0.5]), labels=[0, 2, 1, 0], **usual, name=said("with a weight of 0"))
        c.add(op, call, x(6, 3), labels=[0, 2, 1, 2, 2, 0], ignoreIndex=2, reduction=reduction, name=said("with an ignored class"))
        c.add(op, call, x(4, 3), fixed(uniform(0.2, 2, 3)), labels=[-7, 2, 1, -7], ignoreIndex=-7, reduction=reduction,
              name=said("with ignored rows and weights"))
        c.add(op, call, x(2, 3, 4), fixed(uniform(0.2, 2, 3)), labels=[0, 1, 2, -100, 2, -100, 1, 1], **usual,
              name=said("of 3 dimensions with ignored ones and weights"))
        c.add(op, call, x(3, 1), labels=[0, 0, 0], **usual, name=said("of one class"))
        if reduction != "mean":  # an error here, NaN in PyTorch
            c.add(op, call, x(2, 3), labels=[1, 1], ignoreIndex=1, reduction=reduction, name=said("with all ignored"))
            c.add(op, call, x(0, 3), labels=[], **usual, name=said("of nothing"))
        c.twice(op, call, x(4, 3), fixed(uniform(0.2, 2, 3)), labels=[-7, 2, 1, 0], ignoreIndex=-7, reduction=reduction,
                name=said("with an ignored row and weights"))


def smoothed(c, reduction):
    for smoothing in (0.1, 1.0):
        said = lambda what: f"crossEntropy smoothed {smoothing}{what}, {reduction}"
        usual = dict(labelSmoothing=smoothing, reduction=reduction)
        c.add("crossEntropy", CROSS, normal(5, 4), labels=labels(4, 5), ignoreIndex=-100, **usual, name=said(""))
        c.add("crossEntropy", CROSS, normal(5, 4), labels=[3, 0, 1, 1, 2], ignoreIndex=1, **usual, name=said(" with an ignored class"))
        c.add("crossEntropy", CROSS, normal(5, 4), fixed(uniform(0.2, 2, 4)), labels=[3, 0, 1, 1, 2], ignoreIndex=1, **usual,
              name=said(" with weights and an ignored class"))
        c.add("crossEntropy", CROSS, normal(2, 3, 2), fixed(uniform(0.2, 2, 3)), labels=[-100, 0, 1, 2], ignoreIndex=-100, **usual,
              name=said(" of 3 dimensions with weights and an ignored one"))
        c.twice("crossEntropy", CROSS, normal(3, 4), fixed(uniform(0.2, 2, 4)), labels=[3, 0, 1], ignoreIndex=1, **usual,
                name=said(" with weights and an ignored class"))


def extreme_classes(c, reduction):
    said = lambda what: f"crossEntropy {what}, {reduction}"
    usual = dict(ignoreIndex=-100, reduction=reduction)
    c.add("crossEntropy", CROSS, [[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4], [1e4, 9999.0, -1e4]], labels=[1, 1, 0], **usual, each=True, name=said("at 1e4"))
    c.add("crossEntropy", CROSS, [[-1e4, 1e4, 1e4], [1e4, 9999.0, 9998.5]], labels=[1, 0], **usual, name=said("at 1e4, small"))
    c.add("crossEntropy", CROSS, [[1e4, -1e4], [-1e4, 1e4]], labels=[0, 1], **usual, name=said("at 1e4, right"))
    c.add("crossEntropy", CROSS, [[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], labels=[1, 2], labelSmoothing=0.1, **usual, name=said("at 1e4, smoothed"))
    c.add("crossEntropy", CROSS, [[-INF, 1.0, 2.0], [0.0, -INF, 3.0]], labels=[1, 2], **usual, name=said("of classes that are out of the question"))
    c.add("crossEntropy", CROSS, [[-INF, 1.0, 2.0], [0.0, 1.0, 3.0]], labels=[0, 2], **usual, name=said("of minus infinity"))
    c.add("crossEntropy", CROSS, [[NAN, 1.0, 2.0], [0.0, 1.0, 3.0]], labels=[1, 2], **usual, name=said("of NaN"))
    c.add("crossEntropy", CROSS, [[NAN, 1.0, 2.0], [0.0, 1.0, 3.0]], labels=[-100, 2], **usual, name=said("of an ignored NaN"))
    c.twice("crossEntropy", CROSS, [[-1e4, 1e4, 1e4], [1e4, 9999.0, 9998.5]], labels=[1, 0], **usual, name=said("at 1e4, small"))


def probabilities(c, reduction):
    def loss(x, t, w=None, *, reduction):
        return F.binary_cross_entropy(x, t, w, reduction=reduction)
    op = "binaryCrossEntropy"
    likely, target, weight = lambda *s: uniform(0.02, 0.98, *s), lambda *s: fixed(uniform(0, 1, *s)), lambda *s: fixed(uniform(0.2, 2, *s))
    c.add(op, loss, likely(3, 4), target(3, 4), reduction=reduction)
    c.add(op, loss, likely(3, 4), uniform(0, 1, 3, 4), weight(3, 1), reduction=reduction, name=f"{op} and the targets' gradient, {reduction}")
    c.add(op, loss, likely(3, 4), fixed(integers(0, 2, 3, 4).double()), weight(3, 4), reduction=reduction)
    c.add(op, loss, likely(3, 4), target(3, 4), weight(4), reduction=reduction)
    # the true gradient where the probability is right, here; PyTorch's is 0
    c.add(op, loss, fixed([0.0, 1.0, 0.0, 1.0]), fixed([0.0, 1.0, 1.0, 0.0]), reduction=reduction, name=f"{op} at 0 and 1, {reduction}")
    c.add(op, loss, [0.0, 1.0], fixed([1.0, 0.0]), reduction=reduction, name=f"{op} at 0 and 1 that are wrong, {reduction}")
    c.add(op, loss, [1e-7, 0.999, 1e-3], fixed([1.0, 0.0, 0.0]), reduction=reduction, each=True, name=f"{op} near 0 and 1, {reduction}")
    c.twice(op, loss, uniform(0.2, 0.8, 3, 4), target(3, 4), weight(4), reduction=reduction)


def logits(c, reduction):
    def loss(x, t, w=None, p=None, *, reduction):
        return F.binary_cross_entropy_with_logits(x, t, w, pos_weight=p, reduction=reduction)
    op = "binaryCrossEntropyWithLogits"
    target, weight = lambda *s: fixed(uniform(0, 1, *s)), lambda *s: fixed(uniform(0.2, 2, *s))
    c.add(op, loss, normal(3, 4, scale=3), target(3, 4), reduction=reduction)
    c.add(op, loss, normal(3, 4), uniform(0, 1, 3, 4), weight(3, 1), fixed(uniform(0.5, 3, 4)), reduction=reduction,
          name=f"{op} and the targets' gradient, {reduction}")
    c.add(op, loss, normal(3, 4, scale=3), fixed(integers(0, 2, 3, 4).double()), weight(3, 4), reduction=reduction)
    c.add(op, loss, normal(3, 4), target(3, 4), weight(3, 4), fixed(uniform(0.5, 3, 4)), reduction=reduction)
    c.add(op, loss, [1e4, -1e4, 1e4, -1e4, 0.0], fixed([1.0, 0.0, 0.0, 1.0, 0.5]), reduction=reduction, each=True, name=f"{op} at 1e4, {reduction}")
    c.add(op, loss, [1e4, -1e4, -20.0], fixed([1.0, 0.0, 0.0]), reduction=reduction, name=f"{op} at 1e4, right, {reduction}")
    c.add(op, loss, [1e4, -1e4, 50.0], fixed([0.3, 0.3, 0.0]), fixed([1.0, 2.0, 0.5]), fixed([3.0]), reduction=reduction, each=True,
          name=f"{op} at 1e4, weighted, {reduction}")
    c.twice(op, loss, normal(3, 4), target(3, 4), weight(3, 4), fixed(uniform(0.5, 3, 4)), reduction=reduction)


SMOOTH = lambda x, t, beta, reduction: F.smooth_l1_loss(x, t, beta=beta, reduction=reduction)
HUBER = lambda x, t, delta, reduction: F.huber_loss(x, t, delta=delta, reduction=reduction)
MSE = lambda x, t, reduction: F.mse_loss(x, t, reduction=reduction)
L1 = lambda x, t, reduction: F.l1_loss(x, t, reduction=reduction)


def distances(c, reduction):
    for op, function in {"mseLoss": MSE, "l1Loss": L1}.items():
        c.add(op, function, normal(3, 4), normal(3, 4), reduction=reduction)
        c.add(op, function, [1e4, 1.0, 2.0], [-1e4, 1.0, 3.0], reduction=reduction, each=True, name=f"{op} at 1e4 and of equals, {reduction}")
        c.add(op, function, [INF, 1.0, 2.0], [1.0, 1.0, 3.0], reduction=reduction, name=f"{op} with infinity, {reduction}")
        c.add(op, function, normal(), normal(), reduction=reduction)
        c.twice(op, function, normal(3, 4), normal(3, 4), reduction=reduction)
        if reduction != "mean":
            c.add(op, function, torch.zeros(0, 2), torch.zeros(0, 2), reduction=reduction)
    for beta in (1.0, 0.3, 0.0):
        c.add("smoothL1Loss", SMOOTH, normal(3, 4), normal(3, 4), beta=beta, reduction=reduction)
        c.twice("smoothL1Loss", SMOOTH, normal(3, 4), normal(3, 4), beta=beta, reduction=reduction)
    for delta in (1.0, 0.3):
        c.add("huberLoss", HUBER, normal(3, 4), normal(3, 4), delta=delta, reduction=reduction)
        c.twice("huberLoss", HUBER, normal(3, 4), normal(3, 4), delta=delta, reduction=reduction)


def joints(c, reduction):
    """Where a parabola becomes a line."""
    c.add("smoothL1Loss", SMOOTH, [-1e4, -1.0, 0.0, 1.0, 1e4], [0.0] * 5, beta=1.0, reduction=reduction, each=True,
          name=f"smoothL1Loss at its joints, {reduction}")
    c.add("huberLoss", HUBER, [-1e4, -2.0, 0.0, 2.0, 1e4], [0.0] * 5, delta=2.0, reduction=reduction, each=True,
          name=f"huberLoss at its joints, {reduction}")


def divergence(c, reduction):
    kl = lambda x, t, logTarget, reduction: F.kl_div(x, t, log_target=logTarget, reduction=reduction)
    log_probs = lambda: start(torch.log_softmax(normal(3, 4), 1))
    c.add("klDiv", kl, log_probs(), start(log_probs().exp()), logTarget=False, reduction=reduction)
    c.add("klDiv", kl, log_probs(), log_probs(), logTarget=True, reduction=reduction)
    c.add("klDiv", kl, log_probs(), fixed([[0.0, 1.0, 0.0, 0.0]] * 3), logTarget=False, reduction=reduction, name=f"klDiv with zeros, {reduction}")
    c.add("klDiv", kl, [[-1e4, -1e-3]], fixed([[0.5, 0.5]]), logTarget=False, reduction=reduction, each=True, name=f"klDiv at 1e4, {reduction}")
    c.twice("klDiv", kl, log_probs(), start(log_probs().exp()), logTarget=False, reduction=reduction)
    c.twice("klDiv", kl, log_probs(), log_probs(), logTarget=True, reduction=reduction)
