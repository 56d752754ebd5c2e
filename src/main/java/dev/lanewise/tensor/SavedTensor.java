package dev.lanewise.tensor;

/// A tensor kept for backward, which notices if it was changed in place since.
final class SavedTensor {

    private final String operation;
    private final Tensor tensor;
    private final int version;

    SavedTensor(String operation, Tensor tensor) {
        this.operation = operation;
        this.tensor = tensor;
        this.version = tensor.storage.version();
    }

    boolean isOf(Tensor other) { return tensor == other && tensor.storage.version() == version; }

    /// @throws IllegalStateException if the tensor isn't what it was
    Tensor get() {
        int now = tensor.storage.version();
        if (now != version) throw new IllegalStateException("backward: a tensor of shape " + tensor.shape() + " that \""
            + operation + "\" saved was changed in place since (version " + now + ", saved at " + version
            + "); call backward before the change, or compute the result again");
        return tensor;
    }
}
