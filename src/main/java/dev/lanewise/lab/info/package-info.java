/// The command `info`: which kernels run on this machine, why, and how fast.
package dev.lanewise.lab.info;
