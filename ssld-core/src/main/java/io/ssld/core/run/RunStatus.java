package io.ssld.core.run;

import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.Json;
import io.ssld.base.internal.report.Provenance;
import io.ssld.core.train.LossScale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How far the run in a folder is: its {@code run.json}.
 *
 * @param state whether it goes on
 * @param student the name of the network that is trained
 * @param teacher the name of the teacher; empty without one
 * @param precision what the student computes in, and why if it is not what was asked for; empty in
 *     a status that was written before there was a choice
 * @param lossScale how the loss is scaled now, and how many steps were skipped; empty unless the
 *     student computes in float16
 * @param epochsDone epochs that are done
 * @param epochs the epochs of the run, unless it stops early
 * @param step optimiser steps done
 * @param steps optimiser steps of the run, unless it stops early
 * @param bestTop1 the highest validation top-1 so far, 0 to 1; empty before the first epoch
 * @param bestEpoch the first epoch that had it, from 1; empty before the first epoch
 * @param secondsLeft the expected rest of the run in seconds; empty when it is not running
 * @param updated when this was written
 */
public record RunStatus(
        State state,
        String student,
        String teacher,
        String precision,
        Optional<LossScale> lossScale,
        int epochsDone,
        int epochs,
        long step,
        long steps,
        OptionalDouble bestTop1,
        OptionalInt bestEpoch,
        OptionalDouble secondsLeft,
        Instant updated) {

    /** The name of its file in a run folder. */
    public static final String FILE = "run.json";

    /** More than any status takes; a file in its place may be anything. */
    private static final long MOST_BYTES = 1 << 20;

    /**
     * Takes the status of an earlier version for one without a precision and a scale.
     *
     * @throws NullPointerException if something else is missing, naming it
     */
    public RunStatus {
        Objects.requireNonNull(state, "state must be given, but is missing");
        Objects.requireNonNull(student, "student must be given, but is missing");
        Objects.requireNonNull(teacher, "teacher must be given, but is missing");
        Objects.requireNonNull(bestTop1, "bestTop1 must be given, but is missing");
        Objects.requireNonNull(bestEpoch, "bestEpoch must be given, but is missing");
        Objects.requireNonNull(secondsLeft, "secondsLeft must be given, but is missing");
        Objects.requireNonNull(updated, "updated must be given, but is missing");
        precision = Objects.requireNonNullElse(precision, "");
        lossScale = Objects.requireNonNullElse(lossScale, Optional.empty());
    }

    /** Whether a run goes on. */
    public enum State {
        /** A process trains. */
        RUNNING,
        /** It was asked to stop, and can be resumed. */
        STOPPED,
        /** Its process ended without a word; it can be resumed. */
        INTERRUPTED,
        /** It ended with an error; what was trained so far can be resumed. */
        FAILED,
        /** It is done. */
        COMPLETE
    }

    /**
     * Reads the status of a run. A run that says it goes on, but that no process works on, is
     * {@link State#INTERRUPTED}; {@link State#COMPLETE} is one whose last file is there, see {@link
     * #isComplete}.
     *
     * @param folder the run folder
     * @return the status
     * @throws NoSuchFileException if there is no run in the folder
     * @throws IOException if its status cannot be read
     */
    public static RunStatus read(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        Path file = folder.resolve(FILE);
        if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
            throw new IOException(
                    file
                            + " must hold a status of at most "
                            + MOST_BYTES
                            + " bytes, but has "
                            + Files.size(file));
        }
        RunStatus status = Json.read(file, RunStatus.class);
        if (FolderLock.isHeld(folder)) {
            return status.state == State.COMPLETE && !isComplete(folder)
                    ? status.as(State.RUNNING)
                    : status;
        }
        if (isComplete(folder)) {
            return status.state == State.COMPLETE ? status : status.as(State.COMPLETE);
        }
        return status.state == State.RUNNING || status.state == State.COMPLETE
                ? status.as(State.INTERRUPTED)
                : status;
    }

    /**
     * Tells whether a folder holds a run.
     *
     * @param folder any folder
     * @return true if {@link #read} would find one
     */
    public static boolean isRun(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return Files.isRegularFile(folder.resolve(FILE));
    }

    /**
     * Tells whether the run in a folder is complete: whether its {@code provenance.json}, which is
     * written last, is there.
     *
     * @param folder any path
     * @return true if nothing is left to do
     */
    public static boolean isComplete(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return Files.isRegularFile(folder.resolve(Provenance.FILE));
    }

    private RunStatus as(State other) {
        return new RunStatus(
                other,
                student,
                teacher,
                precision,
                lossScale,
                epochsDone,
                epochs,
                step,
                steps,
                bestTop1,
                bestEpoch,
                OptionalDouble.empty(),
                updated);
    }
}
