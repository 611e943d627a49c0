package io.ssld.finetuning;

import ai.djl.Model;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.TrainingResult;
import io.ssld.finetuning.internal.RunNotes;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What fine-tuning made: a network for the classes asked for, and how it came to be. It owns the
 * DJL model: close it when the network is not needed any more.
 */
public final class FineTunedModel implements AutoCloseable {

    private final Model model;
    private final SavedModel description;
    private final TrainingResult result;
    private final @Nullable DistillationResult distillation;
    private final String teacher;
    private final @Nullable Path runFolder;

    FineTunedModel(
            Model model,
            SavedModel description,
            TrainingResult result,
            @Nullable DistillationResult distillation,
            String teacher,
            @Nullable Path runFolder) {
        this.model = model;
        this.description = description;
        this.result = result;
        this.distillation = distillation;
        this.teacher = teacher;
        this.runFolder = runFolder;
    }

    /**
     * Returns the network, with its weights.
     *
     * @return a model of one block, logits {@code (N, C)}; closed with this
     */
    public Model model() {
        return model;
    }

    /**
     * Returns what is needed to use the network: classes, dropout, preprocessing as measured.
     *
     * @return the description
     */
    public SavedModel description() {
        return description;
    }

    /**
     * Returns what the run did, whether by labels or by a teacher.
     *
     * @return the numbers of the run
     */
    public TrainingResult result() {
        return result;
    }

    /**
     * Returns how the network compares with its teacher.
     *
     * @return the distillation, empty for a network tuned by labels
     */
    public Optional<DistillationResult> distillation() {
        return Optional.ofNullable(distillation);
    }

    /**
     * Saves the network as one folder that DJL and DJL Serving load without code.
     *
     * @param folder a new name, or an empty folder
     * @throws IOException if the folder holds something, or a file cannot be written; nothing is
     *     left then
     */
    public void save(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        description.write(folder, model.getBlock(), notes());
    }

    private ModelNotes notes() {
        return distillation == null
                ? RunNotes.of(result, runFolder)
                : RunNotes.of(distillation, teacher, runFolder);
    }

    @Override
    public void close() {
        model.close();
    }
}
