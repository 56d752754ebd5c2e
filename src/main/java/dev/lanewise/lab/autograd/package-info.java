/// Gradients by hand against autograd.
package dev.lanewise.lab.autograd;
