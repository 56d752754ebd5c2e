package dev.lanewise.lab.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ByHandTest {

    /// Each is a sum of the same terms, of which float rounds each and each partial sum: 1e-5 is 170 roundings' worth.
    @Property(tries = 60)
    void gradientsByHandAreAutograds(@ForAll @IntRange(min = 1, max = 20) int batch, @ForAll @IntRange(min = 1, max = 40) int in,
                                     @ForAll @IntRange(min = 1, max = 40) int hidden,
                                         @ForAll @IntRange(min = 1, max = 12) int out,
                                     @ForAll long seed) {
        var network = new ByHand(batch, in, hidden, out, new Threefry(seed), new Threefry(~seed));
        assertEquals(network.byAutograd().loss(), network.byHand().loss(), 1e-5 * network.byAutograd().loss());
        for (double difference : network.differences().values()) assertTrue(difference < 1e-5, network.differences().toString());
    }

    @Example
    void differencesAreRelativeToTheLargest() {
        assertEquals(0, ByHand.difference(Tensor.of(1, 4), Tensor.of(1, 4)));
        assertEquals(0.25, ByHand.difference(Tensor.of(1, -4), Tensor.of(2, -4)));
    }
}
