package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.loss.Loss;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.Replica;
import java.util.Arrays;

/**
 * What a loss looks at. It is any function, so it is asked: about the first batch, with other
 * labels and with another teacher. What changes nothing in its value is not looked at.
 *
 * @param labels whether class numbers of the examples matter
 * @param teacher whether the teacher's answers matter
 */
record LossNeeds(boolean labels, boolean teacher) {

    /** What changes the teacher's favour of a class beyond any rounding. */
    private static final float FAVOUR = 3;

    /**
     * Asks a loss.
     *
     * @param loss over the label slots target and teacher
     * @param student logits (N, C)
     * @param teacher logits (N, C), on the same device
     * @return what it looks at; everything where there is a single class
     */
    static LossNeeds of(Loss loss, NDArray student, NDArray teacher) {
        if (student.size(1) < 2) {
            return new LossNeeds(true, true);
        }
        try (NoGrad off = NoGrad.open(student.getManager().getEngine());
                NDManager scratch = NDManager.subManagerOf(student)) {
            NDArray predicted = wide(student, scratch);
            NDArray said = wide(teacher, scratch);
            // Of the first class; added in the engine's memory.
            NDArray favour = said.zerosLike();
            favour.set(new NDIndex(":, 0"), FAVOUR);
            float[] value = value(loss, predicted, said, 0, scratch);
            return new LossNeeds(
                    !Arrays.equals(value, value(loss, predicted, said, 1, scratch)),
                    !Arrays.equals(value, value(loss, predicted, said.add(favour), 0, scratch)));
        }
    }

    private static NDArray wide(NDArray logits, NDManager scratch) {
        NDArray copy = Replica.copy(logits, logits.getDevice());
        copy.attach(scratch);
        return copy.getDataType() == DataType.FLOAT16 ? copy.toType(DataType.FLOAT32, false) : copy;
    }

    private static float[] value(
            Loss loss, NDArray student, NDArray teacher, long label, NDManager scratch) {
        long[] target = new long[(int) student.size(0)];
        Arrays.fill(target, label);
        NDList labels = new NDList(scratch.create(target), teacher);
        NDArray value = loss.evaluate(labels, new NDList(student));
        value.attach(scratch);
        return value.toType(DataType.FLOAT32, false).toFloatArray();
    }
}
