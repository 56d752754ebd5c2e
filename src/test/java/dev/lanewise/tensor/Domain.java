package dev.lanewise.tensor;

import java.util.SplittableRandom;

/// Where an operation can be differentiated: numbers that a small step keeps away from its kinks and poles. All are
/// multiples of 2^-8.
public enum Domain {
    /// From -2 to 2.
    ANY {
        @Override
        float draw(SplittableRandom random) { return random.nextInt(-512, 513) / 256f; }
    },
    /// From 1/2 to 5/2.
    POSITIVE {
        @Override
        float draw(SplittableRandom random) { return random.nextInt(128, 641) / 256f; }
    },
    /// From 1/2 to 5/2, of either sign.
    NONZERO {
        @Override
        float draw(SplittableRandom random) { return random.nextBoolean() ? POSITIVE.draw(random) : -POSITIVE.draw(random); }
    },
    /// At least 1/4 from each other, in random order.
    DISTINCT {
        @Override
        float draw(SplittableRandom random) { throw new UnsupportedOperationException("a number alone is not distinct"); }

        @Override
        public Tensor draw(Shape shape, SplittableRandom random) {
            var data = new float[shape.numel()];
            for (int i = 0; i < data.length; i++) {
                int j = random.nextInt(i + 1);
                data[i] = data[j];
                data[j] = (i - data.length / 2) / 4f;
            }
            return Tensor.wrap(data, shape.toArray());
        }
    };

    abstract float draw(SplittableRandom random);

    public Tensor draw(Shape shape, SplittableRandom random) {
        var data = new float[shape.numel()];
        for (int i = 0; i < data.length; i++) data[i] = draw(random);
        return Tensor.wrap(data, shape.toArray());
    }
}
