package dev.lanewise.lab.weights;

import dev.lanewise.file.Quote;
import dev.lanewise.io.FloatType;
import dev.lanewise.io.Npy;
import dev.lanewise.io.Npz;
import dev.lanewise.io.Safetensors;
import dev.lanewise.io.TensorFile;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Terminal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Writes the tensors of a file in another format: `convert A B`.
public final class Convert implements Command {

    /// What is written may be there already: it is no input, and checked by itself.
    private static final Option<List<Path>> FILES = notRead(Option.operands("FILE",
        "What is read, safetensors, the .json index of several, .npz, .npy or .onnx; and what is written, by its ending:"
        + " .safetensors, .npz or .npy"));
    private static final Option<Optional<FloatType>> DTYPE = Option.optionalText("--dtype", "TYPE",
        "In how many bits safetensors are written: f32, f16 or bf16; if it isn't given, floats of 16 bits stay so",
        Convert::type);
    private static final Option<Boolean> ROUND = Option.flag("--round",
        "Rounds doubles and whole numbers that are no 32-bit floats; else they are refused");
    private static final List<String> ENDINGS = List.of(".safetensors", ".npz", ".npy");

    private static Option<List<Path>> notRead(Option<List<Path>> option) {
        return new Option<>(option.name(), option.word(), option.help(), option.allowed(), option.standard(), option.absent(),
            option.read(), false);
    }

    private static FloatType type(String text) {
        for (var type : FloatType.values()) if (type.name().toLowerCase(Locale.ROOT)
            .equals(text.toLowerCase(Locale.ROOT))) return type;
        throw new IllegalArgumentException("--dtype: " + Quote.of(text) + " is not allowed; give f32, f16 or bf16");
    }

    @Override
    public String name() { return "convert"; }

    @Override
    public String summary() { return "Writes weights in another format, or in fewer bits."; }

    @Override
    public Optional<Option<List<Path>>> operands() { return Optional.of(FILES); }

    @Override
    public List<Option<?>> options() { return List.of(DTYPE, ROUND); }

    @Override
    public List<Output> outputs(Options options) {
        var files = options.get(FILES);
        if (files.size() != 2) return List.of();
        var output = new Output("FILE", files.get(1));
        Outputs.check(List.of(output), List.of(new Output("FILE", files.get(0))));
        return List.of(output);
    }

    @Override
    public void run(Options options, PrintStream out) {
        var files = options.get(FILES);
        if (files.size() != 2) throw new IllegalArgumentException("convert: there "
            + (files.size() == 1 ? "is 1 file" : "are " + files.size() + " files")
            + ", and it takes one to read and one to write: convert model.safetensors model.npz");
        var to = files.get(1);
        var name = to.toString().toLowerCase(Locale.ROOT);
        var ending = ENDINGS.stream().filter(name::endsWith).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("convert: " + Quote.of(to)
            + " has none of the endings " + String.join(", ", ENDINGS) + ", by which it is known what to write"));
        var dtype = options.get(DTYPE);
        if (dtype.isPresent() && !ending.equals(".safetensors")) throw new IllegalArgumentException("--dtype: " + ending
            + " is written as 32-bit floats alone; leave it out, or write safetensors");
        var opened = TensorFile.open(files.get(0));
        var from = options.get(ROUND) ? opened.rounded() : opened;
        try {
            write(from, to, ending, dtype);
        } catch (IllegalArgumentException e) {
            if (!e.getMessage().contains("read it rounded")) throw e;
            throw new IllegalArgumentException("convert: " + e.getMessage().replaceFirst("; read it rounded.*",
                "; --round rounds it"), e);
        }
        out.println("Written   " + Terminal.oneLine(to) + ", " + from.tensors().size() + (from.tensors().size() == 1 ? " tensor"
            : " tensors"));
        var left = opened.format().equals("npz")
            ? Npz.names(files.get(0)).stream().filter(each -> !from.tensors().containsKey(each)).toList()
            : List.<String>of();
        if (!left.isEmpty()) out.println("Left out  " + Quote.names(left) + ": no numbers");
        if (!from.metadata().isEmpty() && !ending.equals(".safetensors")) out.println("Left out  text that " + ending
            + " has no place for: "
            + Quote.names(from.metadata().keySet()));
    }

    private static void write(TensorFile from, Path to, String ending, Optional<FloatType> dtype) {
        switch (ending) {
            case ".npz" -> Npz.write(to, from);
            case ".npy" -> {
                if (from.tensors().size() != 1) throw new IllegalArgumentException("convert: there are " + from.tensors().size()
                    + " tensors, and "
                    + Quote.of(to) + " would hold one; write .npz");
                Npy.write(to, from.tensor(from.tensors().firstEntry().getKey()));
            }
            default -> {
                if (dtype.isPresent()) Safetensors.write(to, from, dtype.get());
                else Safetensors.write(to, from);
            }
        }
    }
}
