package dev.lanewise.lab.text;

import dev.lanewise.train.Evaluation;
import dev.lanewise.train.History;
import java.util.List;
import java.util.Locale;

/// What came out of [TextJob]; losses are cross-entropies in nats a character, or a byte.
///
/// @param data             what was learned from
/// @param net              which kind of network
/// @param unit             "character" or "byte": what the other figures call a character
/// @param vocabulary       how many different characters there are
/// @param characters       of the text
/// @param parameters       how many weights there are, shared ones once
/// @param valLoss          after the last epoch, on the part that is held out
/// @param valAccuracy      the share of characters there that are said right
/// @param bitsPerCharacter that loss in bits
/// @param blindLoss        what one has there who only knows how often each character comes
/// @param stepLosses       of each step
/// @param trainLosses      of each epoch
/// @param valLosses        after each epoch
/// @param valAccuracies    after each epoch
/// @param samples          that the network went on with
record TextOutcome(String data, String net, String unit, int vocabulary, int characters, int parameters, int epochs,
    double valLoss, double valAccuracy,
                   double bitsPerCharacter, double blindLoss, float[] stepLosses, double[] trainLosses, double[] valLosses,
                   double[] valAccuracies, List<String> samples, double seconds) {

    static TextOutcome of(TextSource source, TextNetwork.Size size, TextNetwork network, History history, List<String> samples) {
        var last = history.validation().getLast();
        return new TextOutcome(source.description(), size.kind().name().toLowerCase(Locale.ROOT), source.unit(),
            source.vocabulary().size(), source.tokens().length, network.weights(), history.epochLosses().length, last.loss(),
            last.metric(), last.loss() / Math.log(2), entropy(source.tokens(), source.vocabulary().size()), history.stepLosses(),
            history.epochLosses(), history.validation().stream().mapToDouble(Evaluation::loss).toArray(),
            history.validation().stream().mapToDouble(Evaluation::metric).toArray(), samples, history.seconds());
    }

    private static double entropy(int[] tokens, int characters) {
        var counts = new int[characters];
        for (int token : tokens) counts[token]++;
        double entropy = 0;
        for (int count : counts) if (count > 0) entropy -= count / (double) tokens.length
            * Math.log(count / (double) tokens.length);
        return entropy;
    }
}
