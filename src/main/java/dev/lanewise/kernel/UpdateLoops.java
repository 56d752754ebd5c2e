package dev.lanewise.kernel;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Lowering;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/// The loops of update rules, for as long as somebody has the rule.
public final class UpdateLoops {

    private static final Map<UpdateRule, Elementwise> LOOPS = Collections.synchronizedMap(new WeakHashMap<>());

    private UpdateLoops() {}

    /// Slot 0 is the parameter, slot 1 its gradient, the buffers follow; scalars are the rule's numbers.
    public static Elementwise of(UpdateRule rule) { return LOOPS.computeIfAbsent(rule, UpdateLoops::make); }

    private static Elementwise make(UpdateRule rule) {
        var values = Lowering.of(List.copyOf(rule.updates().values())).iterator();
        var outputs = new ArrayList<Formula.Output>();
        for (int slot : rule.updates().keySet()) outputs.add(new Formula.Output(slot, values.next()));
        return new Elementwise(new Formula(rule.name(), outputs));
    }
}
