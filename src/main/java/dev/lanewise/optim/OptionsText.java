package dev.lanewise.optim;

import java.util.StringJoiner;

/// What options print: what a record does, but with the name of what they are the options of.
final class OptionsText {

    private OptionsText() {}

    /// `SGD.Options[momentum=0.9, …]`
    static String of(Record options) {
        var type = options.getClass();
        var text = new StringJoiner(", ", type.getEnclosingClass().getSimpleName() + "." + type.getSimpleName() + "[", "]");
        for (var component : type.getRecordComponents())
            try {
                text.add(component.getName() + "=" + component.getAccessor().invoke(options));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        return text.toString();
    }
}
