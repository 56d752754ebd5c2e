import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_char;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Rewrites compiled classes so that they link nothing at run time: lambdas and method references become objects of classes, a
/// record's `equals`, `hashCode` and `toString` and a pattern's `switch` become methods.
///
///     java src/build/Desugar.java target/classes
///
/// javac leaves these to the JVM, which writes a class for each when a program first comes by: a millisecond of interpreted code,
/// and more of C1's and C2's time for the writer itself. A training's first step comes by 200 of them, which was a third of its
/// time; a class that is there takes a fifth of that. Where such code is hot, it stays as fast: it is inlined as what the JVM
/// wrote.
///
/// A class for each would be half of the jar, so those of a nest share some, and have a number by which a method knows what to
/// do. Those that capture something for an interface of ours have a class each, as they are made and called where it counts.
///
/// What it doesn't know it leaves: serializable lambdas, switches on more than types.
///
/// A module descriptor gets the version of Java 9, whose form it has: so an older JDK, or a tool that runs on one, reads it, and
/// gets as far as the main class, which says what is needed.
public final class Desugar {

    private static final ClassDesc LOOKUP = ClassDesc.of("java.lang.invoke.MethodHandles").nested("Lookup");
    private static final ClassDesc NUMBER = ClassDesc.of("java.lang.Number");
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
    private static final List<ClassDesc> PRIMITIVES =
        List.of(CD_int, CD_long, CD_float, CD_double, CD_boolean, CD_byte, CD_short, CD_char);

    private final Path root;
    private final ClassFile classFile;
    /// The nests' new members, by host.
    private final Map<ClassDesc, List<Lambdas>> members = new LinkedHashMap<>();

    private Desugar(Path root) throws IOException {
        this.root = root;
        // what two branches' types have in common is in stack maps, so it has to know what extends what
        var loader = new URLClassLoader(new URL[] {root.toUri().toURL()});
        var resolver = ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver()).cached();
        // without the constants of what is gone
        this.classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver),
            ClassFile.ConstantPoolSharingOption.NEW_POOL);
    }

    /// @param folders of classes, packages beneath
    public static void main(String... folders) throws IOException {
        for (var folder : folders) new Desugar(Path.of(folder)).run();
    }

    private void run() throws IOException {
        List<Path> files;
        try (var walk = Files.walk(root)) {
            files = walk.filter(file -> file.toString().endsWith(".class") && !file.endsWith("module-info.class"))
                .sorted().toList();
        }
        for (var file : files) {
            var model = classFile.parse(file);
            var rewritten = new Rewriting(model).run();
            if (rewritten != null) Files.write(file, rewritten);
        }
        for (var host : members.keySet()) {
            for (var lambdas : members.get(host)) Files.write(file(lambdas.type), classFile.build(lambdas.type, lambdas::write));
            addMembers(host);
        }
        var module = root.resolve("module-info.class");
        if (Files.exists(module)) Files.write(module, classFile.transformClass(classFile.parse(module),
            (builder, element) -> builder.with(element instanceof ClassFileVersion
                ? ClassFileVersion.of(ClassFile.JAVA_9_VERSION, 0) : element)));
    }

    private Path file(ClassDesc type) { return root.resolve(internalName(type) + ".class"); }

    private static String internalName(ClassDesc type) {
        var descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    /// Private members are the nest's: those of a lambda's body and of what it is made of.
    private void addMembers(ClassDesc host) throws IOException {
        var model = classFile.parse(file(host));
        var all = new LinkedHashSet<ClassDesc>();
        model.findAttribute(Attributes.nestMembers())
            .ifPresent(nest -> nest.nestMembers().forEach(member -> all.add(member.asSymbol())));
        members.get(host).forEach(lambdas -> all.add(lambdas.type));
        Files.write(file(host), classFile.transformClass(model,
            ClassTransform.dropping(part -> part instanceof NestMembersAttribute)
            .andThen(ClassTransform.endHandler(builder -> builder.with(NestMembersAttribute.ofSymbols(List.copyOf(all)))))));
    }

    /// Of one class.
    private final class Rewriting {
        private final ClassModel model;
        private final ClassDesc self;
        private final ClassDesc host;
        private final boolean isInterface;
        private final List<Consumer<ClassBuilder>> methods = new ArrayList<>();
        private boolean hasLambdas;
        /// Of the source, at which what is rewritten stands; 0 if that isn't known.
        private int line;

        Rewriting(ClassModel model) {
            this.model = model;
            this.self = model.thisClass().asSymbol();
            this.host = model.findAttribute(Attributes.nestHost()).map(nest -> nest.nestHost().asSymbol()).orElse(self);
            this.isInterface = model.flags().has(AccessFlag.INTERFACE);
        }

        /// Returns null for a class that stays as it is.
        byte[] run() {
            var bytes = classFile.transformClass(model, ClassTransform.transformingMethodBodies(this::rewrite)
                .andThen(Rewriting::withoutLookup)
                .andThen(ClassTransform.endHandler(builder -> methods.forEach(method -> method.accept(builder)))));
            return hasLambdas || !methods.isEmpty() ? bytes : null;
        }

        /// That of the JVM, which javac names where anything is to be linked.
        private static void withoutLookup(ClassBuilder builder, ClassElement element) {
            if (!(element instanceof InnerClassesAttribute inner)) {
                builder.with(element);
                return;
            }
            var classes = inner.classes().stream().filter(each -> !each.innerClass().asSymbol().equals(LOOKUP)).toList();
            if (!classes.isEmpty()) builder.with(InnerClassesAttribute.of(classes));
        }

        private void rewrite(CodeBuilder code, CodeElement element) {
            if (element instanceof LineNumber number) line = number.line();
            if (!(element instanceof InvokeDynamicInstruction call)) {
                code.with(element);
                return;
            }
            var bootstrap = call.bootstrapMethod();
            var arguments = call.bootstrapArgs();
            switch (bootstrap.owner().displayName() + "." + bootstrap.methodName()) {
                case "LambdaMetafactory.metafactory" -> lambda(code, new Lambda(call, line));
                case "ObjectMethods.bootstrap" ->
                    callMethod(code, call, body -> record(body, call.name().stringValue(), arguments));
                case "SwitchBootstraps.typeSwitch" -> {
                    if (arguments.stream().allMatch(label -> label instanceof ClassDesc))
                        callMethod(code, call, body -> typeSwitch(body, arguments));
                    else code.with(element);
                }
                default -> code.with(element);
            }
        }

        private void callMethod(CodeBuilder code, InvokeDynamicInstruction call, Consumer<CodeBuilder> body) {
            var name = call.name().stringValue() + "$" + methods.size();
            int at = line;
            methods.add(builder -> builder.withMethodBody(name, call.typeSymbol(), ACC_PRIVATE | ACC_STATIC | ACC_SYNTHETIC,
                built -> body.accept(numbered(built, at))));
            code.invokestatic(self, name, call.typeSymbol(), isInterface);
        }

        private void lambda(CodeBuilder code, Lambda lambda) {
            hasLambdas = true;
            var nest = members.computeIfAbsent(host, _ -> new ArrayList<>());
            var lambdas = nest.stream().filter(each -> each.takes(lambda)).findFirst().orElse(null);
            if (lambdas == null) {
                lambdas = new Lambdas(host, model.findAttribute(Attributes.sourceFile()).orElse(null), nest.size(), lambda);
                nest.add(lambdas);
            }
            lambdas.make(code, lambda);
        }

        /// The number of the first type from `restart` on that the object is of; -1 for null.
        private static void typeSwitch(CodeBuilder code, List<ConstantDesc> types) {
            var some = code.newLabel();
            code.aload(0).ifnonnull(some).iconst_m1().ireturn().labelBinding(some);
            for (int i = 0; i < types.size(); i++) {
                var next = code.newLabel();
                code.iload(1).loadConstant(i).if_icmpgt(next)
                    .aload(0).instanceOf((ClassDesc) types.get(i)).ifeq(next)
                    .loadConstant(i).ireturn().labelBinding(next);
            }
            code.loadConstant(types.size()).ireturn();
        }

        /// @param arguments the class, the components' names and their getters
        private void record(CodeBuilder code, String method, List<ConstantDesc> arguments) {
            var names = arguments.get(1).equals("") ? new String[0] : ((String) arguments.get(1)).split(";");
            var types = arguments.stream().skip(2)
                .map(getter -> ((DirectMethodHandleDesc) getter).invocationType().returnType()).toList();
            switch (method) {
                case "hashCode" -> recordHash(code, names, types);
                case "equals" -> recordEquals(code, names, types);
                default -> recordString(code, names, types);
            }
        }

        private void recordHash(CodeBuilder code, String[] names, List<ClassDesc> types) {
            code.iconst_0();
            for (int i = 0; i < names.length; i++) {
                var type = types.get(i);
                code.bipush(31).imul().aload(0).getfield(self, names[i], type);
                if (type.isPrimitive()) code.invokestatic(wrapper(type), "hashCode", MethodTypeDesc.of(CD_int, type));
                else code.invokestatic(OBJECTS, "hashCode", MethodTypeDesc.of(CD_int, CD_Object));
                code.iadd();
            }
            code.ireturn();
        }

        private void recordEquals(CodeBuilder code, String[] names, List<ClassDesc> types) {
            var no = code.newLabel();
            var other = code.allocateLocal(TypeKind.REFERENCE);
            code.aload(1).instanceOf(self).ifeq(no).aload(1).checkcast(self).astore(other);
            for (int i = 0; i < names.length; i++) {
                var type = types.get(i);
                code.aload(0).getfield(self, names[i], type).aload(other).getfield(self, names[i], type);
                if (!type.isPrimitive()) code.invokestatic(OBJECTS, "equals",
                    MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object)).ifeq(no);
                else code.invokestatic(wrapper(type), "compare", MethodTypeDesc.of(CD_int, type, type)).ifne(no);
            }
            code.iconst_1().ireturn().labelBinding(no).iconst_0().ireturn();
        }

        private void recordString(CodeBuilder code, String[] names, List<ClassDesc> types) {
            var name = self.displayName();
            code.new_(BUILDER).dup().invokespecial(BUILDER, INIT_NAME, MTD_void);
            // a local record's number isn't part of its name
            append(code.loadConstant(name.substring(name.lastIndexOf('$') + 1).replaceFirst("^\\d+", "") + "["), CD_String);
            for (int i = 0; i < names.length; i++) {
                append(code.loadConstant((i == 0 ? "" : ", ") + names[i] + "="), CD_String);
                append(code.aload(0).getfield(self, names[i], types.get(i)), types.get(i));
            }
            append(code.loadConstant("]"), CD_String);
            code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(CD_String)).areturn();
        }

        private static void append(CodeBuilder code, ClassDesc type) {
            var taken = !type.isPrimitive() ? type.equals(CD_String) ? type : CD_Object
                : type.equals(CD_byte) || type.equals(CD_short) ? CD_int : type;
            code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, taken));
        }
    }

    /// A class of a nest's lambdas and method references. What one has captured is in fields, as large as those of the largest;
    /// an object takes at most eight bytes more than one of a class of its own.
    private static final class Lambdas {
        /// Of one method, as C2 doesn't inline what is larger.
        private static final int MOST = 16;

        private final ClassDesc type;
        private final ClassDesc host;
        /// Null if that isn't known.
        private final SourceFileAttribute source;
        /// Whether it is for the first one alone.
        private final boolean isSingle;
        private final int size;
        private final List<Lambda> all = new ArrayList<>();
        private final Map<TypeKind, Integer> fields = new EnumMap<>(TypeKind.class);

        Lambdas(ClassDesc host, SourceFileAttribute source, int number, Lambda first) {
            this.host = host;
            this.source = source;
            this.type = ClassDesc.of(host.packageName(), host.displayName() + "$$L" + number);
            this.isSingle = first.isSingle();
            this.size = size(first.kinds());
        }

        /// In eight bytes; a header and the number fill sixteen.
        private static int size(Map<TypeKind, Integer> fields) {
            int slots = 0;
            for (var kind : fields.keySet()) slots += kind.slotSize() * fields.get(kind);
            return Math.ceilDiv(slots, 2);
        }

        boolean takes(Lambda lambda) {
            if (isSingle || lambda.isSingle() || size(lambda.kinds()) != size) return false;
            if (!lambda.family().equals(all.getFirst().family())) return false;
            var together = new EnumMap<>(fields);
            lambda.kinds().forEach((kind, count) -> together.merge(kind, count, Math::max));
            return size(together) == size && all.stream().filter(lambda::isOfSameMethod).count() < MOST;
        }

        /// Leaves one on the stack, made of what it captures.
        void make(CodeBuilder code, Lambda lambda) {
            lambda.kinds().forEach((kind, count) -> fields.merge(kind, count, Math::max));
            int number = all.size();
            all.add(lambda);
            if (lambda.captured == 0) code.getstatic(type, one(number), CD_Object);
            else (isSingle ? code : code.loadConstant(number)).invokestatic(type, "make",
                made(lambda).changeReturnType(CD_Object));
        }

        private static String one(int number) { return "one" + number; }

        private ClassDesc fieldType(ClassDesc captured) {
            return isSingle ? captured : captured.isPrimitive() ? TypeKind.from(captured).asLoadable().upperBound() : CD_Object;
        }

        /// What the constructor takes: what is captured, and the number.
        private MethodTypeDesc made(Lambda lambda) {
            var types = new ArrayList<>(lambda.make.parameterList().stream().map(this::fieldType).toList());
            if (!isSingle) types.add(CD_int);
            return MethodTypeDesc.of(CD_void, types);
        }

        void write(ClassBuilder builder) {
            builder.withFlags(ACC_FINAL | ACC_SYNTHETIC).with(NestHostAttribute.of(host));
            if (source != null) builder.with(SourceFileAttribute.of(source.sourceFile().stringValue()));
            builder.withInterfaceSymbols(all.stream().map(Lambda::type).distinct().toList());
            if (!isSingle) builder.withField("number", CD_int, ACC_PRIVATE | ACC_FINAL);
            writeFields(builder);
            var constructors = new LinkedHashMap<MethodTypeDesc, Lambda>();
            all.forEach(lambda -> constructors.putIfAbsent(made(lambda), lambda));
            constructors.forEach((takes, lambda) -> writeConstructor(builder, takes, lambda));
            writeOnes(builder);
            var methods = new LinkedHashMap<String, List<Integer>>();
            for (int i = 0; i < all.size(); i++)
                methods.computeIfAbsent(all.get(i).method + all.get(i).erased.descriptorString(), _ -> new ArrayList<>()).add(i);
            for (var numbers : methods.values()) {
                var first = all.get(numbers.getFirst());
                builder.withMethodBody(first.method, first.erased, ACC_PUBLIC, code -> writeMethod(code, numbers));
            }
        }

        private void writeFields(ClassBuilder builder) {
            if (isSingle) {
                var make = all.getFirst().make;
                for (int i = 0; i < make.parameterCount(); i++)
                    builder.withField(all.getFirst().field(i), make.parameterType(i), ACC_PRIVATE | ACC_FINAL);
            } else fields.forEach((kind, count) -> {
                for (int i = 0; i < count; i++) builder.withField(Lambda.field(kind, i), kind.upperBound(),
                    ACC_PRIVATE | ACC_FINAL);
            });
        }

        private void writeConstructor(ClassBuilder builder, MethodTypeDesc takes, Lambda lambda) {
            builder.withMethodBody(INIT_NAME, takes, ACC_PRIVATE, code -> {
                code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void);
                for (int i = 0; i < lambda.captured; i++)
                    Lambda.load(code.aload(0), takes, i).putfield(type, lambda.field(i), takes.parameterType(i));
                if (!isSingle) Lambda.load(code.aload(0), takes, lambda.captured).putfield(type, "number", CD_int);
                code.return_();
            });
            if (lambda.captured > 0) builder.withMethodBody("make", takes.changeReturnType(CD_Object), ACC_STATIC, code -> {
                code.new_(type).dup();
                for (int i = 0; i < takes.parameterCount(); i++) Lambda.load(code, takes, i);
                code.invokespecial(type, INIT_NAME, takes).areturn();
            });
        }

        /// Of each that captures nothing there is one object.
        private void writeOnes(ClassBuilder builder) {
            if (all.stream().noneMatch(lambda -> lambda.captured == 0)) return;
            for (int i = 0; i < all.size(); i++)
                if (all.get(i).captured == 0) builder.withField(one(i), CD_Object, ACC_STATIC | ACC_FINAL);
            builder.withMethodBody(CLASS_INIT_NAME, MTD_void, ACC_STATIC, code -> {
                for (int i = 0; i < all.size(); i++) {
                    if (all.get(i).captured > 0) continue;
                    code.new_(type).dup();
                    if (!isSingle) code.loadConstant(i);
                    code.invokespecial(type, INIT_NAME, made(all.get(i))).putstatic(type, one(i), CD_Object);
                }
                code.return_();
            });
        }

        private void writeMethod(CodeBuilder code, List<Integer> numbers) {
            var cases = new ArrayList<SwitchCase>();
            for (int number : numbers) cases.add(SwitchCase.of(number, code.newLabel()));
            var last = cases.getLast().target();
            if (cases.size() > 1) code.aload(0).getfield(type, "number", CD_int).lookupswitch(last, cases);
            for (var each : cases) {
                var lambda = all.get(each.caseValue());
                lambda.call(numbered(code.labelBinding(each.target()), lambda.line), this);
            }
        }
    }

    /// A lambda or method reference.
    private static final class Lambda {
        private final MethodTypeDesc make;
        private final String method;
        /// The interface's method, what it is called with and returns here, and what does it.
        private final MethodTypeDesc erased;
        private final MethodTypeDesc instantiated;
        private final DirectMethodHandleDesc body;
        private final int captured;
        private final int line;

        Lambda(InvokeDynamicInstruction call, int line) {
            this.line = line;
            this.make = call.typeSymbol();
            this.method = call.name().stringValue();
            this.erased = (MethodTypeDesc) call.bootstrapArgs().get(0);
            this.body = (DirectMethodHandleDesc) call.bootstrapArgs().get(1);
            this.instantiated = (MethodTypeDesc) call.bootstrapArgs().get(2);
            this.captured = make.parameterCount();
        }

        ClassDesc type() { return make.returnType(); }

        private boolean isOurs() { return !type().packageName().startsWith("java."); }

        boolean isSingle() { return isOurs() && captured > 0; }

        /// Whose lambdas may be of one class: nobody asks of Java's own interfaces which of them an object has.
        String family() { return isOurs() ? type().descriptorString() : "java"; }

        boolean isOfSameMethod(Lambda other) { return method.equals(other.method) && erased.equals(other.erased); }

        private TypeKind kind(int i) { return TypeKind.from(make.parameterType(i)).asLoadable(); }

        /// How many fields of each kind it takes.
        Map<TypeKind, Integer> kinds() {
            var kinds = new EnumMap<TypeKind, Integer>(TypeKind.class);
            for (int i = 0; i < captured; i++) kinds.merge(kind(i), 1, Integer::sum);
            return kinds;
        }

        /// Where what it captures is, the i-th.
        String field(int i) {
            int before = 0;
            for (int j = 0; j < i; j++) if (kind(j) == kind(i)) before++;
            return field(kind(i), before);
        }

        static String field(TypeKind kind, int i) { return kind.name().charAt(0) + "" + i; }

        static CodeBuilder load(CodeBuilder code, MethodTypeDesc parameters, int i) {
            return code.loadLocal(TypeKind.from(parameters.parameterType(i)), code.parameterSlot(i));
        }

        void call(CodeBuilder code, Lambdas within) {
            var kind = body.kind();
            boolean isNew = kind == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
            if (isNew) code.new_(body.owner()).dup();
            var takes = isNew ? MethodTypeDesc.ofDescriptor(body.lookupDescriptor()) : body.invocationType();
            int taken = 0;
            for (int i = 0; i < captured; i++) {
                var type = within.fieldType(make.parameterType(i));
                code.aload(0).getfield(within.type, field(i), type);
                adapt(code, type.isPrimitive() ? make.parameterType(i) : type, takes.parameterType(taken++));
            }
            for (int i = 0; i < erased.parameterCount(); i++) {
                load(code, erased, i);
                adapt(code, erased.parameterType(i), instantiated.parameterType(i));
                adapt(code, instantiated.parameterType(i), takes.parameterType(taken++));
            }
            var called = MethodTypeDesc.ofDescriptor(body.lookupDescriptor());
            switch (kind) {
                case CONSTRUCTOR -> code.invokespecial(body.owner(), INIT_NAME, called);
                case STATIC, INTERFACE_STATIC -> code.invokestatic(body.owner(), body.methodName(), called,
                    body.isOwnerInterface());
                // a private method of the nest's needs no more than a virtual call
                case VIRTUAL, SPECIAL -> code.invokevirtual(body.owner(), body.methodName(), called);
                case INTERFACE_VIRTUAL, INTERFACE_SPECIAL -> code.invokeinterface(body.owner(), body.methodName(), called);
                default -> throw new IllegalStateException(body.owner().displayName()
                    + ": a method reference can't be of kind " + kind);
            }
            var returned = isNew ? body.owner() : called.returnType();
            if (!erased.returnType().equals(CD_void)) {
                adapt(code, returned, instantiated.returnType());
                adapt(code, instantiated.returnType(), erased.returnType());
            } else if (!returned.equals(CD_void)) {
                if (TypeKind.from(returned).slotSize() == 2) code.pop2();
                else code.pop();
            }
            code.return_(TypeKind.from(erased.returnType()));
        }

        /// What is on the stack becomes of another type, as in an assignment.
        private static void adapt(CodeBuilder code, ClassDesc from, ClassDesc to) {
            if (from.equals(to)) return;
            if (from.isPrimitive() && to.isPrimitive()) code.conversion(TypeKind.from(from), TypeKind.from(to));
            else if (from.isPrimitive()) code.invokestatic(wrapper(from), "valueOf", MethodTypeDesc.of(wrapper(from), from));
            else if (to.isPrimitive()) {
                // of Object, as `get` of a map has it, the number's own class isn't known here
                var number = PRIMITIVES.stream().filter(primitive -> wrapper(primitive).equals(from)).findFirst().orElse(to);
                boolean isKnown = from.equals(wrapper(number)) || to.equals(CD_boolean) || to.equals(CD_char);
                var owner = isKnown ? wrapper(number) : NUMBER;
                if (!from.equals(owner)) code.checkcast(owner);
                code.invokevirtual(owner, number.displayName() + "Value", MethodTypeDesc.of(number))
                    .conversion(TypeKind.from(number), TypeKind.from(to));
            } else if (!to.equals(CD_Object)) code.checkcast(to);
        }
    }

    /// What follows stands at a line of the source.
    private static CodeBuilder numbered(CodeBuilder code, int line) { return line > 0 ? code.lineNumber(line) : code; }

    private static ClassDesc wrapper(ClassDesc primitive) {
        return ClassDesc.of("java.lang." + switch (primitive.displayName()) {
            case "int" -> "Integer";
            case "char" -> "Character";
            case String name -> Character.toUpperCase(name.charAt(0)) + name.substring(1);
        });
    }
}
