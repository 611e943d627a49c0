package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.Mix;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.PrecisionScope;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes gradients on one device: teacher forward outside the tape, student forward, loss,
 * backward.
 *
 * @param device where it computes
 * @param student the network; its arrays come from the store
 * @param store the student's arrays on this device
 * @param teacher on this device, if the run has one
 * @param loss over the label slots target, and teacher where there is one
 * @param precision what the student's convolutions compute in
 * @param classes the number of classes
 * @param labels whether the loss looks at class numbers
 * @param trains whether the student's batch norm and dropout behave as in training
 */
public record Worker(
        Device device,
        Student student,
        ParameterStore store,
        @Nullable RunTeacher teacher,
        Loss loss,
        Precision precision,
        int classes,
        boolean labels,
        boolean trains) {

    /**
     * What a share of a batch told.
     *
     * @param loss the sum of the losses of its examples
     * @param correct examples on which the student's first choice was the teacher's, or the label's
     */
    record Share(double loss, long correct) {}

    /**
     * What is known of a share's examples: the views that they are, if the source tells; and class
     * numbers, {@link ImageEntry#UNLABELLED} where there is none: those of its examples, those of
     * the examples they are mixed with, and the share of its own that each one keeps, 1 where
     * nothing is mixed.
     */
    static final class Labels {

        private final int[] own;
        private final int[] partners;
        private final double lambda;
        private final List<ViewKey> keys;

        private Labels(int[] own, int[] partners, double lambda, List<ViewKey> keys) {
            this.keys = keys;
            this.own = own;
            this.partners = partners;
            this.lambda = lambda;
        }

        static Labels of(ExampleBatch batch, @Nullable Mix mix) {
            int[] labels = batch.labels();
            if (mix == null) {
                return new Labels(labels, labels, 1, batch.keys());
            }
            int[] partners = mix.partners();
            Arrays.setAll(partners, i -> labels[partners[i]]);
            // What is mixed is none of the views that the keys name.
            return new Labels(labels, partners, mix.lambda(), List.of());
        }

        Labels slice(int from, int to) {
            return new Labels(
                    Arrays.copyOfRange(own, from, to),
                    Arrays.copyOfRange(partners, from, to),
                    lambda,
                    keys.isEmpty() ? keys : keys.subList(from, to));
        }

        int size() {
            return own.length;
        }

        /** Whether the partners' labels say something else than an example's own. */
        private boolean areMixed() {
            return lambda < 1 && !Arrays.equals(own, partners);
        }
    }

    /**
     * Soft labels and targets of a share, made before the tape starts.
     *
     * @param inputs of the share
     * @param labels what the loss compares with
     * @param partners the same with the labels of mixed-in examples; {@code null} if nothing
     *     differs
     * @param lambda the weight of {@code labels}, if there are partners
     * @param wanted the class that counts as right for each example
     */
    public record Lesson(
            NDList inputs,
            NDList labels,
            @Nullable NDList partners,
            double lambda,
            NDArray wanted) {}

    /**
     * Asks the teacher. Not on the tape: inside a gradient collector the engine would record the
     * teacher too.
     *
     * @param inputs of the share, on this device
     * @param labels of its examples
     */
    Lesson ask(NDList inputs, Labels labels) {
        NDManager manager = inputs.head().getManager();
        NDList compared = new NDList(target(manager, labels.own));
        NDList partners = labels.areMixed() ? new NDList(target(manager, labels.partners)) : null;
        NDArray wanted = compared.head();
        if (teacher != null) {
            NDArray soft = AnswerCheck.of(teacher, inputs, labels.keys);
            if (soft.size(1) != classes) {
                throw new IllegalStateException(
                        "teacher "
                                + teacher.name()
                                + " must always answer the student's "
                                + classes
                                + " classes, but now answered "
                                + soft.size(1));
            }
            compared.add(soft);
            if (partners != null) {
                partners.add(soft);
            }
            wanted = soft.argMax(1);
        }
        return new Lesson(inputs, compared, partners, labels.lambda, wanted);
    }

    /**
     * Adds the gradients of a share to those of this worker's arrays.
     *
     * @param lesson what to learn
     * @param unit the number of examples whose mean loss has weight 1
     * @param factor the scale of the loss: gradients are as many times as large
     * @param collector open, in whichever thread
     * @return loss, not scaled, and agreement
     * @throws TrainingDivergedException if the loss is not finite; nothing was added then
     */
    Share learn(Lesson lesson, long unit, float factor, GradientCollector collector) {
        long examples = lesson.inputs().head().size(0);
        NDArray logits = forward(lesson.inputs());
        NDArray value = loss.evaluate(lesson.labels(), new NDList(logits));
        if (lesson.partners() != null) {
            NDArray other = loss.evaluate(lesson.partners(), new NDList(logits));
            value =
                    weighted(value, (float) lesson.lambda())
                            .add(weighted(other, (float) (1 - lesson.lambda())));
        }
        double current = LossValue.number(loss, value);
        if (!Double.isFinite(current)) {
            requireFiniteTeacher(lesson);
            throw new TrainingDivergedException(
                    "training loss must be finite, but was "
                            + (float) current
                            + "; lower the learning rate, lengthen the warm-up, "
                            + (precision == Precision.FLOAT16
                                    ? "train in bfloat16 or float32, whose range is wider, "
                                    : "")
                            + "or check the inputs for NaN");
        }
        float weight = (float) examples / unit * factor;
        LossValue.differentiate(loss, weight == 1 ? value : weighted(value, weight), collector);
        return new Share(
                current * examples, logits.argMax(1).eq(lesson.wanted()).sum().toLongArray()[0]);
    }

    /** Says so if the loss is not finite because of the teacher. */
    private void requireFiniteTeacher(Lesson lesson) {
        if (teacher == null) {
            return;
        }
        try {
            AnswerCheck.requireFinite("teacher " + teacher.name(), lesson.labels().get(1));
        } catch (IllegalArgumentException e) {
            throw new TrainingDivergedException(String.valueOf(e.getMessage()), e);
        }
    }

    private NDArray forward(NDList inputs) {
        try (PrecisionScope scope = PrecisionScope.open(precision)) {
            NDList laid = student.layout().lay(inputs);
            return student.block().forward(store, laid, trains).head();
        }
    }

    /** The factor lies in the engine's memory, where no garbage collection frees it. */
    private static NDArray weighted(NDArray value, float factor) {
        return value.mul(value.getManager().full(new Shape(), factor, value.getDataType()));
    }

    private NDArray target(NDManager manager, int[] labels) {
        long[] target = new long[labels.length];
        if (!this.labels) {
            Arrays.fill(target, ImageEntry.UNLABELLED);
            return manager.create(target);
        }
        for (int i = 0; i < labels.length; i++) {
            Evaluator.requireClass(labels[i], classes);
            if (teacher == null && labels[i] == ImageEntry.UNLABELLED) {
                throw new IllegalArgumentException(
                        "training data must be labelled to train without a teacher, but an example"
                                + " has no label; leave it out or distil with a Distiller");
            }
            target[i] = labels[i];
        }
        return manager.create(target);
    }
}
