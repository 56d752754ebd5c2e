package dev.lanewise.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;

/// Checkpoints in a folder of any of Hadoop's file systems, each under its step: `run-000000000120.safetensors`. Each appears as a whole.
final class Folder {

    private static final String PREFIX = "run-";
    private static final String SUFFIX = ".safetensors";
    /// Those before may be read while the newest one is written.
    private static final int KEPT = 2;

    private final FileContext files;
    private final org.apache.hadoop.fs.Path folder;

    Folder(String folder, Configuration configuration) {
        try {
            this.folder = new org.apache.hadoop.fs.Path(folder);
            var uri = this.folder.toUri();
            this.files = uri.getScheme() == null ? FileContext.getFileContext(configuration)
                : FileContext.getFileContext(URI.create(uri.getScheme() + "://" + (uri.getAuthority() == null ? "" : uri.getAuthority()) + "/"), configuration);
        } catch (IOException e) {
            throw failed("checkpoints: " + folder + " is of no file system that can be had", e);
        }
    }

    private static UncheckedIOException failed(String what, IOException e) { return new UncheckedIOException(what + ", " + e.getMessage(), e); }

    /// The steps of those that are there, the newest first.
    List<Long> steps() {
        try {
            if (!files.util().exists(folder)) return List.of();
            return Arrays.stream(files.util().listStatus(folder)).map(FileStatus::getPath).map(org.apache.hadoop.fs.Path::getName)
                .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX)).flatMap(Folder::step).sorted(Comparator.reverseOrder()).toList();
        } catch (IOException e) {
            throw failed("checkpoints: " + folder + " can't be listed", e);
        }
    }

    private static Stream<Long> step(String name) {
        try {
            return Stream.of(Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length())));
        } catch (NumberFormatException e) {
            return Stream.empty();
        }
    }

    private org.apache.hadoop.fs.Path file(long step) { return new org.apache.hadoop.fs.Path(folder, String.format("%s%012d%s", PREFIX, step, SUFFIX)); }

    /// Copies one here.
    void read(long step, Path to) {
        try (var in = files.open(file(step))) {
            Files.copy(in, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("checkpoints: " + file(step) + " can't be read", e);
        }
    }

    /// Copies one there, and removes those that are older than the last.
    void write(long step, Path from) {
        var file = file(step);
        var part = new org.apache.hadoop.fs.Path(folder, file.getName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            files.mkdir(folder, null, true);
            try (var out = files.create(part, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE))) {
                Files.copy(from, out);
            }
            files.rename(part, file, Options.Rename.OVERWRITE);
            for (long old : steps().stream().filter(each -> each <= step).skip(KEPT).toList()) files.delete(file(old), false);
        } catch (IOException e) {
            throw failed("checkpoints: " + file + " can't be written", e);
        }
    }
}
