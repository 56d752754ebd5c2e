package dev.lanewise.nn;

import dev.lanewise.file.Quote;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Hook;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// A part of a network as a tree of state: parameters, buffers, other modules as its children, a mode, hooks. How it is called is
/// its own to say: a [Layer] takes a tensor and gives one; others write a public method of any shape, whose last line shows what
/// comes out to the hooks: [#observed].
///
/// `java.lang` has a class of this name, too: import this one by its own name, not with `nn.*`.
///
/// A constructor only declares; [#initialize(long)] gives the parameters their values. Inference from many
/// threads is safe in evaluation; training one model from two threads is not.
///
/// Whether a module is in training is said twice: by its own flag, the user's lasting word ([#train()], [#eval()]), which the
/// library never changes; and by the call, which may be in evaluation on its thread ([#evaluating()]), as all that predicts or
/// measures is. A module trains if its flag says so and the thread isn't evaluating.
public abstract class Module {

    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Buffer> buffers = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    // both remember whose they are, and call nothing of it
    @SuppressWarnings("this-escape")
    private final ModuleHooks hooks = new ModuleHooks(this);
    @SuppressWarnings("this-escape")
    private final ModuleValue<Boolean> training = new ModuleValue<>(this, true);

    /// What happens to a module's inputs and outputs.
    @FunctionalInterface
    public interface ForwardHook {
        /// Looks at a call that has just been made.
        void after(Module module, Call call);
    }

    /// What happens to the gradient of a module's output.
    @FunctionalInterface
    public interface BackwardHook {
        /// Looks at the gradient of one of the module's outputs, when it is complete.
        ///
        /// @param output which of [Call#outputs()], counted from 0; of a layer there is one
        void after(Module module, int output, Tensor gradient);
    }

    // ---- running

    /// What a call of a module's own shape gives, after the hooks have seen it: for the last line of a subclass's public call.
    ///
    /// ```java
    /// public Tensor call(Tensor x, Tensor branch) {
    ///     return observed(x.add(gate.call(x).sigmoid().mul(branch)), x, branch);
    /// }
    /// ```
    ///
    /// Tensors are found alone, in arrays, lists and maps' values, and in what is [Tensors], within each other. Forward hooks
    /// see them as a [Call]; backward hooks get the gradient of each tensor of the result that has one.
    ///
    /// @param result    returned as it is; but where backward hooks look at a tensor that isn't this call's own, as an input that
    ///     is passed on, with a view in its place: in a list's place there is an `ArrayList` then, in a map's a `LinkedHashMap`
    /// @param arguments what the call got, of any types
    /// @throws IllegalStateException if a backward hook is registered, and the result has no tensor that could be found
    protected final <R> R observed(R result, Object... arguments) {
        return hooks.isEmpty() ? result : hooks.run(this, result, arguments);
    }

    /// Whether anyone looks at what goes in and comes out.
    final boolean hasHooks() { return !hooks.isEmpty(); }

    /// Runs after each call, in the order of registration, until it is removed.
    public final Hook registerForwardHook(ForwardHook hook) { return hooks.add(hook); }

    /// Runs when backward arrives at an output of a call, once its gradient is complete, until it is removed. Outputs that need
    /// no gradient have none to show.
    public final Hook registerBackwardHook(BackwardHook hook) { return hooks.add(hook); }

    // ---- declaring

    /// Declares a parameter; for constructors.
    protected final Parameter register(Parameter parameter) {
        checkGiven("parameter", parameter);
        checkName(parameter.name());
        parameters.put(parameter.name(), parameter);
        return parameter;
    }

    /// Declares a parameter that another module has, too, under a name of its own here: one of values, of which there is one
    /// gradient. It starts where it is declared first, is trained once, and stands in the state under all its names.
    protected final Parameter register(String name, Parameter shared) {
        checkName(name);
        checkGiven("parameter", shared);
        parameters.put(name, shared);
        return shared;
    }

    /// Declares a buffer; for constructors.
    protected final Buffer register(Buffer buffer) {
        checkGiven("buffer", buffer);
        checkName(buffer.name());
        buffers.put(buffer.name(), buffer);
        return buffer;
    }

    /// Declares a child; for constructors.
    protected final <M extends Module> M register(String name, M child) {
        checkName(name);
        checkGiven("child", child);
        children.put(name, child);
        return child;
    }

    private void checkGiven(String what, Object value) {
        if (value == null) throw new IllegalArgumentException("module: " + getClass()
            .getSimpleName() + " declares null for a " + what
            + "; leave out what isn't there");
    }

    private void checkName(String name) {
        checkGiven("name", name);
        if (name.isEmpty() || name.contains(".")) throw new IllegalArgumentException(
            "module: the name \"" + name + "\" must not be empty or hold a dot, which separates the names of a path");
        if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name))
            throw new IllegalArgumentException("module: the name \"" + name
                + "\" is taken; parameters, buffers and children need names of their own");
    }

    // ---- starting

    /// Gives every parameter, in the order of definition, values from a stream of (seed, path), and every module its
    /// stream: a child that is added under a name leaves the values of the others as they were. Buffers start anew.
    ///
    /// Returns this module, as what it is to the compiler here; a class of your own is made first, and then told:
    /// `var net = new Net(); net.initialize(42);`
    public Module initialize(long seed) { return initialize(new Threefry(seed)); }

    /// As [#initialize(long)], from another source. A sequential one, as [dev.lanewise.random.TorchRandom], is drawn in the order
    /// of definition, a module's own parameters before those of its children: so the layers of a [Sequential] start as
    /// PyTorch's do that are constructed in its order. It goes on from there with what the modules draw as they run, so that
    /// [#loadStepDict] can't wind it back.
    public Module initialize(RandomSource source) {
        initialize("", source, namedParameters(), Collections.newSetFromMap(new IdentityHashMap<>()));
        return this;
    }

    /// As [#initialize(RandomSource)], but that what a state has, keeps its values: a part of another model, and the rest as it
    /// would start. All or nothing, whatever goes wrong; until then it takes the memory of another such model.
    ///
    /// @param state by path, as for [#loadStateDict(Map, boolean)], not strict
    /// @throws IllegalArgumentException as [#loadStateDict(Map, boolean)]; nothing is changed then
    public Module initialize(RandomSource source, Map<String, Tensor> state) {
        Map<ModuleValue<?>, Object> values;
        try (var _ = rehearsing()) {
            initialize(source);
            loadStateDict(state, false);
            values = Rehearsal.current().values();
        }
        values.forEach(ModuleValue::adopt);
        return this;
    }

    /// @param first where each parameter stands first
    private void initialize(String path, RandomSource source, Map<String, Parameter> first, Set<Module> seen) {
        if (!seen.add(this)) return;
        if (!startsAfterChildren()) initializeHere(path, source, first);
        children.forEach((name, child) -> child.initialize(join(path, name), source, first, seen));
        if (startsAfterChildren()) initializeHere(path, source, first);
    }

    private void initializeHere(String path, RandomSource source, Map<String, Parameter> first) {
        parameters.forEach((name, parameter) -> {
            // one that several modules share is filled where it stands first
            if (first.get(join(path, name)) == parameter) parameter.initialize(source.stream(join(path, name)));
        });
        buffers.values().forEach(Buffer::reset);
        initializeOwn(source.stream(path));
    }

    /// Whether a sequential source is drawn for the children before this module's own parameters: for modules that start as
    /// PyTorch's of another order do.
    protected boolean startsAfterChildren() { return false; }

    /// Takes the stream that belongs to this module's path; for modules that draw random numbers when they run.
    protected void initializeOwn(RandomSource stream) {}

    // ---- what is in it

    /// This module and all below it, parents first, in the order of definition; the path of this one is "". A module that
    /// stands in several places comes once, under its first path.
    private void visit(BiConsumer<String, Module> visitor) {
        visit("", Collections.newSetFromMap(new IdentityHashMap<>()), visitor);
    }

    private void visit(String path, Set<Module> seen, BiConsumer<String, Module> visitor) {
        if (!seen.add(this)) return;
        visitor.accept(path, this);
        children.forEach((name, child) -> child.visit(join(path, name), seen, visitor));
    }

    /// As [#visit(BiConsumer)], but a module that stands in several places comes under each of its paths.
    ///
    /// @param above the modules that this one is in, and so not below it
    final void visitPlaces(String path, Set<Module> above, BiConsumer<String, Module> visitor) {
        // a module within itself has no end of paths
        if (!above.add(this)) return;
        visitor.accept(path, this);
        children.forEach((name, child) -> child.visitPlaces(join(path, name), above, visitor));
        above.remove(this);
    }

    private static String join(String path, String name) { return path.isEmpty() ? name : path + "." + name; }

    /// Shows this module and all below it to `action`, parents first.
    public Module apply(Consumer<Module> action) {
        visit((_, module) -> action.accept(module));
        return this;
    }

    /// This module and all below it by path: "", "0", "3", "3.head" …
    public Map<String, Module> namedModules() {
        var all = new LinkedHashMap<String, Module>();
        visit(all::put);
        return all;
    }

    /// The parameters by path: "0.weight", "0.bias", "3.weight" … One that stands in several modules comes once, under its
    /// first path.
    public Map<String, Parameter> namedParameters() { return named(module -> module.parameters); }

    /// What modules have, by path, each once.
    private <S> Map<String, S> named(Function<Module, Map<String, ? extends S>> own) {
        var all = new LinkedHashMap<String, S>();
        var seen = Collections.newSetFromMap(new IdentityHashMap<S, Boolean>());
        visit((path, module) -> own.apply(module).forEach((name, each) -> {
            if (seen.add(each)) all.put(join(path, name), each);
        }));
        return all;
    }

    /// Those that it declares itself.
    Collection<Parameter> ownParameters() { return parameters.values(); }

    /// The values of [#namedParameters()]: what an optimizer takes.
    public List<Parameter> parameters() { return List.copyOf(namedParameters().values()); }

    /// The buffers by path: "1.running_mean" …
    public Map<String, Buffer> namedBuffers() { return named(module -> module.buffers); }

    /// The modules right below this one, by name.
    public Map<String, Module> children() { return Collections.unmodifiableMap(children); }

    /// How many numbers the parameters have, frozen ones included.
    public long parameterCount() { return parameters().stream().mapToLong(parameter -> parameter.shape().numel()).sum(); }

    // ---- state

    /// Copies of all parameters and buffers by path. What stands in several places, as a weight that two layers share, is there
    /// under each of its paths, as in PyTorch's; it is one tensor.
    ///
    /// @throws IllegalStateException before the model is initialized
    public Map<String, Tensor> stateDict() { return State.of(slots()).copy(); }

    /// As [#loadStateDict(Map, boolean)], strict.
    public Module loadStateDict(Map<String, Tensor> state) { return loadStateDict(state, true); }

    /// Takes the values of parameters and buffers. The model need not be initialized, but for training with [Dropout], which
    /// gets its random numbers there. Gradients are dropped. For what stands in several places one of its paths is enough, as
    /// files in which nothing comes twice have it.
    ///
    /// @param strict names must be the same, but for the `num_batches_tracked` of PyTorch's batch norm, which nothing here
    ///     depends on; else those that only one side has are left out
    /// @throws IllegalArgumentException naming missing, unexpected and misshapen ones, of many the first, and paths of one
    ///     parameter that have different values; nothing is changed then
    public Module loadStateDict(Map<String, Tensor> state, boolean strict) {
        State.of(slots()).load(state, strict);
        return this;
    }

    /// In what a state of these shapes isn't this model's, whose values need not be there yet: what [#loadStateDict(Map)] would
    /// refuse, without the values.
    ///
    /// @param shapes by name; null where it isn't known
    public StateDifference compareState(Map<String, Shape> shapes) { return State.of(slots()).difference(shapes); }

    /// The steps of all modules that draw random numbers as they run, by path. A checkpoint keeps them beside
    /// [#stateDict()], which holds what PyTorch's does and nothing else. A model that was initialized with the same seed
    /// and loads both goes on as if it had never stopped, to the bit.
    public Map<String, Long> stepDict() {
        var steps = new LinkedHashMap<String, Long>();
        stepped().forEach((path, module) -> steps.put(path, module.step()));
        return steps;
    }

    /// Goes on from the steps that [#stepDict()] gave.
    ///
    /// @throws IllegalArgumentException if the paths are not those of this model, or a step is negative; nothing is changed then
    public Module loadStepDict(Map<String, Long> steps) {
        var own = stepped();
        if (!own.keySet().equals(steps.keySet())) throw new IllegalArgumentException("loadStepDict: nothing was loaded; steps of "
            + Quote.set(steps.keySet()) + ", but this model's are of " + Quote.set(own.keySet())
            + "; load those of a model of the same layers");
        steps.forEach((path, step) -> Values.checkStep("loadStepDict: nothing was loaded; ", step, " of " + Quote.of(path)));
        own.forEach((path, module) -> module.step(steps.get(path)));
        return this;
    }

    private Map<String, Stepped> stepped() {
        var all = new LinkedHashMap<String, Stepped>();
        visit((path, module) -> {
            if (module instanceof Stepped stepped) all.put(path, stepped);
        });
        return all;
    }

    /// Under all of their paths, in PyTorch's order: of each module its parameters, its buffers, then its children.
    private Map<String, State.Slot> slots() {
        var slots = new LinkedHashMap<String, State.Slot>();
        visitPlaces("", Collections.newSetFromMap(new IdentityHashMap<>()), (path, module) -> {
            module.parameters.forEach((name, parameter) -> slots.put(join(path, name), parameter));
            module.buffers.forEach((name, buffer) -> slots.put(join(path, name), buffer));
        });
        return slots;
    }

    // ---- looking at it

    /// What a call of this module runs: shapes, parameters and memory, a module a line. The call is rehearsed in evaluation,
    /// without a record, so that nothing changes; parameters that have no values yet get some meanwhile.
    ///
    /// ```java
    /// System.out.println(model.summary(() -> model.call(question, context)));
    /// ```
    public Summary summary(Supplier<?> call) { return Summary.of(this, call); }

    // ---- training

    /// Sets the flags of this module and all below it to training, as they are at first.
    public Module train() { return training(true); }

    /// Sets the flags of this module and all below it to evaluation, for good: dropout passes everything, batch norm keeps its
    /// running statistics. [dev.lanewise.train.Trainer#fit] leaves it so: of a part, this freezes it. To predict, [#evaluating()]
    /// is enough.
    public Module eval() { return training(false); }

    private Module training(boolean on) { return apply(module -> module.training.set(on)); }

    /// Whether this module itself is in training: its flag says so, and this thread isn't evaluating. A module changes
    /// its state in a call only then.
    public boolean isTraining() { return training.get() && !Running.MODE.get().evaluating(); }

    /// Evaluation on this thread until the mode is closed: none of the modules that it runs is in training. No flag is changed,
    /// and other threads see nothing of it.
    public static Autograd.Mode evaluating() { return Running.open("evaluating()", true); }

    /// Ends evaluation on this thread until the mode is closed, within [#evaluating()] too: modules go by their flags.
    public static Autograd.Mode training() { return Running.open("training()", false); }

    /// Says, until the mode is closed, that what this thread runs is a part of a step's batch, so that parts draw other numbers
    /// than each other, whoever runs them: see [Stepped#numbers].
    ///
    /// @param row of the batch, the part's first one, counted from 0
    /// @throws IllegalArgumentException if it is negative
    public static Autograd.Mode part(int row) {
        if (row < 0) throw new IllegalArgumentException("part: row " + row + "; rows count from 0");
        return Running.open(row);
    }

    /// What `call` gives in evaluation, without a record for gradients: as [Layer#predict], for modules that are called
    /// otherwise. Nothing in a model changes, and other threads see nothing of it.
    ///
    /// ```java
    /// var answer = Module.predict(() -> model.call(question, context));
    /// ```
    public static <R> R predict(Supplier<R> call) {
        try (var _ = evaluating(); var _ = Autograd.noGrad()) {
            return call.get();
        }
    }

    /// Lets this thread run the model with no effect on it, until the mode is closed. What the thread changes in this
    /// module and all below it, as they are now, only it sees, and only until then: flags, hooks, buffers, steps and whatever
    /// else is a [ModuleValue], gradients, and parameters that are initialized or loaded anew. Optimizers change parameters as
    /// ever.
    public Autograd.Mode rehearsing() {
        var owners = Collections.newSetFromMap(new IdentityHashMap<>());
        visit((_, module) -> {
            owners.add(module);
            owners.addAll(module.parameters.values());
            owners.addAll(module.buffers.values());
        });
        return Rehearsal.open(owners);
    }

    /// Freezes all parameters, or thaws them; see [Parameter#requiresGrad(boolean)].
    public Module requiresGrad(boolean required) {
        parameters().forEach(parameter -> parameter.requiresGrad(required));
        return this;
    }

    /// Drops all gradients.
    public void zeroGrad() { parameters().forEach(Parameter::zeroGrad); }

    /// The kind of this module and what is in it, a child a line.
    @Override
    public String toString() {
        var text = new StringBuilder(getClass().isAnonymousClass() ? "Module" : getClass().getSimpleName()).append('(');
        children.forEach((name, child) -> text.append("\n  ").append(name).append(": ")
            .append(child.toString().replace("\n", "\n  ")));
        return text.append(children.isEmpty() ? ")" : "\n)").toString();
    }
}
