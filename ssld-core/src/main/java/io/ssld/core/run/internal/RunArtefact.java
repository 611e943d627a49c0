package io.ssld.core.run.internal;

import java.io.IOException;
import java.nio.file.Path;

/** Makes something of a trained network that belongs to its run, such as a model folder. */
@FunctionalInterface
public interface RunArtefact {

    /**
     * Makes it. Whatever an earlier process of the run left in its place is replaced.
     *
     * @param place the file or folder to make
     * @param end what the run came to
     * @throws IOException if it cannot be made; the run is then not complete, and making it is
     *     tried again when the run is resumed
     */
    void write(Path place, RunEnd end) throws IOException;
}
