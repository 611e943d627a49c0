package io.ssld.core.teacher;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.engine.internal.Inference;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A teacher whose network ends in a softmax: its answers' logarithm. */
final class ProbabilityTeacher extends ForwardingTeacher {

    /** Probabilities below are taken for this one; 16 bits tell none of them from 0. */
    static final float FLOOR = 1e-7f;

    /** Answers probabilities. */
    private final RunTeacher inner;

    /** Whether its first answer was looked at. */
    private final AtomicBoolean looked = new AtomicBoolean();

    ProbabilityTeacher(RunTeacher inner) {
        this.inner = inner;
    }

    @Override
    protected RunTeacher inner() {
        return inner;
    }

    @Override
    protected RunTeacher around(RunTeacher other) {
        return new ProbabilityTeacher(other);
    }

    @Override
    public NDArray logits(NDList inputs) {
        return logits(inputs, List.of());
    }

    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        return Inference.run(
                inputs,
                seen -> {
                    NDArray answer = AnswerCheck.of(inner, seen, keys);
                    if (!looked.getAndSet(true)) {
                        requireProbabilities(answer);
                    }
                    NDArray wide =
                            answer.getDataType() == DataType.FLOAT16
                                    ? answer.toType(DataType.FLOAT32, false)
                                    : answer;
                    return wide.maximum(FLOOR).log();
                });
    }

    private void requireProbabilities(NDArray answer) {
        AnswerCheck.requireFinite("teacher " + inner.name(), answer);
        if (answer.size(1) > 1 && !AnswerCheck.areProbabilities(answer)) {
            throw new TeacherAnswerException(
                    inner.name(),
                    false,
                    "teacher "
                            + inner.name()
                            + " must answer probabilities, at least 0 and with the sum 1, but its"
                            + " answers to the first batch are not; use it without"
                            + " Teacher.ofProbabilities if they are logits");
        }
    }
}
