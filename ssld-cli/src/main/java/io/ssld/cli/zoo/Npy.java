package io.ssld.cli.zoo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An array of numpy's file format, version 1 to 3, in little-endian float32 and C order.
 *
 * @param shape its sizes
 * @param values its values, the last axis running fastest
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and large
public record Npy(long[] shape, float[] values) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /** What a Java array holds, less what VMs keep for themselves. */
    private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    private static final Pattern HEADER =
            Pattern.compile(
                    "\\{'descr': *'([^']*)', *'fortran_order': *(True|False), *'shape': *"
                            + "\\(([0-9, ]*)\\),? *}\\s*");

    public static Npy read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must have at most %d bytes, but has %d",
                            file,
                            MAX_BYTES,
                            Files.size(file)));
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < 12 || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
            throw new IOException(file + " must be a file of numpy.save, but was not");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean shortLength = bytes[6] == 1;
        int begin = shortLength ? 10 : 12;
        int length = shortLength ? Short.toUnsignedInt(in.getShort(8)) : in.getInt(8);
        if (length < 0 || length > bytes.length - begin) {
            throw new IOException(file + " must hold its whole header, but ended in it");
        }
        String header = new String(bytes, begin, length, StandardCharsets.UTF_8);
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches()
                || !matcher.group(1).equals("<f4")
                || !matcher.group(2).equals("False")) {
            throw new IOException(
                    file + " must hold float32 in C order, but was " + header.strip());
        }
        long[] shape = shape(file, matcher.group(3));
        long count = count(file, shape);
        if (count * Float.BYTES != bytes.length - begin - length) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must hold the %d values of its shape, but had %d bytes",
                            file,
                            count,
                            bytes.length - begin - length));
        }
        float[] values = new float[(int) count];
        in.position(begin + length)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new Npy(shape, values);
    }

    private static long[] shape(Path file, String text) throws IOException {
        try {
            return Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(size -> !size.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (NumberFormatException e) {
            throw new IOException(
                    "%s must have a shape of whole numbers, but was (%s)".formatted(file, text), e);
        }
    }

    private static long count(Path file, long[] shape) throws IOException {
        long count = 1;
        for (long size : shape) {
            // The bytes of more do not fit an array, so that no file has them.
            if (size != 0 && count > MAX_BYTES / size) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s must have at most %d bytes, but its shape is %s",
                                file,
                                MAX_BYTES,
                                Arrays.toString(shape)));
            }
            count *= size;
        }
        return count;
    }

    /** Writes the file beside its place and moves it there when complete. */
    public void write(Path file) throws IOException {
        String sizes =
                Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String dictionary =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }"
                        .formatted(sizes, shape.length == 1 ? "," : "");
        // The values begin at a multiple of 64, and the header ends with a line feed.
        int end = (10 + dictionary.length() + 1 + 63) / 64 * 64;
        String header = dictionary + " ".repeat(end - 10 - dictionary.length() - 1) + "\n";
        ByteBuffer out =
                ByteBuffer.allocate(end + Float.BYTES * values.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
        out.put(header.getBytes(StandardCharsets.US_ASCII));
        for (float value : values) {
            out.putFloat(value);
        }
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.write(partial, out.array());
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
