package dev.lanewise.kernel;

import dev.lanewise.formula.Term;

/// What the cells of recurrent layers compute of each element, and what of it goes back: one rounding sequence for the loops of
/// [Recurrence] and for the rule that further derivatives are made of.
///
/// In gradients, `d` is what arrives at a value, and a sigmoid s has the slope s (1 - s), a hyperbolic tangent t the slope 1 - t
/// t.
public final class CellFormulas {

    private static final Term A = Term.input(0);
    private static final Term B = Term.input(1);
    private static final Term C = Term.input(2);
    private static final Term D = Term.input(3);
    private static final Term E = Term.input(4);

    /// Of an input's product and a state's: a gate.
    public static final Term SIGMOID = A.add(B).sigmoid();
    public static final Term TANH = A.add(B).tanh();
    public static final Term RELU = A.add(B).relu();

    /// Of the gradients of a state from outside and from the step behind, and the state.
    public static final Term TANH_BACK = A.add(B).mul(tanhSlope(C));
    public static final Term RELU_BACK = C.le(0).select(0, A.add(B));

    /// Of d, a gate's factor and the gate.
    public static final Term GATE_BACK = A.mul(B).mul(sigmoidSlope(C));
    /// Of d, the factor of a hyperbolic tangent and that.
    public static final Term CANDIDATE_BACK = A.mul(B).mul(tanhSlope(C));

    /// An LSTM's cell, of the forget gate, the cell before, the input gate and the candidate.
    static final Term CELL = A.mul(B).add(C.mul(D));
    /// An LSTM's state, of the output gate and the cell.
    static final Term STATE = A.mul(B.tanh());
    /// The gradient of an LSTM's cell, of those from the step behind and from outside, the state's, the output gate and the
    /// cell's hyperbolic tangent.
    static final Term CELL_BACK = A.add(B).add(C.mul(D).mul(tanhSlope(E)));

    /// A GRU's candidate, of the input's product, the reset gate and the state's product.
    public static final Term CANDIDATE = A.add(B.mul(C)).tanh();
    /// A GRU's state, of the state before, the candidate and the update gate.
    static final Term BLEND = A.sub(B).mul(C).add(B);
    /// The gradient before a GRU's update gate, of d, the state before, the candidate and the gate.
    static final Term UPDATE_BACK = A.mul(B.sub(C)).mul(sigmoidSlope(D));
    /// The gradient before a GRU's candidate, of d, the update gate and the candidate.
    public static final Term BLEND_BACK = A.mul(Term.constant(1).sub(B)).mul(tanhSlope(C));
    /// Of what arrives through the gates, d and the update gate: the gradient of a GRU's state before.
    public static final Term CARRY = A.add(B.mul(C));

    private CellFormulas() {}

    private static Term sigmoidSlope(Term s) { return s.mul(Term.constant(1).sub(s)); }

    private static Term tanhSlope(Term t) { return Term.constant(1).sub(t.mul(t)); }
}
