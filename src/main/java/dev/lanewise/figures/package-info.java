/// Figures about samples, [dev.lanewise.figures.Statistics], and how sentences and tables say numbers,
/// [dev.lanewise.figures.Figures]: each once in the house. The JDK alone is used, and the package isn't exported.
package dev.lanewise.figures;
