package dev.lanewise.testing;

import dev.lanewise.Compute;
import net.jqwik.api.lifecycle.BeforeContainerHook;
import net.jqwik.api.lifecycle.ContainerLifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Lets vectors run at once in all tests, of both engines, which find it as a service: else most of them would be over while
/// loops are scalar.
public final class VectorsAtOnce implements BeforeAllCallback, BeforeContainerHook {

    /// The same for a JVM of its own.
    static final String FLAG = "-Dlanewise.coldStart=0";

    @Override
    public void beforeAll(ExtensionContext context) { Compute.endColdStart(); }

    @Override
    public void beforeContainer(ContainerLifecycleContext context) { Compute.endColdStart(); }

    @Override
    public PropagationMode propagateTo() { return PropagationMode.ALL_DESCENDANTS; }
}
