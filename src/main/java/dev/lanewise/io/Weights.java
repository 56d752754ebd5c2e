package dev.lanewise.io;

import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.StateDifference;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Weights of a model, as a file of any framework has them, on their way into a model of this library.
///
/// ```java
/// Weights.read(Path.of("model.safetensors")).into(model);
///
/// var report = Weights.read(Path.of("bert.npz")).rename("^bert\\.", "").transpose(".*\\.kernel").without("cls\\..*")
///     .initializingMissing(42).freezing("encoder\\..*").into(model);
/// ```
///
/// Strict unless it is told otherwise: names and shapes must be the model's, each once. All of that is checked, and all values
/// are read, before the first value of the model changes; so whatever is wrong, the model is as it was. What is said last holds;
/// each method gives new weights and leaves these as they are.
///
/// Patterns are [regular expressions][Pattern]; but for [#rename], they are of whole names.
public final class Weights {

    private static final String OPERATION = "Weights";
    private static final UnaryOperator<Tensor> AS_IT_LIES = UnaryOperator.identity();

    /// A tensor on its way.
    ///
    /// @param shape null where only the values tell, or where there are too many
    record Entry(String inFile, String name, Shape shape, UnaryOperator<Tensor> change) {

        Entry named(String name) { return new Entry(inFile, name, shape, change); }

        boolean isAsItLies(TensorFile file) { return change == AS_IT_LIES && file.tensors().containsKey(inFile); }

        Entry changed(Shape to, UnaryOperator<Tensor> next) {
            return new Entry(inFile, name, to, tensor -> next.apply(change.apply(tensor)));
        }
    }

    /// What was done, or would be.
    ///
    /// @param loaded      the model's paths that have the file's values now
    /// @param difference  what the file and the model don't have in common
    /// @param initialized whether what is missing was initialized
    /// @param frozen      paths of parameters that train no longer
    public record Report(List<String> loaded, StateDifference difference, boolean initialized, List<String> frozen) {

        /// Keeps copies of the lists.
        public Report {
            loaded = List.copyOf(Objects.requireNonNull(loaded, "Weights.Report: no names"));
            frozen = List.copyOf(Objects.requireNonNull(frozen, "Weights.Report: no frozen names"));
        }

        /// A line each; of many names, the first.
        @Override
        public String toString() {
            return loaded.size() + " loaded" + (loaded.isEmpty() ? "" : ": " + Quote.names(loaded))
                + (difference.isEmpty() ? "" : "\n" + difference)
                + (initialized && !difference.missing().isEmpty() ? "\nmissing ones were initialized" : "")
                + (frozen.isEmpty() ? "" : "\n" + frozen.size() + " frozen: " + Quote.names(frozen));
        }
    }

    private final TensorFile file;
    private final List<Entry> entries;
    private final boolean rounded;
    private final boolean missing;
    private final boolean unexpected;
    private final RandomSource initializing; // null for none
    private final List<Pattern> freezing;

    private Weights(TensorFile file, List<Entry> entries, boolean rounded, boolean missing, boolean unexpected,
        RandomSource initializing, List<Pattern> freezing) {
        this.file = file;
        this.entries = List.copyOf(entries);
        this.rounded = rounded;
        this.missing = missing;
        this.unexpected = unexpected;
        this.initializing = initializing;
        this.freezing = List.copyOf(freezing);
    }

    /// Of a file of safetensors, or the index of several, an `.npz`, an `.npy` or a model of ONNX: see [TensorFile#open(Path)].
    /// Values are read when they are loaded.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if it is malformed
    /// @throws java.io.UncheckedIOException             if it is missing or can't be read
    public static Weights read(Path file) {
        return of(TensorFile.open(Objects.requireNonNull(file, "Weights.read: no file")));
    }

    /// As [#read(Path)], from anywhere.
    public static Weights read(Source source) {
        return of(TensorFile.open(Objects.requireNonNull(source, "Weights.read: no source")));
    }

    /// Of any file of tensors.
    ///
    public static Weights of(TensorFile file) {
        Objects.requireNonNull(file, "Weights.of: no file");
        return new Weights(file, file.tensors().keySet().stream()
            .map(name -> new Entry(name, name, shape(file, name), AS_IT_LIES)).toList(), false, false, false, null, List.of());
    }

    /// Of one that is too large for an array none: it may be left out, and is refused where it is read.
    private static Shape shape(TensorFile file, String name) {
        try {
            return file.shape(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// The shapes by name, as they stand now; null where only the values tell, and of what is too large for an array.
    public SequencedMap<String, Shape> shapes() {
        var shapes = new LinkedHashMap<String, Shape>();
        entries.forEach(entry -> shapes.put(entry.name, entry.shape));
        return shapes;
    }

    // ---- names

    /// Replaces what a pattern finds in names, wherever it finds it, as [String#replaceAll] does: `rename("^module\\.", "")`,
    /// `rename("layer\\.(\\d+)", "layers.$1")`.
    ///
    /// @throws IllegalArgumentException if the pattern or the replacement is malformed
    public Weights rename(String pattern, String replacement) {
        var found = pattern("rename", pattern);
        Objects.requireNonNull(replacement, "Weights.rename: no replacement; \"\" leaves out what is found");
        try {
            return with(entries.stream().map(entry -> entry.named(found.matcher(entry.name).replaceAll(replacement))).toList());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("Weights.rename: " + Quote.of(replacement) + " is no replacement for what "
                + Quote.of(pattern)
                + " finds: " + Quote.bare(e.getMessage()) + "; groups are $1, a dollar is \\$", e);
        }
    }

    /// Names by a function of yours.
    public Weights rename(UnaryOperator<String> function) {
        Objects.requireNonNull(function, "Weights.rename: no function");
        return with(entries.stream().map(entry -> entry.named(Objects.requireNonNull(function.apply(entry.name),
            () -> "Weights.rename: the function gives null for "
            + Quote.of(entry.name)))).toList());
    }

    /// Those that match, and no others.
    public Weights only(String pattern) {
        var matched = pattern("only", pattern);
        return with(entries.stream().filter(entry -> matched.matcher(entry.name).matches()).toList());
    }

    /// Those that don't match: a head that is to be another.
    public Weights without(String pattern) {
        var matched = pattern("without", pattern);
        return with(entries.stream().filter(entry -> !matched.matcher(entry.name).matches()).toList());
    }

    // ---- values

    /// Elements that are no float32 are rounded to the nearest; else they are refused.
    public Weights rounded() { return new Weights(file, entries, true, missing, unexpected, initializing, freezing); }

    /// Matrices with rows and columns interchanged: those that are kept [in, out], as Keras', Flax' and GPT-2's are; ours are
    /// [out, in].
    ///
    /// @throws IllegalArgumentException if no name matches, or what matches is no matrix
    public Weights transpose(String pattern) { return permute(pattern, 1, 0); }

    /// With axes in another order, as [Tensor#permute]: a convolution's weight that is kept [height, width, in, out] becomes
    /// ours, [out, in, height, width], by `permute(pattern, 3, 2, 0, 1)`.
    ///
    /// @param dims for each axis that it then has, the one that it was
    /// @throws IllegalArgumentException if no name matches, or what matches has other axes
    public Weights permute(String pattern, int... dims) {
        var order = Objects.requireNonNull(dims, "Weights.permute: no dims").clone();
        return changed("permute", pattern, entry -> {
            if (entry.shape == null) return entry.changed(null, tensor -> tensor.permute(order).contiguous());
            // says what is wrong with them
            var shape = Tensor.scalar(0).expand(entry.shape.toArray()).permute(order).shape();
            return entry.changed(shape, tensor -> tensor.permute(order).contiguous());
        });
    }

    /// By a function of yours.
    ///
    /// @throws IllegalArgumentException if no name matches
    public Weights map(String pattern, UnaryOperator<Tensor> function) {
        Objects.requireNonNull(function, "Weights.map: no function");
        return changed("map", pattern, entry -> entry.changed(null, function));
    }

    /// Names and axes of Keras and of Flax, which keep what is multiplied last: "dense/kernel:0", [in, out], becomes
    /// "dense.weight", [out, in].
    ///
    /// Slashes become dots, and ":0" ends nothing. Of the last part of a name, `kernel` becomes `weight`, with the outputs first
    /// and the inputs second, `depthwise_kernel` a weight of one input for each output, `embedding` and `embeddings` a weight;
    /// of norms `gamma` and `scale` become `weight`, `beta` `bias`, `moving_mean` and `mean` `running_mean`, `moving_variance`
    /// and `var` `running_var`.
    ///
    /// Keras 3 calls a depthwise kernel `kernel`, too; it is told by its bias. Of a layer without one, say
    /// `rename("deep/kernel$", "deep/depthwise_kernel")` before.
    ///
    /// A separable convolution is two layers here: its `depthwise_kernel` becomes `depthwise.weight`, its `pointwise_kernel`
    /// `pointwise.weight`, its bias `pointwise.bias`.
    ///
    /// What has a `recurrent_kernel` is a recurrent layer, with its gates in our order: "lstm/lstm_cell/kernel" becomes
    /// "lstm.weight_ih_l0", `recurrent_kernel` `weight_hh_l0`, `bias` `bias_ih_l0` and `bias_hh_l0`, of which Keras has a
    /// second one for its GRU alone; for the others it is 0. Of a `Bidirectional` layer, what lies in `backward_…` ends in
    /// `_reverse`. A second layer is one of its own there: say `rename("^lstm_1\\.(.*)_l0", "lstm.$1_l1")` after this. A GRU
    /// with reset_after=False computes something else, and is refused by its bias; one that has no bias can't be told.
    ///
    /// What lies behind a flattened image is in another order there: positions before channels. For such a layer, of c channels,
    /// h rows and w columns, say `map(pattern, t -> t.reshape(out, h, w, c).permute(0, 3, 1, 2).reshape(out, c * h * w))` after
    /// this. Not renamed are Flax' recurrent layers, and those that convolve.
    ///
    /// @throws IllegalArgumentException if there is a GRU that can't be computed
    public Weights keras() { return with(KerasNames.ours(entries)); }

    // ---- how they are loaded

    /// What the model has and these have not stays as it is.
    public Weights allowMissing() { return new Weights(file, entries, rounded, true, unexpected, initializing, freezing); }

    /// What these have and the model has not is left out.
    public Weights allowUnexpected() { return new Weights(file, entries, rounded, missing, true, initializing, freezing); }

    /// What the model has and these have not is initialized, to the bits that it gets if the whole model is.
    public Weights initializingMissing(long seed) { return initializingMissing(new Threefry(seed)); }

    /// As [#initializingMissing(long)], from another source.
    public Weights initializingMissing(RandomSource source) {
        return new Weights(file, entries, rounded, true, unexpected, Objects.requireNonNull(source,
            "Weights.initializingMissing: no source"), freezing);
    }

    /// Parameters whose paths in the model match train no longer: see [Parameter#requiresGrad(boolean)].
    public Weights freezing(String pattern) {
        var more = new ArrayList<>(freezing);
        more.add(pattern("freezing", pattern));
        return new Weights(file, entries, rounded, missing, unexpected, initializing, more);
    }

    /// In what these aren't the model's, names and shapes alone: nothing is changed, and no values are read.
    ///
    /// @throws IllegalArgumentException if two tensors have one name
    public StateDifference compare(Module model) {
        Objects.requireNonNull(model, "Weights: no model");
        var twice = new LinkedHashMap<String, String>();
        for (var entry : entries) {
            var other = twice.put(entry.name, entry.inFile);
            if (other != null) throw new IllegalArgumentException(OPERATION + ": " + Quote.of(other) + " and "
                + Quote.of(entry.inFile) + " would both be named "
                + Quote.of(entry.name) + "; rename one, or leave it out by without(…)");
        }
        return model.compareState(shapes());
    }

    /// Gives the model these values.
    ///
    /// Whatever is thrown, an [OutOfMemoryError] or an initializer's error too, nothing is changed then.
    ///
    /// @throws IllegalArgumentException naming what is missing, unexpected or misshapen, and paths that no pattern to freeze
    ///     matches; if an element would have to be rounded; if a tensor is too large for an array
    /// @throws dev.lanewise.data.MalformedFileException if the file is damaged
    /// @throws java.io.UncheckedIOException             if it can't be read any more
    public Report into(Module model) {
        var difference = compare(model);
        requireAllowed(difference);
        var frozen = frozen(model);
        var given = new LinkedHashMap<String, Tensor>();
        for (var entry : entries) if (!difference.unexpected().contains(entry.name)) given.put(entry.name, value(entry));
        // what functions made of them has shapes now
        var shapes = new LinkedHashMap<String, Shape>();
        given.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        var last = model.compareState(shapes);
        requireAllowed(new StateDifference(List.of(), List.of(), last.misshapen()));
        // all that takes memory, before the first values change
        var loaded = new ArrayList<>(given.keySet());
        var buffers = model.namedBuffers();
        // PyTorch's count, which is passed over
        loaded.removeIf(name -> name.endsWith("num_batches_tracked") && !buffers.containsKey(name));
        var report = new Report(loaded, difference, initializing != null, frozen);
        var parameters = model.namedParameters();
        if (initializing == null) model.loadStateDict(given, false);
        else model.initialize(initializing, given);
        frozen.forEach(path -> parameters.get(path).requiresGrad(false));
        return report;
    }

    private Tensor value(Entry entry) {
        var tensor = rounded ? file.tensorRounded(entry.inFile) : file.tensor(entry.inFile);
        return Objects.requireNonNull(entry.change.apply(tensor), () -> "Weights.map: the function gives null for "
            + Quote.of(entry.name));
    }

    private void requireAllowed(StateDifference found) {
        var wrong = new StateDifference(missing ? List.of() : found.missing(), unexpected ? List.of() : found.unexpected(),
            found.misshapen());
        if (!wrong.isEmpty()) throw new IllegalArgumentException(OPERATION + ".into: nothing was loaded; "
            + wrong.toString().replace("\n", "; ")
            + "; give the names that the model has by rename(…), axes by permute(…), or "
            + (!wrong.missing().isEmpty() ? "allowMissing()" : !wrong.unexpected().isEmpty() ? "allowUnexpected()"
                : "leave it out by without(…)"));
    }

    private List<String> frozen(Module model) {
        var names = model.namedParameters().keySet();
        for (var pattern : freezing) if (names.stream()
            .noneMatch(name -> pattern.matcher(name).matches())) throw new IllegalArgumentException(
            OPERATION + ".freezing: no parameter's path matches " + Quote.of(pattern.pattern()) + "; there are "
            + Quote.names(names));
        return names.stream().filter(name -> freezing.stream().anyMatch(pattern -> pattern.matcher(name).matches())).toList();
    }

    private Weights with(List<Entry> entries) {
        return new Weights(file, entries, rounded, missing, unexpected, initializing, freezing);
    }

    private Weights changed(String what, String pattern, UnaryOperator<Entry> change) {
        var matched = pattern(what, pattern);
        if (entries.stream().noneMatch(entry -> matched.matcher(entry.name)
            .matches())) throw new IllegalArgumentException(OPERATION + "." + what
            + ": no name matches " + Quote.of(pattern) + "; there are " + Quote.names(shapes().keySet()));
        return with(entries.stream().map(entry -> matched.matcher(entry.name).matches() ? change.apply(entry) : entry).toList());
    }

    private static Pattern pattern(String what, String pattern) {
        Objects.requireNonNull(pattern, () -> OPERATION + "." + what + ": no pattern");
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(OPERATION + "." + what + ": " + Quote.of(pattern) + " is no pattern: "
                + Quote.bare(e.getDescription()), e);
        }
    }

    /// The names and shapes, a line each.
    @Override
    public String toString() {
        var text = new StringBuilder("weights of " + file.format());
        for (var entry : entries) text.append("\n  ").append(Quote.whole(entry.name)).append(' ')
            .append(entry.shape != null ? entry.shape : entry.isAsItLies(file) ? file.tensors().get(entry.inFile).shape() : "?");
        return text.toString();
    }
}
