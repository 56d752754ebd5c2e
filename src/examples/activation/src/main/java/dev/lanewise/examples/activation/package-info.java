/// An activation as its author would publish it.
package dev.lanewise.examples.activation;
