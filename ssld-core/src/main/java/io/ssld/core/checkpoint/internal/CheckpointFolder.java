package io.ssld.core.checkpoint.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.ssld.base.internal.AtomicFiles;
import io.ssld.core.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one run: {@code step-NNNNNNNNNNNN.safetensors}, one for each number of
 * optimiser steps.
 *
 * <p>A checkpoint is written beside, forced to disk and moved into place; only then are older ones
 * deleted. So a full disk or a kill leaves the ones before intact.
 */
public final class CheckpointFolder {

    private static final Pattern NAME = Pattern.compile("step-(\\d{12})\\.safetensors");

    private final Path path;
    private final int keep;

    /**
     * Names a folder; it is made with the first checkpoint.
     *
     * @param path the folder
     * @param keep how many of the newest checkpoints stay
     */
    public CheckpointFolder(Path path, int keep) {
        Objects.requireNonNull(path, "path");
        this.path = path;
        this.keep = keep;
    }

    /**
     * A checkpoint that was read and checked.
     *
     * @param steps the optimiser steps done
     * @param state the text that was saved
     * @param refused newer checkpoints that could not be used, with reasons
     * @param arrays where its arrays come from
     */
    public record Found(long steps, String state, List<String> refused, TensorSource arrays) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Found {
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(refused, "refused");
            Objects.requireNonNull(arrays, "arrays");
        }
    }

    /** Where a checkpoint's arrays come from. */
    public interface TensorSource {

        /**
         * Copies the saved values into arrays of the same names, types and shapes, in place.
         *
         * @param arrays all arrays of the checkpoint, no more and no less
         * @param manager the owner of temporaries
         * @throws IOException if names, types or shapes differ, or the file cannot be read
         */
        void copyInto(Map<String, NDArray> arrays, NDManager manager) throws IOException;

        /**
         * Returns the bytes of one array, whatever its size.
         *
         * @param name of the array
         * @return its values as they lie in the file
         * @throws IOException if there is no such array, or the file cannot be read
         */
        byte[] bytes(String name) throws IOException;
    }

    /**
     * Saves a checkpoint and deletes those no longer needed.
     *
     * @param steps the optimiser steps done
     * @param state a text
     * @param arrays the arrays by name
     * @param best the steps of the checkpoint to keep besides the newest, if there is one
     * @throws IOException if it cannot be written; the earlier ones are then as they were
     */
    public void save(long steps, String state, Map<String, NDArray> arrays, OptionalLong best)
            throws IOException {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(arrays, "arrays");
        Objects.requireNonNull(best, "best");
        try {
            AtomicFiles.writeChannel(
                    file(steps), channel -> TensorFile.write(channel, state, arrays));
        } catch (IOException e) {
            throw new CheckpointException(
                    file(steps),
                    "be written",
                    "could not be: " + e.getMessage() + "; the ones before are as they were",
                    e);
        }
        List<Long> old = steps();
        old.removeIf(number -> number > steps);
        for (long number : old.subList(0, Math.max(0, old.size() - keep))) {
            if (best.isEmpty() || best.getAsLong() != number) {
                Files.deleteIfExists(file(number));
            }
        }
    }

    /**
     * Finds the newest checkpoint that is whole. Those that are not are left where they are.
     *
     * @return the checkpoint, or {@code null} if the folder has none
     * @throws CheckpointException if there are some but none can be used, saying why of each
     * @throws IOException if the folder cannot be read
     */
    public @Nullable Found newest() throws IOException {
        List<Long> numbers = steps();
        List<String> refused = new ArrayList<>();
        for (int i = numbers.size() - 1; i >= 0; i--) {
            try {
                TensorFile found = TensorFile.open(file(numbers.get(i)));
                return new Found(numbers.get(i), found.state(), List.copyOf(refused), found);
            } catch (CheckpointException e) {
                refused.add(e.getMessage());
            }
        }
        if (!refused.isEmpty()) {
            throw new CheckpointException(
                    path,
                    "hold at least one that can be used",
                    "none can: " + String.join("; ", refused) + "; start the run anew");
        }
        return null;
    }

    /**
     * Tells whether there is no checkpoint, sound or not.
     *
     * @return true if a run has nothing to go on from
     * @throws IOException if the folder cannot be read
     */
    public boolean isEmpty() throws IOException {
        return steps().isEmpty();
    }

    /** The numbers of the checkpoints that there are, in order. */
    private List<Long> steps() throws IOException {
        if (!Files.isDirectory(path)) {
            return new ArrayList<>();
        }
        try (Stream<Path> files = Files.list(path)) {
            return new ArrayList<>(
                    files.map(file -> NAME.matcher(file.getFileName().toString()))
                            .filter(Matcher::matches)
                            .map(name -> Long.parseLong(name.group(1)))
                            .sorted(Comparator.naturalOrder())
                            .toList());
        }
    }

    private Path file(long steps) {
        return path.resolve(String.format(Locale.ROOT, "step-%012d.safetensors", steps));
    }
}
