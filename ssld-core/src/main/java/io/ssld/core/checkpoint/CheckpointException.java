package io.ssld.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** A checkpoint that cannot be used: cut off, damaged, or of another run. */
public final class CheckpointException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong with a checkpoint.
     *
     * @param file the checkpoint
     * @param rule what it must do
     * @param found what was found instead
     */
    public CheckpointException(Path file, String rule, String found) {
        super(message(file, rule, found));
    }

    /**
     * Says what is wrong with a checkpoint, and what that comes of.
     *
     * @param file the checkpoint
     * @param rule what it must do
     * @param found what was found instead
     * @param cause the failure that showed it
     */
    public CheckpointException(Path file, String rule, String found, Throwable cause) {
        super(message(file, rule, found), Objects.requireNonNull(cause, "cause"));
    }

    private static String message(Path file, String rule, String found) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(found, "found");
        return "checkpoint " + file + " must " + rule + ", but " + found;
    }
}
