package io.ssld.core.run.internal;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.BatchMixing;
import io.ssld.core.data.Mix;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.StepSummary;
import io.ssld.core.train.Ema;
import io.ssld.core.train.LearningRate;
import io.ssld.core.train.Recipe;
import io.ssld.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Epoch after epoch, step after step, from wherever a run is.
 *
 * <p>The state of the run between two steps is a value, {@link RunState}, made anew for each
 * checkpoint. Nothing that the next step depends on is kept elsewhere but in the arrays that {@link
 * RunCheckpoints} knows.
 */
public final class TrainingLoop {

    private final RunSpec spec;
    private final RunData data;
    private final TrainStep step;
    private final LearningState learning;
    private final Evaluator evaluator;
    private final RunCheckpoints checkpoints;
    private final Stopping stopping;
    private final NDManager manager;
    private final RunState from;
    private final long start = System.nanoTime();
    private final List<EpochSummary> epochs;
    private long number;

    /** The weights of the best epoch, if they are kept in memory. */
    private @Nullable StateDict best;

    /**
     * Creates the loop of a run.
     *
     * @param spec the run
     * @param data its data
     * @param step what takes a step
     * @param learning what a step changes
     * @param evaluator measures the student after each epoch
     * @param checkpoints saves states
     * @param stopping tells when to stop
     * @param from where the run is
     * @param manager the owner of batches
     */
    TrainingLoop(
            RunSpec spec,
            RunData data,
            TrainStep step,
            LearningState learning,
            Evaluator evaluator,
            RunCheckpoints checkpoints,
            Stopping stopping,
            RunState from,
            NDManager manager) {
        this.spec = spec;
        this.data = data;
        this.step = step;
        this.learning = learning;
        this.evaluator = evaluator;
        this.checkpoints = checkpoints;
        this.stopping = stopping;
        this.from = from;
        this.manager = manager;
        this.epochs = new ArrayList<>(from.epochs());
        this.number = from.step();
    }

    /**
     * Goes on to the end of the run.
     *
     * @return every epoch
     * @throws RunStoppedException if the run was asked to stop, after a checkpoint
     */
    List<EpochSummary> run() throws IOException, TranslateException {
        Recipe recipe = spec.recipe();
        RunSeeds seeds = new RunSeeds(manager.getEngine(), recipe.seed());
        EpochMeter.Sums sums = from.sums();
        try (BatchStream stream =
                new BatchStream(data.training(), manager, seeds, from.pass(), from.position())) {
            while (epochs.size() < recipe.epochs() && !stopsEarly()) {
                EpochMeter meter =
                        new EpochMeter(
                                epochs.size() + 1, recipe.epochs(), from.stepsPerEpoch(), sums);
                train(stream, meter);
                evaluate(stream, meter);
                sums = EpochMeter.Sums.NONE;
                checkpoints.save(state(stream, sums));
            }
        }
        return List.copyOf(epochs);
    }

    private void train(BatchStream stream, EpochMeter meter)
            throws IOException, TranslateException {
        LearningRate schedule = spec.recipe().schedule(from.stepsPerEpoch());
        while (!meter.isDone()) {
            if (stopping.isAsked()) {
                throw stopped(state(stream, meter.sums()));
            }
            double rate = schedule.at(number);
            int batches = spec.recipe().accumulation();
            for (int i = 0; i < batches; i++) {
                add(stream, meter, i, number * batches + i);
            }
            TrainStep.Outcome outcome = step.finish(number, rate);
            StepSummary summary = meter.add(outcome, rate, learning.lossScale());
            number++;
            spec.listeners().forEach(listener -> listener.onStep(summary));
            if (checkpoints.isDue(number)) {
                checkpoints.save(state(stream, meter.sums()));
            }
        }
    }

    /** Adds a batch to a step; whoever waits for images or the teacher waits until the stop. */
    private void add(BatchStream stream, EpochMeter meter, int index, long drawn)
            throws IOException, TranslateException {
        int pass = stream.pass();
        long position = stream.position();
        try (ExampleBatch batch = stream.next(drawn)) {
            step.add(batch, mix(spec.recipe(), batch, drawn));
        } catch (IOException | TranslateException | RuntimeException e) {
            if (!stopping.isCause(e)) {
                throw e;
            }
            if (index == 0) {
                throw stopped(state(pass, position, meter.sums()));
            }
            // Running statistics have seen the step's first batches: the last checkpoint counts.
            throw new RunStoppedException(checkpoints.savedSteps(), checkpoints.isOn());
        }
    }

    private RunStoppedException stopped(RunState state) throws IOException {
        checkpoints.save(state);
        return new RunStoppedException(number, checkpoints.isOn());
    }

    /** How a batch is mixed, by its number in the run. */
    public static @Nullable Mix mix(Recipe recipe, ExampleBatch batch, long number) {
        BatchMixing mixing = recipe.mixing();
        if (mixing.equals(BatchMixing.NONE)) {
            return null;
        }
        Shape shape = batch.inputs().head().getShape();
        if (shape.dimension() != 4) {
            throw new IllegalArgumentException(
                    "inputs must be images of shape (N, channels, H, W) to be mixed, but were "
                            + shape
                            + "; drop the recipe's mixing for other data");
        }
        int height = (int) shape.get(2);
        int width = (int) shape.get(3);
        return mixing.draw(recipe.seed(), number, batch.size(), height, width).orElse(null);
    }

    /** A stop leaves the state before the evaluation, which the resumed run begins with. */
    private void evaluate(BatchStream stream, EpochMeter meter)
            throws IOException, TranslateException {
        EpochMeter.Sums sums = meter.sums();
        try {
            evaluate(meter);
        } catch (IOException | TranslateException | RuntimeException e) {
            if (!stopping.isCause(e)) {
                throw e;
            }
            throw stopped(state(stream, sums));
        }
    }

    private void evaluate(EpochMeter meter) throws IOException, TranslateException {
        double speed = meter.speed();
        Evaluation evaluation = evaluator.evaluate(spec.student()::predict);
        Ema average = learning.average();
        Optional<Evaluation> averaged = Optional.empty();
        if (average != null) {
            try (Ema.Swap swap = average.swapIn()) {
                averaged = Optional.of(evaluator.evaluate(spec.student()::predict));
            }
        }
        EpochSummary summary = meter.summary(evaluation, averaged, speed, meter.seconds());
        epochs.add(summary);
        keepIfBest(summary, average);
        spec.listeners().forEach(listener -> listener.onEpoch(summary));
    }

    /** Keeps the weights of the best epoch, averaged where those did better. */
    private void keepIfBest(EpochSummary summary, @Nullable Ema average) throws IOException {
        Path folder = spec.survival().folder();
        boolean keeps = spec.survival().keepBest();
        if ((folder == null && !keeps) || EpochSummary.best(epochs).orElse(0) != summary.epoch()) {
            return;
        }
        try (Ema.Swap swap =
                average != null && summary.isAveragedBetter() ? average.swapIn() : null) {
            if (folder != null) {
                StudentWeights.save(spec.student(), folder, "best");
            }
            if (keeps) {
                best = StateDict.of(spec.student().block());
            }
        }
    }

    /** The weights of the best epoch, if they were to be kept. */
    Optional<StateDict> best() {
        return Optional.ofNullable(best);
    }

    private boolean stopsEarly() {
        List<Double> accuracies = epochs.stream().map(EpochSummary::bestTop1).toList();
        return spec.recipe().earlyStop().map(rule -> rule.stopsAfter(accuracies)).orElse(false);
    }

    private RunState state(BatchStream stream, EpochMeter.Sums sums) {
        return state(stream.pass(), stream.position(), sums);
    }

    private RunState state(int pass, long position, EpochMeter.Sums sums) {
        return new RunState(
                from.identity(),
                from.stepsPerEpoch(),
                number,
                pass,
                position,
                sums,
                from.before(),
                epochs,
                data.quarantine().entries(),
                seconds(),
                learning.lossScale());
    }

    /** The duration of the run so far, in all its processes. */
    double seconds() {
        return from.seconds() + TrainingRun.secondsSince(start);
    }
}
