package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// A part of a network: parameters, other modules as its children, and the way from input to output.
///
/// `java.lang` has a class of this name, too: import this one by its own name, not with `nn.*`.
///
/// A constructor only declares; [#initialize(long)] gives the parameters their values. Inference from many threads is
/// safe in evaluation mode; training one model from two threads is not.
public abstract class Module {

    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private boolean training = true;

    /// The module's output. Shapes are the module's own to say.
    public abstract Tensor forward(Tensor x);

    /// Declares a parameter; for constructors.
    protected final Parameter register(Parameter parameter) {
        checkName(parameter.name());
        parameters.put(parameter.name(), parameter);
        return parameter;
    }

    /// Declares a child; for constructors.
    protected final <M extends Module> M register(String name, M child) {
        checkName(name);
        children.put(name, child);
        return child;
    }

    private void checkName(String name) {
        if (name.isEmpty() || name.contains(".")) throw new IllegalArgumentException(
            "module: the name \"" + name + "\" must not be empty or hold a dot, which separates the names of a path");
        if (parameters.containsKey(name) || children.containsKey(name)) throw new IllegalArgumentException(
            "module: the name \"" + name + "\" is taken; parameters and children need names of their own");
    }

    /// Gives every parameter, in the order of definition, values from a stream of (seed, path), and every module its
    /// stream: a child that is added under a name leaves the values of the others as they were.
    public Module initialize(long seed) { return initialize(new Threefry(seed)); }

    /// As [#initialize(long)], from another source.
    public Module initialize(RandomSource source) {
        visit("", (path, module) -> {
            module.parameters.values().forEach(parameter ->
                parameter.initialize(source.stream(join(path, parameter.name()))));
            module.initializeOwn(source.stream(path));
        });
        return this;
    }

    /// Takes the stream that belongs to this module's path; for modules that draw random numbers when they run.
    protected void initializeOwn(RandomSource stream) {}

    /// This module and all below it, parents first, in the order of definition; the path of this one is "".
    private void visit(String path, BiConsumer<String, Module> visitor) {
        visitor.accept(path, this);
        children.forEach((name, child) -> child.visit(join(path, name), visitor));
    }

    private static String join(String path, String name) { return path.isEmpty() ? name : path + "." + name; }

    /// The parameters by path: "0.weight", "0.bias", "3.weight" …
    public Map<String, Parameter> namedParameters() {
        var all = new LinkedHashMap<String, Parameter>();
        visit("", (path, module) -> module.parameters.forEach((name, parameter) -> all.put(join(path, name), parameter)));
        return all;
    }

    public List<Parameter> parameters() { return List.copyOf(namedParameters().values()); }

    public Map<String, Module> children() { return java.util.Collections.unmodifiableMap(children); }

    /// How many numbers there are to train.
    public long parameterCount() { return parameters().stream().mapToLong(parameter -> parameter.shape().numel()).sum(); }

    /// Sets this module and all below it to training.
    public Module train() { return training(true); }

    /// Sets this module and all below it to evaluation: dropout passes everything.
    public Module eval() { return training(false); }

    private Module training(boolean on) {
        visit("", (_, module) -> module.training = on);
        return this;
    }

    public boolean isTraining() { return training; }

    /// Drops all gradients.
    public void zeroGrad() { parameters().forEach(Parameter::zeroGrad); }
}
