package dev.lanewise.lab.cli;

import dev.lanewise.file.RegularFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/// The files that a command is going to write. What can't be written is refused before the work, not after it.
public final class Outputs {

    private static final Set<PosixFilePermission> WRITE = Set.of(PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.OTHERS_WRITE);

    /// @param option that asks for it
    public record Output(String option, Path path) {}

    private Outputs() {}

    /// Leaves all as it was.
    ///
    /// @param inputs what is going to be read
    /// @throws IllegalArgumentException if one of them can't be written, two are in each other's way, or one would replace an
    ///     input
    public static void check(List<Output> outputs, List<Output> inputs) {
        for (int i = 0; i < outputs.size(); i++) {
            var output = outputs.get(i);
            if (isDevice(output.path())) continue;
            for (var other : outputs.subList(0, i)) if (!isDevice(other.path())) requireApart(other, output);
            for (var input : inputs) requireUntouched(input, output);
        }
        outputs.forEach(Outputs::requireWritable);
    }

    private static void requireApart(Output first, Output second) {
        var one = real(first.path());
        var two = real(second.path());
        if (one.equals(two)) throw new IllegalArgumentException(first.option() + " and " + second.option() + " both write "
            + second.path() + "; give each a file of its own");
        if (two.startsWith(one) || one.startsWith(two)) throw new IllegalArgumentException(first.option() + " and "
            + second.option() + ": one of " + first.path() + " and " + second.path()
            + " is to be a file and a folder at once; give them other names");
    }

    /// Images are read from a folder, by names that end like this.
    private static void requireUntouched(Output input, Output output) {
        var in = real(input.path());
        var out = real(output.path());
        var name = out.getFileName() == null ? "" : out.getFileName().toString().toLowerCase(Locale.ROOT);
        if (out.equals(in) || in.equals(out.getParent()) && (name.endsWith("ubyte") || name.endsWith("ubyte.gz")))
            throw new IllegalArgumentException(output.option() + ": " + output.path() + " would replace the data that "
                + input.option() + " names; give another file");
    }

    private static boolean isDevice(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    /// One name for each file, whether it exists or not.
    private static Path real(Path path) {
        var absolute = path.toAbsolutePath().normalize();
        for (var existing = absolute; existing != null; existing = existing.getParent()) {
            try {
                return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
            } catch (IOException e) {
                // then what it lies in
            }
        }
        return absolute;
    }

    private static void requireWritable(Output output) {
        var path = output.path();
        if (Files.isDirectory(path)) throw new IllegalArgumentException(output.option() + ": "
            + (path.toString().isEmpty() ? "the working directory" : path) + " is a folder; name a file in it");
        try {
            boolean exists = Files.exists(path);
            if (exists && isProtected(path)) throw new AccessDeniedException(path.toString(), null,
                "the file is write-protected");
            if (!isDevice(path)) probe(exists ? path.toRealPath() : path.toAbsolutePath());
        } catch (IOException e) {
            throw new IllegalArgumentException(output.option() + ": " + path + " can't be written: "
                + RegularFile.reason(e) + "; name a file in a folder that you may write to", e);
        }
    }

    /// Somebody who takes the permission away from all means it, whatever an administrator may do.
    private static boolean isProtected(Path file) throws IOException {
        if (!Files.isWritable(file)) return true;
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) return false;
        return Files.getPosixFilePermissions(file).stream().noneMatch(WRITE::contains);
    }

    /// Makes what would be made, and takes it away: nothing else knows of read-only disks, quotas and names that are too long.
    private static void probe(Path file) throws IOException {
        var made = new ArrayDeque<Path>();
        try {
            var missing = new ArrayDeque<Path>();
            for (var at = file.getParent(); at != null && !Files.exists(at); at = at.getParent()) missing.push(at);
            for (var folder : missing) made.push(Files.createDirectory(folder));
            boolean taken = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            made.push(Files.createFile(taken ? file.resolveSibling(".lanewise-" + UUID.randomUUID() + ".tmp") : file));
        } finally {
            for (var each : made) Files.deleteIfExists(each);
        }
    }
}
