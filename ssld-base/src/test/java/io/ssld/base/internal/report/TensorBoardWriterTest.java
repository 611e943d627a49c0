package io.ssld.base.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {

    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 500_000_000), ZoneOffset.UTC);

    @TempDir Path folder;

    @Test
    void newWriter_fixedClock_namesFileAndWritesVersion() throws IOException {
        new TensorBoardWriter(folder, CLOCK).close();

        Path file = folder.resolve("events.out.tfevents.1700000000.ssld");
        // Length 24 with its checksum, wall time, field 3 with 13 bytes of text, checksum.
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
                .isEqualTo(
                        "1800000000000000a37f4b22"
                                + "0900002040fc54d941"
                                + "1a0d627261696e2e4576656e743a32"
                                + "2b353110");
    }

    @Test
    void scalar_fixedClock_hasKnownBytes() throws IOException {
        try (TensorBoardWriter writer = new TensorBoardWriter(folder, CLOCK)) {
            writer.scalar("loss", 300, 0.5);
        }

        byte[] data = records().get(1);
        assertThat(HexFormat.of().formatHex(data))
                .isEqualTo(
                        "0900002040fc54d941" // wall_time 1700000000.5
                                + "10ac02" // step 300
                                + "2a0d" // summary of 13 bytes
                                + "0a0b" // value of 11 bytes
                                + "0a046c6f7373" // tag "loss"
                                + "150000003f"); // simple_value 0.5
    }

    @Test
    void scalar_manyValues_areReadBackInOrder() throws IOException {
        try (TensorBoardWriter writer = new TensorBoardWriter(folder, CLOCK)) {
            for (int step = 0; step < 1000; step++) {
                writer.scalar("train/größe", step, step / 8.0);
            }
        }

        List<byte[]> records = records();
        assertThat(records).hasSize(1001);
        for (int step = 0; step < 1000; step++) {
            byte[] data = records.get(step + 1);
            assertThat(new String(data, StandardCharsets.UTF_8)).contains("train/größe");
            assertThat(
                            ByteBuffer.wrap(data)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getFloat(data.length - 4))
                    .isEqualTo(step / 8.0f);
        }
    }

    @Test
    void flush_openWriter_makesScalarsReadable() throws IOException {
        try (TensorBoardWriter writer = new TensorBoardWriter(folder, CLOCK)) {
            writer.scalar("a", 0, Double.NaN);
            writer.scalar("b", 0, Double.POSITIVE_INFINITY);
            writer.flush();

            assertThat(records()).hasSize(3);
        }
    }

    @Test
    void newWriter_sameSecond_getsFileOfItsOwn() throws IOException {
        try (TensorBoardWriter first = new TensorBoardWriter(folder, CLOCK);
                TensorBoardWriter second = new TensorBoardWriter(folder, CLOCK)) {
            first.scalar("a", 0, 1);
            second.scalar("a", 0, 2);
        }

        assertThat(folder.resolve("events.out.tfevents.1700000000.ssld")).exists();
        assertThat(folder.resolve("events.out.tfevents.1700000000.ssld.1")).exists();
    }

    @Test
    void scalar_badArguments_areRefused() throws IOException {
        TensorBoardWriter writer = new TensorBoardWriter(folder, CLOCK);

        assertThatThrownBy(() -> writer.scalar("a", -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step must be at least 0, but was -1");
        assertThatThrownBy(() -> writer.scalar(" ", 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tag must hold text, but was \" \"");
        writer.close();
        writer.close();
        assertThatThrownBy(() -> writer.scalar("a", 0, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Reads the first file's records and checks both checksums of each. */
    private List<byte[]> records() throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve("events.out.tfevents.1700000000.ssld"));
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            int start = in.position();
            byte[] data = new byte[Math.toIntExact(in.getLong())];
            assertThat(unmasked(in.getInt()))
                    .isEqualTo(crc32c(Arrays.copyOfRange(file, start, start + Long.BYTES)));
            in.get(data);
            assertThat(unmasked(in.getInt())).isEqualTo(crc32c(data));
            records.add(data);
        }
        return records;
    }

    private static int unmasked(int masked) {
        return Integer.rotateLeft(masked - 0xa282ead8, 15);
    }

    /** CRC-32C bit by bit (polynomial 0x1EDC6F41, reflected), not by the class under test's way. */
    private static int crc32c(byte[] data) {
        int crc = -1;
        for (byte b : data) {
            crc ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ (0x82F63B78 & -(crc & 1));
            }
        }
        return ~crc;
    }
}
