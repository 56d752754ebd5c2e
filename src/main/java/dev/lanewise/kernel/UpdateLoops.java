package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.UpdateRule;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/// The loops of update rules, for as long as somebody has the rule.
public final class UpdateLoops {

    private static final Map<UpdateRule, Elementwise> LOOPS = Collections.synchronizedMap(new WeakHashMap<>());

    private UpdateLoops() {}

    public static Elementwise of(UpdateRule rule) { return LOOPS.computeIfAbsent(rule, made -> new Elementwise(made.formula())); }
}
