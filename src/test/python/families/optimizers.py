"""Optimizers: two parameters, 25 gradients for each, the parameters after every step. And the clipping of gradients."""
import torch

from .cases import INF, NAN, normal, said, start

STEPS = 25
# neither has one at step 3; the first begins late, the second ends early
ABSENT = [[0, 1, 3, 10, 11], [3, 7, 22, 23, 24]]


def draw(c):
    sgd(c)
    adam(c)
    rms_prop(c)
    adagrad(c)
    clipping(c)
    nadam(c)
    radam(c)
    adadelta(c)
    in_groups(c)
    other_norms(c)


def trajectory(c, op, make, **args):
    """`absent` names the steps of each parameter that it has no gradient in."""
    shapes = [(2, 3), (4,)]
    starts = [normal(*size) for size in shapes]
    gradients = [normal(STEPS, *size) for size in shapes]
    gradients[1][7] = 0
    parameters = [torch.nn.Parameter(x.clone()) for x in starts]
    groups = parameters
    if "groupLr" in args:
        groups = [{"params": parameters[:1]}, {"params": parameters[1:], "lr": args["groupLr"], "weight_decay": args["groupDecay"]}]
    optimizer = make(groups, args)
    path = [[] for _ in shapes]
    for step in range(STEPS):
        for i, parameter in enumerate(parameters):
            parameter.grad = None if step in args.get("absent", [[], []])[i] else gradients[i][step].clone()
        optimizer.step()
        for parameter, so_far in zip(parameters, path):
            so_far.append(parameter.detach().clone())
    inputs = starts + gradients
    c.line(f"{op} {said(args)}", op, args, inputs, [torch.stack(x) for x in path], [None, None], [None] * len(inputs))


def sgd(c):
    make = lambda p, a: torch.optim.SGD(p, a["lr"], a.get("momentum", 0), a.get("dampening", 0), a.get("weightDecay", 0), a.get("nesterov", False),
                                        maximize=a.get("maximize", False))
    run = lambda **args: trajectory(c, "SGD", make, **args)
    run(lr=0.1)
    run(lr=0.1, weightDecay=0.05)
    run(lr=0.05, momentum=0.9)
    run(lr=0.05, momentum=0.9, dampening=0.3)
    run(lr=0.05, momentum=0.9, nesterov=True)
    run(lr=0.05, momentum=0.8, nesterov=True, weightDecay=0.01)
    run(lr=0.05, momentum=0.8, dampening=0.1, weightDecay=0.1, maximize=True)
    run(lr=0.05, maximize=True)
    run(lr=0.0, momentum=0.9)
    run(lr=0.1, weightDecay=0.1, absent=ABSENT)
    run(lr=0.05, momentum=0.9, dampening=0.3, weightDecay=0.1, absent=ABSENT)
    run(lr=0.05, momentum=0.9, nesterov=True, absent=ABSENT)


def adam(c):
    for op, kind in (("Adam", torch.optim.Adam), ("AdamW", torch.optim.AdamW)):
        make = lambda p, a, kind=kind: kind(p, a["lr"], (a.get("beta1", 0.9), a.get("beta2", 0.999)), a.get("epsilon", 1e-8), a["weightDecay"],
                                            a.get("amsgrad", False), maximize=a.get("maximize", False))
        run = lambda **args: trajectory(c, op, make, **args)
        run(lr=0.05, weightDecay=0.0)
        run(lr=0.05, weightDecay=0.1)
        run(lr=0.02, weightDecay=0.0, beta1=0.5, beta2=0.9)
        run(lr=0.02, weightDecay=0.01, beta1=0.0, beta2=0.99, epsilon=1e-3)
        run(lr=0.05, weightDecay=0.0, beta2=0.7, amsgrad=True)
        run(lr=0.05, weightDecay=0.2, beta2=0.7, amsgrad=True, maximize=True)
        run(lr=0.05, weightDecay=0.1, maximize=True)
        run(lr=0.05, weightDecay=0.1, absent=ABSENT)
        run(lr=0.05, weightDecay=0.0, beta2=0.7, amsgrad=True, absent=ABSENT)


def rms_prop(c):
    make = lambda p, a: torch.optim.RMSprop(p, a["lr"], a.get("alpha", 0.99), a.get("epsilon", 1e-8), a.get("weightDecay", 0), a.get("momentum", 0),
                                            a.get("centered", False), maximize=a.get("maximize", False))
    run = lambda **args: trajectory(c, "RMSprop", make, **args)
    run(lr=0.01)
    run(lr=0.01, alpha=0.8, epsilon=1e-3)
    run(lr=0.01, momentum=0.9)
    run(lr=0.01, alpha=0.9, centered=True, epsilon=0.01)
    run(lr=0.01, alpha=0.9, centered=True, momentum=0.5, weightDecay=0.1, epsilon=0.01)
    run(lr=0.01, weightDecay=0.1, maximize=True)
    run(lr=0.01, alpha=0.9, centered=True, momentum=0.5, weightDecay=0.1, epsilon=0.01, absent=ABSENT)


def adagrad(c):
    make = lambda p, a: torch.optim.Adagrad(p, a["lr"], a.get("lrDecay", 0), a.get("weightDecay", 0), a.get("initialAccumulator", 0),
                                            a.get("epsilon", 1e-10), maximize=a.get("maximize", False))
    run = lambda **args: trajectory(c, "Adagrad", make, **args)
    run(lr=0.1)
    run(lr=0.1, lrDecay=0.05)
    run(lr=0.1, initialAccumulator=0.5, epsilon=1e-3)
    run(lr=0.1, weightDecay=0.1, maximize=True)
    run(lr=0.1, lrDecay=0.05, weightDecay=0.1, absent=ABSENT)


def clipping(c):
    by_norm = torch.nn.utils.clip_grad_norm_
    strictly = lambda parameters, bound: by_norm(parameters, bound, error_if_nonfinite=True)
    by_value = torch.nn.utils.clip_grad_value_

    def clip(op, function, *gradients, name, bound):
        clipped(c, op, function, *gradients, name=name, bound=bound)
    for bound in (0.5, 3.0, 100.0, 0.0):
        for op, function in {"clipByNorm": by_norm, "clipByNormStrictly": strictly, "clipByValue": by_value}.items():
            clip(op, function, normal(2, 3, scale=2), normal(4), name="a matrix and a vector", bound=bound)
    for op, function in {"clipByNorm": by_norm, "clipByNormStrictly": strictly, "clipByValue": by_value}.items():
        clip(op, function, [1.0, INF], [-3.0], name="infinity", bound=1.0)
        clip(op, function, [1.0, NAN], [-3.0, 0.5], name="NaN", bound=1.0)
        clip(op, function, [INF, NAN], [-INF], name="infinities and NaN", bound=2.0)
        clip(op, function, [0.0, 0.0], [0.0], name="zeros", bound=1.0)
        clip(op, function, [3.0, 4.0], [0.0], name="norm 5", bound=5.0)
        clip(op, function, [1e-4, -2e-4], [3e3], name="small beside large", bound=1.0)


def clipped(c, op, function, *gradients, name, bound, **args):
    """The gradients afterwards, and the norm before; where PyTorch refuses, a lone NaN in its place."""
    gradients = [start(g) for g in gradients]
    parameters = [torch.nn.Parameter(torch.zeros_like(g)) for g in gradients]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient.clone()
    try:
        more = [] if (norm := function(parameters, bound)) is None else [norm]
    except RuntimeError:
        more = [torch.full((1,), NAN)]
    outputs = [parameter.grad for parameter in parameters] + more
    c.line(f"{op} to {bound} of {name}", op, {"bound": bound} | args, gradients, outputs, [None] * len(outputs), [None] * len(gradients), each=True)


def nadam(c):
    make = lambda p, a: torch.optim.NAdam(p, a["lr"], (a.get("beta1", 0.9), a.get("beta2", 0.999)), a.get("epsilon", 1e-8), a.get("weightDecay", 0),
                                          a.get("momentumDecay", 4e-3), a.get("decoupled", False), maximize=a.get("maximize", False))
    run = lambda **args: trajectory(c, "NAdam", make, **args)
    run(lr=0.05)
    run(lr=0.05, weightDecay=0.1)
    run(lr=0.05, weightDecay=0.1, decoupled=True)
    run(lr=0.02, beta1=0.5, beta2=0.9, momentumDecay=0.3)
    run(lr=0.02, beta1=0.0, epsilon=1e-3)
    run(lr=0.02, beta1=0.99, beta2=0.8, momentumDecay=0.0)
    run(lr=0.05, weightDecay=0.1, decoupled=True, maximize=True)
    run(lr=0.05, weightDecay=0.1, absent=ABSENT)


def radam(c):
    make = lambda p, a: torch.optim.RAdam(p, a["lr"], (a.get("beta1", 0.9), a.get("beta2", 0.999)), a.get("epsilon", 1e-8), a.get("weightDecay", 0),
                                          a.get("decoupled", False), maximize=a.get("maximize", False))
    run = lambda **args: trajectory(c, "RAdam", make, **args)
    run(lr=0.05)
    run(lr=0.05, weightDecay=0.1)
    run(lr=0.05, weightDecay=0.1, decoupled=True)
    run(lr=0.02, beta1=0.5, beta2=0.9)
    run(lr=0.02, beta2=0.5)
    run(lr=0.02, beta1=0.0, beta2=0.8, epsilon=1e-3)
    run(lr=0.05, beta2=0.9, weightDecay=0.1, decoupled=True, maximize=True)
    run(lr=0.05, beta2=0.9, weightDecay=0.1, absent=ABSENT)


def adadelta(c):
    make = lambda p, a: torch.optim.Adadelta(p, a["lr"], a.get("rho", 0.9), a.get("epsilon", 1e-6), a.get("weightDecay", 0), maximize=a.get("maximize", False))
    run = lambda **args: trajectory(c, "Adadelta", make, **args)
    run(lr=1.0)
    run(lr=0.5, rho=0.5, epsilon=1e-3)
    run(lr=1.0, rho=0.0, epsilon=1e-2)
    run(lr=1.0, weightDecay=0.1)
    run(lr=1.0, epsilon=1e-2, weightDecay=0.1, maximize=True)
    run(lr=1.0, epsilon=1e-3, weightDecay=0.1, absent=ABSENT)


def in_groups(c):
    """The second parameter with a rate and a weight decay of its own."""
    beta = lambda a: (a.get("beta1", 0.9), a.get("beta2", 0.999))
    kinds = {
        "SGD": lambda p, a: torch.optim.SGD(p, a["lr"], a.get("momentum", 0), nesterov=a.get("nesterov", False), weight_decay=a.get("weightDecay", 0)),
        "Adam": lambda p, a: torch.optim.Adam(p, a["lr"], beta(a), weight_decay=a["weightDecay"], amsgrad=a.get("amsgrad", False)),
        "AdamW": lambda p, a: torch.optim.AdamW(p, a["lr"], beta(a), weight_decay=a["weightDecay"]),
        "RMSprop": lambda p, a: torch.optim.RMSprop(p, a["lr"], weight_decay=a["weightDecay"], momentum=a.get("momentum", 0)),
        "Adagrad": lambda p, a: torch.optim.Adagrad(p, a["lr"], weight_decay=a["weightDecay"]),
        "NAdam": lambda p, a: torch.optim.NAdam(p, a["lr"], beta(a), weight_decay=a["weightDecay"]),
        "RAdam": lambda p, a: torch.optim.RAdam(p, a["lr"], beta(a), weight_decay=a["weightDecay"]),
        "Adadelta": lambda p, a: torch.optim.Adadelta(p, a["lr"], weight_decay=a["weightDecay"])}
    for op, make in kinds.items():
        more = [{}, {"momentum": 0.9, "nesterov": True}] if op == "SGD" else [{}, {"beta2": 0.9}] if op in ("NAdam", "RAdam", "AdamW") else [{}]
        for each in more:
            trajectory(c, op, make, lr=0.03, weightDecay=0.05, groupLr=0.1, groupDecay=0.0, **each)
            trajectory(c, op, make, lr=0.03, weightDecay=0.0, groupLr=0.005, groupDecay=0.3, absent=ABSENT, **each)


def other_norms(c):
    for norm in (1.0, INF, 3.0, 0.5, 2.0):
        by_norm = lambda parameters, bound: torch.nn.utils.clip_grad_norm_(parameters, bound, norm_type=norm)
        clip = lambda *gradients, name, bound: clipped(c, "clipByAnyNorm", by_norm, *gradients, name=f"{name} by norm {norm}", bound=bound,
                                                       norm=str(norm) if norm == INF else norm)
        for bound in (0.5, 3.0, 100.0, 0.0):
            clip(normal(2, 3, scale=2), normal(4), name="a matrix and a vector", bound=bound)
        clip([1.0, INF], [-3.0], name="infinity", bound=1.0)
        clip([0.0, 0.0], [0.0], name="zeros", bound=1.0)
        clip([3.0, 4.0], [1e-4], name="a small one beside", bound=2.0)
