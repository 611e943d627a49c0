package io.ssld.core;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.run.internal.RunData;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.Student;
import io.ssld.core.run.internal.WorkerChoice;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.util.Objects;

/**
 * Trains a network with labels alone: to make a teacher, or the baseline that a distilled student
 * is compared with. Same loop, data, recipe and run folder as {@link Distiller}.
 *
 * <p>One training runs in a JVM at a time.
 */
public final class SupervisedTrainer {

    private final RunSpec spec;
    private final WorkerChoice workers;
    private final Runnable imageSettings;

    private SupervisedTrainer(RunSpec spec, WorkerChoice workers, Runnable imageSettings) {
        this.spec = spec;
        this.workers = workers;
        this.imageSettings = imageSettings;
    }

    /**
     * Starts a trainer.
     *
     * @return a builder without settings
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains on images.
     *
     * @param images labelled images
     * @param validation labelled images, measured after each epoch
     * @return what the run did
     * @throws IOException if no image can be read, or the run folder cannot be written
     * @throws TranslateException never for image lists; as {@link #train(Dataset, Dataset)}
     * @throws IllegalArgumentException if network, recipe and data do not fit each other, or a
     *     training image has no label
     * @throws IllegalStateException if another training runs
     */
    public TrainingResult train(ImageList images, ImageList validation)
            throws IOException, TranslateException {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(validation, "validation");
        RunSpec onImages = spec.onImages();
        return train(onImages, RunData.ofImages(onImages, images, validation, workers));
    }

    /**
     * Trains on any DJL data set. Batches, order and transforms are the data set's own; of the
     * recipe, size, views and batch size are not used: the log says so, and {@code provenance.json}
     * has what was used.
     *
     * @param examples with one class number an example
     * @param validation with one class number an example, measured after each epoch
     * @return what the run did
     * @throws IOException if a data set cannot be read, or the run folder cannot be written
     * @throws TranslateException if a data set cannot process an example
     * @throws IllegalArgumentException if network, recipe and data do not fit each other
     * @throws IllegalStateException if another training runs
     */
    public TrainingResult train(Dataset examples, Dataset validation)
            throws IOException, TranslateException {
        Objects.requireNonNull(examples, "examples");
        Objects.requireNonNull(validation, "validation");
        imageSettings.run();
        return train(spec, RunData.ofDatasets(examples, validation));
    }

    private static TrainingResult train(RunSpec spec, RunData data)
            throws IOException, TranslateException {
        return Launch.run(spec, data).result(spec, data);
    }

    /** Builds a {@link SupervisedTrainer}. Required: the network. */
    public static final class Builder extends RunBuilder<Builder> {

        private final Setting<Student> network = new Setting<>("model");
        private final Setting<Loss> loss = new Setting<>("loss");

        private Builder() {}

        /**
         * Sets the network to train. Parameters without a value are initialised on the model's
         * manager; those with one are trained from where they are.
         *
         * @param model a model with a block whose first output is logits {@code (N, C)}
         * @return this builder
         */
        public Builder setModel(Model model) {
            Objects.requireNonNull(
                    model,
                    "network must be a model with a block, but was null; pass the model that is to"
                            + " be trained");
            network.set(Student.of(model));
            return this;
        }

        /**
         * Sets the network to train, as a bare block.
         *
         * @param block a block whose first output is logits {@code (N, C)}
         * @param manager the owner of its parameters, on their device
         * @return this builder
         */
        public Builder setModel(Block block, NDManager manager) {
            Objects.requireNonNull(
                    block,
                    "network must be a block, but was null; pass the block that is to be trained");
            Objects.requireNonNull(manager, "manager");
            network.set(Student.of(block, manager));
            return this;
        }

        /**
         * Sets the loss; default softmax cross-entropy with the label smoothing of the recipe,
         * which must be 0 beside a loss that is set here.
         *
         * @param value a loss over logits and class numbers {@code (N)}
         * @return this builder
         */
        public Builder optLoss(Loss value) {
            loss.set(value);
            return this;
        }

        /**
         * Builds the trainer.
         *
         * @return the trainer
         * @throws IllegalStateException if a required setting is missing
         */
        public SupervisedTrainer build() {
            Setting.requireAll(network);
            if (loss.isSet()) {
                requireNoSmoothing("with a loss of your own", "smooth there or set it to 0");
            }
            Loss chosen = loss.or(recipe.or(Recipe.ssld().build()).labelLoss());
            return new SupervisedTrainer(
                    spec(network.required(), null, chosen), workers(), this::tellImageSettings);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
