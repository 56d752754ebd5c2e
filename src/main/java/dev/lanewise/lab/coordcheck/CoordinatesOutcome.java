package dev.lanewise.lab.coordcheck;

import dev.lanewise.diagnose.CoordinateCheck;
import dev.lanewise.report.Json;
import java.util.List;

/// What came out of [Coordinates].
record CoordinatesOutcome(String net, List<Integer> widths, List<Way> ways) {

    /// @param expected whether theory says that each layer changes by as much at every width
    /// @param passed   whether it does
    record Way(String parametrization, String optimizer, boolean expected, boolean passed, List<CoordinateCheck.Curve> layers,
               @Json.Omit CoordinateCheck check) {

        String words() { return parametrization + ", " + optimizer; }

        /// The layer whose slope is farthest from 0.
        CoordinateCheck.Curve worst() {
            return layers.stream().max((a, b) -> Double.compare(Math.abs(a.slope()), Math.abs(b.slope()))).orElseThrow();
        }
    }
}
