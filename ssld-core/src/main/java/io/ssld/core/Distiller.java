package io.ssld.core;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageList;
import io.ssld.core.plan.DistillationPlan;
import io.ssld.core.plan.PlanSettings;
import io.ssld.core.plan.internal.PlanMeasurement;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.internal.RecordedViewsCheck;
import io.ssld.core.run.internal.RunData;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.Student;
import io.ssld.core.run.internal.WorkerChoice;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.util.Objects;

/**
 * Teaches a student with a teacher's soft labels, on examples with or without labels.
 *
 * <pre>{@code
 * DistillationResult result = Distiller.builder()
 *         .setTeacher(Teacher.of(teacherModel))
 *         .setStudent(student)
 *         .setLoss(DistillationLoss.symmetricKl())
 *         .optRecipe(Recipe.ssld().epochs(360).build())
 *         .build()
 *         .distill(images, validation);
 * }</pre>
 *
 * <p>Teacher and student see the same augmented view of each image. Labels of the training images
 * are not looked at unless the loss has a term for them, and then some must have one; validation
 * images need labels. Networks are any DJL model or block, trained or not; the student is changed
 * in place, and nothing of the teacher gets into it.
 *
 * <p>Before the first step the set-up is checked: classes and normalisation of both networks,
 * damaged weights, shared parameters, empty data, answers that are no logits. A loss that does not
 * look at the teacher gets a warning in the log; so does a teacher that knows no more of the
 * validation examples than somebody who guesses: of some 256 of them its right answers are as many
 * as one class for all would give (binomial test, 1 %). After the last one the teacher is checked
 * to be unchanged. The run uses the device of each network: a GPU wherever DJL found one when the
 * model was made.
 *
 * <p>One training runs in a JVM at a time, because the engine's gradient collector is one for the
 * process. A distiller can be used again; each run starts from the student as it is.
 *
 * @see <a href="https://arxiv.org/abs/2103.05959">Beyond Self-Supervision: A Simple Yet Effective
 *     Network Distillation Alternative to Improve Backbones (Cui et al., 2021)</a>
 */
public final class Distiller {

    private final RunSpec spec;
    private final WorkerChoice workers;
    private final Runnable imageSettings;

    private Distiller(RunSpec spec, WorkerChoice workers, Runnable imageSettings) {
        this.spec = spec;
        this.workers = workers;
        this.imageSettings = imageSettings;
    }

    /**
     * Starts a distiller.
     *
     * @return a builder without settings
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Distils on images.
     *
     * @param images what to learn from, labelled or not
     * @param validation labelled images, measured after each epoch
     * @return what the run did
     * @throws IOException if no image can be read, or the run folder cannot be written
     * @throws TranslateException never for image lists; as {@link #distill(Dataset, Dataset)}
     * @throws IllegalArgumentException if networks, recipe and data do not fit each other
     * @throws IllegalStateException if another training runs, or the teacher changed during the run
     */
    public DistillationResult distill(ImageList images, ImageList validation)
            throws IOException, TranslateException {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(validation, "validation");
        RunSpec onImages = spec.onImages();
        return distill(onImages, RunData.ofImages(onImages, images, validation, workers));
    }

    /**
     * Distils on any DJL data set: tabular, audio, images prepared by DJL. Batches, order and
     * transforms are the data set's own; of the recipe, size, views and batch size are not used:
     * the log says so, and {@code provenance.json} has what was used.
     *
     * @param examples what to learn from; labels may be absent
     * @param validation with one class number an example, measured after each epoch
     * @return what the run did
     * @throws IOException if a data set cannot be read, or the run folder cannot be written
     * @throws TranslateException if a data set cannot process an example
     * @throws IllegalArgumentException if networks, recipe and data do not fit each other
     * @throws IllegalStateException if another training runs, or the teacher changed during the run
     */
    public DistillationResult distill(Dataset examples, Dataset validation)
            throws IOException, TranslateException {
        Objects.requireNonNull(examples, "examples");
        Objects.requireNonNull(validation, "validation");
        imageSettings.run();
        RecordedViewsCheck.requireNone(spec);
        return distill(spec, RunData.ofDatasets(examples, validation));
    }

    /**
     * Tells what {@link #distill(ImageList, ImageList)} would cost, as {@link #plan(ImageList,
     * ImageList, PlanSettings)} with the standard settings.
     *
     * @param images what to learn from, labelled or not
     * @param validation labelled images, measured after each epoch
     * @return seconds and bytes
     * @throws IOException if no image can be read
     * @throws TranslateException never for image lists
     */
    public DistillationPlan plan(ImageList images, ImageList validation)
            throws IOException, TranslateException {
        return plan(images, validation, PlanSettings.standard());
    }

    /**
     * Tells what {@link #distill(ImageList, ImageList)} would cost, from a few steps on the real
     * data with the real networks. The same is checked as there.
     *
     * <p>Nothing is left of it: weights, running statistics and gradients of the student are put
     * back bit for bit, one without weights has none again, and nothing is written, into the run
     * folder neither. The engine's random generator is seeded, as by every run; so a run after a
     * plan ends with the very weights of a run without one.
     *
     * @param images what to learn from, labelled or not
     * @param validation labelled images, measured after each epoch
     * @param settings what to plan besides the run, and how long to measure
     * @return seconds and bytes
     * @throws IOException if no image can be read
     * @throws TranslateException never for image lists
     * @throws IllegalArgumentException if networks, recipe and data do not fit each other, or the
     *     student is a TorchScript module, which could not be put back
     * @throws IllegalStateException if a training runs
     */
    public DistillationPlan plan(ImageList images, ImageList validation, PlanSettings settings)
            throws IOException, TranslateException {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(validation, "validation");
        RunSpec onImages = spec.onImages();
        RunData data = RunData.ofImages(onImages, images, validation, workers);
        return new PlanMeasurement(onImages, data, settings).plan();
    }

    private static DistillationResult distill(RunSpec spec, RunData data)
            throws IOException, TranslateException {
        return Launch.run(spec, data).distillation(spec, data);
    }

    /** Builds a {@link Distiller}. Required: teacher, student, loss. */
    public static final class Builder extends RunBuilder<Builder> {

        private final Setting<Teacher> teacher = new Setting<>("teacher");
        private final Setting<Student> student = new Setting<>("student");
        private final Setting<Loss> loss = new Setting<>("loss");

        private Builder() {}

        /**
         * Sets where soft labels come from.
         *
         * @param value a network, an average of networks, a store of their answers, or any function
         *     of the inputs
         * @return this builder
         */
        public Builder setTeacher(Teacher value) {
            teacher.set(value);
            return this;
        }

        /**
         * Sets the network to train. Parameters without a value are initialised on the model's
         * manager; those with one are trained from where they are.
         *
         * @param model a model with a block whose first output is logits {@code (N, C)}
         * @return this builder
         */
        public Builder setStudent(Model model) {
            Objects.requireNonNull(
                    model,
                    "student must be a model with a block, but was null; pass the model that is to"
                            + " be trained");
            student.set(Student.of(model));
            return this;
        }

        /**
         * Sets the network to train, as a bare block.
         *
         * @param block a block whose first output is logits {@code (N, C)}
         * @param manager the owner of its parameters, on their device
         * @return this builder
         */
        public Builder setStudent(Block block, NDManager manager) {
            Objects.requireNonNull(
                    block,
                    "student must be a block, but was null; pass the block that is to be trained");
            Objects.requireNonNull(manager, "manager");
            student.set(Student.of(block, manager));
            return this;
        }

        /**
         * Sets what student and teacher disagree about.
         *
         * @param value a loss over the label slots 0, target class ({@code (N)}, -1 where there is
         *     none), and 1, teacher logits {@code (N, C)}
         * @return this builder
         */
        public Builder setLoss(Loss value) {
            loss.set(value);
            return this;
        }

        /**
         * Builds the distiller.
         *
         * @return the distiller
         * @throws IllegalStateException if a required setting is missing
         * @throws IllegalArgumentException if the recipe smooths labels, which a loss that is given
         *     knows nothing of
         */
        public Distiller build() {
            Setting.requireAll(teacher, student, loss);
            requireNoSmoothing("with a teacher", "give the loss a smoothed term or set it to 0");
            return new Distiller(
                    spec(student.required(), teacher.required(), loss.required()),
                    workers(),
                    this::tellImageSettings);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
