package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// A place on the network that has the four files of [FashionMnist] as they were first published, so that they can be told by
/// their SHA-256. Nothing is downloaded unless it is told to.
///
/// @param base what a file's name is appended to, ending in a slash
/// @param files what is to be had there
public record FashionMnistMirror(URI base, List<RemoteFile> files) {
    /// The system property that names another place with the same files.
    public static final String PROPERTY = "lanewise.fashionMnist";

    private static final String ORIGINAL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";

    /// The authors' own files. Each hash belongs to the file whose MD5 their page states, too.
    private static final List<RemoteFile> ORIGINALS = List.of(
            new RemoteFile(FashionMnist.TRAIN_IMAGES + ".gz", 26_421_880,
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            new RemoteFile(FashionMnist.TRAIN_LABELS + ".gz", 29_515,
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            new RemoteFile(FashionMnist.TEST_IMAGES + ".gz", 4_422_102,
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            new RemoteFile(FashionMnist.TEST_LABELS + ".gz", 5_148,
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"));

    /// One of the four files, by which what comes is told from what should.
    ///
    /// @param name the file's name
    /// @param bytes its length
    /// @param sha256 the hash of its contents, in lower-case hexadecimal digits
    public record RemoteFile(String name, long bytes, String sha256) {}

    /// Refuses an address that isn't that of a folder by HTTP or HTTPS; keeps a copy of the list.
    public FashionMnistMirror {
        files = List.copyOf(files);
        if (base.getHost() == null || base.getScheme() == null || !List.of("http", "https").contains(base.getScheme())
            || !base.getPath().endsWith("/"))
            throw new IllegalArgumentException("FashionMnist: " + Quote.of(base.toString())
                + " is no place to download from; give an http or https address that ends in \"/\"");
    }

    /// Where the authors published the files, unless the property `lanewise.fashionMnist` names another place.
    ///
    /// @throws IllegalArgumentException if the property is no http or https address that ends in a slash
    public static FashionMnistMirror ofProperties() {
        var base = System.getProperty(PROPERTY, ORIGINAL);
        try {
            return new FashionMnistMirror(new URI(base), ORIGINALS);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("-D" + PROPERTY + ": " + Quote.of(base) + " is no address: " + e.getReason(), e);
        }
    }

    /// Downloads the files into a folder, which is made if need be. One that is there with the right contents is kept. Each
    /// comes under a name of its own and takes its place only when it is whole and its SHA-256 is right; where anything goes
    /// wrong, the files that were finished remain, and nothing of the others.
    ///
    /// @param say takes a line for each file as it begins
    /// @throws UncheckedIOException if the server can't be reached, refuses or breaks off, the contents are not those that were
    ///     published, or the folder can't be written
    public void download(Path folder, Consumer<String> say) {
        var download = new Download(base, "name another mirror with -D" + PROPERTY);
        for (var file : files) download.to(folder, file.name, file.bytes, file.sha256, say);
    }
}
