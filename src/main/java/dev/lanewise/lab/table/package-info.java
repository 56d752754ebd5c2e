/// What is in one column of a table, learned from the others; and said of new rows by another process.
package dev.lanewise.lab.table;
