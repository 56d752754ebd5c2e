package dev.lanewise.check;

import dev.lanewise.check.Assignment.Place;
import dev.lanewise.check.ContractLaw.Stated;
import dev.lanewise.io.TensorFile;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// Reads a parameter's values from files, as many as are needed, and holds them to their law.
final class PlaceReader {

    /// Values that are read at once where not all are kept.
    private static final int PIECE = 1 << 16;
    private static final int LARGE_PIECE = 1 << 22;

    private final Place place;
    private final Stated stated;
    private final List<TensorFile> files;
    private final long from;
    private final int count;
    private Shape shape;
    private float[] single;
    private int seeded = 1;
    private final List<Integer> twins = new ArrayList<>();
    private long values;
    private double sum;
    private double squares;

    PlaceReader(Place place, Stated stated, List<TensorFile> files) {
        this.place = place;
        this.stated = stated;
        this.files = files;
        int columns = place.shape().rank() == 0 ? 1 : Part.columns(place.shape());
        from = (long) place.from() * columns;
        count = (place.to() - place.from()) * columns;
        shape = stated.shape();
    }

    /// Of a file, what was looked at.
    Shape shape() { return shape; }

    /// The first file's values as the structure takes them, of parameters that aren't constant; else null.
    float[] single() { return single; }

    /// The numbers of files whose values another before has, too.
    List<Integer> twins() { return twins; }

    /// How many files there are without those.
    int seeds() { return seeded; }

    long values() { return values; }

    double mean() { return sum / values; }

    double deviation() { return Math.sqrt(Math.max(0, squares / values - mean() * mean())); }

    List<Finding> findings(Terms terms) {
        if (Audit.constant(stated.law()) && stated.structure() instanceof Structure.Independent) return constant(terms);
        boolean part = stated.structure() instanceof Structure.Independent && (long) count * files.size() > Audit.MOST;
        var seeds = new ArrayList<float[]>();
        for (var file : files) {
            var read = part ? spread(file, Audit.MOST / files.size())
                : stated.turned(file.readRounded(place.tensor(), from, count));
            look(read);
            seeds.add(read);
        }
        if (part) shape = Shape.of(1, seeds.getFirst().length);
        single = seeds.getFirst();
        if (stated.law().variance() > 0 && single.length >= Likeness.FIRST) leaveTwinsOut(seeds);
        seeded = seeds.size();
        return StructureCheck.findings(stated.structure(), stated.law(), shape, new Draws.Given(seeds, terms));
    }

    private void leaveTwinsOut(List<float[]> seeds) {
        for (int i = seeds.size() - 1; i > 0; i--) {
            var last = seeds.get(i);
            if (seeds.subList(0, i).stream().noneMatch(other -> Arrays.equals(other, last))) continue;
            twins.addFirst(i);
            seeds.remove(i);
        }
    }

    /// Piece by piece, and none left out.
    private List<Finding> constant(Terms terms) {
        var all = new LinkedHashMap<String, Finding>();
        for (var file : files) for (int at = 0; at < count; at += LARGE_PIECE) {
            var piece = file.readRounded(place.tensor(), from + at, Math.min(LARGE_PIECE, count - at));
            look(piece);
            for (var finding : new Sample(stated.law(), piece, terms).findings(1)) all.merge(finding.check(), finding,
                (one, two) -> Finding.none(one.check(), (long) (one.statistic() + two.statistic())));
        }
        return List.copyOf(all.values());
    }

    private float[] spread(TensorFile file, int most) {
        int pieces = Math.max(1, most / PIECE);
        var all = new float[pieces * PIECE];
        for (int i = 0; i < pieces; i++) {
            long at = pieces == 1 ? 0 : (long) (count - PIECE) * i / (pieces - 1);
            System.arraycopy(file.readRounded(place.tensor(), from + at, PIECE), 0, all, i * PIECE, PIECE);
        }
        return all;
    }

    private void look(float[] read) {
        for (float value : read) {
            sum += value;
            squares += (double) value * value;
        }
        values += read.length;
    }
}
