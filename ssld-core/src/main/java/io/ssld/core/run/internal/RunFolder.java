package io.ssld.core.run.internal;

import ai.djl.engine.Engine;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.Json;
import io.ssld.base.internal.report.MetricsCsv;
import io.ssld.base.internal.report.Provenance;
import io.ssld.base.internal.report.ProvenanceBuilder;
import io.ssld.base.internal.report.TensorBoardWriter;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.run.RunStatus;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.train.LossScale;
import io.ssld.engine.internal.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The files of one run: metrics, status and report while it goes on, the rest when it is done. */
public final class RunFolder implements RunListener, AutoCloseable {

    private static final List<String> COLUMNS =
            List.of(
                    "epoch",
                    "learning_rate",
                    "loss",
                    "accuracy",
                    "top1",
                    "top5",
                    "averaged_top1",
                    "averaged_top5",
                    "examples_per_second",
                    "seconds");

    /** How often the status is written between epochs. */
    private static final long STATUS_NANOS = Duration.ofSeconds(5).toNanos();

    private final RunSpec spec;
    private final Path path;
    private final FolderLock lock;
    private final Instant started = Instant.now();
    private final List<EpochSummary> epochs = new ArrayList<>();
    private RunStart start = new RunStart(0, 1, 0, List.of(), List.of(), 0, Optional.empty());
    private Optional<LossScale> lossScale = Optional.empty();
    private long startNanos = System.nanoTime();
    private long statusNanos;
    private long step;
    private @Nullable MetricsCsv metrics;
    private @Nullable TensorBoardWriter events;

    private RunFolder(RunSpec spec, Path path, FolderLock lock) {
        this.spec = spec;
        this.path = path;
        this.lock = lock;
    }

    /** What is recorded. */
    @FunctionalInterface
    public interface Training {
        /**
         * Trains, telling the folder.
         *
         * @param folder is told of every step and epoch, and {@link #finish finishes}
         * @return what the run found out
         */
        TrainingRun.Outcome run(RunFolder folder) throws IOException, TranslateException;
    }

    /**
     * Records a training: whether it goes on, stopped, failed or is complete.
     *
     * @param spec the run
     * @param path its folder
     * @param training what is done
     * @return what the training found out
     * @throws IOException if the folder holds something else, belongs to another process, or cannot
     *     be written
     */
    public static TrainingRun.Outcome record(RunSpec spec, Path path, Training training)
            throws IOException, TranslateException {
        try (RunFolder folder = open(spec, path)) {
            try {
                return training.run(folder);
            } catch (Stopping.Asked e) {
                // While it was measured how to read the images: there is nothing to save.
                folder.status(RunStatus.State.STOPPED);
                throw new RunStoppedException(0, true);
            } catch (RunStoppedException e) {
                folder.status(RunStatus.State.STOPPED);
                throw e;
            } catch (IOException | TranslateException | RuntimeException | Error e) {
                folder.failed(e);
                throw e;
            }
        }
    }

    private static RunFolder open(RunSpec spec, Path path) throws IOException {
        FolderLock.makeFolder("run folder", path);
        FolderLock lock = FolderLock.tryAcquire(path);
        if (lock == null) {
            throw new IOException(
                    "run folder must belong to one process, but another one trains in "
                            + path
                            + "; wait for it or choose another folder");
        }
        try {
            RunLeftovers.delete(path);
            if (spec.survival().resume()) {
                requireUnfinished(path, spec.survival().artefacts().keySet());
            } else {
                requireEmpty(path);
            }
            return new RunFolder(spec, path, lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static void requireEmpty(Path path) throws IOException {
        if (FolderLock.holdsFiles(path)) {
            throw new IOException(
                    "run folder must be new or empty, but "
                            + path
                            + " holds files; choose another one, delete it, or resume its run");
        }
    }

    private static void requireUnfinished(Path path, Set<String> artefacts) throws IOException {
        if (!RunStatus.isRun(path) && FolderLock.holdsFiles(path)) {
            throw new IOException(
                    "run folder must hold the run to resume, or be new or empty, but "
                            + path
                            + " holds other files; choose another one");
        }
        if (!RunStatus.isComplete(path)) {
            return;
        }
        List<String> missing =
                artefacts.stream().filter(name -> !Files.exists(path.resolve(name))).toList();
        if (missing.isEmpty()) {
            throw new IOException(
                    "run folder must hold a run that is not done, but the one in "
                            + path
                            + " is complete; choose another folder for a new run");
        }
        // Without one the run would begin anew, over the weights that are there.
        if (!RunCheckpoints.existIn(path)) {
            throw new IOException(
                    ("run folder must hold a checkpoint to make %s from, but the run in "
                                    + "%s is complete and has none; its weights are in "
                                    + "student-0000.params, or student.pt of a TorchScript module")
                            .formatted(String.join(", ", missing), path));
        }
    }

    @Override
    public void onStart(RunStart where) {
        start = where;
        startNanos = System.nanoTime();
        step = where.step();
        lossScale = where.lossScale();
        writing(
                () -> {
                    // Of a complete run that something was missing of.
                    Files.deleteIfExists(path.resolve(Provenance.FILE));
                    if (where.done().isEmpty()) {
                        // First: it says whose files the others are.
                        status(RunStatus.State.RUNNING);
                    }
                    // Anew, so that both hold just the epochs that the run resumed from knows.
                    metrics = new MetricsCsv(path.resolve("metrics.csv"), COLUMNS);
                    TensorBoardWriter.deleteEvents(path);
                    events = new TensorBoardWriter(path);
                    for (EpochSummary epoch : where.done()) {
                        add(epoch);
                    }
                    status(RunStatus.State.RUNNING);
                });
    }

    @Override
    public void onStep(StepSummary summary) {
        step++;
        lossScale = summary.lossScale();
        if (System.nanoTime() - statusNanos > STATUS_NANOS) {
            writing(() -> status(RunStatus.State.RUNNING));
        }
    }

    @Override
    public void onEpoch(EpochSummary epoch) {
        writing(
                () -> {
                    add(epoch);
                    RunReport.soFar(spec, epochs, start.classes())
                            .writeTo(path.resolve("report.html"));
                    status(RunStatus.State.RUNNING);
                });
    }

    private void add(EpochSummary epoch) throws IOException {
        epochs.add(epoch);
        Evaluation evaluation = epoch.evaluation();
        if (metrics == null || events == null) {
            throw new IllegalStateException("run folder must be started before an epoch is added");
        }
        Optional<Double> top5 = evaluation.top5(start.classes());
        Optional<Double> averagedTop5 = epoch.averaged().flatMap(e -> e.top5(start.classes()));
        metrics.row(
                epoch.epoch(),
                epoch.learningRate(),
                epoch.loss(),
                epoch.accuracy(),
                evaluation.top1(),
                top5.orElse(null),
                epoch.averaged().map(Evaluation::top1).orElse(null),
                averagedTop5.orElse(null),
                epoch.examplesPerSecond(),
                epoch.seconds());
        events.scalar("train/loss", epoch.epoch(), epoch.loss());
        events.scalar("train/accuracy", epoch.epoch(), epoch.accuracy());
        events.scalar("train/learning_rate", epoch.epoch(), epoch.learningRate());
        events.scalar("validation/top1", epoch.epoch(), evaluation.top1());
        if (top5.isPresent()) {
            events.scalar("validation/top5", epoch.epoch(), top5.get());
        }
        if (epoch.averaged().isPresent()) {
            Evaluation averaged = epoch.averaged().get();
            events.scalar("validation/averaged_top1", epoch.epoch(), averaged.top1());
        }
        if (averagedTop5.isPresent()) {
            events.scalar("validation/averaged_top5", epoch.epoch(), averagedTop5.get());
        }
        events.flush();
    }

    private void status(RunStatus.State state) throws IOException {
        statusNanos = System.nanoTime();
        long steps = (long) start.epochs() * start.stepsPerEpoch();
        OptionalDouble left = OptionalDouble.empty();
        long here = step - start.step();
        if (state == RunStatus.State.RUNNING && here > 0) {
            double pace = (statusNanos - startNanos) / 1e9 / here;
            left = OptionalDouble.of(pace * (steps - step));
        }
        RunStatus status =
                new RunStatus(
                        state,
                        spec.student().name(),
                        spec.teacher() == null ? "" : spec.teacher().name(),
                        spec.precision().told(),
                        lossScale,
                        epochs.size(),
                        start.epochs(),
                        step,
                        steps,
                        epochs.stream().mapToDouble(EpochSummary::bestTop1).max(),
                        EpochSummary.best(epochs),
                        left,
                        Instant.now());
        Json.write(path.resolve(RunStatus.FILE), status);
    }

    /** Says so in the status, where that is still possible; the failure itself matters more. */
    private void failed(Throwable failure) {
        if (start.epochs() == 0) {
            return;
        }
        try {
            status(RunStatus.State.FAILED);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private interface Writing {
        void write() throws IOException;
    }

    private void writing(Writing what) {
        try {
            what.write();
        } catch (IOException e) {
            throw new UncheckedIOException(unwritten(e), e);
        }
    }

    private String unwritten(IOException e) {
        return "run folder must take what the run writes, but in %s it could not: %s; make room and resume the run"
                .formatted(path, e.getMessage());
    }

    /**
     * Writes what is left of a run that is done: the student, the artefacts asked for, the report
     * and, last, the provenance.
     *
     * @param data of the run
     * @param outcome what it found out
     * @throws IOException if something cannot be written; the run can be resumed then
     */
    public void finish(RunData data, TrainingRun.Outcome outcome) throws IOException {
        Provenance provenance = provenance(data, outcome);
        // Named as files are that are not in their place yet: a kill leaves nothing that stays.
        Path unmoved = path.resolve(".%s.%s.tmp".formatted(Provenance.FILE, UUID.randomUUID()));
        try {
            StudentWeights.save(spec.student(), path, "student");
            data.quarantine().writeCsv(path.resolve("quarantine.csv"));
            provenance.writeTo(unmoved);
            makeArtefacts(data, outcome, unmoved);
            RunReport.of(
                            spec,
                            outcome,
                            used(data, outcome),
                            provenance.student().parameters(),
                            provenance.quarantined())
                    .writeTo(path.resolve("report.html"));
            status(RunStatus.State.COMPLETE);
            // Last: its presence says that the run is complete.
            Files.move(unmoved, path.resolve(Provenance.FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(unwritten(e), e);
        } finally {
            Files.deleteIfExists(unmoved);
        }
    }

    private void makeArtefacts(RunData data, TrainingRun.Outcome outcome, Path provenance)
            throws IOException {
        RunEnd end =
                new RunEnd(
                        outcome.result(spec, data),
                        spec.teacher() == null
                                ? Optional.empty()
                                : Optional.of(outcome.distillation(spec, data)),
                        provenance);
        for (Map.Entry<String, RunArtefact> each : spec.survival().artefacts().entrySet()) {
            each.getValue().write(path.resolve(each.getKey()), end);
        }
    }

    private Provenance provenance(RunData data, TrainingRun.Outcome outcome) {
        Student student = spec.student();
        Engine engine = student.manager().getEngine();
        ProvenanceBuilder builder =
                Provenance.builder()
                        .setEngine(engine.getEngineName(), engine.getVersion())
                        .setDevice(student.manager().getDevice().toString())
                        .setPeriod(started, Instant.now())
                        .optCommandLine(spec.survival().commandLine())
                        .setSeed(spec.recipe().seed())
                        .setRecipe(used(data, outcome))
                        .setLoss(spec.loss().getName())
                        .optPrecision(spec.precision().told())
                        .setStudent(
                                new Provenance.StudentFacts(
                                        student.name(),
                                        Parameters.count(student.parameters()),
                                        Parameters.digest(student.block())))
                        .optQuarantined(data.quarantine().size());
        lossScale.ifPresent(
                used ->
                        builder.optLossScale(
                                new Provenance.ScaleFacts(used.scale(), used.skippedSteps())));
        if (!data.lists().isEmpty()) {
            builder.optWorkers(workers(data.workers()));
            builder.optLayout(spec.layoutTold());
        }
        data.lists().forEach((name, list) -> builder.addData(name, list.size(), list.digest()));
        RunTeacher teacher = spec.teacher();
        if (teacher != null) {
            Evaluation evaluation = outcome.last().second();
            Map<String, Double> measures = new LinkedHashMap<>();
            // A replayed teacher is not there to be measured.
            if (evaluation.examples() > 0) {
                measures.put("top1", evaluation.top1());
                evaluation.top5(outcome.classes()).ifPresent(top5 -> measures.put("top5", top5));
            }
            measures.putAll(teacher.measures());
            builder.optTeacher(
                    new Provenance.TeacherFacts(
                            teacher.name(),
                            outcome.classes(),
                            teacher.mode().name(),
                            outcome.teacherDigest(),
                            outcome.teacherDigest(),
                            measures));
        }
        return builder.build();
    }

    /** The settings that were in force. */
    private Map<String, Object> used(RunData data, TrainingRun.Outcome outcome) {
        return data.lists().isEmpty()
                ? RecipeUse.mapOnDataset(spec.recipe(), outcome.batchSize())
                : spec.recipe().toMap();
    }

    private static Provenance.WorkerFacts workers(WorkerChoice choice) {
        Map<String, Double> measured = new LinkedHashMap<>();
        choice.measured().forEach((count, seconds) -> measured.put(count.toString(), seconds));
        return new Provenance.WorkerFacts(choice.count(), choice.reason(), measured);
    }

    @Override
    public void close() throws IOException {
        try (FolderLock held = lock;
                MetricsCsv csv = metrics;
                TensorBoardWriter log = events) {
            // Closed in the reverse order, each even if another fails.
        }
    }
}
