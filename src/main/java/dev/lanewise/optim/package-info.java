/// Optimizers: each a formula over a parameter, its gradient and what is remembered of it, run in one pass. Knows nothing of
/// data.
///
/// - [dev.lanewise.optim.SGD], [dev.lanewise.optim.Adam], [dev.lanewise.optim.AdamW] and their like; one of your own is an
///   [dev.lanewise.optim.Optimizer] whose options name an [dev.lanewise.formula.UpdateRule]. [dev.lanewise.optim.ParameterGroup]s
///   have rates and options of their own.
/// - Schedules of the rate: each [dev.lanewise.optim.LRScheduler], such as [dev.lanewise.optim.OneCycleLR] or
///   [dev.lanewise.optim.ReduceLROnPlateau]; [dev.lanewise.optim.SequentialLR] and [dev.lanewise.optim.ChainedScheduler] put
///   several together.
/// - [dev.lanewise.optim.GradientClipping]; averages of weights, [dev.lanewise.optim.WeightAverage]; rates that carry over from
///   narrow to wide networks, [dev.lanewise.optim.Parametrization].
///
/// ```java
/// var model = new Linear(4, 1).initialize(42);
/// var optimizer = new AdamW(model.parameters(), 1e-3, AdamW.options().weightDecay(0.05));
/// var schedule = new OneCycleLR(optimizer, 1e-2, 100);
/// for (int step = 0; step < 100; step++) {
///     optimizer.zeroGrad();
///     Losses.mseLoss(model.call(Tensor.ones(8, 4)), Tensor.ones(8, 1)).backward();
///     GradientClipping.clipByNorm(model.parameters(), 1);
///     optimizer.step();
///     schedule.step();
/// }
/// ```
///
/// [dev.lanewise.train.Trainer] does this by itself.
package dev.lanewise.optim;
