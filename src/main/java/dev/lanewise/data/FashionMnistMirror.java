package dev.lanewise.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/// A place on the network that has the four files of [FashionMnist] as they were first published, so that they can be told by
/// their SHA-256. Using it is the only thing in this library that opens a connection.
///
/// @param base what a file's name is appended to, ending in a slash
/// @param files what is to be had there
public record FashionMnistMirror(URI base, List<RemoteFile> files) {
    /// The system property that names another place with the same files.
    public static final String PROPERTY = "lanewise.fashionMnist";

    private static final String ORIGINAL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
    private static final int TIMEOUT_MILLIS = 30_000; // to connect, and between two pieces

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

    /// @param name the file's name
    /// @param bytes its length
    /// @param sha256 the hash of its contents, in lower-case hexadecimal digits
    public record RemoteFile(String name, long bytes, String sha256) {}

    public FashionMnistMirror {
        files = List.copyOf(files);
        if (base.getHost() == null || !base.getScheme().matches("https?") || !base.getPath().endsWith("/"))
            throw new IllegalArgumentException("FashionMnist: \"" + base
                + "\" is no place to download from; give an http or https address that ends in \"/\"");
    }

    /// Where the authors published the files, unless the property `lanewise.fashionMnist` names another place.
    ///
    /// @throws IllegalArgumentException if the property is no http or https address that ends in a slash
    public static FashionMnistMirror ofProperties() {
        var base = System.getProperty(PROPERTY, ORIGINAL);
        try {
            return new FashionMnistMirror(new URI(base), ORIGINALS);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("-D" + PROPERTY + ": \"" + base + "\" is no address: " + e.getReason(), e);
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
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed("the folder " + folder + " can't be made", e);
        }
        for (var file : files) {
            if (!isThere(file, folder.resolve(file.name))) {
                say.accept("Downloading " + base + file.name + " (" + file.bytes + " bytes)");
                fetch(file, folder);
            }
        }
    }

    private static boolean isThere(RemoteFile file, Path path) {
        try {
            if (!Files.isRegularFile(path) || Files.size(path) != file.bytes) return false;
            try (var in = Files.newInputStream(path)) {
                return copy(in, OutputStream.nullOutputStream(), file.bytes).sha256.equals(file.sha256);
            }
        } catch (IOException e) {
            throw failed(path + " can't be read", e);
        }
    }

    private void fetch(RemoteFile file, Path folder) {
        Path part = null;
        try {
            part = Files.createTempFile(folder, file.name, ".part");
            var received = receive(file, part);
            if (received.bytes != file.bytes) throw new IOException("it has " + (received.bytes > file.bytes ? "more than "
                + file.bytes : received.bytes + " of " + file.bytes)
                + " bytes; it is not the file that was published, or the connection was cut: try again");
            if (!received.sha256.equals(file.sha256)) throw new IOException("its SHA-256 is " + received.sha256
                + ", that of the file that was published " + file.sha256 + "; try again, or another mirror with -D"
                + PROPERTY);
            Files.move(part, folder.resolve(file.name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(base + file.name + " is not taken", e);
        } finally {
            remove(part);
        }
    }

    /// Where the file was moved into its place there is nothing left to remove.
    private static void remove(Path part) {
        try {
            if (part != null) Files.deleteIfExists(part);
        } catch (IOException e) {
            throw failed(part + " is left over and must be removed by hand", e);
        }
    }

    private Received receive(RemoteFile file, Path to) throws IOException {
        var connection = (HttpURLConnection) base.resolve(file.name).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try {
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) throw new IOException("the server answered " + status + " "
                + connection.getResponseMessage());
            try (var in = connection.getInputStream(); var out = Files.newOutputStream(to)) {
                return copy(in, out, file.bytes);
            }
        } finally {
            connection.disconnect();
        }
    }

    private record Received(long bytes, String sha256) {}

    /// Copies and hashes; stops soon after `limit` bytes, since whatever is longer is wrong.
    private static Received copy(InputStream in, OutputStream out, long limit) throws IOException {
        var digest = sha256();
        var buffer = new byte[1 << 16];
        long bytes = 0;
        for (int n; bytes <= limit && (n = in.read(buffer)) >= 0; bytes += n) {
            digest.update(buffer, 0, n);
            out.write(buffer, 0, n);
        }
        return new Received(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static UncheckedIOException failed(String what, IOException cause) {
        // the JDK's messages may say no more than a host's name
        var why = cause.getClass() == IOException.class ? cause.getMessage() : cause.toString();
        return new UncheckedIOException("download: " + what + ": " + why, cause);
    }
}
