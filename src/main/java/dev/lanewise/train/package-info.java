/// Training. Knows nothing of reports.
///
/// - [dev.lanewise.train.Trainer] runs the steps, validates, keeps the best weights, and goes on after an interruption; what it
///   found is a [dev.lanewise.train.History].
/// - A [dev.lanewise.train.Callback] listens or changes gradients; [dev.lanewise.train.ProgressBar] and
///   [dev.lanewise.train.MetricSink] show and write numbers.
/// - A [dev.lanewise.train.Metric] says how good a model is: [dev.lanewise.train.Metrics] has the usual ones,
///   [dev.lanewise.train.ConfusionMatrix] what is behind those of classes.
/// - A [receipt][dev.lanewise.io.Receipt] proves a run: [dev.lanewise.train.ReceiptOptions] says how much of it,
///   [dev.lanewise.train.Verification] what came of running it again.
///
/// ```java
/// var model = new Sequential(new Linear(784, 64), new ReLU(), new Linear(64, 10)).initialize(42);
/// var data = new DataLoader<>(Glyphs.images(42, 500), 100).shuffle(new Threefry(42));
/// var trainer = Trainer.classifier(model, new Adam(model.parameters(), 1e-3));
/// var history = trainer.fit(data, 2);
/// ```
package dev.lanewise.train;
