/// Random numbers that a seed determines: [dev.lanewise.random.Threefry], counted and keyed, the same bits on every
/// machine and on any number of threads. Knows nothing of tensors.
package dev.lanewise.random;
