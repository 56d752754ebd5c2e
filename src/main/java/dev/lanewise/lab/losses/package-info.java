/// Losses, and what they are made of.
package dev.lanewise.lab.losses;
