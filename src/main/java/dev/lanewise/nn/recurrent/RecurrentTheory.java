package dev.lanewise.nn.recurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What theory says of a recurrent layer's states and gradients before training, step by step, where it is wide: see
/// [LSTM#theory], [GRU#theory], [RNN#theory].
///
/// Source: a random network's dynamics as a normal process that determines its own covariance (Sompolinsky, Crisanti and Sommers,
/// "Chaos in random neural networks", 1988; Eissfeller and Opper, "New method for studying the dynamics of disordered spin
/// systems", 1992, for solving it by paths), for tied weights Yang, "Wide feedforward or recurrent neural networks of any
/// architecture are Gaussian processes",
/// 2019. Where steps are taken to have nothing in common it is that of Chen, Pennington and Schoenholz, "Dynamical isometry and a
/// mean field theory of RNNs", 2018, and Gilboa et al., "Dynamical isometry and a mean field theory of LSTMs and GRUs", 2019.
public final class RecurrentTheory {

    /// Both time and memory grow with the square of the steps.
    static final int MOST_STEPS = 512;

    private final List<Layer> layers;
    private final List<Course> courses;
    private final int directions;
    private final double dropout;

    private RecurrentTheory(List<Layer> layers, List<Course> courses, int directions, double dropout) {
        this.layers = layers;
        this.courses = courses;
        this.directions = directions;
        this.dropout = dropout;
    }

    /// One layer in one direction.
    ///
    /// @param states after each step of the input, wherever the way over it begins
    /// @param cells  the cell state's second moment, likewise; NaN where there is none
    public record Layer(SequenceMoments states, List<Double> cells) {
        /// Keeps a copy of the cells.
        public Layer { cells = List.copyOf(cells); }
    }

    static RecurrentTheory of(Recurrent module, SequenceMoments inputs, boolean training) {
        if (inputs.steps() > MOST_STEPS) throw new IllegalArgumentException(module.name() + ": theory of " + inputs.steps()
            + " steps; it goes up to " + MOST_STEPS + ", as its time grows with their square: give fewer");
        var gap = module.theoryGap();
        if (!gap.isEmpty()) throw new IllegalArgumentException(module.name() + ": " + gap);
        int directions = module.options().bidirectional() ? 2 : 1;
        double dropout = training ? module.options().dropout() : 0;
        var layers = new ArrayList<Layer>();
        var courses = new ArrayList<Course>();
        var entering = inputs;
        for (int layer = 0; layer < module.options().layers(); layer++) {
            if (layer > 0) entering = entering.dropped(dropout);
            SequenceMoments leaving = null;
            for (int direction = 0; direction < directions; direction++) {
                boolean reverse = direction == 1;
                var seen = reverse ? entering.reversed() : entering;
                int number = layer * directions + direction;
                var course = module.course(module.laws(number), seen, number);
                var states = course.run(seen);
                if (reverse) states = states.reversed();
                var cells = course.cells();
                layers.add(new Layer(states, IntStream.range(0, cells.length)
                    .mapToObj(t -> cells[reverse ? cells.length - 1 - t : t]).toList()));
                courses.add(course);
                leaving = leaving == null ? states : leaving.joined(states);
            }
            entering = leaving;
        }
        return new RecurrentTheory(List.copyOf(layers), courses, directions, dropout);
    }

    /// Of each layer, of each direction.
    public List<Layer> layers() { return layers; }

    /// What the module gives: the last layer's states, of both directions.
    public SequenceMoments output() {
        var last = layers.getLast().states;
        return directions == 1 ? last : layers.get(layers.size() - 2).states.joined(last);
    }

    /// Of the output, over the squared second moment.
    double fourth() {
        double sum = 0;
        for (var course : courses.subList(courses.size() - directions, courses.size())) sum += course.fourth();
        double square = output().square();
        return square == 0 ? 1 : sum / directions / (square * square);
    }

    /// The gradients at the inputs.
    ///
    /// @param atOutput those at [#output()]: [SequenceMoments#independent] of a loss whose steps have nothing to do with each
    ///     other, [SequenceMoments#last] of one of the last state
    public SequenceMoments gradient(SequenceMoments atOutput) {
        int steps = layers.getFirst().states.steps();
        if (atOutput.steps() != steps) throw new IllegalArgumentException("recurrent theory: gradients of " + atOutput.steps()
            + " steps; there are " + steps);
        var arriving = atOutput;
        for (int at = courses.size() - directions; at >= 0; at -= directions) {
            SequenceMoments sum = null;
            for (int direction = 0; direction < directions; direction++) {
                var back = courses.get(at + direction).backward();
                var one = direction == 0 ? back.run(arriving) : back.run(arriving.reversed()).reversed();
                sum = sum == null ? one : sum.plus(one);
            }
            arriving = at == 0 ? sum : sum.dropped(dropout);
        }
        return arriving;
    }
}
