package dev.lanewise.lab.finetune;

import dev.lanewise.report.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What came out of [Finetune].
///
/// @param firstTaskAccuracy on held-out images
record FinetuneOutcome(double firstTaskAccuracy, List<Task> tasks) {

    /// The second task, learned from so many images of each class.
    ///
    /// @param accuracy by start: before training, then after each epoch, on held-out images
    record Task(int imagesPerClass, @Json.Inline Map<String, double[]> accuracy, @Json.Omit List<Transfer.Run> runs) {

        static Task of(int imagesPerClass, List<Transfer.Run> runs) {
            var accuracy = new LinkedHashMap<String, double[]>();
            for (var run : runs) accuracy.put(run.start().word(), run.accuracy());
            return new Task(imagesPerClass, accuracy, runs);
        }
    }
}
