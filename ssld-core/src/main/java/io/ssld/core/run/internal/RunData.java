package io.ssld.core.run.internal;

import ai.djl.training.dataset.Dataset;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.internal.BatchSource;
import io.ssld.core.data.internal.DatasetBatches;
import io.ssld.core.data.internal.ImageBatches;
import io.ssld.core.data.internal.Presence;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.ImageSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of a run.
 *
 * @param training what to learn from
 * @param validation what to measure on
 * @param quarantine images left out of either
 * @param lists the image lists by what they are for; empty for other data sets
 * @param workers how many threads get images ready
 */
public record RunData(
        BatchSource training,
        BatchSource validation,
        Quarantine quarantine,
        Map<String, ImageList> lists,
        WorkerChoice workers) {

    private static final Logger LOGGER = LoggerFactory.getLogger(RunData.class);

    /** The share that may be missing unless it is allowed. */
    private static final double MISSING = 0.5;

    public static final String TRAINING = "training";
    public static final String VALIDATION = "validation";

    public static RunData ofDatasets(Dataset training, Dataset validation) {
        return new RunData(
                new DatasetBatches(training),
                new DatasetBatches(validation),
                new Quarantine(),
                Map.of(),
                WorkerChoice.fixed(1, "the data set's own"));
    }

    /** This data with another number of threads. */
    public RunData with(WorkerChoice choice) {
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

    /**
     * Looks for the images before anything else, so that passes count those that exist.
     *
     * @throws IOException if too many are missing
     * @throws IllegalArgumentException if labels are to be learned and a named class has no image
     */
    public static RunData ofImages(
            RunSpec spec, ImageList training, ImageList validation, WorkerChoice choice)
            throws IOException {
        int workers = choice.count();
        Map<String, ImageList> lists = new LinkedHashMap<>();
        lists.put(TRAINING, training);
        lists.put(VALIDATION, validation);
        Recipe recipe = spec.recipe();
        Optional<RecordedViews> recorded = RecordedViewsCheck.of(spec);
        Quarantine quarantine = new Quarantine();
        for (Map.Entry<String, ImageList> list : lists.entrySet()) {
            quarantineMissing(list.getKey(), list.getValue(), spec.allowMissing(), quarantine);
        }
        if (spec.teacher() == null) {
            requireEveryClass(training, quarantine);
        }
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

    private static void quarantineMissing(
            String name, ImageList images, boolean allowed, Quarantine quarantine)
            throws IOException {
        Presence presence = Presence.of(images);
        if (!allowed) {
            presence.requireAtMost(name, MISSING, "allow it by optAllowMissing(true)");
        }
        if (!presence.missing().isEmpty()) {
            LOGGER.warn("{} images: {}", name, presence.inWords());
            presence.missing().forEach(image -> quarantine.add(image.path(), image.reason()));
        }
    }

    /** A folder names its classes, and one that is empty is a mistake. */
    private static void requireEveryClass(ImageList training, Quarantine quarantine) {
        BitSet found = new BitSet();
        for (ImageEntry entry : training.entries()) {
            if (entry.isLabelled() && !quarantine.contains(training.resolve(entry))) {
                found.set(entry.label());
            }
        }
        List<String> empty = new ArrayList<>();
        for (int i = 0; i < training.classNames().size(); i++) {
            if (!found.get(i)) {
                empty.add(i + " '" + training.classNames().get(i) + "'");
            }
        }
        if (!empty.isEmpty()) {
            throw new IllegalArgumentException(
                    ("training images must be at least 1 a class, but there was none of "
                                    + "class %s; add images or leave the class out")
                            .formatted(String.join(", ", empty)));
        }
    }

    private static ImageBatches.Builder batches(
            RunSpec spec, ImageList images, ImageSize size, int workers, Quarantine quarantine) {
        return ImageBatches.builder()
                .setImages(images)
                .setSize(size.height(), size.width())
                .setBatchSize(spec.recipe().batchSize())
                .optNormalization(Objects.requireNonNull(spec.normalization()))
                .optLayout(spec.layout())
                .optWorkers(workers)
                .optQuarantine(quarantine);
    }
}
