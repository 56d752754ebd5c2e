/// Networks explained before they are trained. Knows nothing of reports.
///
/// - [dev.lanewise.diagnose.Explanation]: what theory predicts of signal and gradient, layer by layer, what a batch shows, a
///   [dev.lanewise.diagnose.Verdict] and a [dev.lanewise.diagnose.Remedy]; [dev.lanewise.diagnose.SequenceExplanation] does so of
///   recurrent layers, step by step. [dev.lanewise.diagnose.Repair] rewrites a start, [dev.lanewise.diagnose.StartRanking] orders
///   several.
/// - [dev.lanewise.diagnose.Watcher] hears how far any of this is.
/// - Theory alone: [dev.lanewise.diagnose.MeanField], of wide layers that are all alike;
///   [dev.lanewise.diagnose.SpectrumPrediction].
/// - Measured: singular values, [dev.lanewise.diagnose.Spectrum]; curvature, [dev.lanewise.diagnose.Sharpness]; whether wider
///   networks learn alike, [dev.lanewise.diagnose.CoordinateCheck]; units that never speak, [dev.lanewise.diagnose.Units].
///
/// ```java
/// var model = new Sequential(new Linear(64, 64, Initializers.normal(0, 0.001), Initializers.zeros()), new ReLU(),
///     new Linear(64, 10)).initialize(42);
/// System.out.println(Explanation.predict(model).verdict());   // VANISHING
/// ```
package dev.lanewise.diagnose;
