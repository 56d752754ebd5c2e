/// Training on a Spark cluster: the weights don't depend on how many executors there were, how the data were partitioned, or
/// which machine died.
///
/// [dev.lanewise.spark.SparkTrainer] trains any module on any examples; [dev.lanewise.spark.LanewiseClassifier] and
/// [dev.lanewise.spark.LanewiseRegressor] are for Spark ML's pipelines.
///
/// An epoch is a barrier stage whose tasks join each other by [dev.lanewise.group.SocketGroup] and share the logical shards of
/// each step: [dev.lanewise.train.Trainer#shards(int, dev.lanewise.group.Group)]. Between epochs the run's checkpoint is with the
/// driver, and if a folder is named for it, on any file system of Hadoop's as well.
package dev.lanewise.spark;
