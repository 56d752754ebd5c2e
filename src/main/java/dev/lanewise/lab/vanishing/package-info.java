/// How long each layer's gradient is.
package dev.lanewise.lab.vanishing;
