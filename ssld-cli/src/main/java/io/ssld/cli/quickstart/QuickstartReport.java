package io.ssld.cli.quickstart;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.Json;
import io.ssld.base.internal.report.Chart;
import io.ssld.base.internal.report.Figure;
import io.ssld.base.internal.report.HtmlReport;
import io.ssld.base.internal.report.MetricsCsv;
import io.ssld.base.internal.report.Provenance;
import io.ssld.cli.quickstart.Results.StudentRun;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.internal.Evaluator;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.engine.internal.Engines;
import io.ssld.engine.internal.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the quickstart leaves behind, over all its trainings. */
final class QuickstartReport {

    private static final int FIGURES = 12;

    private final Path folder;
    private final EmbeddedData.Lists data;
    private final RunTeacher teacher;
    private final Evaluation evaluation;
    private final long parameters;
    private final List<Figure> figures = new ArrayList<>();

    QuickstartReport(Path folder, EmbeddedData.Lists data, Model model, RunTeacher teacher)
            throws IOException, TranslateException {
        this.folder = folder;
        this.data = data;
        this.teacher = teacher;
        this.parameters = Parameters.count(model.getBlock().getParameters());
        try (NDManager manager = model.getNDManager().newSubManager()) {
            this.evaluation =
                    new Evaluator(Quickstart.evaluationBatches(data.test()), manager)
                            .evaluate(teacher::logits);
        }
    }

    /**
     * Remembers what both networks say of a few test images: half of them at odds, if there are.
     */
    void addAnswers(Teacher student) throws IOException, TranslateException {
        List<Answer> answers = answers(student);
        List<Answer> atOdds =
                answers.stream().filter(a -> a.teacherClass() != a.studentClass()).toList();
        List<Answer> agreed =
                answers.stream().filter(a -> a.teacherClass() == a.studentClass()).toList();
        int odd = Math.min(FIGURES / 2, atOdds.size());
        List<Answer> shown = new ArrayList<>(spread(agreed, FIGURES - odd));
        shown.addAll(spread(atOdds, odd));
        for (Answer answer : shown) {
            figures.add(answer.figure());
        }
    }

    /** So many elements at even distances. */
    private static List<Answer> spread(List<Answer> from, int count) {
        List<Answer> chosen = new ArrayList<>();
        for (int i = 0; i < count && !from.isEmpty(); i++) {
            chosen.add(from.get((int) ((long) i * from.size() / count)));
        }
        return chosen;
    }

    private List<Answer> answers(Teacher student) throws IOException, TranslateException {
        List<Answer> answers = new ArrayList<>();
        try (NDManager manager = Engines.newManager();
                BatchIterator batches =
                        Quickstart.evaluationBatches(data.test()).pass(manager, 0)) {
            ExampleBatch next = batches.next();
            while (next != null) {
                try (ExampleBatch batch = next) {
                    NDArray taught = teacher.logits(batch.inputs()).softmax(1);
                    NDArray learned = student.logits(batch.inputs()).softmax(1);
                    for (int i = 0; i < batch.size(); i++) {
                        Path file = data.test().resolve(data.test().entries().get(answers.size()));
                        answers.add(
                                new Answer(
                                        file,
                                        batch.labels()[i],
                                        taught.get(i).toFloatArray(),
                                        learned.get(i).toFloatArray()));
                    }
                }
                next = batches.next();
            }
        }
        return answers;
    }

    /** What both networks say of one image. */
    private static final class Answer {

        private final Path file;
        private final int label;
        private final float[] teacher;
        private final float[] student;

        Answer(Path file, int label, float[] teacher, float[] student) {
            this.file = file;
            this.label = label;
            this.teacher = teacher;
            this.student = student;
        }

        int teacherClass() {
            return highest(teacher);
        }

        int studentClass() {
            return highest(student);
        }

        private static int highest(float[] values) {
            int best = 0;
            for (int i = 1; i < values.length; i++) {
                best = values[i] > values[best] ? i : best;
            }
            return best;
        }

        Figure figure() throws IOException {
            String name = FashionMnist.CLASSES.get(label);
            return Figure.ofPng(
                    Files.readAllBytes(file),
                    name,
                    Figure.line("label: " + name),
                    line("teacher", teacher),
                    line("student", student));
        }

        private Figure.Line line(String who, float[] probabilities) {
            int choice = highest(probabilities);
            String text =
                    String.format(
                            Locale.ROOT,
                            "%s: %s %.0f\u00a0%%",
                            who,
                            FashionMnist.CLASSES.get(choice),
                            100 * probabilities[choice]);
            return choice == label ? Figure.right(text) : Figure.wrong(text);
        }
    }

    Results write(List<StudentRun> runs, Mining mining) throws IOException {
        Results results = Results.of(evaluation, parameters, runs, mining);
        writeMetrics(runs);
        html(results, runs).writeTo(folder.resolve("report.html"));
        writeProvenance(results, runs);
        Json.write(folder.resolve("results.json"), results);
        return results;
    }

    private void writeMetrics(List<StudentRun> runs) throws IOException {
        List<String> columns =
                List.of("student", "seed", "epoch", "learning_rate", "loss", "accuracy", "top1");
        try (MetricsCsv csv = new MetricsCsv(folder.resolve("metrics.csv"), columns)) {
            for (StudentRun run : runs) {
                for (EpochSummary epoch : run.epochs()) {
                    csv.row(
                            run.way().label(),
                            run.seed(),
                            epoch.epoch(),
                            epoch.learningRate(),
                            epoch.loss(),
                            epoch.accuracy(),
                            epoch.evaluation().top1());
                }
            }
        }
    }

    /** The trainings' own provenance under one roof. */
    private void writeProvenance(Results results, List<StudentRun> runs) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("command", "quickstart");
        all.put("seeds", results.seeds());
        all.put("teacher", EmbeddedTeacher.ARCHITECTURE.modelName());
        all.put("teacherDigest", teacher.digest());
        Map<String, Provenance> trainings = new LinkedHashMap<>();
        for (StudentRun run : runs) {
            String name = run.way().label() + "-seed" + run.seed();
            trainings.put(
                    name, Provenance.read(folder.resolve("runs/" + name + "/provenance.json")));
        }
        all.put("trainings", trainings);
        Json.write(folder.resolve("provenance.json"), all);
    }

    private HtmlReport html(Results results, List<StudentRun> runs) {
        List<List<Object>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        "teacher",
                        results.teacher().top1(),
                        "",
                        100.0,
                        results.teacher().parameters(),
                        ""));
        for (Results.StudentRow row : results.students()) {
            rows.add(
                    List.of(
                            row.name(),
                            row.top1(),
                            row.lowest() + " to " + row.highest(),
                            row.agreement(),
                            row.parameters(),
                            row.seconds()));
        }
        return HtmlReport.builder()
                .setTitle("Label-free distillation in five minutes")
                .optSubtitle(
                        "One student, trained three ways with equal steps: "
                                + results.gain()
                                + " points of top-1 come from the teacher and an unlabelled pool")
                .addTable(
                        "1,000 test images of Fashion-MNIST, mean over seeds " + results.seeds(),
                        List.of(
                                "network",
                                "top-1 %",
                                "range",
                                "agreement with the teacher %",
                                "parameters",
                                "seconds"),
                        rows)
                .addChart(
                        chart(
                                "Test accuracy while training (first seed)",
                                "top-1 %",
                                runs,
                                epoch -> 100 * epoch.evaluation().top1()))
                .addChart(
                        chart(
                                "Training loss (first seed): cross-entropy for labels-only,"
                                        + " symmetric KL for the distilled",
                                "loss",
                                runs,
                                EpochSummary::loss))
                .addParagraph(
                        "The labelled part holds 1,000 images, the pool 4,000 whose labels nobody"
                                + " knows. The teacher was trained on 55,000 other images. Loss"
                                + " curves of different losses cannot be compared with each other.")
                .addTable(
                        "Mining of the pool: images planted in it, and what became of them",
                        List.of(
                                "planted",
                                "images",
                                "found as copies",
                                "teacher unsure",
                                "unlike",
                                "left"),
                        mining(results.mining()))
                .addParagraph(
                        String.format(
                                Locale.ROOT,
                                "Of the pool's own %d images, %d were taken for copies of test"
                                    + " images, of %d the teacher was less than %.0f %% sure, and"
                                    + " %d were like no labelled image. Copies are found by equal"
                                    + " files and pixels (mining/dedup/report.html), then by the"
                                    + " correlation of pixels: SIFT sees nothing in 28 x 28"
                                    + " pixels.",
                                results.mining().pool(),
                                results.mining().poolTakenForCopies(),
                                results.mining().poolUnsure(),
                                100 * results.mining().minimumScore(),
                                results.mining().poolUnlike()))
                .addImageGrid(
                        "Test images and what teacher and student (distilled+pool) say; the last"
                                + " ones are where they disagree",
                        figures)
                .build();
    }

    private static List<List<Object>> mining(Mining mining) {
        List<List<Object>> rows = new ArrayList<>();
        for (Mining.Row row : mining.kinds()) {
            rows.add(
                    List.of(
                            row.kind(),
                            row.planted(),
                            row.asCopies(),
                            row.unsure(),
                            row.unlike(),
                            row.left()));
        }
        return rows;
    }

    private static Chart chart(
            String caption,
            String measure,
            List<StudentRun> runs,
            ToDoubleFunction<EpochSummary> value) {
        Chart.Builder chart = Chart.builder().setCaption(caption).setAxes("epoch", measure);
        for (StudentRun run : runs.subList(0, Way.values().length)) {
            chart.addSeries(
                    run.way().label(),
                    run.epochs().stream().mapToDouble(EpochSummary::epoch).toArray(),
                    run.epochs().stream().mapToDouble(value).toArray());
        }
        return chart.build();
    }
}
