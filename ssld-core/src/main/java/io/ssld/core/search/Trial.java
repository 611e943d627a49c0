package io.ssld.core.search;

import ai.djl.translate.TranslateException;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Trains by a recipe and says how good the network is: a supervised run, a distillation, or
 * anything else.
 *
 * <p>So that values are compared and nothing else, every trial should start from the same weights.
 */
@FunctionalInterface
public interface Trial {

    /**
     * Trains once.
     *
     * @param recipe how to train
     * @param folder where this trial may keep its files, such as a run folder; not made yet. A
     *     trial that was interrupted finds its files there when the search goes on
     * @return the measure, the higher the better, such as the best top-1 of the run from 0 to 1; a
     *     number that is not finite says that training diverged, and never wins
     * @throws IOException if images cannot be read or files not be written
     * @throws TranslateException if a data set cannot process an example
     */
    double score(Recipe recipe, Path folder) throws IOException, TranslateException;
}
