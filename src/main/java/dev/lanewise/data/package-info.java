/// Data sets and the way they reach a trainer, in batches.
///
/// A [Dataset] turns row numbers into a [Batch], or into any record of yours ([Collate] has the parts); a [DataLoader] shows them
/// batch by batch; a [Sampler] or a [BatchSampler] decides which rows come when, as a function of its key and the epoch alone; a
/// [Split] holds some rows out. [Images] keeps 8-bit pictures with their labels, [Rows] plain numbers, [TensorDataset] tensors.
/// The pictures come from IDX files ([Idx], [FashionMnist]) or, where there are none, from [Glyphs], which draws them; the
/// numbers from text ([Csv]) or a formula ([Synthetic]). [Sequences] differ in length; a text becomes the indices of a [Vocabulary],
/// of which [TokenWindows] are learned.
///
/// What is measured on data to turn them into inputs (categories, means, deviations) is a value of its own, fitted on the
/// training rows and then applied to all: [Columns] declare it and fit a [Preprocessing] of tables, [Standardize] does so for
/// numbers. Both are written down as text, beside the weights.
///
/// ```java
/// var split = Split.holdOut(Glyphs.images(42, 15_000), 0.2, new Threefry(42).stream("split"));
/// var loader = new DataLoader<>(split.train(), 100).shuffle(new Threefry(42).stream("shuffle"));
/// for (var batch : loader.epoch(0)) {
///   step(batch.inputs(), batch.targets());   // a tensor [100, 784] and an int[100]
/// }
/// ```
///
/// A file that isn't what its reader takes is a [MalformedFileException].
///
/// Only [FashionMnistMirror] downloads anything, when it is told to. Nothing here knows of training.
package dev.lanewise.data;
