package dev.lanewise.nn.init;

import java.util.Arrays;

/// One thing that an initializer, or a library of them, has to keep to. Those of one array are
/// [dev.lanewise.check.InitializerCheck]'s, those of a model [dev.lanewise.check.StreamCheck]'s.
enum Clause {
    LAW('A', "stated law"),
    BIAS('A', "stated law of the bias"),
    STRUCTURE('A', "stated structure"),
    SCALING('A', "variance scaling"),
    GAIN('A', "gain"),
    FAN('A', "a layer's fan"),
    FORGET('A', "forget gate's bias"),
    CHRONO('A', "chrono biases"),
    REMEMBERING('A', "identity recurrence"),
    ADMIN('A', "residual sums' factors"),
    LOW_RANK('A', "low-rank start"),
    BRANCH('A', "a branch's scale"),
    TIED('A', "a tied weight"),
    TRANSFER('A', "a wider network's factors"),
    COPY('A', "copied values"),
    TWICE_THE_GAIN('B', "gain doubled"),
    FOUR_TIMES_THE_FAN('B', "fan quadrupled"),
    OTHER_SIDE('B', "a side that doesn't count"),
    SHAPE('B', "another shape of the size"),
    VIEW('B', "a part of a tensor"),
    REPEATABLE('B', "repeatable"),
    PARAMETER_ALONE('B', "parameter alone"),
    COORDINATES('B', "a few steps at each width"),
    FINITE('C', "finite"),
    CONSTANT('C', "constant"),
    SUPPORT('C', "support"),
    FIXED('C', "fixed values"),
    ORTHOGONAL('C', "orthogonal"),
    SQUARES('C', "sum of squares"),
    ROW_LENGTHS('C', "row lengths"),
    OPPOSITES('C', "opposites"),
    OFF_CENTRE('C', "off centre"),
    FEW_ZEROS('C', "missing zeros"),
    MANY_ZEROS('C', "surplus zeros"),
    REPEATS('C', "repeats"),
    BLOCKS('C', "blocks alike"),
    OUTLIERS('C', "outliers"),
    ENDS('C', "ends"),
    EXTREMES('C', "the source's extremes"),
    DUPLICATES('C', "duplicates"),
    MODEL('D', "a model's contract"),
    MEAN('D', "mean"),
    VARIANCE('D', "variance"),
    MIMETIC('D', "attention's products"),
    FIRST_SIGN('D', "first sign"),
    DETERMINANT('D', "determinant"),
    ENTRIES('D', "entries"),
    ZERO_ROWS('D', "zeros by row"),
    ZERO_RUNS('D', "zeros in a run"),
    ZERO_COLUMNS('D', "zeros side by side"),
    OTHER_ZEROS('D', "other seed's zeros"),
    TAILS('D', "tails"),
    DISTRIBUTION('D', "distribution"),
    SERIAL_SIGNS('D', "serial signs"),
    SERIAL_MAGNITUDES('D', "serial magnitudes"),
    OWN_WINDOW('D', "own window"),
    OTHER_SEED('D', "other seed"),
    CROSS_SIGNS('D', "cross signs"),
    SIGN_WINDOW('D', "sign window"),
    POOLED_MEAN('D', "pooled mean"),
    POOLED_VARIANCE('D', "pooled variance"),
    POOLED_TAILS('D', "pooled tails");

    /// A: exact targets; B: exact relations under one seed; C: structure and support; D: statistics.
    final char tier;
    final String title;

    Clause(char tier, String title) {
        this.tier = tier;
        this.title = title;
    }

    boolean isPooled() { return title.startsWith("pooled "); }

    static Clause titled(String title) {
        return Arrays.stream(values()).filter(clause -> clause.title.equals(title)).findFirst().orElseThrow(
            () -> new AssertionError("\"" + title + "\" is no clause yet; add it"));
    }
}
