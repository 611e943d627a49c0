package io.ssld.core.run.internal;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunStart;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.run.internal.Evaluator.Comparison;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.train.Ema;
import io.ssld.engine.internal.Parameters;
import io.ssld.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training from first check to last evaluation. */
public final class TrainingRun {

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainingRun.class);

    private final RunSpec spec;
    private final RunData data;
    private final Stopping stopping;

    /** The step of the last checkpoint once the steps are done; 0 before. */
    private long reached;

    public TrainingRun(RunSpec spec, RunData data) {
        this.spec = spec;
        this.data = data;
        this.stopping = new Stopping(spec.survival().stop());
    }

    /**
     * What a run found out.
     *
     * @param before the student before the first step
     * @param epochs every epoch
     * @param last the student at the end, and the teacher if there is one
     * @param teacherDigest of the teacher, before and after; empty without one
     * @param classes the number of classes
     * @param batchSize the examples of the first batch
     * @param seconds the duration
     * @param best the weights of the best epoch, if they were to be kept
     */
    public record Outcome(
            Evaluation before,
            List<EpochSummary> epochs,
            Comparison last,
            String teacherDigest,
            int classes,
            long batchSize,
            double seconds,
            Optional<StateDict> best) {

        public TrainingResult result(RunSpec spec, RunData data) {
            return new TrainingResult(
                    before,
                    epochs,
                    last.first(),
                    Parameters.count(spec.student().parameters()),
                    seconds,
                    classes,
                    data.quarantine().entries(),
                    best);
        }

        public DistillationResult distillation(RunSpec spec, RunData data) {
            return new DistillationResult(
                    result(spec, data), last.second(), last.agreement(), teacherDigest);
        }
    }

    /**
     * Trains.
     *
     * @return what was found out
     * @throws RunStoppedException if it was asked to stop
     */
    public Outcome run() throws IOException, TranslateException {
        try {
            return measured();
        } catch (IOException | TranslateException | RuntimeException e) {
            if (!(e instanceof RunStoppedException) && stopping.isCause(e)) {
                throw new RunStoppedException(reached, spec.survival().folder() != null);
            }
            throw e;
        } finally {
            stopping.restore();
        }
    }

    private Outcome measured() throws IOException, TranslateException {
        try (PreparedRun prepared = new PreparedRun(spec, data)) {
            prepared.prepare();
            Contracts.Checked checked = prepared.checked();
            ClassNamesCheck.require(spec, data.lists(), checked.classes());
            tellUnused(prepared);
            RunTeacher teacher = checked.teacher();
            if (teacher == null) {
                return run(prepared, "");
            }
            try (TeacherGuard guard =
                    new TeacherGuard(teacher, prepared.probe(), prepared.state())) {
                Outcome outcome = run(prepared, guard.digest());
                guard.verify();
                return outcome;
            }
        }
    }

    private Outcome run(PreparedRun prepared, String teacherDigest)
            throws IOException, TranslateException {
        Contracts.Checked checked = prepared.checked();
        NDManager state = prepared.state();
        RunTeacher teacher = checked.teacher();
        int classes = checked.classes();
        Evaluator evaluator = new Evaluator(data.validation(), state, stopping::check);
        Map<String, String> identity = RunCheckpoints.identity(spec, data, classes, teacherDigest);
        RunCheckpoints checkpoints = new RunCheckpoints(spec, identity, state);
        RunCheckpoints.Resumed resumed =
                spec.survival().resume() ? checkpoints.find(prepared.probe().inputs()) : null;
        try (LearningState learning = new LearningState(spec, state);
                TrainStep step = prepared.step(checked, learning, state)) {
            checkpoints.connect(learning.arrays(), resumed);
            RunState from = start(resumed, learning, evaluator, identity, prepared);
            step.synchronize();
            TrainingLoop loop =
                    new TrainingLoop(
                            spec,
                            data,
                            step,
                            learning,
                            evaluator,
                            checkpoints,
                            stopping,
                            from,
                            state);
            List<EpochSummary> epochs = loop.run();
            reached = checkpoints.savedSteps();
            Parameters.requireUsable("student", spec.student().parameters());
            keepAverage(learning);
            return new Outcome(
                    from.before(),
                    epochs,
                    last(teacher, epochs, evaluator),
                    teacherDigest,
                    classes,
                    prepared.batchSize(),
                    loop.seconds(),
                    loop.best());
        }
    }

    /** A teacher that is asked with keys alone has nothing to say about validation examples. */
    private @Nullable ChanceTest chanceTest(Contracts.Checked checked) {
        RunTeacher teacher = checked.teacher();
        if (teacher == null || teacher.needsKeys()) {
            return null;
        }
        long batches =
                data.lists().isEmpty() ? -1 : data.validation().size() / spec.recipe().batchSize();
        return new ChanceTest(teacher, checked.classes(), batches);
    }

    /** Says once what of the settings such a run does not use. */
    private void tellUnused(PreparedRun prepared) {
        if (!data.lists().isEmpty()) {
            return;
        }
        LOGGER.warn(RecipeUse.onDataset(spec.recipe(), prepared.batchSize()));
        Contracts.Checked checked = prepared.checked();
        if (checked.teacher() != null && checked.labels() && !prepared.probe().labelled()) {
            LOGGER.warn(
                    "Loss {} has a term for labels, but no example of the first batch has one;"
                            + " without any the term adds nothing",
                    spec.loss().getName());
        }
    }

    /** Brings back where the run was, or measures where it starts. */
    private RunState start(
            RunCheckpoints.@Nullable Resumed resumed,
            LearningState learning,
            Evaluator evaluator,
            Map<String, String> identity,
            PreparedRun prepared)
            throws IOException, TranslateException {
        RunState from;
        if (resumed == null) {
            // Also finds validation data that is empty, unlabelled or of other classes before the
            // first step instead of after the first epoch.
            ChanceTest chance = chanceTest(prepared.checked());
            Evaluation before =
                    evaluator.evaluate(
                            spec.student()::predict, chance == null ? batch -> {} : chance::look);
            if (chance != null) {
                chance.suspicion().ifPresent(LOGGER::warn);
            }
            from = RunState.start(identity, prepared.stepsPerEpoch(), before);
        } else {
            from = resumed.state();
            from.quarantine().forEach(bad -> data.quarantine().add(bad.path(), bad.reason()));
            learning.resume(from.lossScale());
        }
        RunStart start =
                new RunStart(
                        spec.recipe().epochs(),
                        from.stepsPerEpoch(),
                        from.step(),
                        from.epochs(),
                        resumed == null ? List.of() : resumed.refused(),
                        prepared.checked().classes(),
                        learning.lossScale());
        spec.listeners().forEach(listener -> listener.onStart(start));
        return from;
    }

    /** The student ends with the averaged weights; the raw ones stay in the run folder. */
    private void keepAverage(LearningState learning) throws IOException {
        Ema average = learning.average();
        if (average != null) {
            Path folder = spec.survival().folder();
            if (folder != null) {
                StudentWeights.save(spec.student(), folder, "student-raw");
            }
            average.install();
        }
    }

    private Comparison last(
            @Nullable RunTeacher teacher, List<EpochSummary> epochs, Evaluator evaluator)
            throws IOException, TranslateException {
        if (teacher == null || teacher.needsKeys()) {
            EpochSummary last = epochs.get(epochs.size() - 1);
            Evaluation measured = last.averaged().orElse(last.evaluation());
            // A teacher that cannot be asked about validation images has no accuracy.
            return new Comparison(measured, new Evaluation(0, Double.NaN, Double.NaN), Double.NaN);
        }
        return evaluator.compare(
                spec.student()::predict, inputs -> AnswerCheck.ask(teacher, inputs, List.of()));
    }

    public static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
