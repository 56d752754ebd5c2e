package dev.lanewise.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/// Spark's barrier stages, which have no Java form.
final class Barrier {

    private Barrier() {}

    private static final class Function<E, B>
            extends AbstractFunction1<scala.collection.Iterator<Numbered<E>>, scala.collection.Iterator<EpochTask.Outcome>>
            implements Serializable {
        private static final long serialVersionUID = 1;
        private final EpochTask<E, B> task;

        Function(EpochTask<E, B> task) { this.task = task; }

        @Override
        public scala.collection.Iterator<EpochTask.Outcome> apply(scala.collection.Iterator<Numbered<E>> examples) {
            Iterator<EpochTask.Outcome> outcomes = task.run(JavaConverters.asJava(examples));
            return JavaConverters.asScala(outcomes);
        }
    }

    /// Runs a task on each partition, all at the same time.
    static <E, B> List<EpochTask.Outcome> run(JavaRDD<Numbered<E>> examples, EpochTask<E, B> task) {
        var outcomes = examples.rdd().barrier().mapPartitions(new Function<>(task), false,
            ClassTag$.MODULE$.apply(EpochTask.Outcome.class)).toJavaRDD();
        // through a shuffle: a barrier stage whose results are the job's is not run again when a process dies; as bytes, as
        // `spark.serializer` may name one that can't make all that is in them
        return outcomes.mapToPair(outcome -> new Tuple2<>(0, SerializationUtils.serialize(outcome)))
            .partitionBy(new HashPartitioner(1)).values().collect().stream().map(Barrier::outcome).toList();
    }

    /// Read here, as classes are looked for where the reader's own is from: what Spark has doesn't see a submitted job's jars.
    private static EpochTask.Outcome outcome(byte[] bytes) {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (EpochTask.Outcome) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("fit: what the processes came to can't be read", e);
        }
    }
}
