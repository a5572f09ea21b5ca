package dev.boda.os.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;

/// A block of IPv4 addresses, such as 10.0.0.0/8.
public record Ipv4Prefix(int address, int length) {

    public static final int ADDRESS_BITS = 32;

    public Ipv4Prefix {
        if (length < 0 || length > ADDRESS_BITS) {
            throw new IllegalArgumentException("A prefix of " + length + " bits");
        }
        address &= mask(length);
    }

    /// Parses `10.0.0.0/8`, or a single address.
    public static Ipv4Prefix parse(String text) {
        int slash = text.indexOf('/');
        var address = Inet4Address.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int length = slash < 0 ? ADDRESS_BITS : Integer.parseInt(text.substring(slash + 1));
        return new Ipv4Prefix(number(address), length);
    }

    /// An address as a number, its first octet highest.
    public static int number(InetAddress address) {
        int number = 0;
        for (byte octet : address.getAddress()) {
            number = (number << 8) | (octet & 0xff);
        }
        return number;
    }

    public int mask() {
        return mask(length);
    }

    public boolean overlaps(Ipv4Prefix other) {
        int shorter = mask(Math.min(length, other.length));
        return (address & shorter) == (other.address & shorter);
    }

    @Override
    public String toString() {
        return dotted(address) + (length == ADDRESS_BITS ? "" : "/" + length);
    }

    /// The usual form of an address.
    public static String dotted(int address) {
        return octet(address, 24) + "." + octet(address, 16) + "." + octet(address, 8) + "." + octet(address, 0);
    }

    private static int octet(int address, int shift) {
        return (address >>> shift) & 0xff;
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (ADDRESS_BITS - length);
    }
}
