/// Networks that have a name, built from a width and a number of layers.
package dev.lanewise.lab.networks;
