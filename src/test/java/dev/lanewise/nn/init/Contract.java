package dev.lanewise.nn.init;

import dev.lanewise.check.InitializerCheck;
import dev.lanewise.check.MomentPool;
import dev.lanewise.check.StreamCheck;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// The four tiers that every initializer goes through; the judgement is the clauses that one breaks.
final class Contract extends Judge {

    /// What a few operations on doubles in another order may change.
    private static final double ROUNDING = 16 * 0x1p-53;
    private static final double CDF_ERROR = 1e-14;

    private Contract(Candidate candidate, Draw draw) {
        super(candidate, draw);
    }

    /// @param broken     the clauses that were broken, and how
    /// @param falseAlarm an upper bound of the probability that a right initializer breaks one
    record Judgement(Map<Clause, String> broken, double falseAlarm) {}

    static Judgement judge(Candidate candidate, Draw draw) { return judge(candidate, draw, true); }

    /// By all that can raise no false alarm.
    static Judgement judgeExactly(Candidate candidate, Draw draw) { return judge(candidate, draw, false); }

    private static Judgement judge(Candidate candidate, Draw draw, boolean statistics) {
        if (StructuredContract.covers(candidate.scheme)) return StructuredContract.judge(candidate, draw, statistics);
        var contract = new Contract(candidate, draw);
        contract.exactTargets();
        contract.exactRelations();
        contract.extremes();
        if (statistics) contract.statistics();
        return contract.judgement();
    }

    // ---- A: exact targets

    private void exactTargets() {
        require(Clause.LAW, Law.ofWeight(candidate.scheme, draw.fan()), candidate.weight()
            .distribution(draw.fan(), draw.shape()));
        require(Clause.BIAS, Law.ofBias(candidate.scheme, draw.fan(), draw.rows()),
            candidate.bias().distribution(draw.fan(), Shape.of(draw.rows())));
        for (var mode : Initializers.Mode.values())
            for (var law : Initializers.Law.values()) near(Clause.SCALING, draw.scale() / terms(mode),
                candidate.varianceScaling(draw.scale(), mode, law).distribution(draw.fan(), draw.shape()).variance());
        // the gain keeps (1 + slope²) / 2 of a symmetric signal's second moment at what it was
        double slope = draw.slope();
        near(Clause.GAIN, 2 / (1 + slope * slope), Math.pow(candidate.leakyRelu(slope).value(), 2));
        require(candidate.linear(draw.columns(), draw.rows()).equals(new Fan(draw.columns(), draw.rows())), Clause.FAN,
            () -> draw.columns() + " inputs, " + draw.rows() + " outputs: " + candidate.linear(draw.columns(), draw.rows()));
        convolution(draw.conv());
        convolution(draw.conv().transpose());
        fans(draw.rows(), draw.columns(), 1 + draw.conv().groups());
        fan("attention's projections", new Fan(draw.rows(), draw.rows(), draw.rows(), 3), candidate.projections(draw.rows()));
        fan("an LSTM's gates", new Fan(draw.columns(), draw.rows(), draw.rows(), 4),
            candidate.gates(draw.columns(), draw.rows()));
        // the parts are the same, whatever the law
        if (candidate.scheme.name().equals("normal-rule")) {
            PartsContract.judge(this);
            StartsContract.judge(this);
        }
        ModelsContract.tied(this);
        ModelsContract.transfer(this);
        copies();
    }

    private double terms(Initializers.Mode mode) {
        return switch (mode) {
            case FAN_IN -> draw.fan().in();
            case FAN_OUT -> draw.fan().out();
            case FAN_AVERAGE -> (draw.fan().in() + draw.fan().out()) / 2;
            case FAN_GEOMETRIC -> Math.sqrt(draw.fan().in()) * Math.sqrt(draw.fan().out());
            case TORCH_FAN_IN -> draw.fan().torchIn();
        };
    }

    private void near(Clause clause, double expected, double stated) {
        require(Math.abs(stated - expected) <= expected * ROUNDING, clause, () -> stated + " for " + expected);
    }

    private void require(Clause clause, Law law, Distribution stated) {
        require(agree(law, stated), clause, () -> stated + " with " + draw.fan() + " for " + law);
    }

    static boolean agree(Law law, Distribution stated) {
        boolean cdf = true;
        double std = Math.sqrt(law.variance());
        for (double z = -3; z <= 3; z += 0.25) {
            double x = law.mean() + z * std;
            cdf &= Math.abs(stated.cdf(x) - law.cdf().applyAsDouble(x)) <= CDF_ERROR;
        }
        return cdf && stated.mean() == law.mean() && same(law.variance(), stated.variance())
            && same(law.kurtosis(), stated.kurtosis()) && same(law.lower(), stated.lower())
            && same(law.upper(), stated.upper()) && stated.varianceProxy() >= stated.variance();
    }

    /// Whether two laws are the same but for rounding.
    static boolean agree(Distribution law, Distribution stated) {
        return agree(new Law(law.mean(), law.variance(), law.kurtosis(), law.lower(), law.upper(), law::cdf), stated);
    }

    private static boolean same(double expected, double stated) {
        return Double.compare(expected, stated) == 0 || Math.abs(stated - expected) <= Math.abs(expected) * ROUNDING;
    }

    /// By counting which input meets which place of the kernel for which output.
    private void convolution(Candidate.Conv conv) {
        int met = 0;
        for (int position = 0; position < conv.stride(); position++)
            for (int place = 0; place < conv.kernel(); place++) if (Math.floorMod(position - place, conv.stride()) == 0) met++;
        double thinned = Math.pow((double) met / conv.stride(), 2);
        int places = conv.kernel() * conv.kernel();
        double in = (conv.transposed() ? thinned : places) * conv.in() / conv.groups();
        double out = (conv.transposed() ? places : thinned) * conv.out() / conv.groups();
        double torchIn = (double) places * conv.weight().shape().size(1);
        var fan = candidate.conv(conv);
        require(same(in, fan.in()) && same(out, fan.out()) && same(torchIn, fan.torchIn()), Clause.FAN,
            () -> conv + ": " + fan + " for " + in + ", " + out + ", " + torchIn);
    }

    /// Of what has no kernel, and what PyTorch makes of shapes.
    private void fans(int rows, int columns, int blocks) {
        fan("an embedding of " + rows + " x " + columns, new Fan(1, columns, columns), candidate.embedding(rows, columns));
        fan(blocks + " blocks of " + rows + " x " + columns, new Fan(columns, rows, columns, blocks),
            candidate.stacked(blocks, columns, rows));
        fan("PyTorch's of a matrix", new Fan(columns, rows), candidate.likePyTorch(Shape.of(rows, columns)));
        fan("PyTorch's of a kernel", new Fan(6 * columns, 6 * rows), candidate.likePyTorch(Shape.of(rows, columns, 2, 3)));
    }

    private void fan(String what, Fan expected, Fan stated) {
        require(stated.equals(expected), Clause.FAN, () -> what + ": " + stated + " for " + expected);
    }

    /// All of a weight, and its first rows and columns.
    private void copies() {
        int rows = draw.rows();
        int columns = draw.columns();
        var given = fill(Initializers.normal(0, 1), draw.fan(), draw.shape());
        var values = Tensor.of(given, rows, columns);
        require(Arrays.equals(given, fill(candidate.copyOf(values), draw.fan(), draw.shape())), Clause.COPY,
            () -> "all of " + values.shape());
        var larger = Shape.of(rows + 2, columns + 3);
        var expected = fill(candidate.weight(), draw.fan(), larger);
        for (int i = 0; i < given.length; i++) expected[i / columns * (columns + 3) + i % columns] = given[i];
        var filled = fill(candidate.copyOf(values, candidate.weight()), draw.fan(), larger);
        require(Arrays.equals(expected, filled), Clause.COPY, () -> "part of " + values.shape());
    }

    // ---- B: exact relations under one seed

    private void exactRelations() {
        var weights = fill(candidate.weight(), draw.fan(), draw.shape());
        twiceTheGain(draw.fan(), draw.shape());
        var fan = draw.fan();
        var larger = new Fan(4 * fan.in(), 4 * fan.out(), 4 * fan.torchIn());
        double narrower = isConstant() ? 1 : Math.sqrt(ofScheme(larger).variance() / ofScheme(fan).variance());
        require(alike(times((float) narrower, weights), fill(candidate.weight(), larger, draw.shape()), narrower),
            Clause.FOUR_TIMES_THE_FAN, fan::toString);
        for (var other : new Fan[] {new Fan(fan.in(), 3 * fan.out(), fan.torchIn()),
            new Fan(3 * fan.in(), fan.out(), fan.torchIn()), new Fan(fan.out(), fan.in(), fan.torchIn())})
            if (ofScheme(other).variance() == ofScheme(fan).variance())
                require(Arrays.equals(weights, fill(candidate.weight(), other, draw.shape())), Clause.OTHER_SIDE,
                    () -> other + " for " + fan);
        for (var shape : new int[][] {{weights.length}, {draw.columns(), draw.rows()}, {draw.rows(), 1, draw.columns(), 1}})
            require(Arrays.equals(weights, fill(candidate.weight(), fan, Shape.of(shape))), Clause.SHAPE,
                () -> Arrays.toString(shape));
        view(fan, draw.shape(), weights);
    }

    /// To the bit, if no rounding lies between them.
    private static boolean alike(float[] expected, float[] values, double factor) {
        if (Math.scalb(1.0, Math.getExponent(factor)) == factor) return Arrays.equals(expected, values);
        for (int i = 0; i < values.length; i++) if (Math.abs(expected[i] - values[i]) > 4 * Math.ulp(expected[i])) return false;
        return true;
    }

    private boolean isConstant() { return ofScheme(draw.fan()).isConstant(); }

    private Law ofScheme(Fan fan) { return Law.ofWeight(candidate.scheme, fan); }

    // ---- C: structure and support

    /// The numbers that a source gives once in 16 million times.
    private void extremes() {
        for (float uniform : new float[] {0, 0x1p-24f, 1 - 0x1p-24f}) {
            var law = candidate.weight().distribution(draw.fan(), draw.shape());
            var weight = Tensor.zeros(draw.rows(), draw.columns());
            candidate.weight().fill(weight, draw.fan(), new Extreme(uniform));
            for (float value : weight.toArray())
                require(Float.isFinite(value) && value >= (float) law.lower() && (value < law.upper() || law.variance() == 0),
                    Clause.EXTREMES, () -> value + " from the uniform number " + uniform + ", against " + law);
        }
    }

    /// Gives one number again and again.
    record Extreme(float uniform) implements RandomSource {
        @Override
        public void uniform(float[] out, int offset, int length) { Arrays.fill(out, offset, offset + length, uniform); }

        @Override
        public void normal(float[] out, int offset, int length) {
            // beyond any cut nothing would ever come
            Arrays.fill(out, offset, offset + length, uniform < 0.5f ? -1.9f : 1.9f);
        }

        @Override
        public void bernoulli(double p, float[] out, int offset, int length) {
            Arrays.fill(out, offset, offset + length, uniform < p ? 1 : 0);
        }

        @Override
        public int[] permutation(int n) { return new Threefry(0).permutation(n); }

        @Override
        public RandomSource stream(String name) { return this; }

        @Override
        public RandomSource stream(long index) { return this; }
    }

    // ---- C and D: support and statistics

    private void statistics() {
        require(InitializerCheck.of(candidate.weight(), draw.fan(), draw.shape(), draw.seed()));
        require(InitializerCheck.of(candidate.bias(), draw.fan(), Shape.of(draw.rows()), draw.seed()));
        require(StreamCheck.of(candidate.model(), candidate::source, draw.seed()));
        // these take long, and have nothing to do with the others' laws
        if (candidate.scheme == WrongModels.GPT) ModelsContract.gpt(this);
        if (candidate.scheme == WrongScaling.MU_P) ModelsContract.coordinates(this);
    }

    /// The second level: adds the weights of many streams of a seed.
    static void pool(MomentPool pool, Candidate candidate, long seed, int streams) {
        var fan = Fan.linear(256, 64);
        var source = new Threefry(seed);
        var weight = Tensor.zeros(64, 256);
        for (int i = 0; i < streams; i++) {
            candidate.weight().fill(weight, fan, source.stream(i));
            pool.add(candidate.weight().distribution(fan, weight.shape()), weight.toArray());
        }
    }

    static Judgement judge(MomentPool pool) {
        var broken = new EnumMap<Clause, String>(Clause.class);
        for (var finding : pool.report().failed())
            broken.put(Clause.titled("pooled " + finding.check()), finding.toString());
        return new Judgement(broken, pool.report().falseAlarm());
    }
}
