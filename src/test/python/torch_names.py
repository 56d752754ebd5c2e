"""PyTorch's names, for which src/docs/pytorch-names.md says what they are here:

    python src/test/python/torch_names.py > src/test/resources/dev/lanewise/pytorch-names.txt

A line is a module and a name in it: layers, functions, optimizers, schedules, initializers. Left out is what is imported there for the
module's own use, and the initializers' names without underscore, which PyTorch has given up.
"""
import inspect

import torch
from torch.optim import lr_scheduler

SCHEDULES = (lr_scheduler.LRScheduler, lr_scheduler.ChainedScheduler)
HELPERS = ("Optional", "assert_int_or_pair", "boolean_dispatch", "handle_torch_function")


def names(module, wanted):
    """Public ones of whose values `wanted` says that they belong there."""
    for name in sorted(dir(module)):
        if not name.startswith("_") and wanted(getattr(module, name)):
            yield name


def is_function(value):
    return callable(value) and not inspect.isclass(value)


def is_schedule(value):
    return inspect.isclass(value) and issubclass(value, SCHEDULES)


def main():
    listed = {
        "nn": names(torch.nn, inspect.isclass),
        "nn.functional": (name for name in names(torch.nn.functional, is_function)
                          if name not in HELPERS and not name.startswith("has_torch_function")),
        "optim": names(torch.optim, inspect.isclass),
        "optim.lr_scheduler": names(lr_scheduler, is_schedule),
        "nn.init": (name for name in names(torch.nn.init, inspect.isfunction) if not hasattr(torch.nn.init, name + "_")),
    }
    for module, each in listed.items():
        for name in each:
            print(module, name)


if __name__ == "__main__":
    main()
