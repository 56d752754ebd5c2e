/// What every command and every experiment shares: options, outputs, the terminal, and how figures are said.
package dev.lanewise.lab.cli;
