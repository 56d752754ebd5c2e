/// ReLU networks that pass nothing.
package dev.lanewise.lab.dying;
