package dev.lanewise.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/// What ties the lines of a receipt together: each ends with the digest of the one before and of itself.
final class ReceiptChain {

    /// The first line.
    static final String TITLE = "lanewise-receipt 1";
    private static final HexFormat HEX = HexFormat.of();

    private final MessageDigest sha = Digest.sha256();
    private byte[] last = new byte[Digest.LENGTH / 2];
    /// Of the line at hand: a space, the digest and the line's end.
    private final byte[] end = new byte[Digest.LENGTH + 2];

    ReceiptChain() {
        end[0] = ' ';
        end[end.length - 1] = '\n';
    }

    void begin(ByteArrayOutputStream out) { add(TITLE, out); }

    void resume(ReceiptChain other) { last = other.last.clone(); }

    /// Appends the line, its digest and a line's end.
    void add(String line, ByteArrayOutputStream out) {
        var bytes = line.getBytes(StandardCharsets.US_ASCII);
        link(bytes, bytes.length);
        out.write(bytes, 0, bytes.length);
        for (int i = 0; i < last.length; i++) {
            end[1 + 2 * i] = (byte) Character.forDigit(last[i] >> 4 & 0xf, 16);
            end[2 + 2 * i] = (byte) Character.forDigit(last[i] & 0xf, 16);
        }
        out.write(end, 0, end.length);
    }

    void link(byte[] line, int length) {
        sha.update(last);
        sha.update(line, 0, length);
        last = sha.digest();
    }

    /// Of all lines so far.
    String digest() { return HEX.formatHex(last); }
}
