package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.ParameterList;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.engine.internal.Parameters;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must hold before the first step, so that a wrong set-up fails in seconds, not in days. */
public final class Contracts {

    private static final Logger LOGGER = LoggerFactory.getLogger(Contracts.class);

    private Contracts() {}

    /**
     * What the checks found.
     *
     * @param teacher the teacher for inputs as the student sees them, or {@code null} if there is
     *     none
     * @param classes the classes of the networks
     * @param labels whether the loss looks at the labels of training examples
     */
    public record Checked(@Nullable RunTeacher teacher, int classes, boolean labels) {}

    /**
     * Checks networks and inputs against each other and initialises the student.
     *
     * @param spec the run
     * @param batch the first batch
     * @return teacher and classes
     * @throws IllegalArgumentException if something does not fit, saying what to do
     */
    public static Checked check(RunSpec spec, Probe batch) {
        NDList probe = batch.inputs();
        requireInputs(probe);
        RunTeacher teacher = spec.teacher();
        if (teacher != null) {
            requireSeparate(spec.student(), teacher);
            Parameters.requireUsable("teacher", teacher.parameters());
            RunTeacher waiting = new InterruptibleTeacher(teacher, spec.survival().stop());
            teacher = renormalized(waiting, spec.normalization());
        }
        spec.student().initialize(probe);
        int classes = spec.student().classes(probe);
        boolean labels = teacher == null || comparesLabels(spec, teacher, classes, batch);
        return new Checked(teacher, classes, labels);
    }

    private static void requireInputs(NDList probe) {
        for (NDArray input : probe) {
            Parameters.requireSupported("input", input.getDataType());
            if (input.getDataType().isFloating()
                    && input.isNaN().logicalOr(input.isInfinite()).any().getBoolean()) {
                throw new IllegalArgumentException(
                        "inputs must be finite, but the first batch holds NaN or infinity;"
                                + " check the data set and its normalisation");
            }
        }
    }

    private static void requireSeparate(Student student, RunTeacher teacher) {
        ParameterList taught = teacher.parameters();
        if (student.shares(taught)) {
            throw new IllegalArgumentException(
                    "teacher and student must be two networks, but "
                            + teacher.name()
                            + " and "
                            + student.name()
                            + " share parameters; build the student separately");
        }
    }

    private static RunTeacher renormalized(RunTeacher teacher, @Nullable Normalization given) {
        if (given != null) {
            return teacher.forInputs(given);
        }
        teacher.normalization()
                .ifPresent(
                        wanted -> {
                            throw new IllegalArgumentException(
                                    "optNormalization must tell how the inputs are normalised,"
                                            + " because teacher "
                                            + teacher.name()
                                            + " wants "
                                            + wanted
                                            + ", but was not called");
                        });
        return teacher;
    }

    /** Compares the classes, and finds out whether the loss looks at labels too. */
    private static boolean comparesLabels(
            RunSpec spec, RunTeacher teacher, int classes, Probe batch) {
        try (NDArray logits = AnswerCheck.of(teacher, batch.inputs(), batch.keys())) {
            AnswerCheck.requireLogits(teacher, logits);
            int taught = (int) logits.size(1);
            if (taught != classes) {
                throw new IllegalArgumentException(
                        "student must have the teacher's "
                                + taught
                                + " classes, but has "
                                + classes
                                + "; build the student for "
                                + taught
                                + " classes or use a teacher for "
                                + classes);
            }
            try (NDArray predicted = spec.student().predict(batch.inputs())) {
                LossNeeds needs = LossNeeds.of(spec.loss(), predicted, logits);
                if (!needs.teacher()) {
                    LOGGER.warn(
                            "Loss {} is the same whatever the teacher {} says, which so teaches"
                                    + " nothing; give its divergence a weight, or train with a"
                                    + " SupervisedTrainer",
                            spec.loss().getName(),
                            teacher.name());
                }
                return needs.labels();
            }
        }
    }

    /**
     * Checks the labels of image lists, which are known before an image is read.
     *
     * @param lists the lists by what they are for
     * @param checked the networks; without a teacher the training images need labels, and with one
     *     they are looked at where the loss does
     * @param loss what messages call the loss
     * @throws IllegalArgumentException naming the list and its first wrong image
     */
    public static void requireLabels(Map<String, ImageList> lists, Checked checked, String loss) {
        int classes = checked.classes();
        lists.forEach(
                (name, list) -> {
                    boolean validation = name.equals(RunData.VALIDATION);
                    boolean needed = validation || checked.teacher() == null;
                    if (!validation && !checked.labels()) {
                        return;
                    }
                    if (!needed && list.entries().stream().noneMatch(ImageEntry::isLabelled)) {
                        throw new IllegalArgumentException(
                                name
                                        + " images must be labelled, at least some, because the"
                                        + " loss "
                                        + loss
                                        + " has a term for labels, but none of "
                                        + list.size()
                                        + " is; give the list labels or drop that term");
                    }
                    for (ImageEntry entry : list.entries()) {
                        if (needed && !entry.isLabelled()) {
                            throw new IllegalArgumentException(
                                    name
                                            + " images must be labelled"
                                            + (name.equals(RunData.VALIDATION)
                                                    ? ""
                                                    : " to train without a teacher")
                                            + ", but "
                                            + entry.shown()
                                            + " has no label; leave it out");
                        }
                        if (entry.label() >= classes) {
                            throw new IllegalArgumentException(
                                    name
                                            + " labels must be less than the networks' "
                                            + classes
                                            + " classes, but "
                                            + entry.path()
                                            + " has "
                                            + entry.label()
                                            + "; check the list or build the networks for more"
                                            + " classes");
                        }
                    }
                });
    }
}
