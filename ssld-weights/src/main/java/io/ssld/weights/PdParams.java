package io.ssld.weights;

import io.ssld.base.internal.AtomicFiles;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads and writes weights in PaddlePaddle's {@code .pdparams} format: what {@code paddle.save}
 * makes of the state dictionary of a layer, a Python pickle of names and numpy arrays. Names,
 * shapes and values are those of the file; a linear layer's weight, for one, is (in, out).
 *
 * <p><b>Reading.</b> Pickles of protocol 2 to 5 are read, as numpy 1 and 2 and Python 2 and 3 write
 * them; arrays in C or Fortran order, little- or big-endian, of floats, signed integers, unsigned
 * bytes and booleans. Arrays of 16-bit integers become int32, which DJL can hold. Parameters that
 * Paddle cut into slices are put together again and come last, as with {@code paddle.load}. The
 * table of variable names is passed over. A tensor must be smaller than 2 GiB in memory.
 *
 * <p>Files from strangers are safe to read. Python's own reader runs whatever code a pickle asks
 * for; this one knows arrays and plain containers, runs nothing and refuses all else. Every length
 * is checked before memory is taken for it, and the tensors never take more memory than the file
 * has bytes (twice as much for 16-bit integers). A broken or hostile file is a {@link
 * MalformedWeightsException}.
 *
 * <p><b>Writing.</b> {@link #write} makes a pickle of protocol 4, Paddle's own default, which
 * {@code paddle.load} and Python's {@code pickle} with numpy read.
 */
public final class PdParams {

    private PdParams() {}

    /**
     * Reads a file.
     *
     * @param file the file, which must not change meanwhile
     * @return its tensors, in the order of the file
     * @throws MalformedWeightsException if the file breaks a rule of the format, or holds anything
     *     but arrays by name
     * @throws IOException if the file cannot be read
     */
    public static StateDict read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            return read(file.toString(), channel);
        }
    }

    /** Reads a channel, which stays open; the source is what messages call it. */
    static StateDict read(String source, SeekableByteChannel channel) throws IOException {
        FileBytes file = new FileBytes(source, channel);
        // All tensors together are as long as the file.
        return Memory.reading(source, file.size(), () -> PaddleState.read(file));
    }

    /**
     * Writes a file; equal dictionaries in equal order give equal bytes. The file is written beside
     * its place and moved there when complete, so that a reader finds the old file or the new one,
     * never half of one.
     *
     * @param file the file, replaced if it exists
     * @param state the tensors, by the names that Paddle knows them by
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a name is one that Paddle keeps for itself ({@code
     *     StructuredToParameterName@@}, {@code UnpackBigParamInfor@@}), is longer than 4096 bytes
     *     or no valid text
     */
    public static void write(Path file, StateDict state) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(state, "state");
        PdParamsWriter.check(state);
        AtomicFiles.writeChannel(file, out -> new PdParamsWriter(out).write(state));
    }
}
