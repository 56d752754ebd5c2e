package dev.lanewise.text;

import java.util.List;
import java.util.SplittableRandom;

/// Texts of what tokenizers may stumble over: all planes, unassigned and private code points, marks in any order, controls, kinds
/// of white space, scripts by blocks, special tokens, words about as long as may be. They hold no half of a surrogate pair.
final class RandomTexts {

    /// First and last code points of blocks, and of places where tables of different ages differ.
    private static final int[][] BLOCKS = {{0x20, 0x7e}, {'a', 'z'}, {'A', 'Z'}, {0, 0x1f}, {0x7f, 0x24f}, {0x300, 0x36f},
        {0x370, 0x3ff}, {0x400, 0x52f}, {0x590, 0x6ff}, {0x8a0, 0x8ff}, {0x900, 0xdff}, {0xe00, 0xfff}, {0x1000, 0x109f},
        {0x10a0, 0x10ff}, {0x1100, 0x11ff}, {0x1700, 0x180f}, {0x1ab0, 0x1aff}, {0x1b00, 0x1c4f}, {0x1c80, 0x1cbf},
        {0x1dc0, 0x1eff}, {0x1f00, 0x1fff}, {0x2000, 0x206f}, {0x20a0, 0x20ff}, {0x2100, 0x214f}, {0x2cb0, 0x2dff},
        {0x2e00, 0x2fff}, {0x3000, 0x30ff}, {0x3400, 0x4e10}, {0x4e00, 0x9fff}, {0xa640, 0xa7ff}, {0xa800, 0xabff},
        {0xac00, 0xd7a3}, {0xd7b0, 0xd7fb}, {0xe000, 0xe00f}, {0xf900, 0xfaff}, {0xfb00, 0xfdff}, {0xfe00, 0xffff},
        {0x10300, 0x105ff}, {0x10a00, 0x10fff}, {0x11000, 0x11fff}, {0x12ff0, 0x13460}, {0x16100, 0x1613f}, {0x16a00, 0x16fff},
        {0x1d100, 0x1d1ff}, {0x1d400, 0x1d7ff}, {0x1e000, 0x1e95f}, {0x1f000, 0x1faff}, {0x20000, 0x2fa20}, {0x30000, 0x323af},
        {0xe0000, 0xe01ef}, {0xffff0, 0x10ffff}};
    private static final int[] PLACES = {0x130, 0x131, 'I', 'i', 0xdf, 0x1e9e, 0x3a3, 0x3c2, 0x3c3, 0, 0xfffd, 0xfeff, 0xad,
        0x200d, 0x302e, 0x302f, 0x1b44, 0x9cd, 0x334, 0x345, 0x34f, 0x85, 0xa0, 0x2028, 0x3000, 0x212b, 0x1d165, 0x1d16d, 0xfffe,
        0x1ffff, '\t', '\n', '\r', 0xb};
    private static final List<String> WORDS = List.of("[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "##ing", "[unused1]",
        "unaffable", "Straße", "ΣΟΦΌΣ", "a".repeat(100), "a".repeat(101), "é".repeat(100), "e\u0301".repeat(101),
        "𝔘".repeat(100), " ", "'s", "İSTANBUL", "[MASK", "don't");

    private final SplittableRandom random;

    RandomTexts(long seed) { random = new SplittableRandom(seed); }

    String next() {
        var text = new StringBuilder();
        int kind = random.nextInt(8);
        int length = random.nextInt(kind == 0 ? 400 : 24);
        var blocks = new int[1 + random.nextInt(4)][];
        for (int i = 0; i < blocks.length; i++) blocks[i] = BLOCKS[random.nextInt(BLOCKS.length)];
        for (int i = 0; i < length; i++) switch (kind) {
            case 1, 2 -> text.appendCodePoint(anywhere());
            case 3 -> text.appendCodePoint(PLACES[random.nextInt(PLACES.length)]);
            case 4 -> text.append(random.nextInt(3) == 0 ? WORDS.get(random.nextInt(WORDS.size())) : "")
                .appendCodePoint(of(blocks));
            default -> text.appendCodePoint(random.nextInt(12) == 0 ? PLACES[random.nextInt(PLACES.length)] : of(blocks));
        }
        return text.toString();
    }

    private int of(int[]... blocks) {
        var block = blocks[random.nextInt(blocks.length)];
        return random.nextInt(block[0], block[1] + 1);
    }

    private int anywhere() {
        int c = random.nextInt(Character.MAX_CODE_POINT + 1 - 0x800);
        return c < Character.MIN_SURROGATE ? c : c + 0x800;
    }
}
