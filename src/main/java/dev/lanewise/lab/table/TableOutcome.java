package dev.lanewise.lab.table;

import dev.lanewise.report.Json;
import dev.lanewise.serve.TableModel;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.History;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What came out of [TableJob]: of a class accuracy, of a number the root mean squared error and its like.
///
/// @param data        what was learned from, and why
/// @param rows        with a target
/// @param numbers     the columns of numbers
/// @param categories  the columns of categories
/// @param classes     by label; empty if a number is predicted
/// @param parameters  how many weights there are
/// @param bestEpoch   whose weights were kept, from 1
/// @param blind       what one has on the test rows who always says the training rows' mean, or their most frequent class: the
///                    root mean squared error, or the accuracy
/// @param trainLosses of each epoch, of the standardized target where that is a number
/// @param valLosses   after each epoch
record TableOutcome(String data, String target, int rows, List<String> numbers, List<String> categories, List<String> classes,
                    int parameters, int epochs, int bestEpoch, Optional<Double> valAccuracy, Optional<Double> testAccuracy,
                    Optional<Double> testMacroF1, Optional<Double> testLogLoss, Optional<Double> valRmse,
                    Optional<Double> testRmse, Optional<Double> testMae, Optional<Double> testR2, double blind,
                    double[] trainLosses, double[] valLosses, double seconds,
                    @Json.Omit Map<String, Scores> scores) {

    static TableOutcome of(TableSource source, TablePlan plan, TableModel model, History history, Map<String, Scores> scores) {
        var val = scores.get("validation").metrics();
        var test = scores.get("test").metrics();
        return new TableOutcome(source.description(), plan.target(), plan.rows().size(), plan.numbers(), plan.categories(),
            model.preprocessing().classNames(), (int) model.network().parameterCount(), history.epochLosses().length,
            history.bestEpoch() + 1, metric(val, "accuracy"), metric(test, "accuracy"), metric(test, "macro F1"),
            metric(test, "log loss"), metric(val, "RMSE"), metric(test, "RMSE"), metric(test, "MAE"), metric(test, "R2"),
            scores.get("test").blind(scores.get("training")), history.epochLosses(),
            history.validation().stream().mapToDouble(Evaluation::loss).toArray(), history.seconds(), scores);
    }

    private static Optional<Double> metric(Map<String, Double> metrics, String name) {
        return Optional.ofNullable(metrics.get(name));
    }
}
