package consumer;

import dev.lanewise.Compute;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Glyphs;
import dev.lanewise.io.Digest;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.train.Trainer;

/// Trains for an epoch, and prints what the weights are then: the same on the class path, as a module and in an image.
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        var model = new Sequential(new Linear(784, 32), new ReLU(), new Linear(32, 10)).initialize(42);
        var data = new DataLoader<>(Glyphs.images(42, 500), 50).shuffle(new Threefry(42));
        Trainer.classifier(model, new Adam(model.parameters(), 1e-3)).fit(data, 1);
        System.err.println(Compute.provider().name());
        System.out.println(Digest.of(model.stateDict()));
    }
}
