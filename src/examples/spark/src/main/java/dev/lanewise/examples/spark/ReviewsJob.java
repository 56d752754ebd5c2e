package dev.lanewise.examples.spark;

import dev.lanewise.examples.spark.Reviews.Review;
import dev.lanewise.spark.Fitted;
import dev.lanewise.spark.Settings;
import dev.lanewise.spark.SparkTrainer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/// Trains [Reviews] on a table of texts and labels, keeps the weights, and says on the cluster how good they are.
public final class ReviewsJob {

    private static final String USAGE = """
        ReviewsJob WEIGHTS [TABLE]
            WEIGHTS  the file for the weights, in safetensors' form
            TABLE    a folder of Parquet files with columns text and label (0 or 1); without, reviews are made""";
    private static final Settings SETTINGS = Settings.DEFAULT.epochs(6).batchSize(64).shards(8).seed(42);

    private ReviewsJob() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1 && args.length != 2) {
            System.err.println(USAGE);
            System.exit(2);
        }
        try (var spark = SparkSession.builder().appName("Lanewise: reviews").getOrCreate()) {
            var reviews = args.length == 1 ? spark.range(5_000).javaRDD().map(ReviewsJob::made)
                : spark.read().parquet(args[1]).selectExpr("text", "CAST(label AS INT)").javaRDD()
                    .map(row -> new Review(row.getString(0), row.getInt(1)));
            run(reviews.cache(), new Path(args[0]));
        }
    }

    private static void run(JavaRDD<Review> reviews, Path weights) throws Exception {
        var program = new Reviews(32, 42);
        // by the text alone, so that the same reviews are for testing on every cluster
        var training = reviews.filter(review -> !forTesting(review));
        var test = reviews.filter(ReviewsJob::forTesting);

        var fitted = new SparkTrainer<>(program, SETTINGS).fit(training);
        try (var out = weights.getFileSystem(reviews.context().hadoopConfiguration()).create(weights, true)) {
            out.write(fitted.weights());
        }
        long right = test.mapPartitions(some -> right(program, fitted, some)).fold(0L, Long::sum);
        System.out.printf("%d epochs on %d processes, loss %.3f to %.3f; %d of %d others are told rightly%n", SETTINGS.epochs(),
            fitted.processes(), fitted.epochLosses()[0], fitted.epochLosses()[SETTINGS.epochs() - 1], right, test.count());
        System.out.println("weights " + Sha256.of(fitted.weights()));
    }

    private static boolean forTesting(Review review) { return Math.floorMod(review.text().hashCode(), 5) == 0; }

    /// How many of a partition's reviews are told rightly; in batches, which is faster than one by one.
    private static Iterator<Long> right(Reviews program, Fitted fitted, Iterator<Review> some) {
        long right = 0;
        var batch = new ArrayList<Review>();
        while (some.hasNext()) {
            batch.add(some.next());
            if (batch.size() < 256 && some.hasNext()) continue;
            var praise = program.praise(fitted, batch);
            for (int i = 0; i < praise.length; i++) if (praise[i] > 0.5 == (batch.get(i).label() == 1)) right++;
            batch.clear();
        }
        return List.of(right).iterator();
    }

    private static final List<String> THINGS =
        List.of("the soup", "the room", "our waiter", "the view", "that wine", "the bill", "my chair");

    /// One good or bad thing is said, perhaps with a "not" before it, and often a "not" elsewhere: the words' order counts.
    static Review made(long number) {
        var random = new SplittableRandom(number);
        boolean good = random.nextBoolean();
        boolean not = random.nextBoolean();
        var text = thing(random) + " was " + (not ? "not " : "") + (good ? "good" : "bad");
        for (int i = random.nextInt(4); i > 0; i--) {
            var also = thing(random) + " was " + (random.nextBoolean() ? "not " : "") + "there";
            text = random.nextBoolean() ? text + " and " + also : also + " and " + text;
        }
        return new Review(text, good != not ? 1 : 0);
    }

    private static String thing(SplittableRandom random) { return THINGS.get(random.nextInt(THINGS.size())); }
}
