package io.ssld.core;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.translate.TranslateException;
import io.ssld.core.internal.Parameters;
import io.ssld.core.report.Chart;
import io.ssld.core.report.HtmlReport;
import io.ssld.core.report.MetricsCsv;
import io.ssld.core.report.Provenance;
import io.ssld.core.report.ProvenanceBuilder;
import io.ssld.core.report.TensorBoardWriter;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The files of one run: metrics while it goes on, the rest when it is done. */
final class RunFolder implements RunListener, AutoCloseable {

    private static final List<String> COLUMNS =
            List.of(
                    "epoch",
                    "learning_rate",
                    "loss",
                    "accuracy",
                    "top1",
                    "top5",
                    "examples_per_second",
                    "seconds");

    private final Path path;
    private final Instant started = Instant.now();
    private final MetricsCsv metrics;
    private final TensorBoardWriter events;

    private RunFolder(Path path) throws IOException {
        this.path = path;
        this.metrics = new MetricsCsv(path.resolve("metrics.csv"), COLUMNS);
        this.events = new TensorBoardWriter(path);
    }

    /**
     * Runs a training and leaves its files in the run's folder, if it has one.
     *
     * @param spec the run
     * @param data its data
     * @return what the run found out
     */
    static TrainingRun.Outcome record(RunSpec spec, RunData data)
            throws IOException, TranslateException {
        Path path = spec.folder();
        if (path == null) {
            return new TrainingRun(spec, data).run();
        }
        requireEmpty(path);
        try (RunFolder folder = new RunFolder(path)) {
            TrainingRun.Outcome outcome = new TrainingRun(spec.with(folder), data).run();
            folder.finish(spec, data, outcome);
            return outcome;
        }
    }

    private static void requireEmpty(Path path) throws IOException {
        Files.createDirectories(path);
        try (Stream<Path> children = Files.list(path)) {
            if (children.findAny().isPresent()) {
                throw new IOException(
                        "run folder must be new or empty, but "
                                + path
                                + " holds files; choose another one or delete it");
            }
        }
    }

    @Override
    public void onEpoch(EpochSummary epoch) {
        Evaluation evaluation = epoch.evaluation();
        try {
            metrics.row(
                    epoch.epoch(),
                    epoch.learningRate(),
                    epoch.loss(),
                    epoch.accuracy(),
                    evaluation.top1(),
                    evaluation.top5(),
                    epoch.examplesPerSecond(),
                    epoch.seconds());
            events.scalar("train/loss", epoch.epoch(), epoch.loss());
            events.scalar("train/accuracy", epoch.epoch(), epoch.accuracy());
            events.scalar("train/learning_rate", epoch.epoch(), epoch.learningRate());
            events.scalar("validation/top1", epoch.epoch(), evaluation.top1());
            events.scalar("validation/top5", epoch.epoch(), evaluation.top5());
            events.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write into run folder " + path, e);
        }
    }

    private void finish(RunSpec spec, RunData data, TrainingRun.Outcome outcome)
            throws IOException {
        saveWeights(spec.student());
        data.quarantine().writeCsv(path.resolve("quarantine.csv"));
        Provenance provenance = provenance(spec, data, outcome);
        report(spec, outcome, provenance).writeTo(path.resolve("report.html"));
        // Last: its presence says that the run is complete.
        provenance.writeTo(path.resolve("provenance.json"));
    }

    /** As DJL saves a model, so that {@code Model.load} reads it; nothing of the teacher. */
    private void saveWeights(Student student) throws IOException {
        String engine = student.manager().getEngine().getEngineName();
        // A model of its own: closing it frees neither the block nor the student's manager.
        try (Model model = Model.newInstance("student", engine)) {
            model.setBlock(student.block());
            model.save(path, "student");
        }
    }

    private Provenance provenance(RunSpec spec, RunData data, TrainingRun.Outcome outcome) {
        Student student = spec.student();
        Engine engine = student.manager().getEngine();
        ProvenanceBuilder builder =
                Provenance.builder()
                        .setEngine(engine.getEngineName(), engine.getVersion())
                        .setDevice(student.manager().getDevice().toString())
                        .setPeriod(started, Instant.now())
                        .setSeed(spec.recipe().seed())
                        .setRecipe(spec.recipe().toMap())
                        .setLoss(spec.loss().getName())
                        .setStudent(
                                new Provenance.StudentFacts(
                                        student.name(),
                                        Parameters.count(student.parameters()),
                                        Parameters.digest(student.block())))
                        .optQuarantined(data.quarantine().size());
        data.lists().forEach((name, list) -> builder.addData(name, list.size(), list.digest()));
        Teacher teacher = spec.teacher();
        if (teacher != null) {
            Evaluation evaluation = outcome.last().second();
            builder.optTeacher(
                    new Provenance.TeacherFacts(
                            teacher.name(),
                            outcome.classes(),
                            teacher.mode().name(),
                            outcome.teacherDigest(),
                            outcome.teacherDigest(),
                            Map.of("top1", evaluation.top1(), "top5", evaluation.top5())));
        }
        return builder.build();
    }

    private static HtmlReport report(
            RunSpec spec, TrainingRun.Outcome outcome, Provenance provenance) {
        List<List<Object>> rows = new ArrayList<>();
        if (spec.teacher() != null) {
            rows.add(row(spec.teacher().name() + " (teacher)", outcome.last().second()));
        }
        rows.add(row(spec.student().name(), outcome.last().first()));
        Map<String, Object> facts = new LinkedHashMap<>(spec.recipe().toMap());
        facts.put("loss", spec.loss().getName());
        facts.put("parameters of the student", provenance.student().parameters());
        facts.put("seconds", outcome.seconds());
        facts.put("images quarantined", provenance.quarantined());
        return HtmlReport.builder()
                .setTitle("Training of " + spec.student().name())
                .addTable(
                        "Accuracy on the validation data at the end",
                        List.of("network", "top-1 %", "top-5 %"),
                        rows)
                .addChart(chart("Training loss", "loss", outcome.epochs(), EpochSummary::loss))
                .addChart(
                        chart(
                                "Validation accuracy",
                                "top-1 %",
                                outcome.epochs(),
                                epoch -> 100 * epoch.evaluation().top1()))
                .addKeyValues("Settings", facts)
                .build();
    }

    private static List<Object> row(String name, Evaluation evaluation) {
        return List.of(name, 100 * evaluation.top1(), 100 * evaluation.top5());
    }

    private static Chart chart(
            String caption,
            String measure,
            List<EpochSummary> epochs,
            ToDoubleFunction<EpochSummary> value) {
        return Chart.builder()
                .setCaption(caption)
                .setAxes("epoch", measure)
                .addSeries(
                        measure,
                        epochs.stream().mapToDouble(EpochSummary::epoch).toArray(),
                        epochs.stream().mapToDouble(value).toArray())
                .build();
    }

    @Override
    public void close() throws IOException {
        try (metrics) {
            events.close();
        }
    }
}
