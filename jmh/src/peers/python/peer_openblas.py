"""NumPy's OpenBLAS: products."""
import os

from protocol import Peer, product


class OpenBlas(Peer):
    def __init__(self, threads):
        os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
        import numpy

        self.numpy = numpy
        self.random = numpy.random.default_rng(42)

    def ask_gemm(self, m, k, n, kind="NN"):
        a, b, work = product(m, k, n, kind, lambda *shape: self.random.standard_normal(shape, dtype=self.numpy.float32))
        out = self.numpy.empty((m, n), self.numpy.float32)
        return lambda: self.numpy.matmul(a, b, out=out), work, "GFLOP/s"
