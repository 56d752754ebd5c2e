package dev.lanewise.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/// Executors that are JVMs of their own on this machine.
final class Cluster implements AutoCloseable {

    private final JavaSparkContext spark;

    private Cluster(JavaSparkContext spark) { this.spark = spark; }

    /// Two threads of this process in place of executors.
    static SparkSession here() {
        return SparkSession.builder().master("local[2]").appName("Lanewise's tests").config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2").config("spark.driver.host", "127.0.0.1").getOrCreate();
    }

    static Cluster of(int executors) throws Exception { return of(executors, ""); }

    /// @param options of executors besides
    static Cluster of(int executors, String options) throws Exception {
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        var conf = new SparkConf().setMaster("local-cluster[" + executors + ",1,768]").setAppName("Lanewise's tests")
            .set("spark.executor.memory", "768m").set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.executor.extraJavaOptions", "--add-modules jdk.incubator.vector -XX:+UseSerialGC " + options)
            .set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
            // workers are threads of this JVM, which may be slow, but don't go away
            .set("spark.worker.timeout", "3600");
        var spark = new JavaSparkContext(conf);
        spark.setLogLevel("WARN");
        return new Cluster(spark);
    }

    JavaSparkContext spark() { return spark; }

    @Override
    public void close() { spark.close(); }
}
