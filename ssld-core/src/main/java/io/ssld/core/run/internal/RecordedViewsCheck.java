package io.ssld.core.run.internal;

import io.ssld.core.data.BatchMixing;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.labels.LabelStoreHeader;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.RandomErasing;
import io.ssld.images.view.ViewSampler;
import io.ssld.images.view.internal.SamplerMap;
import java.util.Map;
import java.util.Optional;

/** Whether a run shows its student the views that its teacher's labels were recorded for. */
public final class RecordedViewsCheck {

    private RecordedViewsCheck() {}

    /**
     * Returns the views that the run's teacher knows, if it knows some only.
     *
     * @throws IllegalArgumentException if the run wants others, naming the difference
     */
    static Optional<RecordedViews> of(RunSpec spec) {
        if (spec.teacher() == null) {
            return Optional.empty();
        }
        Optional<RecordedViews> recorded = spec.teacher().recordedViews();
        recorded.ifPresent(views -> requireSame(spec, views));
        return recorded;
    }

    /** Fails for a teacher of recorded views where there are no images. */
    public static void requireNone(RunSpec spec) {
        if (spec.teacher() != null && spec.teacher().recordedViews().isPresent()) {
            throw new IllegalArgumentException(
                    "recorded labels must be replayed on image lists, but the examples are of"
                            + " another data set; use a live teacher for it");
        }
    }

    private static void requireSame(RunSpec spec, RecordedViews recorded) {
        Recipe recipe = spec.recipe();
        if (!recipe.mixing().equals(BatchMixing.NONE)) {
            throw new IllegalArgumentException(
                    "recipe's mixing must be none with recorded labels, but was "
                            + recipe.mixing()
                            + "; a mixed image is none of the views that were recorded, so drop it"
                            + " or use a live teacher");
        }
        if (recipe.height() != recorded.height() || recipe.width() != recorded.width()) {
            throw different(
                    "size is "
                            + recorded.height()
                            + " x "
                            + recorded.width()
                            + " there and "
                            + recipe.height()
                            + " x "
                            + recipe.width()
                            + " here");
        }
        if (!recipe.views().equals(recorded.views())) {
            throw different(
                    LabelStoreHeader.difference(
                                    settings(recorded.views()), settings(recipe.views()))
                            .orElse("they are " + recorded.views() + " there"));
        }
        // Bytes are normalised afterwards, but what is erased gets values of its own.
        boolean erases =
                recorded.views() instanceof Augmentation augmentation
                        && !augmentation.erasing().equals(RandomErasing.NONE);
        if (erases && !recorded.normalization().equals(spec.normalization())) {
            throw different(
                    "normalisation, which erased boxes depend on, is "
                            + recorded.normalization()
                            + " there and "
                            + spec.normalization()
                            + " here");
        }
    }

    private static Map<String, Object> settings(ViewSampler views) {
        return SamplerMap.of(views).orElse(Map.of("kind", views));
    }

    private static IllegalArgumentException different(String difference) {
        return new IllegalArgumentException(
                "recipe's views must be those that the labels were recorded for, but "
                        + difference
                        + "; train with the recorded ones or record again");
    }
}
