package io.ssld.core;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import io.ssld.core.Evaluator.Comparison;
import io.ssld.core.data.BatchIterator;
import io.ssld.core.data.ExampleBatch;
import io.ssld.core.internal.AnswerCheck;
import io.ssld.core.internal.Parameters;
import io.ssld.core.internal.Replica;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Ema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training from first check to last evaluation. */
final class TrainingRun {

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainingRun.class);

    private final RunSpec spec;
    private final RunData data;
    private final Stopping stopping;

    /** The step of the last checkpoint once the steps are done; 0 before. */
    private long reached;

    TrainingRun(RunSpec spec, RunData data) {
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
     */
    record Outcome(
            Evaluation before,
            List<EpochSummary> epochs,
            Comparison last,
            String teacherDigest,
            int classes,
            long batchSize,
            double seconds) {

        TrainingResult result(RunSpec spec, RunData data) {
            return new TrainingResult(
                    before,
                    epochs,
                    last.first(),
                    Parameters.count(spec.student().parameters()),
                    seconds,
                    data.quarantine().entries());
        }

        DistillationResult distillation(RunSpec spec, RunData data) {
            return new DistillationResult(
                    result(spec, data), last.second(), last.agreement(), teacherDigest);
        }
    }

    Outcome run() throws IOException, TranslateException {
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
        spec.student().requireOpen();
        try (RunLock lock = RunLock.acquire();
                NDManager state = spec.student().manager().newSubManager()) {
            new RunSeeds(state.getEngine(), spec.recipe().seed()).initial();
            Probe probe = firstBatch(state);
            Contracts.Checked checked = Contracts.check(spec, probe);
            Contracts.requireLabels(data.lists(), checked, spec.loss().getName());
            ClassNamesCheck.require(spec, data.lists(), checked.classes());
            tellUnused(checked, probe);
            Teacher teacher = checked.teacher();
            if (teacher == null) {
                return run(checked, "", probe, state);
            }
            try (TeacherGuard guard = new TeacherGuard(teacher, probe, state)) {
                Outcome outcome = run(checked, guard.digest(), probe, state);
                guard.verify();
                return outcome;
            }
        }
    }

    private Outcome run(
            Contracts.Checked checked, String teacherDigest, Probe probe, NDManager state)
            throws IOException, TranslateException {
        Teacher teacher = checked.teacher();
        int classes = checked.classes();
        Evaluator evaluator = new Evaluator(data.validation(), state, stopping::check);
        Map<String, String> identity = RunCheckpoints.identity(spec, data, classes, teacherDigest);
        try (LearningState learning = new LearningState(spec, state);
                TrainStep step = step(checked, learning, state)) {
            RunCheckpoints checkpoints =
                    new RunCheckpoints(spec, learning.arrays(), identity, state);
            RunState from =
                    start(
                            checkpoints,
                            learning,
                            evaluator,
                            identity,
                            probe.inputs().head().size(0),
                            checked);
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
                    probe.inputs().head().size(0),
                    loop.seconds());
        }
    }

    /** A teacher that is asked with keys alone has nothing to say about validation examples. */
    private @Nullable ChanceTest chanceTest(Contracts.Checked checked) {
        Teacher teacher = checked.teacher();
        if (teacher == null || teacher.needsKeys()) {
            return null;
        }
        long batches =
                data.lists().isEmpty() ? -1 : data.validation().size() / spec.recipe().batchSize();
        return new ChanceTest(teacher, checked.classes(), batches);
    }

    /** Says once what of the settings such a run does not use. */
    private void tellUnused(Contracts.Checked checked, Probe probe) {
        if (!data.lists().isEmpty()) {
            return;
        }
        LOGGER.warn(RecipeUse.onDataset(spec.recipe(), probe.inputs().head().size(0)));
        if (checked.teacher() != null && checked.labels() && !probe.labelled()) {
            LOGGER.warn(
                    "Loss {} has a term for labels, but no example of the first batch has one;"
                            + " without any the term adds nothing",
                    spec.loss().getName());
        }
    }

    /** Brings back where the run was, or measures where it starts. */
    private RunState start(
            RunCheckpoints checkpoints,
            LearningState learning,
            Evaluator evaluator,
            Map<String, String> identity,
            long batchSize,
            Contracts.Checked checked)
            throws IOException, TranslateException {
        RunCheckpoints.Resumed resumed = spec.survival().resume() ? checkpoints.resume() : null;
        RunState from;
        if (resumed == null) {
            // Also finds validation data that is empty, unlabelled or of other classes before the
            // first step instead of after the first epoch.
            ChanceTest chance = chanceTest(checked);
            Evaluation before =
                    evaluator.evaluate(
                            spec.student()::predict, chance == null ? batch -> {} : chance::look);
            if (chance != null) {
                chance.suspicion().ifPresent(LOGGER::warn);
            }
            from = RunState.start(identity, stepsPerEpoch(batchSize), before);
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
            @Nullable Teacher teacher, List<EpochSummary> epochs, Evaluator evaluator)
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

    /** One worker a device: the first has the student's own arrays, the others have replicas. */
    TrainStep step(Contracts.Checked checked, LearningState learning, NDManager state) {
        Teacher teacher = checked.teacher();
        List<Worker> workers = new ArrayList<>();
        List<Replica> replicas = new ArrayList<>();
        for (Device device : spec.devices()) {
            ParameterStore store = new ParameterStore(state, false);
            Teacher here = teacher;
            if (!workers.isEmpty()) {
                Replica replica = new Replica(spec.student().block(), device, state, true);
                replicas.add(replica);
                store = replica.store();
                here = teacher == null ? null : teacher.onDevice(device, state);
            }
            workers.add(
                    new Worker(
                            device,
                            spec.student(),
                            store,
                            here,
                            spec.loss(),
                            spec.precision().used(),
                            checked.classes(),
                            checked.labels(),
                            learning.trains()));
        }
        return new TrainStep(workers, replicas, learning, state);
    }

    /** A copy of the first batch. */
    Probe firstBatch(NDManager state) throws IOException, TranslateException {
        try (BatchIterator batches = data.training().pass(state, 0)) {
            ExampleBatch first = batches.next();
            if (first == null) {
                throw new IllegalArgumentException(
                        "training data must fill at least one batch of "
                                + spec.recipe().batchSize()
                                + ", but held "
                                + data.training().size()
                                + " examples; lower the batch size or add data");
            }
            try (ExampleBatch batch = first) {
                NDList probe = new NDList();
                for (NDArray input : batch.inputs()) {
                    NDArray copy = input.duplicate();
                    copy.attach(state);
                    probe.add(copy);
                }
                boolean labelled =
                        Arrays.stream(batch.labels())
                                .anyMatch(label -> label != ExampleBatch.UNLABELLED);
                return new Probe(probe, batch.keys(), labelled);
            }
        }
    }

    /** One pass unless the recipe says otherwise; a last, smaller batch starts the next epoch. */
    int stepsPerEpoch(long batchSize) {
        return spec.recipe().stepsPerEpoch().orElseGet(() -> stepsPerPass(batchSize));
    }

    private int stepsPerPass(long batchSize) {
        if (data.training().size() < 0) {
            throw new IllegalArgumentException(
                    "stepsPerEpoch must be set in the recipe, because the training data set cannot"
                            + " tell its size");
        }
        long examples = batchSize * spec.recipe().accumulation();
        return Math.toIntExact(Math.max(1, data.training().size() / examples));
    }

    static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
