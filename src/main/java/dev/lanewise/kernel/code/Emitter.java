package dev.lanewise.kernel.code;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Defines a class at run time for each loop: one formula, one class, so that C2 compiles each by itself.
///
/// A shared loop that calls a function object goes megamorphic after two formulas and boxes its vectors, at about ten
/// times the cost. `-Dlanewise.dump=DIR` writes the class files there, for `javap -c`.
final class Emitter {

    private static final String PACKAGE = Emitter.class.getPackageName();
    /// Of class files without stack maps, whose types the JVM's verifier finds out itself. To find them out in Java is what takes
    /// longest in writing a class, and makes so hot a method of the JDK's that C2 compiles it just when the first vector loops
    /// are due, 0.2 seconds before them.
    private static final int WITHOUT_STACK_MAPS = ClassFile.JAVA_5_VERSION;
    private static final int WITH_STACK_MAPS = ClassFile.latestMajorVersion();
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Za-z0-9_]");

    /// As long as this JVM takes them: that verifier is a library of its own, which a cut-down runtime may lack, and is on its
    /// way out.
    private static volatile int version = WITHOUT_STACK_MAPS;

    private Emitter() {}

    /// The one method of a kind of loop, which emitted classes implement.
    enum Kind {
        MAP(Loop.Map.class, 13), FOLD(Loop.Fold.class, 8), FILL(Loop.Fill.class, 6), TILE(Loop.Tile.class, 0),
        GATHERED_TILE(Loop.GatheredTile.class, 0), TRANSPOSE(Loop.Transpose.class, 0), COPY(Loop.Copy.class, 0),
        ROWS(Loop.Rows.class, 0), MATRIX(Loop.Matrix.class, 0), PASS(Loop.Pass.class, 8), ROWWISE(Loop.Rowwise.class, 0);

        final Class<?> type;
        final MethodTypeDesc run;
        /// Which parameter says how many turns there are.
        final int turns;

        Kind(Class<?> type, int turns) {
            this.type = type;
            this.turns = turns;
            var method = Stream.of(type.getDeclaredMethods()).filter(each -> each.getName().equals("run")).findFirst()
                .orElseThrow();
            this.run = MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .describeConstable().orElseThrow();
        }
    }

    /// This JVM can't define classes at run time. Of its own type: what else goes wrong in an emitter is a fault of ours, and
    /// must not pass as this.
    static final class NoClasses extends UnsupportedOperationException {
        private static final long serialVersionUID = 1;

        NoClasses(Throwable cause) { super("no class can be defined at run time: " + cause, cause); }
    }

    /// A new instance of a new class named after the loop, whose `run` is written by `body`.
    ///
    /// @throws NoClasses where this JVM can't define classes at run time
    static <L> L define(Kind kind, Class<L> type, String name, Consumer<Assembler> body) {
        var simpleName = kind.type.getSimpleName() + "_" + NOT_IN_A_NAME.matcher(name).replaceAll("_");
        for (int tried = version;; tried = WITH_STACK_MAPS) {
            try {
                var made = instance(type, simpleName, written(kind, simpleName, tried, body));
                version = tried;
                return made;
            } catch (LinkageError e) {
                if (tried == WITH_STACK_MAPS) throw new AssertionError("the emitted class " + simpleName
                    + " is not well-formed", e);
            }
        }
    }

    /// Whether classes are written with them by now.
    static boolean hasStackMaps() { return version == WITH_STACK_MAPS; }

    private static byte[] written(Kind kind, String name, int version, Consumer<Assembler> body) {
        byte[] bytes = ClassFile.of().build(ClassDesc.of(PACKAGE, name), writer -> writer
            .withVersion(version, 0)
            .withFlags(AccessFlag.FINAL, AccessFlag.SYNTHETIC)
            .withInterfaceSymbols(kind.type.describeConstable().orElseThrow())
            .withMethodBody(INIT_NAME, MTD_void, 0,
                code -> code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
            .withMethodBody("run", kind.run, ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL, code -> {
                C2.emitIdleTurns(code, code.parameterSlot(kind.turns));
                body.accept(new Assembler(code, kind.run));
                code.return_();
                if (kind == Kind.COPY || kind == Kind.TRANSPOSE) C2.emitPadding(code);
            }));
        dump(name, bytes);
        return bytes;
    }

    /// @throws LinkageError if this JVM doesn't take the class
    private static <L> L instance(Class<L> type, String name, byte[] bytes) {
        try {
            var lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
            return type.cast(lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class)).invoke());
        } catch (VirtualMachineError | LinkageError e) {
            throw e;
        } catch (Throwable e) {
            // a native image's own error has a name of its own
            if (e instanceof UnsupportedOperationException || e.getClass().getSimpleName().equals("UnsupportedFeatureError"))
                throw new NoClasses(e);
            throw new AssertionError("the emitted class " + name + " can't be instantiated", e);
        }
    }

    private static void dump(String name, byte[] bytes) {
        var folder = System.getProperty("lanewise.dump");
        if (folder == null) return;
        try {
            Files.write(Files.createDirectories(Path.of(folder)).resolve(name + ".class"), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("lanewise.dump: can't write " + name + ".class to " + folder, e);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("lanewise.dump: \"" + folder + "\" is no folder's name: " + e.getReason(), e);
        }
    }
}
