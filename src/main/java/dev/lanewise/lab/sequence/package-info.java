/// Sequences of different lengths are put into classes by what came first in them: a network with memory beside one that has
/// none.
package dev.lanewise.lab.sequence;
