package io.ssld.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.core.Evaluator.Comparison;
import io.ssld.core.data.BatchIterator;
import io.ssld.core.data.ExampleBatch;
import io.ssld.core.internal.Parameters;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.LearningRate;
import io.ssld.core.train.Optimizer;
import io.ssld.core.train.ParameterPaths;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One training from first check to last evaluation. */
final class TrainingRun {

    private final RunSpec spec;
    private final RunData data;

    TrainingRun(RunSpec spec, RunData data) {
        this.spec = spec;
        this.data = data;
    }

    /**
     * What a run found out.
     *
     * @param before the student before the first step
     * @param epochs every epoch
     * @param last the student at the end, and the teacher if there is one
     * @param teacherDigest of the teacher, before and after; empty without one
     * @param classes the number of classes
     * @param seconds the duration
     */
    record Outcome(
            Evaluation before,
            List<EpochSummary> epochs,
            Comparison last,
            String teacherDigest,
            int classes,
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
    }

    Outcome run() throws IOException, TranslateException {
        long start = System.nanoTime();
        try (RunLock lock = RunLock.acquire();
                NDManager state = spec.student().manager().newSubManager()) {
            state.getEngine().setRandomSeed(Long.hashCode(spec.recipe().seed()));
            NDList probe = firstInputs(state);
            Teacher teacher = Contracts.check(spec, probe);
            Evaluator evaluator = new Evaluator(data.validation(), state);
            int classes = spec.student().classes(probe);
            Contracts.requireLabels(data.lists(), classes, teacher == null);
            // Also finds validation data that is empty, unlabelled or of other classes before the
            // first step instead of after the first epoch.
            Evaluation before = evaluator.evaluate(spec.student()::predict);
            if (teacher == null) {
                List<EpochSummary> epochs = train(null, probe, evaluator, state);
                Evaluation last = epochs.get(epochs.size() - 1).evaluation();
                Comparison alone = new Comparison(last, last, 1);
                return new Outcome(before, epochs, alone, "", classes, secondsSince(start));
            }
            try (TeacherGuard guard = new TeacherGuard(teacher, probe, state)) {
                List<EpochSummary> epochs = train(teacher, probe, evaluator, state);
                Comparison last = evaluator.compare(spec.student()::predict, teacher::logits);
                guard.verify();
                return new Outcome(
                        before, epochs, last, guard.digest(), classes, secondsSince(start));
            }
        }
    }

    /** The inputs of the first batch, on which networks are checked before anything is trained. */
    private NDList firstInputs(NDManager state) throws IOException, TranslateException {
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
                return probe;
            }
        }
    }

    private List<EpochSummary> train(
            @Nullable Teacher teacher, NDList probe, Evaluator evaluator, NDManager state)
            throws IOException, TranslateException {
        Recipe recipe = spec.recipe();
        Student student = spec.student();
        Optimizer optimizer = recipe.newOptimizer(ParameterPaths.of(student.block()), state);
        int classes = student.classes(probe);
        TrainStep step = new TrainStep(student, teacher, spec.loss(), classes, optimizer, state);
        List<EpochSummary> epochs = new ArrayList<>();
        try (BatchStream stream = new BatchStream(data.training(), state)) {
            long batchSize = probe.head().size(0);
            int steps = recipe.stepsPerEpoch().orElseGet(() -> stepsPerPass(batchSize));
            LearningRate schedule = recipe.schedule(steps);
            for (int epoch = 1; epoch <= recipe.epochs(); epoch++) {
                long start = System.nanoTime();
                EpochMeter meter = new EpochMeter(epoch, recipe.epochs(), steps);
                for (int i = 0; i < steps; i++) {
                    long number = (long) (epoch - 1) * steps + i;
                    double rate = schedule.at(number);
                    try (ExampleBatch batch = stream.next()) {
                        StepSummary summary =
                                meter.add(step.take(number, batch, rate), batch.size(), rate);
                        spec.listeners().forEach(listener -> listener.onStep(summary));
                    }
                }
                double speed = meter.speed();
                Evaluation evaluation = evaluator.evaluate(student::predict);
                EpochSummary summary = meter.summary(evaluation, speed, secondsSince(start));
                epochs.add(summary);
                spec.listeners().forEach(listener -> listener.onEpoch(summary));
            }
        }
        Parameters.requireUsable("student", student.parameters());
        return epochs;
    }

    /** Steps of an epoch of one pass; a last, smaller batch starts the next epoch. */
    private int stepsPerPass(long batchSize) {
        if (data.training().size() < 0) {
            throw new IllegalArgumentException(
                    "stepsPerEpoch must be set in the recipe, because the training data set cannot"
                            + " tell its size");
        }
        return Math.toIntExact(Math.max(1, data.training().size() / batchSize));
    }

    static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
