package dev.lanewise.tensor;

import java.util.Objects;

/// What all operations have, whatever they are made of.
abstract sealed class NamedOperation implements Operation permits ElementwiseOperation, RuleOperation {

    private final String name;

    NamedOperation(String name) {
        this.name = Objects.requireNonNull(name, "operation: no name");
        if (name.isBlank()) throw new IllegalArgumentException("operation: the name is blank; give the one that messages are to"
            + " call it by");
    }

    @Override
    public final String name() { return name; }

    final void checkInputs(int expected, int given) {
        if (expected != given) throw new IllegalArgumentException(name + ": " + given + (given == 1 ? " input" : " inputs")
            + ", but it is a function of " + expected);
    }

    final Tensor checkInput(int index, Tensor input) {
        if (input == null) throw new NullPointerException(name + ": input " + index + " is null");
        return input;
    }

    @Override
    public final String toString() { return "operation " + name; }
}
