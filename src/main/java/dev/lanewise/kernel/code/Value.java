package dev.lanewise.kernel.code;

import java.lang.classfile.TypeKind;

/// A local variable that holds floats or ints, one or a vector of them: what [LaneCode] works with. C2 keeps it in a register.
record Value(int slot, TypeKind kind) {}
