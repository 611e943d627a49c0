package io.ssld.cli.quickstart;

import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.EpochSummary;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The answer of the quickstart, as {@code results.json} holds it. Accuracies and agreement are in
 * percent.
 *
 * @param unit says so
 * @param teacher the teacher
 * @param students one row a way of training, in the order of {@link Way}
 * @param seeds the seeds that the students' means are over
 * @param mining what was done to the pool before
 */
public record Results(
        String unit,
        TeacherRow teacher,
        List<StudentRow> students,
        List<Long> seeds,
        Mining mining) {

    /**
     * The teacher.
     *
     * @param top1 on the test images
     * @param top5 on the test images
     * @param parameters the number of values it learned
     */
    public record TeacherRow(double top1, double top5, long parameters) {}

    /**
     * One way of training, over all seeds.
     *
     * @param name the way
     * @param top1 the mean over the seeds
     * @param lowest the lowest over the seeds
     * @param highest the highest over the seeds
     * @param agreement the mean fraction of test images on which student and teacher agree
     * @param parameters the number of values a student learned
     * @param seconds the mean duration of a training
     * @param bySeed top-1 of each seed
     */
    public record StudentRow(
            String name,
            double top1,
            double lowest,
            double highest,
            double agreement,
            long parameters,
            double seconds,
            List<Double> bySeed) {}

    /**
     * One trained student.
     *
     * @param way how it was trained
     * @param seed with which seed
     * @param evaluation on the test images
     * @param agreement with the teacher on the test images, 0 to 1
     * @param parameters the number of values it learned
     * @param seconds the duration of the training
     * @param epochs every epoch
     */
    record StudentRun(
            Way way,
            long seed,
            Evaluation evaluation,
            double agreement,
            long parameters,
            double seconds,
            List<EpochSummary> epochs) {}

    static Results of(Evaluation teacher, long parameters, List<StudentRun> runs, Mining mining) {
        List<StudentRow> rows = new ArrayList<>();
        for (Way way : Way.values()) {
            List<StudentRun> ofWay = runs.stream().filter(run -> run.way() == way).toList();
            DoubleSummaryStatistics top1 =
                    ofWay.stream()
                            .mapToDouble(run -> percent(run.evaluation().top1()))
                            .summaryStatistics();
            rows.add(
                    new StudentRow(
                            way.label(),
                            round(top1.getAverage()),
                            top1.getMin(),
                            top1.getMax(),
                            round(mean(ofWay, run -> percent(run.agreement()))),
                            ofWay.get(0).parameters(),
                            round(mean(ofWay, StudentRun::seconds)),
                            ofWay.stream().map(run -> percent(run.evaluation().top1())).toList()));
        }
        return new Results(
                "percent",
                new TeacherRow(percent(teacher.top1()), percent(teacher.top5()), parameters),
                rows,
                runs.stream().map(StudentRun::seed).distinct().toList(),
                mining);
    }

    /** How much the pool brought over labels alone, in points of top-1. */
    public double gain() {
        return round(top1(Way.DISTILLED_WITH_POOL) - top1(Way.LABELS_ONLY));
    }

    private double top1(Way way) {
        return students.stream()
                .filter(row -> row.name().equals(way.label()))
                .findFirst()
                .orElseThrow()
                .top1();
    }

    private static double mean(List<StudentRun> runs, ToDoubleFunction<StudentRun> value) {
        return runs.stream().mapToDouble(value).average().orElseThrow();
    }

    static double percent(double fraction) {
        return round(100 * fraction);
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
