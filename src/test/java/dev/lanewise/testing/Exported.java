package dev.lanewise.testing;

import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The public classes of the packages that the module exports, nested ones too, by name.
public final class Exported {

    private Exported() {}

    public static List<Class<?>> classes() {
        var classes = new ArrayList<Class<?>>();
        var root = root();
        try (var in = Files.newInputStream(root.resolve("module-info.class"))) {
            for (var export : ModuleDescriptor.read(in).exports()) {
                if (export.isQualified()) continue;
                try (var files = Files.list(root.resolve(export.source().replace('.', '/')))) {
                    for (var file : files.map(path -> path.getFileName().toString())
                        .filter(name -> name.endsWith(".class")).toList())
                        add(classes, export.source() + "." + file.substring(0, file.length() - ".class".length()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        classes.sort(Comparator.comparing(Class::getName));
        return classes;
    }

    private static Path root() {
        try {
            return Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(List<Class<?>> classes, String name) {
        if (name.endsWith("package-info")) return;
        try {
            var type = Class.forName(name);
            if (isPublic(type)) classes.add(type);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getEnclosingClass()) if (!Modifier.isPublic(at.getModifiers())) return false;
        return !type.isAnonymousClass() && !type.isLocalClass();
    }
}
