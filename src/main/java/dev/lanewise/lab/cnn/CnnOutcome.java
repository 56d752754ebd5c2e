package dev.lanewise.lab.cnn;

import dev.lanewise.report.Json;
import dev.lanewise.train.ConfusionMatrix;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.History;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What came out of [Cnn].
///
/// @param valAccuracy   on images held out from the training ones, after the best epoch
/// @param testAccuracy  on the test images, with the same weights
/// @param bestEpoch     from 1
/// @param epochLosses   means of the training's
/// @param valAccuracies after each epoch
/// @param recall        of each class that they have, the share of its test images that are taken for it
/// @param seconds       of training since the run was begun or gone on with, epochs' measuring included
record CnnOutcome(String net, int parameters, double valAccuracy, double testAccuracy, int bestEpoch, double[] epochLosses,
                  double[] valAccuracies, Map<String, Double> recall, double seconds, @Json.Omit float[] stepLosses) {

    static CnnOutcome of(Network network, int parameters, History history, ConfusionMatrix measured, List<String> classes) {
        var recall = new LinkedHashMap<String, Double>();
        for (int label = 0; label < classes.size(); label++) if (measured.examples(label) > 0)
            recall.put(classes.get(label), measured.recall(label));
        return new CnnOutcome(network.word(), parameters, history.best().metric(), measured.accuracy(), history.bestEpoch() + 1,
            history.epochLosses(), history.validation().stream().mapToDouble(Evaluation::metric).toArray(), recall,
            history.seconds(), history.stepLosses());
    }
}
