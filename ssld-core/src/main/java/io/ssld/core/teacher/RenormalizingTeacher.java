package io.ssld.core.teacher;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.engine.internal.Inference;
import java.util.List;
import java.util.Optional;

/**
 * A teacher that was trained on other statistics than the student is: maps the pixels from one
 * normalisation to the other, an affine function per channel.
 */
final class RenormalizingTeacher extends ForwardingTeacher {

    private final RunTeacher inner;
    private final Normalization given;
    private final Normalization wanted;

    /**
     * Makes one.
     *
     * @param inner the teacher
     * @param given how the inputs come
     * @param wanted how the teacher wants them
     */
    RenormalizingTeacher(RunTeacher inner, Normalization given, Normalization wanted) {
        this.inner = inner;
        this.given = given;
        this.wanted = wanted;
    }

    /** Returns the teacher for such inputs: itself if it wants no others. */
    static RunTeacher of(RunTeacher teacher, Normalization given) {
        Normalization wanted = teacher.normalization().orElse(given);
        return wanted.equals(given) ? teacher : new RenormalizingTeacher(teacher, given, wanted);
    }

    @Override
    protected RunTeacher inner() {
        return inner;
    }

    @Override
    protected RunTeacher around(RunTeacher other) {
        return new RenormalizingTeacher(other, given, wanted);
    }

    @Override
    public NDArray logits(NDList inputs) {
        return logits(inputs, List.of());
    }

    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        return Inference.run(inputs, seen -> AnswerCheck.of(inner, renormalized(seen), keys));
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

    /** What comes is what this teacher takes. */
    @Override
    public Optional<Normalization> normalization() {
        return Optional.of(given);
    }

    /** One affine map before the other. */
    @Override
    public RunTeacher forInputs(Normalization other) {
        return of(this, other);
    }
}
