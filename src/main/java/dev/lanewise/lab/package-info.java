/// The command line and its experiments. Nothing imports it.
package dev.lanewise.lab;
