package io.ssld.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint that cannot be used: cut off, damaged, or of another run. */
public final class CheckpointException extends IOException {

    private static final long serialVersionUID = 1L;

    public CheckpointException(Path file, String rule, String found) {
        super(message(file, rule, found));
    }

    public CheckpointException(Path file, String rule, String found, Throwable cause) {
        super(message(file, rule, found), cause);
    }

    private static String message(Path file, String rule, String found) {
        return "checkpoint " + file + " must " + rule + ", but " + found;
    }
}
