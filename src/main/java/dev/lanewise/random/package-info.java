/// Random numbers that a seed determines. Knows nothing of tensors.
///
/// - [dev.lanewise.random.RandomSource]: what all have in common; `stream("name")` gives a source of its own for each use.
/// - [dev.lanewise.random.Threefry]: the library's own, counted and keyed: the same bits on every machine and on any number of
///   threads. Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
/// - [dev.lanewise.random.TorchRandom] and [dev.lanewise.random.NumpyRandom] draw what PyTorch and NumPy do, one after the other.
///
/// ```java
/// var numbers = new float[1_000];
/// new Threefry(42).stream("noise").normal(numbers, 0, numbers.length);
/// ```
package dev.lanewise.random;
