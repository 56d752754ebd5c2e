/// Looks at files of tensors, and writes them in another format.
package dev.lanewise.lab.weights;
