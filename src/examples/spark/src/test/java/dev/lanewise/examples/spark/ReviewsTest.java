package dev.lanewise.examples.spark;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.examples.spark.Reviews.Review;
import dev.lanewise.spark.Settings;
import dev.lanewise.spark.SparkTrainer;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Without a cluster: what a program is can be tried in one process, on some of the data.
class ReviewsTest {

    private static final Reviews PROGRAM = new Reviews(32, 42);

    private static List<Review> reviews(long from, long to) {
        return LongStream.range(from, to).mapToObj(ReviewsJob::made).toList();
    }

    @Test
    void learnsWhatWordsMeanAndTheirOrder() {
        var fitted = new SparkTrainer<>(PROGRAM, Settings.DEFAULT.epochs(8).batchSize(64).shards(2)).fitHere(reviews(0, 2_000));
        var others = reviews(2_000, 2_500);
        var praise = PROGRAM.praise(fitted, others);
        int right = 0;
        for (int i = 0; i < praise.length; i++) if (praise[i] > 0.5 == (others.get(i).label() == 1)) right++;
        assertTrue(right > 450, right + " of 500");
    }

    @Test
    void whatCantBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PROGRAM.check(new Review("good", 2)));
        assertThrows(IllegalArgumentException.class, () -> PROGRAM.check(new Review("...", 1)));
        PROGRAM.check(new Review("Good.", 1));
    }
}
