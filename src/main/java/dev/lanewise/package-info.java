/// How the library computes in this JVM, in code: [dev.lanewise.Compute] says on how many threads, with which loops and why, and
/// warms a program up before it is measured or asked. What is computed lies in the packages below; a program that sets nothing
/// needs nothing from here.
///
/// ```java
/// var provider = Compute.provider();                    // SIMD, 256 bits
/// System.out.println(provider.name() + ", " + Compute.threads() + " threads: " + provider.reason());
/// ```
///
/// Begin with [dev.lanewise.tensor] to compute, with [dev.lanewise.nn] and [dev.lanewise.train] to train; the module's page lists
/// all packages.
package dev.lanewise;
