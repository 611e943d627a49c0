package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.TeacherMode;
import java.util.List;

/**
 * Proof that a teacher stayed as it was during a run.
 *
 * <p>Two kinds of evidence: the digest over all its parameters and buffers, which finds a changed
 * weight and a moved batch-norm statistic; and, in evaluation mode, its answer to one batch, asked
 * twice before and once after the run, which finds active dropout and a changed mode, and speaks
 * for teachers that do not tell their parameters.
 */
public final class TeacherGuard implements AutoCloseable {

    /** Rounding of another kernel or thread count, in units of the largest logit. */
    private static final float ROUNDING = 1e-4f;

    private final RunTeacher teacher;
    private final NDManager manager;
    private final NDList probe;
    private final List<ViewKey> keys;
    private final NDArray answer;
    private final String digest;

    /**
     * Takes the evidence before a run.
     *
     * @param teacher the teacher
     * @param batch its inputs are copied
     * @param owner where the copies live
     * @throws IllegalArgumentException if the teacher answers an equal batch differently
     */
    public TeacherGuard(RunTeacher teacher, Probe batch, NDManager owner) {
        NDList inputs = batch.inputs();
        this.keys = batch.keys();
        this.teacher = teacher;
        this.manager = owner.newSubManager();
        this.digest = teacher.digest();
        this.probe = new NDList(inputs.size());
        for (NDArray input : inputs) {
            NDArray copy = input.duplicate();
            copy.attach(manager);
            probe.add(copy);
        }
        this.answer = AnswerCheck.ask(teacher, probe, keys);
        float difference = difference();
        if (difference > 0) {
            close();
            throw new IllegalArgumentException(
                    "teacher must give one batch the same answer twice, but "
                            + teacher.name()
                            + " gave logits that differ by "
                            + difference
                            + "; turn off its dropout or use withBatchStatistics()");
        }
    }

    /** SHA-256 over the teacher's parameters and buffers; empty if it does not tell them. */
    String digest() {
        return digest;
    }

    /**
     * Compares with the evidence after a run.
     *
     * @throws IllegalStateException if anything changed
     */
    public void verify() {
        String now = teacher.digest();
        if (!now.equals(digest)) {
            throw new IllegalStateException(
                    "teacher must stay as it was, but the digest of "
                            + teacher.name()
                            + " was "
                            + digest
                            + " before the run and is "
                            + now
                            + " after it; run it in evaluation mode and keep its parameters out of"
                            + " the student");
        }
        float difference = difference();
        if (difference > 0) {
            throw new IllegalStateException(
                    "teacher must stay as it was, but the logits of "
                            + teacher.name()
                            + " for the run's first batch differ by "
                            + difference
                            + " after it; something turned on its training mode");
        }
    }

    /** How far an answer now is from the first one; 0 within rounding or where it may vary. */
    private float difference() {
        if (teacher.mode() != TeacherMode.EVALUATION) {
            return 0;
        }
        try (NDManager scratch = manager.newSubManager()) {
            NDArray again = AnswerCheck.ask(teacher, probe, keys);
            again.attach(scratch);
            float difference = again.sub(answer).abs().max().getFloat();
            float scale = Math.max(1, again.abs().max().getFloat());
            return difference <= ROUNDING * scale ? 0 : difference;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
