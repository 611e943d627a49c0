package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.ParameterList;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.engine.internal.Inference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A teacher that was trained on other statistics than the student is: maps the pixels from one
 * normalisation to the other, an affine function per channel.
 *
 * @param inner the teacher
 * @param given how the inputs come
 * @param wanted how the teacher wants them
 */
record RenormalizingTeacher(Teacher inner, Normalization given, Normalization wanted)
        implements Teacher {

    @Override
    public NDArray logits(NDList inputs) {
        return logits(inputs, List.of());
    }

    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        return Inference.run(inputs, seen -> AnswerCheck.of(inner, renormalized(seen), keys));
    }

    @Override
    public boolean needsKeys() {
        return inner.needsKeys();
    }

    @Override
    public Optional<RecordedViews> recordedViews() {
        return inner.recordedViews();
    }

    private NDList renormalized(NDList inputs) {
        Normalization.Affine map = given.affineTo(wanted);
        NDArray images = inputs.head();
        Shape shape = images.getShape();
        if (shape.dimension() != 4 || shape.get(1) != given.channels()) {
            throw new IllegalArgumentException(
                    "inputs must be images of shape (N, "
                            + given.channels()
                            + ", H, W) to be renormalised, but were "
                            + shape
                            + "; drop withNormalization for other data");
        }
        NDArray mapped =
                images.mul(perChannel(map.scale(), images)).add(perChannel(map.offset(), images));
        NDList result = new NDList(mapped);
        result.addAll(inputs.subNDList(1));
        return result;
    }

    private static NDArray perChannel(List<Float> values, NDArray images) {
        NDManager manager = images.getManager();
        float[] numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values.get(i);
        }
        return manager.create(numbers)
                .reshape(1, numbers.length, 1, 1)
                .toType(images.getDataType(), false);
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

    /** What comes is what this teacher takes. */
    @Override
    public Optional<Normalization> normalization() {
        return Optional.of(given);
    }

    @Override
    public Teacher onDevice(Device device, NDManager owner) {
        return new RenormalizingTeacher(inner.onDevice(device, owner), given, wanted);
    }
}
