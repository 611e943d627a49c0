package io.ssld.core.teacher;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.engine.internal.Parameters;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What teachers and students answer, looked at before anybody learns from it. */
public final class AnswerCheck {

    /** How far from 1 the sum of probabilities may be that a network computed in 16 bits. */
    private static final double ROUNDING = 2e-3;

    private AnswerCheck() {}

    /**
     * Asks a teacher about a batch.
     *
     * @param teacher the teacher
     * @param inputs the batch
     * @param keys which views they are; empty if nobody knows
     * @return its logits, (N, C)
     * @throws IllegalStateException if there are none, or they have another shape or type
     */
    public static NDArray of(RunTeacher teacher, NDList inputs, List<ViewKey> keys) {
        return requireShape(teacher, ask(teacher, inputs, keys), inputs.head().size(0));
    }

    /**
     * Asks a teacher about a batch in the layout that it wants, whatever it comes in: a network
     * lays out its inputs itself, but a function of the user's own does not.
     *
     * @param teacher the teacher
     * @param inputs the batch, left as it is
     * @param keys which views they are; empty if nobody knows
     * @return whatever it answers
     */
    public static NDArray ask(RunTeacher teacher, NDList inputs, List<ViewKey> keys) {
        Objects.requireNonNull(teacher, "teacher");
        // Who answers by keys alone does not look at pixels: no copy for it.
        NDList seen = teacher.needsKeys() ? inputs : teacher.layout().lay(inputs);
        return teacher.logits(seen, keys);
    }

    /**
     * Fails unless an answer has a row an example.
     *
     * @param teacher who answered
     * @param answer what came back
     * @param examples the examples it was asked about
     * @return the answer
     * @throws IllegalStateException naming the teacher
     */
    public static NDArray requireShape(
            RunTeacher teacher, @Nullable NDArray answer, long examples) {
        Objects.requireNonNull(teacher, "teacher");
        String owner = "teacher " + teacher.name();
        if (answer == null) {
            throw new IllegalStateException(
                    owner
                            + " must answer logits of shape ("
                            + examples
                            + ", classes), but answered null; let its function return an array");
        }
        Shape shape = answer.getShape();
        if (shape.dimension() != 2 || shape.get(0) != examples) {
            throw new IllegalStateException(
                    owner
                            + " must answer logits of shape ("
                            + examples
                            + ", classes), but answered "
                            + shape
                            + "; end its network with the classifier");
        }
        DataType type = answer.getDataType();
        Parameters.requireSupported(owner + "'s logits", type);
        if (!type.isFloating()) {
            throw new IllegalStateException(
                    owner
                            + " must answer floating numbers, but answered "
                            + type
                            + "; convert them in its function");
        }
        return answer;
    }

    /**
     * Fails unless a teacher's first answer can be one of logits.
     *
     * @param teacher who answered
     * @param answer (N, C)
     * @throws IllegalArgumentException if it is not finite, or holds probabilities
     */
    public static void requireLogits(RunTeacher teacher, NDArray answer) {
        Objects.requireNonNull(teacher, "teacher");
        requireFinite("teacher " + teacher.name(), answer);
        requireNoProbabilities(teacher, answer);
    }

    /**
     * As {@link #requireLogits}, where whoever asks looks for NaN himself and can name the example.
     *
     * @param teacher who answered
     * @param answer (N, C)
     * @throws IllegalArgumentException if it holds probabilities
     */
    public static void requireNoProbabilities(RunTeacher teacher, NDArray answer) {
        Objects.requireNonNull(teacher, "teacher");
        if (areProbabilities(answer)) {
            throw new TeacherAnswerException(
                    teacher.name(),
                    true,
                    "teacher "
                            + teacher.name()
                            + " must answer logits, but its answers to the first batch are"
                            + " probabilities: at least 0 and with the sum 1; use"
                            + " Teacher.ofProbabilities(...), which takes their logarithm, or drop"
                            + " the softmax at its end");
        }
    }

    /**
     * Fails unless a student's answer to the first batch can be one of logits.
     *
     * @param name the student's
     * @param answer (N, C)
     * @throws IllegalArgumentException if it is not finite, or holds probabilities
     */
    public static void requireStudentLogits(String name, NDArray answer) {
        Objects.requireNonNull(name, "name");
        requireFinite("student " + name, answer);
        if (areProbabilities(answer)) {
            throw new IllegalArgumentException(
                    "student "
                            + name
                            + " must answer logits, but its answers to the first batch are"
                            + " probabilities: at least 0 and with the sum 1; drop the softmax at"
                            + " its end, because the loss takes one itself");
        }
    }

    /**
     * Fails for an answer that nobody can learn from.
     *
     * @param owner who answered, such as "teacher ResNet50_vd"
     * @param answer (N, C)
     * @throws IllegalArgumentException if it is not finite
     */
    public static void requireFinite(String owner, NDArray answer) {
        Objects.requireNonNull(owner, "owner");
        long bad = countNotFinite(answer);
        if (bad > 0) {
            throw new IllegalArgumentException(
                    owner
                            + " must answer finite logits, but "
                            + bad
                            + " of "
                            + answer.size()
                            + " were NaN or infinite; check its weights, and that it gets inputs"
                            + " normalised as it was trained");
        }
    }

    /**
     * Counts values that are no numbers.
     *
     * @param answer of a floating type
     * @return how many are NaN or infinite
     */
    public static long countNotFinite(NDArray answer) {
        Objects.requireNonNull(answer, "answer");
        try (NDManager scratch = NDManager.subManagerOf(answer)) {
            NDArray bad = answer.isNaN().logicalOr(answer.isInfinite());
            bad.attach(scratch);
            return bad.sum().toLongArray()[0];
        }
    }

    /**
     * Tells probabilities from logits: rows of at least 0 that sum to 1, within the rounding of 16
     * bits. Rows of a single class are not told apart.
     *
     * @param answer (N, C), finite
     * @return whether all rows are probabilities
     */
    public static boolean areProbabilities(NDArray answer) {
        Objects.requireNonNull(answer, "answer");
        int classes = (int) answer.size(1);
        if (classes < 2) {
            return false;
        }
        float[] values = numbers(answer);
        for (int row = 0; row < values.length; row += classes) {
            double sum = 0;
            for (int i = row; i < row + classes; i++) {
                // Not of NaN either.
                if (!(values[i] >= 0)) {
                    return false;
                }
                sum += values[i];
            }
            if (Math.abs(sum - 1) > ROUNDING) {
                return false;
            }
        }
        return values.length > 0;
    }

    private static float[] numbers(NDArray answer) {
        if (answer.getDataType() == DataType.FLOAT32) {
            return answer.toFloatArray();
        }
        try (NDArray wide = answer.toType(DataType.FLOAT32, true)) {
            return wide.toFloatArray();
        }
    }
}
