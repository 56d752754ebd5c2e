package dev.lanewise.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/// Checkpoints, and a page, in a folder of any of Hadoop's file systems, each under its step: `run-000000000120.safetensors`.
/// Each appears as a whole, where the file system renames a file as a whole.
final class Folder {

    private static final String PREFIX = "run-";
    private static final String SUFFIX = ".safetensors";
    private static final String PART = ".part";
    /// Those before may be read while the newest one is written.
    private static final int KEPT = 2;

    private final FileSystem files;
    private final org.apache.hadoop.fs.Path folder;

    Folder(String folder, Configuration configuration) {
        try {
            this.folder = new org.apache.hadoop.fs.Path(folder);
            this.files = this.folder.getFileSystem(configuration);
        } catch (IOException e) {
            throw failed("fit: the folder " + folder + " is of no file system that can be had; name one that is", e);
        }
    }

    private static UncheckedIOException failed(String what, IOException e) {
        return new UncheckedIOException(what + ", " + e.getMessage(), e);
    }

    /// The steps of those that are there, the newest first.
    List<Long> steps() {
        try {
            return steps(SUFFIX).sorted(Comparator.reverseOrder()).toList();
        } catch (IOException e) {
            throw failed("checkpoints: " + folder + " can't be listed", e);
        }
    }

    private Stream<String> names() throws IOException {
        return files.exists(folder) ? Arrays.stream(files.listStatus(folder)).map(FileStatus::getPath)
            .map(org.apache.hadoop.fs.Path::getName) : Stream.of();
    }

    private Stream<Long> steps(String suffix) throws IOException {
        return names().filter(name -> name.endsWith(suffix)).flatMap(Folder::step);
    }

    private static Stream<Long> step(String name) {
        int end = name.indexOf(SUFFIX);
        if (!name.startsWith(PREFIX) || end < 0) return Stream.empty();
        try {
            return Stream.of(Long.parseLong(name.substring(PREFIX.length(), end)));
        } catch (NumberFormatException e) {
            return Stream.empty();
        }
    }

    /// The newest of those that are behind one step, and not behind another; 0 if there is none.
    long newest(long behind, long last) {
        return steps().stream().filter(step -> step > behind && step <= last).findFirst().orElse(0L);
    }

    private org.apache.hadoop.fs.Path file(long step) {
        return new org.apache.hadoop.fs.Path(folder, String.format("%s%012d%s", PREFIX, step, SUFFIX));
    }

    /// Copies one here.
    void read(long step, Path to) {
        try (var in = files.open(file(step))) {
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("checkpoints: " + file(step) + " can't be read", e);
        }
    }

    /// Copies one there, and removes those that are older than the last.
    void write(long step, Path from) {
        var file = file(step);
        try {
            write(file, out -> Files.copy(from, out));
            removeOlder(step);
        } catch (IOException e) {
            throw failed("checkpoints: " + file + " can't be written", e);
        }
    }

    /// Writes a text there.
    ///
    /// @return where it is
    String write(String name, String text) {
        var file = new org.apache.hadoop.fs.Path(folder, name);
        try {
            write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw failed("report: " + file + " can't be written", e);
        }
        return file.toString();
    }

    /// Tries it, before a run has worked for what would be lost.
    void requireWritable() {
        try {
            write(new org.apache.hadoop.fs.Path(folder, ".lanewise"), _ -> {});
            files.delete(new org.apache.hadoop.fs.Path(folder, ".lanewise"), false);
        } catch (IOException e) {
            throw failed("fit: nothing can be written in the folder " + folder
                + "; name one that this process and the executors may write in", e);
        }
    }

    /// Fills a file.
    @FunctionalInterface
    private interface Filler {
        void fill(OutputStream out) throws IOException;
    }

    private void write(org.apache.hadoop.fs.Path file, Filler filler) throws IOException {
        // a process that Spark has given up may write the same step still
        var part = new org.apache.hadoop.fs.Path(folder, file.getName() + "." + UUID.randomUUID() + PART);
        files.mkdirs(folder);
        try {
            try (var out = files.create(part, true)) {
                filler.fill(out);
            }
            replace(part, file);
        } finally {
            if (files.exists(part)) files.delete(part, false);
        }
    }

    private void replace(org.apache.hadoop.fs.Path part, org.apache.hadoop.fs.Path file) throws IOException {
        try {
            if (files.rename(part, file)) return;
        } catch (FileAlreadyExistsException e) {
            // as where it says false
        }
        // not every file system renames over what is there; the checkpoint before this one stays meanwhile
        files.delete(file, false);
        if (!files.rename(part, file)) throw new IOException(part + " can't be renamed");
    }

    private void removeOlder(long step) throws IOException {
        var until = steps(SUFFIX).filter(each -> each <= step).sorted(Comparator.reverseOrder()).limit(KEPT)
            .reduce(step, Math::min);
        for (var name : names().filter(name -> name.endsWith(SUFFIX) || name.endsWith(PART)).toList())
            if (step(name).anyMatch(each -> each < until)) files.delete(new org.apache.hadoop.fs.Path(folder, name), false);
    }
}
