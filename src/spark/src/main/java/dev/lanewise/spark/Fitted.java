package dev.lanewise.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import dev.lanewise.io.Safetensors;
import dev.lanewise.data.Source;
import dev.lanewise.nn.Module;
import java.io.Serializable;
import java.util.List;

/// What a run came to.
///
/// @param weights     parameters and buffers, as the bytes of a safetensors file: the same bytes, however many processes there
///                    were
/// @param stepLosses  of each step, before it
/// @param epochLosses the mean over what counts in each epoch
/// @param validations loss and metric after each epoch, where the program validates; else empty
/// @param processes   that trained together in the last epoch
/// @param data        the digest of the examples
@DefaultSerializer(RecordSerializer.class)
public record Fitted(byte[] weights, float[] stepLosses, double[] epochLosses, List<Validation> validations, int processes,
        String data) implements Serializable {

    /// After an epoch.
    ///
    /// @param metric NaN if the program has none
    @DefaultSerializer(RecordSerializer.class)
    public record Validation(double loss, double metric) implements Serializable {}

    static Fitted of(EpochTask.Outcome last, int processes, Census census) {
        return new Fitted(last.weights(), last.stepLosses(), last.epochLosses(), last.validations(), processes,
            census.digest().toString());
    }

    /// Loads the weights into a model of the same layers.
    ///
    /// @return the model
    /// @throws IllegalArgumentException if it has others
    public <M extends Module> M into(M model) {
        model.loadStateDict(Safetensors.read(Source.of(weights)).tensors());
        return model;
    }
}
