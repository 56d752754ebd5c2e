import java.text.Normalizer;
import java.util.stream.Collectors;

/// Prints what the JDK makes of each code point by itself: the canonical decomposition and the lower case, in hexadecimal.
void main() {
    var out = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) continue;
        var decomposed = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD);
        out.append("%x\t%s\t%x\n".formatted(c, decomposed.codePoints().mapToObj("%x"::formatted).collect(Collectors.joining(" ")),
            Character.toLowerCase(c)));
    }
    IO.print(out);
}
