package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.array.Blas;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Synthetic;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// An application that has used the library can be unloaded, though the threads that used it live on.
class ClassLoadersTest {

    /// In each loader: what leaves traces in threads and caches.
    public static final class Use implements Runnable {
        @Override
        public void run() {
            int n = 200;
            Blas.gemm(false, true, n, n, n, 2, new float[n * n], 0, n, new float[n * n], 0, n, 1, new float[n * n], 0, n);
            var model = new Sequential(new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new Flatten(), new Dropout(0.5),
                new Linear(4 * 14 * 14, 10)).initialize(42);
            var optimizer = new Adam(model.parameters(), 1e-3);
            new DataLoader<>(Synthetic.twoMoons(100, 0, new Threefry(1)), 1).prefetch(2).epoch(0).iterator().next();
            try (var _ = new Scope().open()) {
                Losses.crossEntropy(model.call(Tensor.ones(32, 1, 16, 16)), new int[32]).backward();
                optimizer.step();
            }
            try {
                var file = Files.createTempFile("lanewise-use", ".safetensors");
                Safetensors.write(file, model.stateDict());
                Safetensors.read(file);
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Prints how many of some loaders are left when they were dropped and the workers have ended.
    static final class Program {
        private static final int LOADERS = 6;

        public static void main(String... arguments) throws Exception {
            var loaders = new ArrayList<WeakReference<ClassLoader>>();
            for (int i = 0; i < LOADERS; i++) loaders.add(use());
            // the JDK keeps the loader of the last record that it linked an equals for, whoever's it is
            use();
            long left = LOADERS;
            for (int i = 0; i < 200 && left > 0; i++) {
                Thread.sleep(100);
                System.gc();
                left = loaders.stream().filter(loader -> loader.get() != null).count();
            }
            System.out.println(left);
        }

        private static WeakReference<ClassLoader> use() throws Exception {
            var urls = new ArrayList<URL>();
            for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) urls.add(new File(entry)
                .toURI().toURL());
            try (var loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                ((Runnable) loader.loadClass(Use.class.getName()).getConstructor().newInstance()).run();
                return new WeakReference<>(loader);
            }
        }
    }

    @Test
    void droppedLoadersAreCollected() {
        var out = new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-Dlanewise.idleSeconds=0.2",
            "-Dlanewise.threads=3", "-Xmx512m", "-XX:TieredStopAtLevel=1").run().orFail().out();
        assertEquals("0", out.strip());
    }
}
