package dev.lanewise.lab;

import dev.lanewise.lab.cnn.Cnn;
import dev.lanewise.lab.job.Job;
import dev.lanewise.lab.sequence.SequenceJob;
import dev.lanewise.lab.table.TableJob;
import dev.lanewise.lab.text.TextJob;
import java.util.List;

/// All that `train` can do.
final class Jobs {

    static final List<Job> ALL = List.of(
        new TableJob(), new SequenceJob(), new Cnn(), new TextJob());

    private Jobs() {}
}
