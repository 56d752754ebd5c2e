import dev.lanewise.Compute
import dev.lanewise.data.DataLoader
import dev.lanewise.data.Glyphs
import dev.lanewise.io.Digest
import dev.lanewise.nn.Linear
import dev.lanewise.nn.ReLU
import dev.lanewise.nn.Sequential
import dev.lanewise.nn.init.Distribution
import dev.lanewise.nn.init.Initializer
import dev.lanewise.optim.Adam
import dev.lanewise.random.Threefry
import dev.lanewise.tensor.Operation
import dev.lanewise.tensor.Tensor
import dev.lanewise.train.Trainer

/** As the consumer in Java, whose weights these are, and what Kotlin could find hard: lambdas of each kind, generics, varargs. */
fun main() {
    val model = Sequential(Linear(784, 32), ReLU(), Linear(32, 10)).initialize(42)
    val data = DataLoader(Glyphs.images(42, 500), 50).shuffle(Threefry(42))
    Trainer.classifier(model, Adam(model.parameters(), 1e-3)).fit(data, 1)

    val narrow = Initializer { fan, _ -> Distribution.Normal(0.0, 0.5 / Math.sqrt(fan.`in`())) }
    val swish = Operation.elementwise("swish") { x -> x.mul(x.sigmoid()) }
    val y = swish.apply(Linear(4, 2, narrow, null).initialize(42).call(Tensor.ones(3, 4)))
    check(y.shape().toArray().contentEquals(intArrayOf(3, 2)))

    System.err.println(Compute.provider().name())
    println(Digest.of(model.stateDict()))
}
