/// The command `explain`: what a network's start promises.
package dev.lanewise.lab.explain;
