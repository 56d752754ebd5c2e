package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// Mistakes that libraries have made, and some that they might: each states the right law and draws from another.
enum WrongInitializer implements Initializer {
    FANS_SWAPPED("kaiming-normal", fan -> normal(2 / fan.out())),
    AVERAGE_FOR_FAN_IN("kaiming-uniform", fan -> uniform(Math.sqrt(6 / fan.average()))),
    FAN_IN_FOR_AVERAGE("xavier-normal", fan -> normal(1 / fan.in())),
    SUM_FOR_AVERAGE("xavier-normal", fan -> normal(1 / (fan.in() + fan.out()))),
    ROOT_OF_3_FORGOTTEN("xavier-uniform", fan -> uniform(Math.sqrt(1 / fan.average()))),
    BOUND_OF_3_OVER_ROOT("uniform-rule", fan -> uniform(3 / Math.sqrt(fan.in()))),
    GAIN_SQUARED("kaiming-normal", fan -> normal(4 / fan.in())),
    GAIN_FORGOTTEN("kaiming-uniform", fan -> uniform(Math.sqrt(3 / fan.in()))),
    STD_TAKEN_FOR_VARIANCE("normal-rule", fan -> normal(1 / Math.sqrt(fan.in()))),
    VARIANCE_TAKEN_FOR_STD("normal-rule", fan -> normal(1 / fan.in() / fan.in())),
    UNIFORM_FOR_NORMAL("normal-rule", fan -> uniform(Math.sqrt(3 / fan.in()))),
    NORMAL_FOR_UNIFORM("torch-default", fan -> normal(1 / fan.in() / 3)),
    BOUND_1_PERCENT_LARGE("kaiming-uniform", fan -> uniform(1.01 * Math.sqrt(6 / fan.in()))),
    BOUND_1_PERCENT_SMALL("kaiming-uniform", fan -> uniform(0.99 * Math.sqrt(6 / fan.in()))),
    POSITIVE_ONLY("xavier-uniform", fan -> new Distribution.Uniform(0, Math.sqrt(3 / fan.average()))),
    NOT_CENTERED("uniform-centered", _ -> new Distribution.Uniform(0, 1)),
    MEAN_OFF("kaiming-normal", fan -> new Distribution.Normal(0.1 * Math.sqrt(2 / fan.in()), Math.sqrt(2 / fan.in()))),
    CLIPPED("xavier-normal", fan -> normal(1 / fan.average())) {
        @Override
        void spoil(float[] weights, int offset, int length) {
            for (int i = offset; i < offset + length; i++) weights[i] = Math.clamp(weights[i], -0.14f, 0.14f);
        }
    },
    ONE_NAN("xavier-normal", fan -> normal(1 / fan.average())) {
        @Override
        void spoil(float[] weights, int offset, int length) { weights[offset + length / 2] = Float.NaN; }
    },
    ONE_ZERO_IN_ONES("ones", _ -> new Distribution.Constant(1)) {
        @Override
        void spoil(float[] weights, int offset, int length) { weights[offset + length - 1] = 0; }
    },
    LAST_ROWS_LEFT_OUT("kaiming-uniform", fan -> uniform(Math.sqrt(6 / fan.in()))) {
        @Override
        void spoil(float[] weights, int offset, int length) {
            Arrays.fill(weights, offset + length - length / 16, offset + length, 0);
        }
    };

    /// What it is a wrong form of.
    final Scheme right;
    private final Initializer wrong;

    WrongInitializer(String right, Initializer wrong) {
        this.right = Scheme.named(right);
        this.wrong = wrong;
    }

    @Override
    public Distribution distribution(Fan fan) { return right.weight().distribution(fan); }

    /// What it draws from.
    Distribution drawn(Fan fan) { return wrong.distribution(fan); }

    @Override
    public void fill(Tensor tensor, Fan fan, RandomSource source) {
        InPlace.fill(tensor, (data, offset, length) -> {
            drawn(fan).sample(data, offset, length, source);
            spoil(data, offset, length);
        });
    }

    /// What goes wrong after drawing.
    void spoil(float[] weights, int offset, int length) {}

    private static Distribution normal(double variance) { return new Distribution.Normal(0, Math.sqrt(variance)); }

    private static Distribution uniform(double bound) { return new Distribution.Uniform(-bound, bound); }
}
