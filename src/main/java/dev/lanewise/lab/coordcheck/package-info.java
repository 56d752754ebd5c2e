/// What a few steps of training do to each layer at every width: the coordinate check.
package dev.lanewise.lab.coordcheck;
