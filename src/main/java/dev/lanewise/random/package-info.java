/// Random numbers that a seed determines. [dev.lanewise.random.Threefry] is the library's own, counted and keyed: the same
/// bits on every machine and on any number of threads. [dev.lanewise.random.TorchRandom] and
/// [dev.lanewise.random.NumpyRandom] draw what PyTorch and NumPy do, one after the other. Knows nothing of tensors.
package dev.lanewise.random;
