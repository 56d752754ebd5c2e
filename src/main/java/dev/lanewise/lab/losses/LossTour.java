package dev.lanewise.lab.losses;

import static dev.lanewise.lab.losses.LossExamples.coin;
import static dev.lanewise.lab.losses.LossExamples.coinLoss;
import static dev.lanewise.lab.losses.LossExamples.divergence;
import static dev.lanewise.lab.losses.LossExamples.entropy;

import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.losses.LossExamples.Extreme;
import java.util.ArrayList;

/// Losses and what they are made of: [LossExamples], as tables and curves. No random numbers.
public final class LossTour implements Experiment {

    private static final double[] LOGITS = {-100, -50, -20, 0, 20, 50, 100};

    @Override
    public String name() { return "losses"; }

    @Override
    public String title() { return LossTourPage.TITLE; }

    @Override
    public String summary() { return "Cross-entropy by hand, entropy and divergence, class weights, ignored rows, extreme"
        + " logits."; }

    @Override
    public Result run(Setting setting) {
        setting.say("Examples", LossExamples.LABELS.length + " lines of three classes; a coin; logits from -100 to 100");
        var means = LossExamples.means();
        var extremes = new ArrayList<Extreme>();
        for (int target = 0; target < 2; target++) for (double logit : LOGITS) extremes.add(LossExamples.extreme(logit, target));
        return new LossTourPage(LossTourOutcome.of(means, extremes)).result();
    }
}
