package io.ssld.core.labels.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.teacher.TeacherMode;
import io.ssld.engine.internal.FullBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Teachers that label once and for all: what they say of an image hardly depends on its batch. */
public final class LabelTeachers {

    private final String labelled;
    private final List<RunTeacher> teachers = new ArrayList<>();

    /**
     * Starts without a teacher.
     *
     * @param labelled what gets a label, for messages
     */
    public LabelTeachers(String labelled) {
        this.labelled = labelled;
    }

    /**
     * Adds a teacher.
     *
     * @throws IllegalArgumentException if its answers depend on the batch
     */
    public void add(Teacher given) {
        Objects.requireNonNull(given, "teacher");
        RunTeacher teacher = RunTeacher.of(given);
        if (teacher.mode() != TeacherMode.EVALUATION) {
            throw new IllegalArgumentException(
                    "teacher must use evaluation statistics, but "
                            + teacher.name()
                            + " uses those of the batch; "
                            + labelled
                            + "'s label would depend on its neighbours");
        }
        teachers.add(teacher);
    }

    /**
     * Fails without a teacher.
     *
     * @throws IllegalStateException if none was added
     */
    public void requireAny() {
        if (teachers.isEmpty()) {
            throw new IllegalStateException("teacher must be added before build()");
        }
    }

    /** The teacher, or the mean of several. */
    public RunTeacher joined() {
        return teachers.size() == 1 ? teachers.get(0) : Teacher.average(teachers);
    }

    /**
     * Asks about a batch, filled up so that every pass has one shape.
     *
     * @param teacher the teacher
     * @param inputs the batch
     * @param batchSize the examples of a full one
     * @return logits of the full batch in single precision
     */
    public static NDArray ask(RunTeacher teacher, NDList inputs, int batchSize) {
        NDArray logits = AnswerCheck.of(teacher, FullBatch.of(inputs, batchSize), List.of());
        return logits.getDataType() == DataType.FLOAT32
                ? logits
                : logits.toType(DataType.FLOAT32, false);
    }

    /**
     * Fails for an answer about another number of classes than before.
     *
     * @throws IllegalStateException if the numbers differ
     */
    public static void requireClasses(long expected, long answered) {
        if (expected != answered) {
            throw new IllegalStateException(
                    "teacher must always answer "
                            + expected
                            + " classes, but now answered "
                            + answered);
        }
    }
}
