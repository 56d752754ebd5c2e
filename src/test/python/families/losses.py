"""Losses, each with every reduction."""
import torch
import torch.nn.functional as F

from .cases import INF, NAN, fixed, integers, normal, random, said, start, uniform


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
    for reduction in ("none", "mean", "sum"):
        soft_classes(c, reduction)
        focal(c, reduction)
        likelihoods(c, reduction)
        margins(c, reduction)
        vectors(c, reduction)
    for reduction in ("mean", "sum"):
        reduced_twice(c, reduction)


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


def again(c, op, call, *inputs, name=None, **args):
    """Second derivatives of each row's loss, thrice; of one number, reduced_twice has them."""
    if args["reduction"] != "none":
        return
    c.twice(op, call, *inputs, name=name, **args)
    for _ in range(2):
        drawn = [x if hasattr(x, "fixed") else start(x[torch.randperm(len(x), generator=random)] * 0.75 + 0.125) for x in inputs]
        c.twice(op, call, *drawn, name=name, **args)


def signs(*shape):
    return fixed(integers(0, 2, *shape).double() * 2 - 1)


SOFT = lambda x, t, w=None, *, labelSmoothing, reduction: F.cross_entropy(x, t, w, reduction=reduction, label_smoothing=labelSmoothing)


def chances(*shape):
    return start(torch.softmax(normal(*shape), 1))


def soft_classes(c, reduction):
    """Probabilities of classes in place of labels."""
    op, call = "softCrossEntropy", SOFT
    weight = lambda n: fixed(uniform(0.2, 2, n))
    for smoothing in (0.0, 0.1, 1.0):
        usual = dict(labelSmoothing=smoothing, reduction=reduction)
        said = lambda what: f"crossEntropy of probabilities {what}, smoothed {smoothing}, {reduction}"
        for shape in ((5, 4), (3, 2), (2, 3, 4), (2, 3, 2, 2), (3, 1)):
            c.add(op, call, normal(*shape, scale=2), chances(*shape), **usual, name=said(f"{shape}"))
        c.add(op, call, normal(5, 4), fixed(chances(5, 4)), weight(4), **usual, name=said("with weights"))
        c.add(op, call, normal(2, 3, 4), chances(2, 3, 4), fixed([0.0, 1.5, 0.5]), **usual, name=said("with a weight of 0"))
        c.add(op, call, normal(3, 4), fixed(uniform(0, 3, 3, 4)), **usual, name=said("that don't add up to 1"))
        c.add(op, call, [[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], fixed([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]]), **usual, name=said("at 1e4"))
        again(c, op, call, normal(3, 4), chances(3, 4), **usual, name=said("plain"))
        again(c, op, call, normal(2, 3, 2), chances(2, 3, 2), weight(3), **usual, name=said("with weights"))
        if reduction != "mean":
            c.add(op, call, torch.zeros(0, 3), torch.zeros(0, 3), **usual, name=said("of nothing"))
    c.add(op, call, [[NAN, 1.0, 2.0], [0.0, 1.0, 3.0]], fixed([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]), labelSmoothing=0.0, reduction=reduction,
          name=f"crossEntropy of probabilities and NaN, {reduction}")


def reduced(losses, reduction):
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def sigmoid_focal(x, t, *, alpha, gamma, reduction):
    """torchvision.ops.sigmoid_focal_loss, from its documentation."""
    p = torch.sigmoid(x)
    losses = F.binary_cross_entropy_with_logits(x, t, reduction="none") * (1 - (p * t + (1 - p) * (1 - t))) ** gamma
    return reduced(losses if alpha < 0 else (alpha * t + (1 - alpha) * (1 - t)) * losses, reduction)


def class_focal(x, *, labels, gamma, reduction):
    entropy = F.cross_entropy(x, torch.tensor(labels), reduction="none")
    return reduced((1 - torch.exp(-entropy)) ** gamma * entropy, reduction)


def focal(c, reduction):
    for alpha, gamma in ((0.25, 2.0), (-1.0, 2.0), (0.6, 1.0), (0.25, 0.0), (1.0, 3.5), (0.3, 0.5)):
        usual = dict(alpha=alpha, gamma=gamma, reduction=reduction)
        said = lambda what: f"sigmoidFocalLoss {what} alpha={alpha} gamma={gamma}, {reduction}"
        for shape in ((3, 4), (7,), ()):
            c.add("sigmoidFocalLoss", sigmoid_focal, normal(*shape, scale=2), fixed(integers(0, 2, *shape).double()), **usual, name=said(f"{shape}"))
        c.add("sigmoidFocalLoss", sigmoid_focal, normal(2, 3), uniform(0.1, 0.9, 2, 3), **usual, name=said("of mixtures"))
        c.add("sigmoidFocalLoss", sigmoid_focal, [-30.0, -10.0, 10.0, 20.0], fixed([1.0, 0.0, 0.0, 0.0]), **usual, name=said("of large logits"))
        again(c, "sigmoidFocalLoss", sigmoid_focal, normal(3, 2), fixed(integers(0, 2, 3, 2).double()), **usual, name=said(""))
        again(c, "sigmoidFocalLoss", sigmoid_focal, normal(2, 2), uniform(0.1, 0.9, 2, 2), **usual, name=said("of mixtures"))
    for gamma in (0.0, 0.5, 1.0, 2.0, 3.5):
        usual = dict(gamma=gamma, reduction=reduction)
        # a row that is right by far has few digits of its entropy left in floats, of which a power has fewer
        for shape in ((4, 3), (2, 2), (5, 7)):
            c.add("focalLoss", class_focal, normal(*shape, scale=0.7), labels=labels(shape[1], shape[0]), **usual)
        again(c, "focalLoss", class_focal, normal(3, 4), labels=labels(4, 3), **usual)


GAUSSIAN = lambda x, t, v, full, epsilon, reduction: F.gaussian_nll_loss(x, t, v, full=full, eps=epsilon, reduction=reduction)
POISSON = lambda x, t, logInput, full, epsilon, reduction: F.poisson_nll_loss(x, t, logInput, full, eps=epsilon, reduction=reduction)


def likelihoods(c, reduction):
    gaussian, poisson = GAUSSIAN, POISSON
    for full, epsilon in ((False, 1e-6), (True, 1e-6), (False, 0.5)):
        usual = dict(full=full, epsilon=epsilon, reduction=reduction)
        c.add("gaussianNllLoss", gaussian, normal(3, 4), normal(3, 4), uniform(0.1, 2, 3, 4), **usual)
        c.add("gaussianNllLoss", gaussian, normal(3, 4), normal(3, 4), uniform(0.1, 2, 3, 1), **usual)
        c.add("gaussianNllLoss", gaussian, normal(2, 3, 2), normal(2, 3, 2), uniform(0.1, 2, 2, 3), **usual)
        c.add("gaussianNllLoss", gaussian, [1.0, 2.0, 3.0], [1.0, 0.0, -1e4], [0.0, 1e-3, 1e6], **usual)
        again(c, "gaussianNllLoss", gaussian, normal(3, 2), normal(3, 2), uniform(0.6, 2, 3, 2), **usual)
        again(c, "gaussianNllLoss", gaussian, normal(2, 3), normal(2, 3), uniform(0.6, 2, 2, 1), **usual)
    counts = lambda *s: fixed(integers(0, 6, *s).double())
    for full, epsilon in ((False, 1e-8), (True, 1e-8), (True, 0.25)):
        log, rate = (dict(logInput=way, full=full, epsilon=epsilon, reduction=reduction) for way in (True, False))
        c.add("poissonNllLoss", poisson, normal(3, 4), counts(3, 4), **log)
        c.add("poissonNllLoss", poisson, normal(2, 3), uniform(0.2, 4, 2, 3), **log, name=f"poissonNllLoss and the targets' gradient {full} {epsilon} {reduction}")
        c.add("poissonNllLoss", poisson, [-50.0, -1.0, 0.0, 30.0], fixed([0.0, 3.0, 1.0, 100.0]), **log)
        c.add("poissonNllLoss", poisson, uniform(0.1, 5, 3, 4), counts(3, 4), **rate)
        c.add("poissonNllLoss", poisson, uniform(0.1, 5, 5), uniform(1.5, 4, 5), **rate)
        c.add("poissonNllLoss", poisson, [0.0, 1e-3, 1e4], fixed([0.0, 1.0, 1e3]), **rate)
        again(c, "poissonNllLoss", poisson, normal(3, 2), uniform(1.5, 4, 3, 2), **log)
        again(c, "poissonNllLoss", poisson, uniform(0.5, 3, 3, 2), uniform(1.5, 4, 3, 2), **rate)


EMBEDDING = lambda x, t, margin, reduction: F.hinge_embedding_loss(x, t, margin, reduction=reduction)
RANKING = lambda x, y, t, margin, reduction: F.margin_ranking_loss(x, y, t, margin, reduction=reduction)


def margins(c, reduction):
    embedding, ranking = EMBEDDING, RANKING
    for margin in (1.0, 0.0, 2.5):
        usual = dict(margin=margin, reduction=reduction)
        for shape in ((3, 4), (5,), ()):
            c.add("hingeEmbeddingLoss", embedding, normal(*shape), signs(*shape), **usual)
            c.add("marginRankingLoss", ranking, normal(*shape), normal(*shape), signs(*shape), **usual)
        c.add("hingeEmbeddingLoss", embedding, [margin, margin, 1e4, -1e4, INF], fixed([-1.0, 1.0, -1.0, -1.0, -1.0]), **usual)
        c.add("marginRankingLoss", ranking, [1.0, margin, 0.0, 1e4], [1.0, 0.0, margin, -1e4], fixed([1.0, 1.0, -1.0, -1.0]), **usual)
    multi = lambda x, w=None, *, labels, p, margin, reduction: F.multi_margin_loss(x, torch.tensor(labels, dtype=torch.long), p, margin, w,
                                                                                  reduction=reduction)
    for p, margin in ((1, 1.0), (2, 1.0), (1, 0.25), (2, 2.0)):
        usual = dict(p=p, margin=margin, reduction=reduction)
        for shape in ((5, 4), (1, 3), (3, 1)):
            c.add("multiMarginLoss", multi, normal(*shape), labels=labels(shape[1], shape[0]), **usual)
        c.add("multiMarginLoss", multi, normal(4, 3), fixed(uniform(0.2, 2, 3)), labels=labels(3, 4), **usual)
        c.add("multiMarginLoss", multi, [[margin, 0.0, 1e4], [0.0, margin, -INF]], fixed([1.0, 0.0, 3.0]), labels=[0, 1], **usual)


COSINE = lambda x, y, t, margin, reduction: F.cosine_embedding_loss(x, y, t, margin, reduction=reduction)
TRIPLET = lambda a, x, y, margin, p, epsilon, swap, reduction: F.triplet_margin_loss(a, x, y, margin, p, epsilon, swap, reduction=reduction)


def vectors(c, reduction):
    cosine, triplet = COSINE, TRIPLET
    for margin in (0.0, 0.5, -0.5):
        usual = dict(margin=margin, reduction=reduction)
        for size in (2, 3, 6):
            c.add("cosineEmbeddingLoss", cosine, normal(4, size), normal(4, size), signs(4), **usual)
            again(c, "cosineEmbeddingLoss", cosine, normal(3, size), normal(3, size), signs(3), **usual)
        c.add("cosineEmbeddingLoss", cosine, normal(3), normal(3), signs(), **usual)
        c.add("cosineEmbeddingLoss", cosine, [[0.0, 0.0], [1e4, 1e-4], [1e-4, 2e-4]], [[1.0, 2.0], [1.0, 3.0], [-1e4, 0.0]], signs(3), **usual)
        c.add("cosineEmbeddingLoss", cosine, [[1.0, NAN], [1.0, 2.0]], [[1.0, 2.0], [3.0, 4.0]], fixed([1.0, 1.0]), **usual)
    for p in (2.0, 1.0, 3.0, INF, 1.5, 0.5):
        for swap in (False, True):
            usual = dict(margin=3.0 if p < 2 else 1.0, p=p, epsilon=1e-6, swap=swap, reduction=reduction)
            c.add("tripletMarginLoss", triplet, normal(4, 3), normal(4, 3), normal(4, 3), **usual)
            c.add("tripletMarginLoss", triplet, normal(5), normal(5), normal(5), **usual)
            if not (p == INF and swap):
                c.add("tripletMarginLoss", triplet, [[1.0, 1e4], [0.0, 0.0]], [[0.0, -1e4], [1e-3, 3.0]], [[2.0, 5.0], [1.0, 2.0]], **usual)
            again(c, "tripletMarginLoss", triplet, normal(3, 4), normal(3, 4), normal(3, 4), **usual)
    c.add("tripletMarginLoss", triplet, normal(2, 3), normal(2, 3), normal(2, 3), margin=0.25, p=2.0, epsilon=0.5, swap=True, reduction=reduction)


def reduced_twice(c, reduction):
    """Second derivatives of one number. By its weight it is a sum, which is held to its terms' magnitudes."""
    binary = lambda *s: fixed(integers(0, 2, *s).double())
    for smoothing in (0.0, 0.1, 1.0):
        usual = dict(labelSmoothing=smoothing, reduction=reduction)
        for shape in ((3, 4), (2, 2, 1, 2)):
            c.twice("softCrossEntropy", SOFT, normal(*shape), chances(*shape), **usual)
        c.twice("softCrossEntropy", SOFT, normal(2, 3, 2), chances(2, 3, 2), fixed(uniform(0.2, 2, 3)), **usual)
    for alpha, gamma in ((0.25, 2.0), (-1.0, 2.0), (0.6, 1.0), (0.25, 0.0), (1.0, 3.5), (0.3, 0.5)):
        usual = dict(alpha=alpha, gamma=gamma, reduction=reduction)
        c.twice("sigmoidFocalLoss", sigmoid_focal, normal(3, 2), binary(3, 2), **usual)
        c.twice("sigmoidFocalLoss", sigmoid_focal, normal(2, 2), uniform(0.1, 0.9, 2, 2), **usual, name=f"sigmoidFocalLoss of mixtures {said(usual)}")
    for gamma in (0.0, 0.5, 1.0, 2.0, 3.5):
        c.twice("focalLoss", class_focal, normal(3, 4), labels=labels(4, 3), gamma=gamma, reduction=reduction)
    for full, epsilon in ((False, 1e-6), (True, 1e-6), (False, 0.5)):
        usual = dict(full=full, epsilon=epsilon, reduction=reduction)
        c.twice("gaussianNllLoss", GAUSSIAN, normal(3, 2), normal(3, 2), uniform(0.6, 2, 3, 2), **usual)
        c.twice("gaussianNllLoss", GAUSSIAN, normal(2, 3), normal(2, 3), uniform(0.6, 2, 2, 1), **usual)
        c.twice("poissonNllLoss", POISSON, normal(3, 2), uniform(1.5, 4, 3, 2), logInput=True, **usual)
        c.twice("poissonNllLoss", POISSON, uniform(0.5, 3, 3, 2), uniform(1.5, 4, 3, 2), logInput=False, **usual)
    for margin in (1.0, 0.0, 2.5):
        usual = dict(margin=margin, reduction=reduction)
        for shape in ((3, 2), (5,)):  # PyTorch differentiates multiMarginLoss once
            c.twice("hingeEmbeddingLoss", EMBEDDING, normal(*shape), signs(*shape), **usual)
            c.twice("marginRankingLoss", RANKING, normal(*shape), normal(*shape), signs(*shape), **usual)
    for margin in (0.0, 0.5, -0.5):
        for size in (2, 3, 6):
            c.twice("cosineEmbeddingLoss", COSINE, normal(3, size), normal(3, size), signs(3), margin=margin, reduction=reduction)
    for p in (2.0, 1.0, 3.0, INF, 1.5, 0.5):
        for swap in (False, True):
            c.twice("tripletMarginLoss", TRIPLET, normal(3, 4), normal(3, 4), normal(3, 4), margin=3.0 if p < 2 else 1.0, p=p, epsilon=1e-6, swap=swap,
                    reduction=reduction)
    log_probs = lambda *s: start(torch.log_softmax(normal(*s), 1))
    for op, call, x in (("crossEntropy", CROSS, normal), ("nllLoss", NLL, log_probs)):
        for shape in ((3, 4), (2, 3, 2), (1, 2), (2, 2, 1, 3), (4, 5)):
            c.twice(op, call, x(*shape), labels=labels(shape[1], shape[0], *shape[2:]), ignoreIndex=-100, reduction=reduction)
            c.twice(op, call, x(*shape), fixed(uniform(0.2, 2, shape[1])), labels=labels(shape[1], shape[0], *shape[2:]), ignoreIndex=1,
                    reduction="sum")  # of a mean all may be ignored
    for smoothing in (0.1, 0.5, 1.0):
        for shape in ((3, 4), (2, 3, 2), (1, 5)):
            c.twice("crossEntropy", CROSS, normal(*shape), labels=labels(shape[1], shape[0], *shape[2:]), ignoreIndex=-100, labelSmoothing=smoothing,
                    reduction=reduction)
