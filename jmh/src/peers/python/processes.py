"""Runs whole processes in turn, from start to end, and makes a table of their time and memory.

    python processes.py [--rounds N] COMMAND PEER [PEER ...]

Each is a command line. A ratio is a peer's time or memory over that of the first command in the same round, because a shared
machine's speed moves from minute to minute; the table has medians over the rounds, and in brackets the extremes. Memory is the peak
that was resident; processor time is summed over threads, user and system, and says how much of the time a process had to wait for its
turn. Its last ratio is that of each one's best round, for machines that others use at the same time.
"""
import argparse
import os
import shlex
import statistics
import subprocess
import sys
import time


def run(command):
    """Seconds from start to end, seconds on processors, and the peak of resident memory in MB."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    start = time.perf_counter()
    process = subprocess.Popen(shlex.split(command), **quiet)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} failed with status {process.returncode}; run it alone to see why")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("commands", nargs="+", metavar="COMMAND", help="a command line; the first is compared with the others")
    options = options.parse_args()
    rounds = [[run(command) for command in options.commands] for _ in range(options.rounds)]
    print("| command | seconds | processor | MB | seconds / 0 | processor / 0 | MB / 0 | best processor / 0 |\n|---|" + "---:|" * 7)
    best = [min(each[i][1] for each in rounds) for i in range(len(options.commands))]
    for i in range(len(options.commands)):
        values = [spread(value, form) for value, form in zip(zip(*(each[i] for each in rounds)), (".2f", ".2f", ".0f"))]
        ratios = [spread([each[i][k] / each[0][k] for each in rounds], ".2f") if i else "" for k in range(3)]
        print(f"| {i} | {' | '.join(values + ratios)} | {f'{best[i] / best[0]:.2f}' if i else ''} |")


if __name__ == "__main__":
    main()
