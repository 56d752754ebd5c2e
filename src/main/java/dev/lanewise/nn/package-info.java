/// Networks: modules, their parameters, layers and activations. Knows nothing of how they are trained.
///
/// - [dev.lanewise.nn.Module]: a tree of state: parameters, buffers, children, a mode, hooks. A [dev.lanewise.nn.Layer] takes a
///   tensor and gives one; [dev.lanewise.nn.Sequential] puts layers in a row, [dev.lanewise.nn.Residual] adds what it skips.
/// - Layers: [dev.lanewise.nn.Linear], [dev.lanewise.nn.Conv1d], [dev.lanewise.nn.Conv2d], [dev.lanewise.nn.Embedding], pooling,
///   norms such as [dev.lanewise.nn.BatchNorm2d] and [dev.lanewise.nn.LayerNorm], [dev.lanewise.nn.Dropout], activations from
///   [dev.lanewise.nn.ReLU] to [dev.lanewise.nn.Mish]. What is called otherwise is in [dev.lanewise.nn.recurrent] and
///   [dev.lanewise.nn.attention].
/// - How weights start: [dev.lanewise.nn.init]. Starts that look at data: [dev.lanewise.nn.LSUV], [dev.lanewise.nn.Admin].
/// - What a layer of yours tells theory: [dev.lanewise.nn.Weighted], [dev.lanewise.nn.Pointwise], [dev.lanewise.nn.Propagating].
/// - [dev.lanewise.nn.Functional]: the same without state.
///
/// ```java
/// var model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10)).initialize(42);
/// var logits = model.call(Tensor.zeros(32, 784));       // [32, 10]
/// ```
///
/// Losses are in [dev.lanewise.nn.loss], optimizers in [dev.lanewise.optim], what runs them in [dev.lanewise.train].
package dev.lanewise.nn;
