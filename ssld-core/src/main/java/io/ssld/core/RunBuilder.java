package io.ssld.core;

import ai.djl.training.loss.Loss;
import io.ssld.core.data.Normalization;
import io.ssld.core.internal.Setting;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that every kind of training shares. A setting may be given once.
 *
 * @param <B> the builder itself
 */
abstract class RunBuilder<B extends RunBuilder<B>> {

    final Setting<Recipe> recipe = new Setting<>("recipe");
    final Setting<Normalization> normalization = new Setting<>("normalization");
    final Setting<Integer> workers = new Setting<>("workers");
    final Setting<Path> folder = new Setting<>("runFolder");
    final List<RunListener> listeners = new ArrayList<>();

    abstract B self();

    /**
     * Sets how to train; default {@link Recipe#ssld()}.
     *
     * @param value the recipe
     * @return this builder
     */
    public B optRecipe(Recipe value) {
        recipe.set(value);
        return self();
    }

    /**
     * Sets how the inputs are normalised. Image lists are normalised this way, by default as
     * ImageNet; for other data sets it tells what they did themselves, which matters only where a
     * teacher declares a normalisation of its own.
     *
     * @param value per-channel mean and standard deviation
     * @return this builder
     */
    public B optNormalization(Normalization value) {
        normalization.set(value);
        return self();
    }

    /**
     * Sets how many threads decode and augment images; default one a processor. The batches are the
     * same for any number.
     *
     * @param count at least 1
     * @return this builder
     */
    public B optWorkers(int count) {
        workers.set(count);
        return self();
    }

    /**
     * Sets a folder for what the run leaves behind: {@code metrics.csv}, TensorBoard events, the
     * student's weights, {@code quarantine.csv}, {@code report.html} and, last, {@code
     * provenance.json}, whose presence says that the run is complete.
     *
     * @param path a folder that is new or empty
     * @return this builder
     */
    public B optRunFolder(Path path) {
        folder.set(path);
        return self();
    }

    /**
     * Adds one who follows the run.
     *
     * @param listener called after steps and epochs
     * @return this builder
     */
    public B addListener(RunListener listener) {
        listeners.add(listener);
        return self();
    }

    RunSpec spec(Student student, @Nullable Teacher teacher, Loss loss) {
        return new RunSpec(
                student,
                teacher,
                loss,
                recipe.or(Recipe.ssld().build()),
                normalization.orNull(),
                List.copyOf(listeners),
                folder.orNull());
    }

    int workers() {
        int count = workers.or(Runtime.getRuntime().availableProcessors());
        if (count < 1) {
            throw new IllegalArgumentException("optWorkers must be at least 1, but was " + count);
        }
        return count;
    }
}
