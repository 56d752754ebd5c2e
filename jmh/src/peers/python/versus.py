"""Asks servers of the line protocol the same requests in turn, and makes a table of how much faster the first one is.

    python versus.py [--rounds N] [--requests FILE] SERVER PEER [PEER ...] [-- REQUEST ...]

SERVER and PEER are command lines. Only answers of the same round are compared, because a shared machine's speed moves from minute to
minute; the table has medians over the rounds. Without requests it asks those of the library's README.
"""
import argparse
import json
import shlex
import statistics
import subprocess
import sys

REQUESTS = """
gemm 64 64 64; gemm 128 128 128; gemm 256 256 256; gemm 512 512 512; gemm 1024 1024 1024; gemm 2048 2048 2048
gemm 100 784 256 NT; gemm 256 100 784 TN; gemm 100 256 784 NN; gemm 100 256 128 NT; gemm 100 128 10 NT; gemm 1 784 256 NT
gemm 333 77 201
unary relu 4096; unary exp 4096; unary tanh 4096; unary sigmoid 4096; unary gelu 4096; unary silu 4096
unary relu 4194304; unary exp 4194304; unary tanh 4194304; unary sigmoid 4194304; unary gelu 4194304; unary silu 4194304
softmax 100 10; softmax 1000 1000; sum 4194304; uniform 1000000; normal 1000000; adam 235146
mlp_step 100 784-256-128-10 adam 0.2; mlp_step 100 784-256-128-10 sgd 0; mlp_step 16 8-16-16-16-16-16-16-16-1 sgd 0
mlp_step 256 784-1024-1024-10 adam 0; mlp_infer 1 784-256-128-10; mlp_infer 100 784-256-128-10
"""


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
    best = [answer[0][0] / max(peer[0] for peer in answer[1:] if peer[0]) for answer in answers if any(peer[0] for peer in answer[1:])]
    best = f"{statistics.median(best):.2f}" if best else ""
    return f"| `{request}` | {' | '.join([unit, *values, *ratios, best])} |"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--requests", help="a file with a request a line")
    options.add_argument("servers", nargs="+", metavar="SERVER", help="a command line; the first is compared with the others")
    arguments = sys.argv[1:]
    asked = []
    if "--" in arguments:
        arguments, asked = arguments[:arguments.index("--")], arguments[arguments.index("--") + 1:]
    options = options.parse_args(arguments)
    if options.requests:
        with open(options.requests, encoding="utf-8") as file:
            asked += [line.strip() for line in file if line.strip() and not line.startswith("#")]
    asked = asked or [request.strip() for line in REQUESTS.split("\n") for request in line.split(";") if request.strip()]
    servers = [Server(command) for command in options.servers]
    peers = range(1, len(servers))
    heads = ["request", "unit", "0", *map(str, peers), *(f"0 / {peer}" for peer in peers), "0 / best"]
    print("| " + " | ".join(heads) + " |\n|---|---|" + "---:|" * (len(heads) - 2), flush=True)
    for request in asked:
        print(row(request, servers, options.rounds), flush=True)


if __name__ == "__main__":
    main()
