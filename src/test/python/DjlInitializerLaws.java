import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.initializer.UniformInitializer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;

/// Which law DJL's initializers ask their engine for, of a weight of 1000 inputs and 3000 outputs: figures for `vocabulary.txt`.
/// It needs no engine:
///
/// ```
/// java -cp api-0.36.0.jar:slf4j-api.jar:gson.jar DjlInitializerLaws.java
/// ```
class DjlInitializerLaws {

    public static void main(String[] args) {
        var manager = (NDManager) Proxy.newProxyInstance(NDManager.class.getClassLoader(),
            new Class<?>[] {NDManager.class}, (_, method, arguments) -> {
            if (method.getName().startsWith("random")) System.out.println(method.getName() + " " + arguments[0] + " "
                + arguments[1]);
            return null;
        });
        var initializers = new LinkedHashMap<String, Initializer>();
        initializers.put("XavierInitializer()", new XavierInitializer());
        initializers.put("XavierInitializer(UNIFORM, AVG, 3)", new XavierInitializer(RandomType.UNIFORM, FactorType.AVG, 3));
        initializers.put("XavierInitializer(GAUSSIAN, AVG, 3)", new XavierInitializer(RandomType.GAUSSIAN, FactorType.AVG, 3));
        initializers.put("XavierInitializer(GAUSSIAN, AVG, 1)", new XavierInitializer(RandomType.GAUSSIAN, FactorType.AVG, 1));
        initializers.put("XavierInitializer(GAUSSIAN, IN, 2)", new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2));
        initializers.put("XavierInitializer(UNIFORM, IN, 6)", new XavierInitializer(RandomType.UNIFORM, FactorType.IN, 6));
        initializers.put("XavierInitializer(UNIFORM, IN, 3)", new XavierInitializer(RandomType.UNIFORM, FactorType.IN, 3));
        initializers.put("NormalInitializer", new NormalInitializer());
        initializers.put("UniformInitializer", new UniformInitializer());
        initializers.forEach((name, initializer) -> {
            System.out.print(name + ": ");
            initializer.initialize(manager, new Shape(3000, 1000), DataType.FLOAT32);
        });
    }
}
