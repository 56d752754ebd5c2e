"""Asks servers of the line protocol the same requests in turn, and makes a table of how much faster the first one is.

    python versus.py [--rounds N] [--requests FILE] SERVER PEER [PEER ...] [-- REQUEST ...]

SERVER and PEER are command lines. A ratio is one of answers of the same round, because a shared machine's speed moves from minute to
minute, and the median over the rounds; "0 / best" is the one against the fastest peer of each round. "quiet" is the best round of the
first server against the best round of any peer: what each can do while nobody disturbs it, the steadier figure where others do.
Without requests it asks those of requests.txt; layers.txt has those of layers.
"""
import argparse
import json
import pathlib
import shlex
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


class Server:
    def __init__(self, command):
        self.process = subprocess.Popen(shlex.split(command), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)

    def speed(self, request):
        """Larger is faster; None if it isn't served. With it, the value and its unit."""
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                break
        else:
            sys.exit(f"{shlex.join(self.process.args)} ended before it answered: {request}")
        answer = json.loads(line)
        if "value" not in answer:
            return None, None, None
        value, unit = answer["value"], answer["unit"]
        return (value if unit == "GFLOP/s" else 1 / value), value, unit


def row(request, servers, rounds):
    answers = [[server.speed(request) for server in servers] for _ in range(rounds)]
    if any(answer[0][0] is None for answer in answers):
        return f"| `{request}` | not served |"
    unit = answers[0][0][2]
    values, ratios = [], []
    for server in range(len(servers)):
        served = all(answer[server][0] is not None for answer in answers)
        values.append(f"{statistics.median(answer[server][1] for answer in answers):.3g}" if served else "")
        if server:
            ratios.append(f"{statistics.median(answer[0][0] / answer[server][0] for answer in answers):.2f}" if served else "")
    best, quiet = "", ""
    if any(peer[0] for answer in answers for peer in answer[1:]):
        fastest = [max(peer[0] for peer in answer[1:] if peer[0]) for answer in answers]
        best = f"{statistics.median(answer[0][0] / peer for answer, peer in zip(answers, fastest)):.2f}"
        quiet = f"{max(answer[0][0] for answer in answers) / max(fastest):.2f}"
    return f"| `{request}` | {' | '.join([unit, *values, *ratios, best, quiet])} |"


def listed(file):
    return [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--requests", type=pathlib.Path, help="a file with a request a line")
    options.add_argument("servers", nargs="+", metavar="SERVER", help="a command line; the first is compared with the others")
    arguments = sys.argv[1:]
    asked = []
    if "--" in arguments:
        arguments, asked = arguments[:arguments.index("--")], arguments[arguments.index("--") + 1:]
    options = options.parse_args(arguments)
    if options.requests:
        asked += listed(options.requests)
    asked = asked or listed(HERE / "requests.txt")
    servers = [Server(command) for command in options.servers]
    peers = range(1, len(servers))
    heads = ["request", "unit", "0", *map(str, peers), *(f"0 / {peer}" for peer in peers), "0 / best", "quiet"]
    print("| " + " | ".join(heads) + " |\n|---|---|" + "---:|" * (len(heads) - 2), flush=True)
    for request in asked:
        print(row(request, servers, options.rounds), flush=True)


if __name__ == "__main__":
    main()
