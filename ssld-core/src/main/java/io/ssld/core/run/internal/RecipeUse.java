package io.ssld.core.run.internal;

import io.ssld.core.train.Recipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of a recipe a run on a DJL data set makes use of. */
final class RecipeUse {

    /** What a data set decides itself. */
    private static final List<String> OF_IMAGES =
            List.of("height", "width", "evaluationHeight", "evaluationWidth", "shortSide", "views");

    private static final String BATCH = "batchSize";

    private RecipeUse() {}

    /**
     * Returns the settings that were in force.
     *
     * @param recipe the recipe
     * @param batchSize the examples of the data set's batches
     * @return as {@link Recipe#toMap()}, without what was not used
     */
    static Map<String, Object> mapOnDataset(Recipe recipe, long batchSize) {
        Map<String, Object> used = new LinkedHashMap<>(recipe.toMap());
        OF_IMAGES.forEach(used::remove);
        used.replace(BATCH, batchSize);
        return used;
    }

    /**
     * Says what was not used.
     *
     * @param recipe the recipe
     * @param batchSize the examples of the data set's batches
     * @return a warning
     */
    static String onDataset(Recipe recipe, long batchSize) {
        String unused =
                "The recipe's size and views are not used, because batches are those of the data"
                        + " set";
        if (recipe.batchSize() == batchSize) {
            return unused;
        }
        return unused
                + "; its batch size of "
                + recipe.batchSize()
                + " neither: they hold "
                + batchSize
                + " examples, so check that a learning rate of "
                + recipe.learningRate()
                + " suits them";
    }
}
