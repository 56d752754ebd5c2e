/// Data sets and the way they reach a trainer, in batches.
///
/// - A [Dataset] turns row numbers into a [Batch], or into any record of yours ([Collate] has the parts); a [DataLoader] shows
///   them batch by batch; a [Sampler] or a [BatchSampler] decides which rows come when, as a function of its key and the epoch
///   alone; a [Split] holds some rows out.
/// - [Images] keeps 8-bit pictures with their labels, [Rows] plain numbers, [TensorDataset] tensors. Pictures come from IDX files
///   ([Idx], [FashionMnist]) or, where there are none, from [Glyphs], which draws them; [Augmentation] changes them, [Mixup]
///   mixes them.
/// - Tables: [Csv] reads them; [Columns] declares what goes in and fits a [Preprocessing] on the training rows; [Standardize]
///   does so for numbers. Both are written down as text, beside the weights.
/// - [Sequences] differ in length, and [LengthBuckets] puts alike ones together; a text becomes the indices of a [Vocabulary], of
///   which [TokenWindows] are learned.
/// - [Sharding] and [ShardedSampler] cut steps into parts, for several processes.
///
/// ```java
/// var split = Split.holdOut(Glyphs.images(42, 1_000), 0.2, new Threefry(42).stream("split"));
/// var loader = new DataLoader<>(split.train(), 100).shuffle(new Threefry(42).stream("shuffle"));
/// for (var batch : loader.epoch(0)) {
///     System.out.println(batch.inputs().shape() + ", " + batch.targets().length);   // [100, 784], 100
/// }
/// ```
///
/// A file that isn't what its reader takes is a [MalformedFileException]. Only [FashionMnistMirror] downloads anything, when it
/// is told to. Nothing here knows of training.
package dev.lanewise.data;
