/// A model that `train table` has written, behind HTTP: rows come in as JSON or as floats, what it says of them goes out.
package dev.lanewise.examples.serve;
