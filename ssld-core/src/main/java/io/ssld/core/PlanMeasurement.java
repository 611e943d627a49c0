package io.ssld.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.BatchIterator;
import io.ssld.core.data.BatchMixing;
import io.ssld.core.data.ExampleBatch;
import io.ssld.core.internal.Parameters;
import io.ssld.core.labels.LabelStoreSize;
import io.ssld.core.plan.DistillationPlan;
import io.ssld.core.plan.MeasuredTimes;
import io.ssld.core.plan.PlanMemory;
import io.ssld.core.plan.PlanSettings;
import io.ssld.core.plan.RunShape;
import io.ssld.core.plan.StepSeconds;
import io.ssld.core.plan.StoreTimes;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.teacher.TeacherMode;
import io.ssld.core.train.Recipe;
import io.ssld.core.view.SamplerMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Times a few steps of a run that does not take place. The checks are those of the run; the student
 * is put back as it was, and no file is written.
 */
final class PlanMeasurement {

    /** Steps before those that count: the first ones allocate, and Java compiles its loops. */
    private static final int WARM_UP = 2;

    private final RunSpec spec;
    private final RunData data;
    private final PlanSettings settings;
    private final TrainingRun run;

    PlanMeasurement(RunSpec spec, RunData data, PlanSettings settings) {
        this.spec = spec;
        this.data = data;
        this.settings = settings;
        this.run = new TrainingRun(spec, data);
    }

    DistillationPlan plan() throws IOException, TranslateException {
        try (RunLock lock = RunLock.acquire();
                NDManager state = spec.student().manager().newSubManager();
                StudentSnapshot before = new StudentSnapshot(spec.student(), state);
                MemoryWatch memory = MemoryWatch.start(state.getDevice())) {
            new RunSeeds(state.getEngine(), spec.recipe().seed()).initial();
            Probe probe = run.firstBatch(state);
            Teacher teacher = Objects.requireNonNull(Contracts.check(spec, probe));
            int classes = spec.student().classes(probe.inputs());
            Contracts.requireLabels(data.lists(), classes, false);
            try (TeacherGuard guard = new TeacherGuard(teacher, probe, state)) {
                DistillationPlan plan = plan(teacher, probe, classes, state, before, memory);
                guard.verify();
                return plan;
            }
        }
    }

    private DistillationPlan plan(
            Teacher teacher,
            Probe probe,
            int classes,
            NDManager state,
            StudentSnapshot before,
            MemoryWatch watch)
            throws IOException, TranslateException {
        Teacher given = Objects.requireNonNull(spec.teacher());
        String refusal = storeRefusal(given, spec.recipe());
        RunSeeds seeds = new RunSeeds(state.getEngine(), spec.recipe().seed());
        try (LearningState learning = new LearningState(spec.student(), spec.recipe(), state);
                BatchStream stream = new BatchStream(data.training(), state, seeds, 0, 0)) {
            StepClock clock = new StepClock(spec, stream);
            StepSeconds live = time(clock, teacher, classes, learning, state, WARM_UP);
            Optional<StoreTimes> store = Optional.empty();
            if (refusal.isEmpty()) {
                double view = recordedView(clock, teacher);
                Teacher recorded = answers(teacher, probe, classes);
                store =
                        Optional.of(
                                new StoreTimes(
                                        view, time(clock, recorded, classes, learning, state, 1)));
            }
            double pipeline = pipelineImage(clock);
            double evaluated = evaluatedImage(state);
            watch.look();
            int views = settings.views().orElse(spec.recipe().epochs());
            int topK = Math.min(settings.topK(), classes);
            int images = list(RunData.TRAINING);
            return DistillationPlan.of(
                    shape(probe, learning),
                    new MeasuredTimes(live, pipeline, evaluated, !teacher.needsKeys(), store),
                    memory(given, learning, before, watch),
                    views,
                    topK,
                    settings.students(),
                    LabelStoreSize.segments(classes, topK, images, views),
                    refusal);
        }
    }

    private RunShape shape(Probe probe, LearningState learning) {
        long batch = probe.inputs().head().size(0);
        return new RunShape(
                spec.recipe().epochs(),
                run.stepsPerEpoch(batch),
                Math.toIntExact(batch * spec.recipe().accumulation()),
                list(RunData.TRAINING),
                list(RunData.VALIDATION),
                learning.average() == null ? 1 : 2);
    }

    private int list(String name) {
        return Objects.requireNonNull(data.lists().get(name)).size();
    }

    private StepSeconds time(
            StepClock clock,
            Teacher teacher,
            int classes,
            LearningState learning,
            NDManager state,
            int warmUp)
            throws IOException, TranslateException {
        try (NDManager steps = state.newSubManager();
                TrainStep step = run.step(teacher, classes, learning, steps)) {
            step.synchronize();
            return clock.time(step, warmUp, settings.steps());
        }
    }

    /** What the teacher says of the first batch, to be said again. */
    private static Teacher answers(Teacher teacher, Probe probe, int classes) {
        try (NDArray logits = teacher.logits(probe.inputs(), probe.keys())) {
            return new FixedAnswers(Evaluator.numbers(logits), classes);
        }
    }

    /** Seconds a view to get it ready and have the teacher's answer in Java. */
    private double recordedView(StepClock clock, Teacher teacher)
            throws IOException, TranslateException {
        return anImage(
                () -> {
                    try (ExampleBatch batch = clock.next()) {
                        Evaluator.numbers(teacher.logits(batch.inputs(), batch.keys()));
                        return batch.size();
                    }
                });
    }

    private double pipelineImage(StepClock clock) throws IOException, TranslateException {
        return anImage(
                () -> {
                    try (ExampleBatch batch = clock.next()) {
                        return batch.size();
                    }
                });
    }

    /**
     * Seconds to measure the student on an image; the first batch counts where it is the only one.
     */
    private double evaluatedImage(NDManager state) throws IOException, TranslateException {
        List<Double> seconds = new ArrayList<>();
        try (BatchIterator batches = data.validation().pass(state, 0)) {
            for (int i = 0; i <= settings.steps(); i++) {
                long start = System.nanoTime();
                ExampleBatch next = batches.next();
                if (next == null) {
                    break;
                }
                int size = next.size();
                try (ExampleBatch batch = next) {
                    Evaluator.numbers(spec.student().predict(batch.inputs()));
                }
                seconds.add(TrainingRun.secondsSince(start) / size);
            }
        }
        if (seconds.isEmpty()) {
            throw new IllegalArgumentException(
                    "validation data must hold at least one example, but was empty");
        }
        List<Double> counted = seconds.size() == 1 ? seconds : seconds.subList(1, seconds.size());
        return StepClock.median(counted, value -> value);
    }

    private interface Work {
        /** Does something with a batch; returns how many images it had. */
        int run() throws IOException, TranslateException;
    }

    private double anImage(Work work) throws IOException, TranslateException {
        work.run();
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < settings.steps(); i++) {
            long start = System.nanoTime();
            int images = work.run();
            seconds.add(TrainingRun.secondsSince(start) / images);
        }
        return StepClock.median(seconds, value -> value);
    }

    private PlanMemory memory(
            Teacher teacher, LearningState learning, StudentSnapshot before, MemoryWatch watch) {
        long gradients = 0;
        for (Parameter parameter : spec.student().parameters().values()) {
            gradients += parameter.requiresGradient() ? Parameters.bytes(parameter.getArray()) : 0;
        }
        long optimizer = 0;
        long average = 0;
        for (Map.Entry<String, NDArray> entry : learning.arrays().entrySet()) {
            long bytes = Parameters.bytes(entry.getValue());
            optimizer += entry.getKey().startsWith("optimizer/") ? bytes : 0;
            average += entry.getKey().startsWith("average/") ? bytes : 0;
        }
        long known = gradients + optimizer + average + before.freshBytes();
        OptionalLong peak = watch.peak();
        OptionalLong own =
                peak.isEmpty() ? peak : OptionalLong.of(peak.getAsLong() - before.bytes());
        OptionalLong rest =
                own.isEmpty()
                        ? own
                        : OptionalLong.of(
                                Math.max(
                                        0, own.getAsLong() - watch.before().orElseThrow() - known));
        return new PlanMemory(
                Parameters.bytes(spec.student().parameters()),
                gradients,
                optimizer,
                average,
                Parameters.bytes(teacher.parameters()),
                watch.before(),
                own,
                rest,
                watch.devicePeak(),
                watch.heapPeak(),
                Runtime.getRuntime().maxMemory());
    }

    /** Why labels of this run cannot be recorded; empty if they can. */
    private static String storeRefusal(Teacher teacher, Recipe recipe) {
        if (teacher.recordedViews().isPresent()) {
            return "soft labels come from a store already";
        }
        if (teacher.mode() != TeacherMode.EVALUATION) {
            return "the teacher uses the statistics of the batch, so a view's label would depend"
                    + " on its neighbours";
        }
        if (!recipe.mixing().equals(BatchMixing.NONE)) {
            return "the recipe mixes images, and a mixed one is none of the views that a store"
                    + " knows";
        }
        if (SamplerMap.of(recipe.views()).isEmpty()) {
            return "the recipe's views are drawn by Java code, which a store cannot write down";
        }
        return "";
    }
}
