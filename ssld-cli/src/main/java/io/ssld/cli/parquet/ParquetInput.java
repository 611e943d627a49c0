package io.ssld.cli.parquet;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file and what its footer tells. Parquet's own file reader is not used: it needs the
 * classes of Hadoop.
 *
 * <pre>
 * 0    4  magic "PAR1"
 * ...     pages
 * ...  m  footer
 *      4  m, little-endian
 *      4  magic "PAR1"
 * </pre>
 */
final class ParquetInput implements AutoCloseable {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int END = Integer.BYTES + MAGIC.length;

    /** A footer tells the schema and the groups; labels of any size stay far below. */
    private static final int MOST_FOOTER = 1 << 28;

    private final Path path;
    private final FileChannel channel;
    private final ParquetMetadata footer;

    private ParquetInput(Path path, FileChannel channel, ParquetMetadata footer) {
        this.path = path;
        this.channel = channel;
        this.footer = footer;
    }

    /**
     * Opens a file.
     *
     * @throws IOException if it is no Parquet file, or not a whole one
     */
    static ParquetInput open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new ParquetInput(path, channel, footer(path, channel));
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static ParquetMetadata footer(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < MAGIC.length + END || !isMagic(channel, 0)) {
            throw fault(path, "is no Parquet file", null);
        }
        int length = read(channel, size - END, Integer.BYTES).getInt(0);
        if (!isMagic(channel, size - MAGIC.length)
                || length < 0
                || length > MOST_FOOTER
                || length > size - MAGIC.length - END) {
            throw fault(path, "its end is cut off or damaged", null);
        }
        byte[] bytes = read(channel, size - END - length, length).array();
        try {
            return new ParquetMetadataConverter()
                    .readParquetMetadata(
                            new ByteArrayInputStream(bytes), ParquetMetadataConverter.NO_FILTER);
        } catch (IOException | RuntimeException e) {
            throw fault(path, "its footer cannot be read: " + e.getMessage(), e);
        }
    }

    private static IOException fault(Path path, String found, @Nullable Throwable cause) {
        return new IOException(
                "%s must be a whole Parquet file, but %s".formatted(path, found), cause);
    }

    /** What is wrong with this file. */
    IOException fault(String found, @Nullable Throwable cause) {
        return fault(path, found, cause);
    }

    private static boolean isMagic(FileChannel channel, long at) throws IOException {
        return read(channel, at, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("the file must have " + (at + length) + " bytes");
            }
        }
        return bytes.flip();
    }

    /**
     * Reads bytes of a page.
     *
     * @throws IOException if they are not within the file
     */
    byte[] read(long at, int length) throws IOException {
        if (at < 0 || length < 0 || at > channel.size() - length) {
            throw fault(
                    String.format(Locale.ROOT, "bytes %d to %d are not in it", at, at + length),
                    null);
        }
        return read(channel, at, length).array();
    }

    Path path() {
        return path;
    }

    MessageType schema() {
        return footer.getFileMetaData().getSchema();
    }

    /** Texts by name that a writer put there. */
    Map<String, String> metadata() {
        return footer.getFileMetaData().getKeyValueMetaData();
    }

    /** Which program wrote the file; empty if that is not told. */
    String writer() {
        String by = footer.getFileMetaData().getCreatedBy();
        return by == null ? "" : by;
    }

    /** The groups of rows. */
    List<BlockMetaData> groups() {
        return footer.getBlocks();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
