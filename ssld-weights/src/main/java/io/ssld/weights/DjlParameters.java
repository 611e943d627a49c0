package io.ssld.weights;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.engine.internal.Engines;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Reads what {@link ai.djl.Model#save} writes. Read here and not by {@link ai.djl.Model#load},
 * which wants the file to be called as it called it.
 */
final class DjlParameters {

    /** How a file begins. */
    static final String MAGIC = "DJL@";

    private static final int VERSION = 1;

    private DjlParameters() {}

    /**
     * Reads a file.
     *
     * @param network makes the block it belongs to; one without values takes shapes, so the number
     *     of classes too, from the file
     */
    static StateDict read(Path file, Supplier<Block> network) throws IOException {
        Block block = network.get();
        DjlArrayLengths.check(file);
        try (NDManager manager = Engines.newManager();
                DataInputStream in =
                        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            skipHead(in);
            block.loadParameters(manager, in);
            StateDict state = StateDict.of(block);
            block.clear();
            return state;
        } catch (MalformedModelException | RuntimeException | IOException | OutOfMemoryError e) {
            // What DJL's reader throws for a broken file depends on where it broke.
            throw new IOException(
                    "%s must hold the parameters of this network as DJL saves them, but could not be read: %s"
                            .formatted(file, e),
                    e);
        }
    }

    /** What the model was called, and the inputs it was made for, are not needed. */
    private static void skipHead(DataInputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length());
        if (!new String(magic, StandardCharsets.US_ASCII).equals(MAGIC)) {
            throw new IOException("it does not begin with " + MAGIC);
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("its version is " + version);
        }
        in.readUTF();
        in.readUTF();
        int inputs = in.readInt();
        for (int i = 0; i < inputs; i++) {
            in.readUTF();
            Shape.decode(in);
        }
        int properties = in.readInt();
        for (int i = 0; i < properties; i++) {
            in.readUTF();
            in.readUTF();
        }
    }
}
