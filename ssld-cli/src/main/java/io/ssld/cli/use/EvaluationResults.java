package io.ssld.cli.use;

import io.ssld.core.evaluation.Agreement;
import io.ssld.core.evaluation.Calibration;
import io.ssld.core.evaluation.ConfusionMatrix;
import io.ssld.core.evaluation.ConfusionMatrix.ClassMeasures;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.evaluation.OperatingPoint;
import io.ssld.core.evaluation.Outcome;
import io.ssld.core.evaluation.Outcomes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code ssld evaluate}, as its {@code results.json} has it. Fractions are from 0 to
 * 1; what there is nothing to say of is null.
 *
 * @param model as named on the command line
 * @param images how many were measured
 * @param unreadable those that were not, and why
 * @param top1 the fraction whose label came first
 * @param top5 the fraction whose label was among the first five; null with five classes or fewer,
 *     where it is 1 whatever the network
 * @param meanPrecision over the classes that have one, each counting alike
 * @param meanRecall likewise; also called balanced accuracy
 * @param meanF1 likewise
 * @param perClass one row a class
 * @param confusion row by row the true class, column by column the first choice
 * @param calibration in 15 bins of equal width
 * @param against the comparison with another model
 * @param operatingPoint the best threshold of a scene with two sides
 * @param worstMistakes the most confident ones
 */
record EvaluationResults(
        String model,
        long images,
        List<ModelEvaluation.Unreadable> unreadable,
        double top1,
        @Nullable Double top5,
        double meanPrecision,
        double meanRecall,
        double meanF1,
        List<ClassRow> perClass,
        List<List<Long>> confusion,
        Calibration calibration,
        @Nullable Against against,
        @Nullable Binary operatingPoint,
        List<Mistake> worstMistakes) {

    /** How many mistakes are kept. */
    static final int MISTAKES = 24;

    /** A class and its measures. */
    record ClassRow(String name, long support, double precision, double recall, double f1) {}

    /** Another model on the same images. */
    record Against(String model, double top1, double agreement, Agreement counts) {}

    /** The best threshold for a positive class. */
    record Binary(String positive, double maxFpr, OperatingPoint point) {}

    /** A mistake, by its place among the images that were measured. */
    record Mistake(int place, String path, String label, String predicted, double confidence) {}

    static EvaluationResults of(
            String model,
            ModelEvaluation measured,
            List<String> names,
            @Nullable Against against,
            @Nullable Binary binary) {
        List<Outcome> outcomes = measured.outcomes();
        Evaluation accuracy = Outcomes.accuracy(outcomes);
        ConfusionMatrix matrix = ConfusionMatrix.of(outcomes, names.size());
        return new EvaluationResults(
                model,
                accuracy.examples(),
                measured.unreadable(),
                accuracy.top1(),
                names.size() <= Evaluation.TRIVIAL_TOP5_CLASSES ? null : accuracy.top5(),
                matrix.mean(ClassMeasures::precision),
                matrix.mean(ClassMeasures::recall),
                matrix.mean(ClassMeasures::f1),
                matrix.perClass().stream()
                        .map(
                                each ->
                                        new ClassRow(
                                                names.get(each.number()),
                                                each.support(),
                                                each.precision(),
                                                each.recall(),
                                                each.f1()))
                        .toList(),
                matrix.counts(),
                Calibration.of(outcomes),
                against,
                binary,
                mistakes(measured, names));
    }

    static Against against(String model, ModelEvaluation first, ModelEvaluation second) {
        Agreement counts = Agreement.of(first.outcomes(), second.outcomes());
        return new Against(
                model, Outcomes.accuracy(second.outcomes()).top1(), counts.rate(), counts);
    }

    private static List<Mistake> mistakes(ModelEvaluation measured, List<String> names) {
        List<Mistake> mistakes = new ArrayList<>();
        for (int place : Outcomes.worstMistakes(measured.outcomes(), MISTAKES)) {
            Outcome outcome = measured.outcomes().get(place);
            mistakes.add(
                    new Mistake(
                            place,
                            measured.entries().get(place).path().toString(),
                            names.get(outcome.label()),
                            names.get(outcome.predicted()),
                            outcome.confidence()));
        }
        return mistakes;
    }

    /** The most frequent confusions, for people. */
    List<ConfusionMatrix.Confusion> mostConfused(int limit) {
        return new ConfusionMatrix(confusion).mostConfused(limit);
    }
}
