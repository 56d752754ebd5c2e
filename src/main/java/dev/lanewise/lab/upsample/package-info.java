/// A transposed convolution that learns to upsample.
package dev.lanewise.lab.upsample;
