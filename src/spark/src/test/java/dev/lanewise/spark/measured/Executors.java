package dev.lanewise.spark.measured;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/// A cluster of executors that are JVMs of this machine, each of one core.
final class Executors {

    private Executors() {}

    /// @param megabytes of each one's heap
    static SparkSession of(int executors, int megabytes, String options) throws Exception {
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        var spark = SparkSession.builder().master("local-cluster[" + executors + ",1," + megabytes + "]")
            .appName("Lanewise, measured")
            .config("spark.executor.memory", megabytes + "m").config("spark.ui.enabled", "false")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executor.extraJavaOptions", "--add-modules jdk.incubator.vector -XX:+UseSerialGC " + options)
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.worker.timeout", "3600").config("spark.network.timeout", "600s")
            .config("spark.scheduler.minRegisteredResourcesRatio", "1").getOrCreate();
        if (System.getProperty("log4j2.configurationFile") == null) spark.sparkContext().setLogLevel("WARN");
        return spark;
    }
}
