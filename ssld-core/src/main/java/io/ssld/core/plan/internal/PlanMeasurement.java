package io.ssld.core.plan.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.BatchMixing;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.labels.LabelStoreSize;
import io.ssld.core.plan.DistillationPlan;
import io.ssld.core.plan.MeasuredTimes;
import io.ssld.core.plan.PlanMemory;
import io.ssld.core.plan.PlanSettings;
import io.ssld.core.plan.RunShape;
import io.ssld.core.run.internal.BatchStream;
import io.ssld.core.run.internal.Contracts;
import io.ssld.core.run.internal.Evaluator;
import io.ssld.core.run.internal.LearningState;
import io.ssld.core.run.internal.PreparedRun;
import io.ssld.core.run.internal.Probe;
import io.ssld.core.run.internal.RunData;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.StudentSnapshot;
import io.ssld.core.run.internal.TeacherGuard;
import io.ssld.core.run.internal.TrainStep;
import io.ssld.core.run.internal.TrainingRun;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.TeacherMode;
import io.ssld.core.train.Recipe;
import io.ssld.engine.internal.Parameters;
import io.ssld.images.view.internal.SamplerMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Times a few steps of a run that does not take place. The checks are those of the run; the student
 * is put back as it was, and no file is written.
 */
public final class PlanMeasurement {

    private final RunSpec spec;
    private final RunData data;
    private final PlanSettings settings;

    public PlanMeasurement(RunSpec spec, RunData data, PlanSettings settings) {
        this.spec = spec;
        this.data = data;
        this.settings = settings;
    }

    public DistillationPlan plan() throws IOException, TranslateException {
        try (PreparedRun run = new PreparedRun(spec, data);
                StudentSnapshot before = new StudentSnapshot(spec.student(), run.state());
                MemoryWatch memory = new MemoryWatch(run.state().getDevice())) {
            run.prepare();
            RunTeacher teacher = Objects.requireNonNull(run.checked().teacher());
            try (TeacherGuard guard = new TeacherGuard(teacher, run.probe(), run.state())) {
                DistillationPlan plan = plan(run, teacher, before, memory);
                guard.verify();
                return plan;
            }
        }
    }

    private DistillationPlan plan(
            PreparedRun run, RunTeacher teacher, StudentSnapshot before, MemoryWatch watch)
            throws IOException, TranslateException {
        int classes = run.checked().classes();
        NDManager state = run.state();
        RunTeacher given = Objects.requireNonNull(spec.teacher());
        String refusal = storeRefusal(given, spec.recipe());
        try (LearningState learning = new LearningState(spec, state);
                BatchStream stream = new BatchStream(data.training(), state, run.seeds(), 0, 0)) {
            StepClock clock = new StepClock(spec, stream);
            StepClock.Times times =
                    times(
                            clock,
                            teacher,
                            answers(teacher, run.probe(), classes, refusal),
                            run,
                            learning);
            double pipeline = clock.pipeline(settings.steps());
            double evaluated = evaluatedImage(state);
            watch.look();
            RunShape shape = shape(run, learning);
            int views = settings.views().orElse(spec.recipe().epochs());
            int topK = Math.min(settings.topK(), classes);
            return DistillationPlan.of(
                    shape,
                    new MeasuredTimes(
                            times.step(),
                            pipeline,
                            evaluated,
                            !teacher.needsKeys(),
                            times.store(shape.imagesPerStep())),
                    memory(given, learning, before, watch),
                    views,
                    topK,
                    settings.students(),
                    LabelStoreSize.segments(classes, topK, shape.images(), views),
                    refusal);
        }
    }

    private RunShape shape(PreparedRun run, LearningState learning) {
        return new RunShape(
                spec.recipe().epochs(),
                run.stepsPerEpoch(),
                Math.toIntExact(run.batchSize() * spec.recipe().accumulation()),
                list(RunData.TRAINING),
                list(RunData.VALIDATION),
                learning.average() == null ? 1 : 2);
    }

    private int list(String name) {
        return Objects.requireNonNull(data.lists().get(name)).size();
    }

    private StepClock.Times times(
            StepClock clock,
            RunTeacher teacher,
            @Nullable FixedAnswers recorded,
            PreparedRun run,
            LearningState learning)
            throws IOException, TranslateException {
        Contracts.Checked checked = run.checked();
        try (NDManager steps = run.state().newSubManager();
                TrainStep live = run.step(checked, learning, steps);
                TrainStep stored =
                        recorded == null
                                ? null
                                : run.step(
                                        new Contracts.Checked(
                                                recorded, checked.classes(), checked.labels()),
                                        learning,
                                        steps)) {
            return clock.time(live, stored, teacher, settings.steps());
        }
    }

    /** What the teacher says of the first batch, to be said again; nothing without a store. */
    private static @Nullable FixedAnswers answers(
            RunTeacher teacher, Probe probe, int classes, String refusal) {
        if (!refusal.isEmpty()) {
            return null;
        }
        try (NDArray logits = AnswerCheck.ask(teacher, probe.inputs(), probe.keys())) {
            return new FixedAnswers(Evaluator.numbers(logits), classes);
        }
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

    private PlanMemory memory(
            RunTeacher teacher, LearningState learning, StudentSnapshot before, MemoryWatch watch) {
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
    private static String storeRefusal(RunTeacher teacher, Recipe recipe) {
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
