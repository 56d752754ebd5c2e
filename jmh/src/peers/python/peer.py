"""PyTorch, NumPy's OpenBLAS, JAX or ONNX Runtime behind the line protocol that peers.md describes.

    python peer.py torch|openblas|jax|ort [--threads N] [--seconds S]

A request a line on standard input, a line of JSON for each on standard output. It needs torch; or numpy; or jax and optax; or onnx and
onnxruntime. On a CPU with AVX-512, OpenBLAS wants OPENBLAS_CORETYPE=SkylakeX, or it may choose its AVX2 kernels. JAX keeps to one
thread on one processor only (taskset -c 0).
"""
import argparse
import importlib
import json
import os
import sys

ENGINES = {"torch": "Torch", "openblas": "OpenBlas", "jax": "Jax", "ort": "OnnxRuntime"}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("engine", choices=ENGINES)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--seconds", type=float, default=0.25)
    options = options.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    peer = getattr(importlib.import_module("peer_" + options.engine), ENGINES[options.engine])(options.threads)
    for line in sys.stdin:
        if not line.strip():
            continue
        reply = {"request": line.strip(), "engine": options.engine, "threads": options.threads}
        try:
            reply |= peer.answer(line, options.seconds)
        except Exception as problem:
            reply["error"] = f"{type(problem).__name__}: {problem}"
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
