package io.ssld.base.internal.report;

import io.ssld.base.internal.AtomicFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard, in an event file of its own.
 *
 * <p>The file is a sequence of TFRecords, each one {@code Event} message: the first says {@code
 * brain.Event:2}, every other one holds one scalar. Nothing of TensorFlow is needed to write it.
 * Point TensorBoard at the folder, or at a folder above it to compare runs.
 *
 * <p>What was written reaches the file with {@link #flush()} and {@link #close()}, and whenever the
 * buffer is full. Not safe for use by several threads.
 */
public final class TensorBoardWriter implements AutoCloseable {

    private static final String PREFIX = "events.out.tfevents.";
    private static final String VERSION = "brain.Event:2";
    private static final int CRC_MASK = 0xa282ead8;

    // Field numbers of tensorflow.Event, tensorflow.Summary and tensorflow.Summary.Value.
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;

    private final Clock clock;
    private final OutputStream out;
    private boolean closed;

    /**
     * Starts an event file.
     *
     * @param folder the folder of the run; made if missing
     * @throws IOException if the file cannot be created
     */
    public TensorBoardWriter(Path folder) throws IOException {
        this(folder, Clock.systemUTC());
    }

    /**
     * Starts an event file with another clock.
     *
     * @param folder the folder of the run; made if missing
     * @param clock tells the wall time of each event and names the file
     * @throws IOException if the file cannot be created
     */
    public TensorBoardWriter(Path folder, Clock clock) throws IOException {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(clock, "clock");
        this.clock = clock;
        AtomicFiles.createFolders(folder);
        this.out = new BufferedOutputStream(create(folder, clock.instant().getEpochSecond()));
        record(event().string(EVENT_FILE_VERSION, VERSION));
        flush();
    }

    /**
     * Deletes the event files that were written into a folder, so that a curve can be told anew.
     *
     * @param folder the folder of the run, not one above it
     * @throws IOException if a file cannot be deleted
     */
    public static void deleteEvents(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, PREFIX + "*.ssld*")) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
    }

    /**
     * Writes one point of a curve.
     *
     * @param tag the name of the curve; TensorBoard groups by what stands before the first slash
     * @param step where the point stands on the x axis, at least 0
     * @param value the value, kept in single precision; NaN and infinities are kept too
     * @throws IOException if the file cannot be written
     */
    public void scalar(String tag, long step, double value) throws IOException {
        Objects.requireNonNull(tag, "tag");
        checkOpen();
        if (tag.isBlank()) {
            throw new IllegalArgumentException("tag must hold text, but was \"" + tag + "\"");
        }
        if (step < 0) {
            throw new IllegalArgumentException("step must be at least 0, but was " + step);
        }
        ProtoMessage point =
                new ProtoMessage()
                        .string(VALUE_TAG, tag)
                        .float32(VALUE_SIMPLE_VALUE, (float) value);
        record(
                event().int64(EVENT_STEP, step)
                        .message(EVENT_SUMMARY, new ProtoMessage().message(SUMMARY_VALUE, point)));
    }

    /**
     * Hands everything written so far to the operating system, for TensorBoard to see it.
     *
     * @throws IOException if the file cannot be written
     */
    public void flush() throws IOException {
        checkOpen();
        out.flush();
    }

    /** Flushes and closes the file; a second call does nothing. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            out.close();
        }
    }

    /** Creates the first file of this second that no other writer has. */
    private static OutputStream create(Path folder, long second) throws IOException {
        String name = PREFIX + second + ".ssld";
        for (int i = 0; ; i++) {
            Path file = folder.resolve(i == 0 ? name : name + "." + i);
            try {
                return Files.newOutputStream(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                // Another run's; the next number is tried.
            }
        }
    }

    private ProtoMessage event() {
        Instant now = clock.instant();
        return new ProtoMessage()
                .float64(EVENT_WALL_TIME, now.getEpochSecond() + now.getNano() / 1e9);
    }

    /** Frames a message: length, its checksum, the bytes, their checksum. */
    private void record(ProtoMessage message) throws IOException {
        byte[] data = message.toByteArray();
        ByteBuffer length =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(data.length)
                        .flip();
        ByteBuffer framed =
                ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(length)
                        .putInt(maskedCrc(length.array()))
                        .put(data)
                        .putInt(maskedCrc(data));
        out.write(framed.array());
    }

    /** CRC32C, rotated and shifted so that a checksum of data with checksums stays useful. */
    private static int maskedCrc(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "writer must be open, but was closed; write before close()");
        }
    }
}
