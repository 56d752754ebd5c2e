/// Programs that measure, whose figures `README.md` has.
package dev.lanewise.spark.measured;
