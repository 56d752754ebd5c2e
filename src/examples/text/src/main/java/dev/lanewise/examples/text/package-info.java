/// A small model of text, from a file to a file.
package dev.lanewise.examples.text;
