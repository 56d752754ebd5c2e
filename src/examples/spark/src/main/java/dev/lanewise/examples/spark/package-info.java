/// Two jobs for a Spark cluster: a table in a pipeline, and a network of one's own over texts.
package dev.lanewise.examples.spark;
