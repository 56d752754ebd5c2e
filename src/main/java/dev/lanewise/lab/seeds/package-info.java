/// One network from many seeds: how much is luck.
package dev.lanewise.lab.seeds;
