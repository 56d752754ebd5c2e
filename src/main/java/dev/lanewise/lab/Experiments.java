package dev.lanewise.lab;

import dev.lanewise.lab.autograd.HandAgainstAutograd;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.compare.Compare;
import dev.lanewise.lab.coordcheck.Coordinates;
import dev.lanewise.lab.depth.Depth;
import dev.lanewise.lab.dying.Dying;
import dev.lanewise.lab.finetune.Finetune;
import dev.lanewise.lab.gain.Gains;
import dev.lanewise.lab.glorot.Glorot;
import dev.lanewise.lab.histograms.Histograms;
import dev.lanewise.lab.losses.LossTour;
import dev.lanewise.lab.moons.Moons;
import dev.lanewise.lab.seeds.Seeds;
import dev.lanewise.lab.upsample.Upsample;
import dev.lanewise.lab.vanishing.Vanishing;
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
        new Coordinates(),
        new HandAgainstAutograd(),
        new LossTour());

    private Experiments() {}
}
