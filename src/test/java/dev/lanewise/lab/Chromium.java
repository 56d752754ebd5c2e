package dev.lanewise.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/// What Chromium finds wrong with pages: errors, texts that overlap or are cut off, pages that are too wide.
///
/// @param program where it is
record Chromium(Path program) {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int TIMEOUT_SECONDS = 120;
    private static final String BEGIN = "<pre id=\"found\">";

    /// @param measured `page at width` for each page that was loaded at a width, sorted
    /// @param found    one line for each thing that is wrong
    record Findings(List<String> measured, List<String> found) {}

    /// The first one on the PATH.
    static Optional<Chromium> installed() {
        var folders = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .filter(each -> !each.isEmpty());
        return folders.flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name))).filter(Files::isExecutable)
            .findFirst().map(Chromium::new);
    }

    /// Loads each page at each width, all at once.
    ///
    /// @param pages  file names, each with a page's HTML
    /// @param folder for copies of the pages and for the browser's own files
    Findings findings(Map<String, String> pages, int[] widths, Path folder) throws IOException, InterruptedException {
        var script = "<head><script>" + script() + "</script>";
        // A window may not be as narrow as a phone; a frame may, and styles take its width for the screen's.
        var frames = new StringBuilder();
        for (var page : pages.entrySet()) {
            Files.writeString(folder.resolve(page.getKey()), page.getValue().replaceFirst("<head>",
                Matcher.quoteReplacement(script)));
            for (int width : widths)
                frames.append("<iframe src=\"%s\" style=\"border:0;width:%dpx;height:900px\"></iframe>\n".formatted(page.getKey(),
                    width));
        }
        var wrapper = Files.writeString(folder.resolve("wrapper.html"), """
            <!DOCTYPE html><html><body>%s</pre><script>
            addEventListener('message', ({data}) => {
              const at = data.page + ' at ' + data.width;
              const lines = ['measured ' + at, ...data.found.map(each => 'found ' + at + ': ' + each)];
              document.getElementById('found').append(lines.map(line => line.replace(/\\s+/g, ' ') + '\\n').join(''));
            });
            </script>
            %s</body></html>
            """.formatted(BEGIN, frames));
        return read(wrapper, folder);
    }

    private static String script() throws IOException {
        try (var in = Chromium.class.getResourceAsStream("measure.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Findings read(Path wrapper, Path folder) throws IOException, InterruptedException {
        var out = folder.resolve("out.txt");
        var err = folder.resolve("err.txt");
        run(List.of("--dump-dom", wrapper.toUri().toString()), folder, out, err);
        var dom = Files.readString(out);
        int from = dom.indexOf(BEGIN);
        if (from < 0) throw new AssertionError("Chromium showed nothing:\n" + dom + Files.readString(err));
        var lines = dom.substring(from + BEGIN.length(), dom.indexOf("</pre>", from)).lines().toList();
        var found = new ArrayList<>(after("found ", lines.stream()));
        // What the browser itself complains of, such as a path it can't read, is on its console alone.
        try (var console = Files.lines(err)) {
            found.addAll(console.filter(line -> line.contains(":CONSOLE")).toList());
        }
        return new Findings(after("measured ", lines.stream()), List.copyOf(found));
    }

    private static List<String> after(String word, Stream<String> lines) {
        return lines.filter(line -> line.startsWith(word)).map(line -> line.substring(word.length())).sorted().toList();
    }

    private void run(List<String> what, Path folder, Path out, Path err) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(program.toString(), "--headless", "--no-sandbox", "--disable-gpu",
            "--disable-breakpad", "--user-data-dir=" + folder.resolve("profile"), "--enable-logging=stderr",
            // until nothing happens any more, of which this is the most that is waited for
            "--virtual-time-budget=60000"));
        command.addAll(what);
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("TMPDIR", folder.toString());
        var process = builder.start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                throw new AssertionError("Chromium is still running after " + TIMEOUT_SECONDS + " s: " + command);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }
}
