/// Two moons told apart by small networks; and why weights must not all start at zero.
package dev.lanewise.lab.moons;
