/// What each activation takes from a signal.
package dev.lanewise.lab.gain;
