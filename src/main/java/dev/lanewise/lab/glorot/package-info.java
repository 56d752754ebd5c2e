/// Polynomial regression from the default, Xavier's and Kaiming's weights.
package dev.lanewise.lab.glorot;
