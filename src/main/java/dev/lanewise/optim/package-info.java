/// Optimizers: each a formula over a parameter, its gradient and what is remembered of it, run in one pass. Knows
/// nothing of data.
package dev.lanewise.optim;
