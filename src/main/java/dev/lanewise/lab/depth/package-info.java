/// A signal and its gradient through a hundred layers.
package dev.lanewise.lab.depth;
