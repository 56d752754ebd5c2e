/// What several experiments train: where data comes from, tasks, networks, and initializations by name.
package dev.lanewise.lab.train;
