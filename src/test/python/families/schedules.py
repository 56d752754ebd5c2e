"""Schedules: the rate at first and after each of 30 steps, every one held to its own magnitude."""
import torch

from .cases import normal, said, start


LR = torch.optim.lr_scheduler


def draw(c):
    steps(c)
    curves(c)
    plateaus(c)
    others(c)
    cycles(c)
    chains(c)


def rates(c, op, make, measures=None, lr=0.1, steps=30, **args):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr)
    schedule = make(optimizer, **args)
    found = [optimizer.param_groups[0]["lr"]]
    for step in range(steps):
        optimizer.step()
        schedule.step(*([] if measures is None else [measures[step]]))
        found.append(optimizer.param_groups[0]["lr"])
    inputs = [] if measures is None else [start(measures)]
    c.line(f"{op} {said(args)}", op, {"lr": lr} | args, inputs, [torch.tensor(found)], [None], [None] * len(inputs), each=True)


def steps(c):
    step = lambda o, stepSize, gamma: LR.StepLR(o, stepSize, gamma)
    rates(c, "StepLR", step, stepSize=7, gamma=0.5)
    rates(c, "StepLR", step, stepSize=1, gamma=0.9)
    rates(c, "StepLR", step, stepSize=10, gamma=2.0)
    multi = lambda o, milestones, gamma: LR.MultiStepLR(o, milestones, gamma)
    rates(c, "MultiStepLR", multi, milestones=[3, 8, 21], gamma=0.1)
    rates(c, "MultiStepLR", multi, milestones=[5, 5, 1], gamma=0.5)
    for gamma in (0.93, 1.05, 0.5):
        rates(c, "ExponentialLR", lambda o, gamma: LR.ExponentialLR(o, gamma), gamma=gamma)


def curves(c):
    cosine = lambda o, epochs, minLr: LR.CosineAnnealingLR(o, epochs, minLr)
    rates(c, "CosineAnnealingLR", cosine, epochs=30, minLr=0.0)
    rates(c, "CosineAnnealingLR", cosine, epochs=10, minLr=0.01)
    rates(c, "CosineAnnealingLR", cosine, epochs=7, minLr=0.001)
    rates(c, "CosineAnnealingLR", cosine, epochs=1, minLr=0.01)
    cycle = lambda o, maxLr, totalSteps, warmUp, annealing, divFactor, finalDivFactor, threePhase: LR.OneCycleLR(
        o, maxLr, totalSteps, pct_start=warmUp, anneal_strategy=annealing, cycle_momentum=False, div_factor=divFactor,
        final_div_factor=finalDivFactor, three_phase=threePhase)
    for total, warm, annealing, three in [(31, 0.3, "cos", False), (40, 0.25, "linear", False), (30, 0.4, "cos", True), (33, 0.3, "linear", True)]:
        rates(c, "OneCycleLR", cycle, maxLr=0.5, totalSteps=total, warmUp=warm, annealing=annealing, divFactor=25.0 if three else 10.0,
              finalDivFactor=1e4 if three else 50.0, threePhase=three)
    linear = lambda o, startFactor, endFactor, epochs: LR.LinearLR(o, startFactor, endFactor, epochs)
    rates(c, "LinearLR", linear, startFactor=0.1, endFactor=1.0, epochs=10)
    rates(c, "LinearLR", linear, startFactor=1.0, endFactor=0.25, epochs=29)
    rates(c, "LinearLR", linear, startFactor=0.5, endFactor=0.0, epochs=5)


def plateaus(c):
    plateau = lambda o, mode, factor, patience, threshold, thresholdMode, cooldown, minLr: LR.ReduceLROnPlateau(
        o, mode, factor, patience, threshold, thresholdMode, cooldown, minLr)
    falling = start([2.0 / (1 + i) if i < 8 else 0.25 + 0.01 * (i % 3) for i in range(30)]).tolist()
    noisy = normal(30).tolist()
    for measures, mode, patience, kind, cooldown, least in [
            (falling, "min", 3, "rel", 0, 0.0), (falling, "min", 2, "abs", 4, 0.004), (noisy, "max", 1, "rel", 1, 0.0),
            (noisy, "max", 0, "abs", 2, 0.001), ([1.0] * 30, "min", 10, "rel", 0, 0.0)]:
        rates(c, "ReduceLROnPlateau", plateau, measures, mode=mode, factor=0.5, patience=patience, threshold=0.01, thresholdMode=kind,
              cooldown=cooldown, minLr=least)


def others(c):
    constant = lambda o, factor, epochs: LR.ConstantLR(o, factor, epochs)
    rates(c, "ConstantLR", constant, factor=0.25, epochs=7)
    rates(c, "ConstantLR", constant, factor=1 / 3, epochs=1)
    polynomial = lambda o, epochs, power: LR.PolynomialLR(o, epochs, power)
    rates(c, "PolynomialLR", polynomial, epochs=31, power=1.0)
    rates(c, "PolynomialLR", polynomial, epochs=20, power=2.5)
    restarts = lambda o, epochs, multiplier, minLr: LR.CosineAnnealingWarmRestarts(o, epochs, multiplier, minLr)
    rates(c, "CosineAnnealingWarmRestarts", restarts, epochs=7, multiplier=1, minLr=0.0)
    rates(c, "CosineAnnealingWarmRestarts", restarts, epochs=3, multiplier=2, minLr=0.01)
    rates(c, "LambdaLR", lambda o, decay: LR.LambdaLR(o, lambda t: 1 / (1 + decay * t)), decay=0.5)
    rates(c, "MultiplicativeLR", lambda o, gamma, every: LR.MultiplicativeLR(o, lambda t: gamma if t % every == 0 else 1.0), gamma=0.7, every=4)
    sequential = lambda o, warmUp, epochs: LR.SequentialLR(o, [LR.LinearLR(o, 0.1, 1.0, warmUp), LR.CosineAnnealingLR(o, epochs)], [warmUp])
    rates(c, "SequentialLR", sequential, warmUp=6, epochs=24)
    rates(c, "SequentialLR", sequential, warmUp=1, epochs=29)


def cycles(c):
    cyclic = lambda o, baseLr, maxLr, up, down, mode, gamma: LR.CyclicLR(o, baseLr, maxLr, up, down, mode, gamma, cycle_momentum=False)
    for up, down in ((5, 5), (3, 8), (7, 1), (1, 1)):
        for mode, gamma in (("triangular", 1.0), ("triangular2", 1.0), ("exp_range", 0.97)):
            rates(c, "CyclicLR", cyclic, steps=40, baseLr=0.01, maxLr=0.3, up=up, down=down, mode=mode, gamma=gamma)
    rates(c, "CyclicLR", cyclic, steps=40, baseLr=0.2, maxLr=0.05, up=4, down=6, mode="triangular", gamma=1.0)


BRIEF = {
    "StepLR": lambda o: LR.StepLR(o, 5, 0.6), "MultiStepLR": lambda o: LR.MultiStepLR(o, [4, 11], 0.5), "ExponentialLR": lambda o: LR.ExponentialLR(o, 0.95),
    "ConstantLR": lambda o: LR.ConstantLR(o, 0.5, 7), "LinearLR": lambda o: LR.LinearLR(o, 0.25, 1.0, 8), "PolynomialLR": lambda o: LR.PolynomialLR(o, 50, 2.0),
    "CosineAnnealingLR": lambda o: LR.CosineAnnealingLR(o, 60), "MultiplicativeLR": lambda o: LR.MultiplicativeLR(o, lambda t: 0.8 if t % 3 == 0 else 1.0),
    "LambdaLR": lambda o: LR.LambdaLR(o, lambda t: 1 / (1 + 0.1 * t)),
    "CosineAnnealingWarmRestarts": lambda o: LR.CosineAnnealingWarmRestarts(o, 6, 2, 0.01)}


def chains(c):
    """Each two in each order, and a third behind them, over 40 steps."""
    chained = lambda o, first, second, third: LR.ChainedScheduler([BRIEF[name](o) for name in (first, second, third)])
    names = list(BRIEF)
    for i, first in enumerate(names):
        for j, second in enumerate(names):
            if i != j:
                rates(c, "ChainedScheduler", chained, steps=40, first=first, second=second, third=names[(i + j) % len(names)])
