package io.ssld.core;

import ai.djl.training.dataset.Dataset;
import io.ssld.core.data.BatchSource;
import io.ssld.core.data.DatasetBatches;
import io.ssld.core.data.ImageBatches;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.RecordedViews;
import io.ssld.core.train.Recipe;
import io.ssld.core.view.Augmentation;
import io.ssld.core.view.ImageSize;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The data of a run.
 *
 * @param training what to learn from
 * @param validation what to measure on
 * @param quarantine images left out of either
 * @param lists the image lists by what they are for; empty for other data sets
 * @param workers how many threads get images ready
 */
record RunData(
        BatchSource training,
        BatchSource validation,
        Quarantine quarantine,
        Map<String, ImageList> lists,
        WorkerChoice workers) {

    static final String TRAINING = "training";
    static final String VALIDATION = "validation";

    static RunData ofDatasets(Dataset training, Dataset validation) {
        return new RunData(
                new DatasetBatches(training),
                new DatasetBatches(validation),
                new Quarantine(),
                Map.of(),
                WorkerChoice.fixed(1, "the data set's own"));
    }

    /** This data with another number of threads. */
    RunData with(WorkerChoice choice) {
        return new RunData(
                training instanceof ImageBatches batches
                        ? batches.withWorkers(choice.count())
                        : training,
                validation instanceof ImageBatches batches
                        ? batches.withWorkers(choice.count())
                        : validation,
                quarantine,
                lists,
                choice);
    }

    static RunData ofImages(
            RunSpec spec, ImageList training, ImageList validation, WorkerChoice choice) {
        int workers = choice.count();
        Map<String, ImageList> lists = new LinkedHashMap<>();
        lists.put(TRAINING, training);
        lists.put(VALIDATION, validation);
        Recipe recipe = spec.recipe();
        Optional<RecordedViews> recorded = RecordedViewsCheck.of(spec);
        Quarantine quarantine = new Quarantine();
        ImageSize seen = new ImageSize(recipe.height(), recipe.width());
        ImageBatches.Builder augmented =
                batches(spec, training, seen, workers, quarantine)
                        .optViews(
                                recorded.map(RecordedViews::sampler)
                                        .orElse(recipe.views().forRun(recipe.seed())))
                        .optSeed(recipe.seed());
        recorded.ifPresent(views -> augmented.optViewCount(views.count()));
        ImageBatches.Builder measured =
                batches(
                        spec,
                        validation,
                        recipe.evaluationSize().orElse(seen),
                        workers,
                        quarantine);
        recipe.shortSide().ifPresent(measured::optShortSide);
        if (recipe.views() instanceof Augmentation augmentation) {
            measured.optInterpolation(augmentation.interpolation());
        }
        return new RunData(augmented.build(), measured.build(), quarantine, lists, choice);
    }

    private static ImageBatches.Builder batches(
            RunSpec spec, ImageList images, ImageSize size, int workers, Quarantine quarantine) {
        return ImageBatches.builder()
                .setImages(images)
                .setSize(size.height(), size.width())
                .setBatchSize(spec.recipe().batchSize())
                .optNormalization(Objects.requireNonNull(spec.normalization()))
                .optWorkers(workers)
                .optQuarantine(quarantine);
    }
}
