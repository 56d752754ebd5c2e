/// An initializer with a law of its own.
package dev.lanewise.examples.initializer;
