package io.ssld.cli.use;

import io.ssld.cli.common.OpenModel;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.evaluation.Outcome;
import io.ssld.core.evaluation.Scores;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a network said of every image of a list that could be read.
 *
 * @param entries the images that could be read, in order
 * @param outcomes one for each
 * @param positiveScores the probability of the positive class for each, empty if none was asked for
 * @param unreadable the others, and why
 */
record ModelEvaluation(
        List<ImageEntry> entries,
        List<Outcome> outcomes,
        List<Double> positiveScores,
        List<Unreadable> unreadable) {

    /** A file that could not be used. */
    record Unreadable(String path, String reason) {}

    static ModelEvaluation run(
            OpenModel model,
            Preprocessing preprocessing,
            ImageList images,
            int batch,
            int workers,
            @Nullable Integer positive)
            throws IOException {
        ModelEvaluation result =
                new ModelEvaluation(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        new BulkPrediction(model, preprocessing, batch, workers)
                .run(
                        images.entries().stream().map(images::resolve).iterator(),
                        result.sink(images, model.classes(), positive));
        return result;
    }

    private BulkPrediction.Sink sink(ImageList images, int classes, @Nullable Integer positive) {
        return new BulkPrediction.Sink() {

            private int at;

            @Override
            public void answered(Path file, float[] logits, int row) {
                ImageEntry entry = images.entries().get(at++);
                entries.add(entry);
                outcomes.add(Outcome.of(logits, row, classes, entry.label()));
                if (positive != null) {
                    positiveScores.add(Scores.probability(logits, row, classes, positive));
                }
            }

            @Override
            public void failed(Path file, String reason) {
                at++;
                unreadable.add(new Unreadable(file.toString(), reason));
            }
        };
    }

    /** The positive scores of the examples that are of the class, or of those that are not. */
    double[] scores(int positive, boolean ofTheClass) {
        List<Double> chosen = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            if ((outcomes.get(i).label() == positive) == ofTheClass) {
                chosen.add(positiveScores.get(i));
            }
        }
        return chosen.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
