package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.file.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/// Gets files whose contents are known beforehand by their SHA-256. Nothing else in this library opens a connection.
///
/// @param base   what a file's name is appended to, ending in a slash
/// @param remedy what else the user can do, as an order
record Download(URI base, String remedy) {
    private static final int TIMEOUT_MILLIS = 30_000; // to connect, and between two pieces

    /// Downloads a file into a folder, which is made if need be. One that is there with the right contents is kept.
    ///
    /// @param sha256 in lower-case hexadecimal digits
    /// @param say    takes a line before it begins
    /// @throws UncheckedIOException as [FashionMnistMirror#download]
    void to(Path folder, String name, long bytes, String sha256, Consumer<String> say) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed("the folder " + Quote.of(folder) + " can't be made", e);
        }
        if (isThere(folder.resolve(name), bytes, sha256)) return;
        say.accept("Downloading " + base + name + " (" + bytes + " bytes)");
        fetch(name, bytes, sha256, folder);
    }

    private static boolean isThere(Path path, long bytes, String sha256) {
        return Files.isRegularFile(path) && RegularFile.read("download", path, in -> in.size() == bytes
            && copy(in, OutputStream.nullOutputStream(), bytes).sha256.equals(sha256));
    }

    private void fetch(String name, long bytes, String sha256, Path folder) {
        WholeFile.write("download", folder.resolve(name), out -> {
            try {
                var received = received(name, bytes, out);
                if (received.bytes != bytes) throw new IOException("it has " + (received.bytes > bytes ? "more than "
                    + bytes : received.bytes + " of " + bytes)
                    + " bytes; it is not the file that was published, or the connection was cut: try again");
                if (!received.sha256.equals(sha256)) throw new IOException("its SHA-256 is " + received.sha256
                    + ", that of the file that was published " + sha256 + "; try again, or " + remedy);
            } catch (IOException e) {
                throw failed(base + name + " is not taken", e);
            }
        });
    }

    /// Says what can be done where the JDK says no more than a host's name.
    private Received received(String name, long bytes, OutputStream to) throws IOException {
        try {
            return receive(name, bytes, to);
        } catch (UnknownHostException | SocketException | SocketTimeoutException e) {
            throw new IOException(e + "; check the connection, or " + remedy, e);
        }
    }

    private Received receive(String name, long bytes, OutputStream to) throws IOException {
        var connection = (HttpURLConnection) base.resolve(name).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try {
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) throw new IOException("the server answered " + status + " "
                + Quote.bare(connection.getResponseMessage()) + "; try again later, or " + remedy);
            try (var in = connection.getInputStream()) {
                return copy(in, to, bytes);
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
