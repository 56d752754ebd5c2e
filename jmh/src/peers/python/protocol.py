"""What all peers behind the line protocol have in common: how long a call takes, and how a request becomes a method's call."""
import statistics
import time

BURST = 0.02  # seconds that one sample takes


def median_seconds(call, seconds):
    """Of one call, in bursts, after those that find out how many calls make one. At least three bursts are timed."""

    def burst():
        start = time.perf_counter()
        for _ in range(calls):
            call()
        return time.perf_counter() - start

    calls = 1
    burst()
    # by doubling: calls that only queue their work seem to take no time at first
    while burst() < BURST / 2:
        calls *= 2
    samples = []
    end = time.perf_counter() + seconds
    while len(samples) < 3 or time.perf_counter() < end:
        samples.append(burst() / calls)
    return statistics.median(samples)


class Peer:
    """What each request does; a method's name is the request's. It returns a call, a count, and the unit that the two make."""

    def answer(self, line, seconds):
        name, *words = line.split()
        method = None if name.startswith("_") else getattr(self, "ask_" + name, None)
        if method is None:
            return {"error": "not served"}
        call, count, unit = method(*map(word, words))
        took = median_seconds(call, seconds)
        value = count / took * 1e-9 if unit == "GFLOP/s" else took * (1e3 if unit.startswith("ms") else 1e9) / count
        return {"value": value, "unit": unit}


def word(text):
    """A size, a network's sizes, a number, or a name."""
    for kind in (int, lambda text: [int(size) for size in text.split("-")], float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def product(m, k, n, kind, stored):
    """Both operands as their logical shapes, T being a transposed view, and the work of their product."""
    a = stored(m, k) if kind[0] == "N" else stored(k, m).T
    b = stored(k, n) if kind[1] == "N" else stored(n, k).T
    return a, b, 2 * m * k * n
