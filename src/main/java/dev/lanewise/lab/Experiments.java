package dev.lanewise.lab;

import java.util.List;

/// All that `lab` can run, in the order in which a newcomer should read them.
final class Experiments {

    static final List<Experiment> ALL = List.of(
        new Depth(),
        new Gains(),
        new Histograms(),
        new Moons(),
        new Vanishing(),
        new Dying(),
        new Glorot(),
        new Compare(),
        new Seeds(),
        new Finetune(),
        new Upsample(),
        new HandAgainstAutograd(),
        new LossTour());

    private Experiments() {}
}
