package dev.lanewise.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/// A zip archive that lies in memory, or is mapped there: the JDK's reader takes files alone, and those of its own file system.
/// Read are archives of one part, of any size, whose entries are stored or deflated, with anything before the archive or after
/// it. Source: APPNOTE 6.3, PKWARE's ".ZIP File Format Specification".
final class ZipArchive {

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    // what the parts begin with, and their lengths
    private static final int ENTRY = 0x04034b50;
    private static final int ENTRY_LENGTH = 30;
    private static final int LISTED = 0x02014b50;
    private static final int LISTED_LENGTH = 46;
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LARGE_END = 0x06064b50;
    private static final int LARGE_END_LENGTH = 56;
    private static final int LARGE_END_PLACE = 0x07064b50;
    private static final int LARGE_END_PLACE_LENGTH = 20;

    /// The number of what an entry has in addition, if a size of it takes 64 bits.
    private static final int LARGE = 1;
    private static final long LARGE_INT = 0xffffffffL;
    private static final int LARGE_SHORT = 0xffff;
    private static final int ENCRYPTED = 1;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int BUFFER = 1 << 16;

    /// @param packed bytes in the archive
    /// @param begin  where its own header begins
    record Entry(String name, int flags, int method, long crc, long packed, long size, long begin) {}

    /// Where the list of entries lies.
    ///
    /// @param shift how many bytes come before the archive, by which all that it says of places is off
    private record Listing(long begin, long end, long count, long shift) {}

    private final MemorySegment bytes;
    private final List<Entry> entries = new ArrayList<>();

    /// @throws ZipException if it is none, or is damaged
    ZipArchive(MemorySegment bytes) throws ZipException {
        this.bytes = bytes;
        var listing = listing();
        long at = listing.begin;
        for (long i = 0; i < listing.count; i++) at = add(listing, at);
        if (at != listing.end) throw new ZipException("its list of entries has other than " + listing.count);
        requireApart();
    }

    /// In the order of the list.
    List<Entry> entries() { return entries; }

    // ---- the list

    private Listing listing() throws ZipException {
        long least = Math.max(0, bytes.byteSize() - END_LENGTH - LARGE_SHORT);
        for (long at = bytes.byteSize() - END_LENGTH; at >= least; at--) {
            if (integer(at) != END) continue;
            var listing = listing(at);
            // a comment, or what is behind the archive, may look like an end
            boolean last = half(at + 20) == bytes.byteSize() - END_LENGTH - at;
            if (listing != null && (last || listing.count > 0)) return listing;
        }
        throw new ZipException("it has no end that names its entries");
    }

    /// Null if there is none where this end says.
    private Listing listing(long end) {
        long count = half(end + 10);
        long length = whole(end + 12);
        long begin = whole(end + 16);
        long stop = end;
        if (count == LARGE_SHORT || length == LARGE_INT || begin == LARGE_INT) {
            long place = end - LARGE_END_PLACE_LENGTH;
            if (place >= 0 && integer(place) == LARGE_END_PLACE) {
                stop = largeEnd(bytes.get(LONG, place + 8), place);
                if (stop < 0) return null;
                count = bytes.get(LONG, stop + 32);
                length = bytes.get(LONG, stop + 40);
                begin = bytes.get(LONG, stop + 48);
            }
        }
        long at = stop - length;
        if (count < 0 || length < 0 || begin < 0 || at < begin || count > length / LISTED_LENGTH) return null;
        boolean begins = count == 0 || integer(at) == LISTED;
        return begins ? new Listing(at, stop, count, at - begin) : null;
    }

    /// Where the end is that has 64 bits: where it is said to be, or, where something comes before the archive, just before that
    /// is said; -1 if there is none.
    private long largeEnd(long said, long place) {
        long last = place - LARGE_END_LENGTH;
        if (said >= 0 && said <= last && integer(said) == LARGE_END) return said;
        return last >= 0 && integer(last) == LARGE_END ? last : -1;
    }

    /// @return where the next one is listed
    private long add(Listing listing, long at) throws ZipException {
        if (at > listing.end - LISTED_LENGTH || integer(at) != LISTED) throw new ZipException("its list of entries is cut off");
        int name = half(at + 28);
        int more = half(at + 30);
        long next = at + LISTED_LENGTH + name + more + half(at + 32);
        if (next > listing.end) throw new ZipException("its list of entries is cut off");
        long[] sizes = {whole(at + 24), whole(at + 20), whole(at + 42)};
        large(sizes, at + LISTED_LENGTH + name, more);
        var entry = new Entry(text(at + LISTED_LENGTH, name), half(at + 8), half(at + 10), whole(at + 16), sizes[1], sizes[0],
            sizes[2] + listing.shift);
        long room = listing.begin - ENTRY_LENGTH - name;
        if (entry.size < 0 || entry.packed < 0 || entry.begin < 0 || entry.begin > room || entry.packed > room - entry.begin)
            throw new ZipException("an entry lies beyond its end");
        entries.add(entry);
        return next;
    }

    /// Replaces those that are too large for 32 bits.
    private void large(long[] sizes, long at, int length) {
        for (long end = at + length; at <= end - 4; at += 4 + half(at + 2)) {
            if (half(at) != LARGE) continue;
            long value = at + 4;
            long last = Math.min(end, value + half(at + 2));
            for (int i = 0; i < sizes.length; i++) if (sizes[i] == LARGE_INT && value <= last - Long.BYTES) {
                sizes[i] = bytes.get(LONG, value);
                value += Long.BYTES;
            }
            return;
        }
    }

    /// Else few bytes could become more than memory holds.
    private void requireApart() throws ZipException {
        long free = 0;
        for (var entry : entries.stream().sorted(Comparator.comparingLong(Entry::begin)).toList()) {
            if (entry.begin < free) throw new ZipException("entries overlap");
            free = entry.begin + ENTRY_LENGTH + entry.packed;
        }
    }

    // ---- an entry

    /// Its contents, unpacked; whether they are those of its checksum is left to who reads them.
    ///
    /// @throws ZipException if it is damaged, or is neither stored nor deflated
    InputStream open(Entry entry) throws ZipException {
        if ((entry.flags & ENCRYPTED) != 0) throw new ZipException("it is encrypted");
        if (entry.method != STORED && entry.method != DEFLATED) throw new ZipException("it is packed by method " + entry.method);
        if (integer(entry.begin) != ENTRY) throw new ZipException("it isn't where the list of entries says");
        long from = entry.begin + ENTRY_LENGTH + half(entry.begin + 26) + half(entry.begin + 28);
        if (from > bytes.byteSize() - entry.packed) throw new ZipException("it is cut off");
        var packed = new Bytes(bytes.asSlice(from, entry.packed));
        if (entry.method == DEFLATED) return new Inflated(packed);
        if (entry.packed != entry.size) throw new ZipException("it is stored, but has two sizes");
        return packed;
    }

    private static final class Bytes extends InputStream {

        private final MemorySegment bytes;
        private long at;

        Bytes(MemorySegment bytes) { this.bytes = bytes; }

        @Override
        public int read() { return at == bytes.byteSize() ? -1 : bytes.get(ValueLayout.JAVA_BYTE, at++) & 0xff; }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (length == 0) return 0;
            int count = (int) Math.min(length, bytes.byteSize() - at);
            if (count == 0) return -1;
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, to, offset, count);
            at += count;
            return count;
        }
    }

    /// What is inflated without a header wants a byte behind its end: see [Inflater#Inflater(boolean)].
    private static final class Inflated extends InflaterInputStream {

        Inflated(Bytes packed) {
            super(new SequenceInputStream(packed, new ByteArrayInputStream(new byte[1])), new Inflater(true),
                Math.clamp(packed.bytes.byteSize(), 1, BUFFER));
        }

        @Override
        public void close() throws IOException {
            super.close();
            inf.end();
        }
    }

    // ---- what lies there

    private int integer(long at) { return bytes.get(INT, at); }

    private long whole(long at) { return bytes.get(INT, at) & LARGE_INT; }

    private int half(long at) { return bytes.get(SHORT, at) & LARGE_SHORT; }

    private String text(long at, int length) throws ZipException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.asSlice(at, length).asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new ZipException("a name in it is no UTF-8");
        }
    }
}
