package io.ssld.weights;

import ai.djl.nn.Block;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The formats of weights files. A file that is there tells its format by its first bytes, whatever
 * it is called; a file that is to be written, or that begins like none of them, by its ending, in
 * whatever case.
 */
public enum WeightsFormat {
    /** PaddlePaddle's state dictionaries: a pickle, read by {@link PdParams}. */
    PDPARAMS(".pdparams") {
        @Override
        boolean isBegunBy(byte[] head) {
            return head.length > 1
                    && (head[0] & 0xff) == PickleOpcode.PROTO.code
                    && head[1] >= 2
                    && head[1] <= 5;
        }

        @Override
        StateDict read(Path file, Supplier<Block> network) throws IOException {
            return PdParams.read(file);
        }

        @Override
        void write(Path file, Block block) throws IOException {
            PdParams.write(file, SsldWeights.paddleState(block));
        }
    },

    /** Safetensors, read by {@link Safetensors}. */
    SAFETENSORS(".safetensors") {
        @Override
        boolean isBegunBy(byte[] head) {
            if (head.length <= Long.BYTES || head[Long.BYTES] != '{') {
                return false;
            }
            long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
            return length > 0 && length <= SafetensorsHeader.MAX_LENGTH;
        }

        @Override
        StateDict read(Path file, Supplier<Block> network) throws IOException {
            return Safetensors.read(file);
        }

        @Override
        void write(Path file, Block block) throws IOException {
            Safetensors.write(file, StateDict.of(block), Map.of());
        }
    },

    /** Parameters as DJL's {@link ai.djl.Model#save} writes them: arrays without names. */
    DJL(".params") {
        @Override
        boolean isBegunBy(byte[] head) {
            byte[] magic = DjlParameters.MAGIC.getBytes(StandardCharsets.US_ASCII);
            return Arrays.equals(magic, Arrays.copyOf(head, magic.length));
        }

        @Override
        StateDict read(Path file, Supplier<Block> network) throws IOException {
            return DjlParameters.read(file, network);
        }

        @Override
        void write(Path file, Block block) {
            throw new IllegalArgumentException(OTHER + file);
        }
    };

    /** What is said of a file that holds its tensors by no names, or no tensors. */
    static final String OTHER = "file must end in .pdparams or .safetensors, but was ";

    private final String ending;

    WeightsFormat(String ending) {
        this.ending = ending;
    }

    /**
     * Returns the ending of its files.
     *
     * @return the ending in lower case, with its dot
     */
    public String ending() {
        return ending;
    }

    /**
     * Tells the format of a file by its name.
     *
     * @param name the name or path of a file, which need not be there
     * @return the format of that ending, in whatever case; empty if there is none
     */
    public static Optional<WeightsFormat> named(String name) {
        Objects.requireNonNull(name, "name");
        String lower = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(format -> lower.endsWith(format.ending)).findFirst();
    }

    /**
     * Tells the format of a file by how it begins, and where that says nothing, or no such file is
     * there, by its name.
     *
     * @param file the file
     * @return the format, empty if neither tells; whether the file keeps the format's rules shows
     *     when it is read
     * @throws IOException if the file is there and cannot be read
     */
    public static Optional<WeightsFormat> of(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        byte[] head = head(file);
        // Safetensors first: its length may begin as a pickle does, but no pickle goes on so.
        return Arrays.stream(new WeightsFormat[] {SAFETENSORS, PDPARAMS, DJL})
                .filter(format -> format.isBegunBy(head))
                .findFirst()
                .or(() -> named(String.valueOf(file.getFileName())));
    }

    private static byte[] head(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(Long.BYTES + 1);
        }
    }

    /** Whether a file that begins so is of this format, if of any. */
    abstract boolean isBegunBy(byte[] head);

    /** Reads a file of this format; the block is made only for one that does not tell names. */
    abstract StateDict read(Path file, Supplier<Block> network) throws IOException;

    /** Writes the weights of a block in this format. */
    abstract void write(Path file, Block block) throws IOException;
}
