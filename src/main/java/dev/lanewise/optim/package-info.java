/// Optimizers: each a formula over a parameter, its gradient and what is remembered of it, run in one pass. Beside them
/// schedules of the learning rate, and clipping of gradients. Knows nothing of data.
///
/// ```java
/// var optimizer = new AdamW(model.parameters(), 1e-3, AdamW.options().weightDecay(0.05));
/// var schedule = new OneCycleLR(optimizer, 1e-2, steps);
/// …
/// loss.backward();
/// GradientClipping.clipByNorm(model.parameters(), 1);
/// optimizer.step();
/// schedule.step();
/// ```
package dev.lanewise.optim;
