package dev.lanewise.catalogue;

import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// A loss of classes: a label for each row.
///
/// @param name    that of the public methods
/// @param reduced as the options say
/// @param sum     as a sum and a weight
/// @param logits  whether it takes numbers of any size; else logarithms of probabilities
public record ClassLoss(String name, Form<Tensor> reduced, Form<Loss> sum, boolean logits) {

    /// Either form.
    @FunctionalInterface
    public interface Form<T> {
        T of(Tensor input, int[] labels, ClassOptions options);
    }

    public static final List<ClassLoss> ALL = List.of(
        new ClassLoss("crossEntropy", Losses::crossEntropy, Loss::crossEntropy, true),
        new ClassLoss("nllLoss", Losses::nllLoss, Loss::nllLoss, false));

    @Override
    public String toString() { return name; }
}
