package dev.lanewise.spark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;

/// What processes tell each other through Spark, before they are joined.
///
/// @param host     as Spark knows it
/// @param newest   step of a checkpoint to go on from; 0 for none
/// @param digest   of its own examples
/// @param provider which loops run, and why
record Introduction(String host, int port, long newest, ContentKey digest, String provider) {

    private static final int WORDS = 5;
    /// Digits of half a digest, and what they are to.
    private static final int HEX = 16;

    /// Where a process listens that others reach by a name: at its address, if that is the only one and this machine's own.
    /// Else at all of them: a machine's name may stand for its loopback on itself, for several networks, or for an address
    /// outside of the container.
    static InetAddress listening(String host) throws IOException {
        var all = InetAddress.getAllByName(host);
        boolean plain = host.equals("localhost") || host.startsWith("[") || host.equals(all[0].getHostAddress());
        boolean certain = plain || all.length == 1 && !all[0].isLoopbackAddress();
        return certain && NetworkInterface.getByInetAddress(all[0]) != null ? all[0] : new InetSocketAddress(0).getAddress();
    }

    /// As this process finds it.
    InetSocketAddress address() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    String text() { return host + " " + port + " " + newest + " " + digest + " " + provider; }

    static Introduction of(String text) {
        var words = text.split(" ", WORDS);
        var digest = new ContentKey(Long.parseUnsignedLong(words[3], 0, HEX, HEX),
            Long.parseUnsignedLong(words[3], HEX, 2 * HEX, HEX));
        return new Introduction(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]), digest, words[4]);
    }
}
