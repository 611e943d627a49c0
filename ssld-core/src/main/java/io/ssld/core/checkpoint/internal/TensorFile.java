package io.ssld.core.checkpoint.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.ssld.core.checkpoint.CheckpointException;
import io.ssld.weights.MalformedWeightsException;
import io.ssld.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Arrays by name and a text, in one file that tells whether it is whole: a {@link SafetensorsFile},
 * so that other tools can look into a checkpoint. Its notes hold the text as {@code state}, and the
 * {@code format}.
 */
final class TensorFile implements CheckpointFolder.TensorSource {

    private static final String FORMAT = "ssld-checkpoint-1";
    private static final String FORMAT_NOTE = "format";
    private static final String STATE_NOTE = "state";
    private static final NDIndex ALL = new NDIndex("...");

    private final Path file;
    private final SafetensorsFile tensors;
    private final String state;

    private TensorFile(Path file, SafetensorsFile tensors, String state) {
        this.file = file;
        this.tensors = tensors;
        this.state = state;
    }

    /**
     * Writes a file, not atomically: the caller writes beside and moves.
     *
     * @param out an empty file, open for writing
     * @param state the text
     * @param arrays the arrays, in order
     */
    static void write(FileChannel out, String state, Map<String, NDArray> arrays)
            throws IOException {
        // Half a pair of surrogates, as in the name of a broken image, must not end the run here.
        String encodable =
                new String(state.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        SafetensorsFile.write(out, arrays, Map.of(FORMAT_NOTE, FORMAT, STATE_NOTE, encodable));
    }

    /**
     * Opens a file after checking every bit of it.
     *
     * @param file the file
     * @return the file's text and where its arrays lie
     * @throws CheckpointException if it is cut off, damaged, or something else
     */
    static TensorFile open(Path file) throws IOException {
        SafetensorsFile tensors;
        try {
            tensors = SafetensorsFile.open(file);
        } catch (MalformedWeightsException e) {
            throw notWhole(file, e);
        }
        String format = tensors.notes().get(FORMAT_NOTE);
        String state = tensors.notes().get(STATE_NOTE);
        if (state == null || !FORMAT.equals(format)) {
            throw new CheckpointException(file, "be of format " + FORMAT, "was of " + format);
        }
        return new TensorFile(file, tensors, state);
    }

    private static CheckpointException notWhole(Path file, MalformedWeightsException cause) {
        return new CheckpointException(
                file, "be whole and intact", "is not: " + cause.getMessage(), cause);
    }

    /** The text. */
    String state() {
        return state;
    }

    /**
     * Copies the file's values into arrays of the same names, types and shapes, in place.
     *
     * @param arrays all arrays of the file, no more and no less
     * @param manager the owner of temporaries, to be closed by the caller soon
     * @throws CheckpointException if names, types or shapes differ; nothing is copied then
     */
    @Override
    public void copyInto(Map<String, NDArray> arrays, NDManager manager) throws IOException {
        requireSame(arrays);
        for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
            NDArray target = named.getValue();
            if (target.isEmpty()) {
                continue;
            }
            try (NDArray source = tensors.tensor(named.getKey()).toArray(manager)) {
                target.set(ALL, source.toDevice(target.getDevice(), false));
            } catch (MalformedWeightsException e) {
                throw notWhole(file, e);
            }
        }
    }

    @Override
    public byte[] bytes(String name) throws IOException {
        if (tensors.describe(name) == null) {
            throw new CheckpointException(
                    file,
                    "hold " + name,
                    "has no such array; resume with the networks and recipe it was made with");
        }
        try {
            ByteBuffer bytes = tensors.tensor(name).bytes();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (MalformedWeightsException e) {
            throw notWhole(file, e);
        }
    }

    private void requireSame(Map<String, NDArray> arrays) throws CheckpointException {
        for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
            String wanted = SafetensorsFile.describe(named.getValue());
            String found = tensors.describe(named.getKey());
            if (!wanted.equals(found)) {
                throw new CheckpointException(
                        file,
                        "hold " + named.getKey() + " as " + wanted,
                        "has "
                                + (found == null ? "no such array" : found)
                                + "; resume with the networks and recipe it was made with");
            }
        }
        for (String name : tensors.names()) {
            if (!arrays.containsKey(name)) {
                throw new CheckpointException(
                        file,
                        "hold nothing but this run's arrays",
                        "has "
                                + name
                                + " too; resume with the networks and recipe it was made with");
            }
        }
    }
}
