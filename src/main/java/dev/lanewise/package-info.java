/// How the library computes, in code: [dev.lanewise.Compute]. What it computes lies in the packages below; programs that set nothing
/// need nothing from here.
package dev.lanewise;
