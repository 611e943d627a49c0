package io.ssld.core.data.internal;

import io.ssld.core.data.Normalization;
import io.ssld.images.view.ViewSampler;
import java.util.Objects;

/**
 * Which views of images a source of soft labels knows. A run that learns from it shows just these
 * to the student.
 *
 * @param views what draws them
 * @param seed given to {@link ViewSampler#forRun}
 * @param count how many views of each image there are; a run of more passes begins anew
 * @param height the height of the input
 * @param width the width of the input
 * @param normalization of the images, which counts where views erase boxes
 */
public record RecordedViews(
        ViewSampler views,
        long seed,
        int count,
        int height,
        int width,
        Normalization normalization) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public RecordedViews {
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(normalization, "normalization");
    }

    /**
     * Returns what draws the views.
     *
     * @return the sampler for the seed
     */
    public ViewSampler sampler() {
        return views.forRun(seed);
    }
}
