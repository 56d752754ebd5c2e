/// The command `initializers`: what an initializer is called elsewhere, and what it draws there.
package dev.lanewise.lab.initializers;
