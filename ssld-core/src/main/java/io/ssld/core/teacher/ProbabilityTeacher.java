package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.ParameterList;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.engine.internal.Inference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A teacher whose network ends in a softmax: its answers' logarithm.
 *
 * @param inner answers probabilities
 * @param looked whether its first answer was looked at
 */
record ProbabilityTeacher(Teacher inner, AtomicBoolean looked) implements Teacher {

    /** Probabilities below are taken for this one; 16 bits tell none of them from 0. */
    static final float FLOOR = 1e-7f;

    ProbabilityTeacher(Teacher inner) {
        this(inner, new AtomicBoolean());
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

    @Override
    public boolean needsKeys() {
        return inner.needsKeys();
    }

    @Override
    public Optional<RecordedViews> recordedViews() {
        return inner.recordedViews();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public List<String> classNames() {
        return inner.classNames();
    }

    @Override
    public TeacherMode mode() {
        return inner.mode();
    }

    @Override
    public ParameterList parameters() {
        return inner.parameters();
    }

    @Override
    public String digest() {
        return inner.digest();
    }

    @Override
    public Map<String, Double> measures() {
        return inner.measures();
    }

    @Override
    public ImageLayout layout() {
        return inner.layout();
    }

    @Override
    public Optional<Normalization> normalization() {
        return inner.normalization();
    }

    @Override
    public Teacher forInputs(Normalization given) {
        return new ProbabilityTeacher(inner.forInputs(given));
    }

    @Override
    public Teacher onDevice(Device device, NDManager owner) {
        return new ProbabilityTeacher(inner.onDevice(device, owner));
    }
}
