"""Draws the cases of dev.lanewise.conformance from PyTorch, in double precision.

    python src/test/python/conformance.py src/test/resources/dev/lanewise/conformance [family ...]

writes FAMILY.jsonl, a case a line; all families if none is named. It was run with PyTorch 2.13. What a case is, families/cases.py
says; the cases are in the other modules beside it, one for each family.

A family's numbers come from a seed of its own: a change in one leaves the files of the others as they are.
"""
import pathlib
import sys
import zlib

sys.dont_write_bytecode = True

from families import (activations, attention, images, layers, losses, norms, optimizers, ordering, pooling, rearranging, recurrent, schedules, sums,
                      tensors)
from families.cases import Cases, random

FAMILIES = {
    "tensors": tensors,
    "rearranging": rearranging,
    "ordering": ordering,
    "sums": sums,
    "activations": activations,
    "attention": attention,
    "layers": layers,
    "pooling": pooling,
    "norms": norms,
    "images": images,
    "losses": losses,
    "optimizers": optimizers,
    "recurrent": recurrent,
    "schedules": schedules,
}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:] or FAMILIES:
        random.manual_seed(zlib.crc32(name.encode()))
        cases = Cases()
        FAMILIES[name].draw(cases)
        file = folder / f"{name}.jsonl"
        file.write_text("".join(line + "\n" for line in cases.lines))
        print(f"{name}: {len(cases.lines)} cases, {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
