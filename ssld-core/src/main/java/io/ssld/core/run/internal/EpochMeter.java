package io.ssld.core.run.internal;

import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.StepSummary;
import io.ssld.core.train.LossScale;
import java.util.Optional;

/** Adds up what the steps of one epoch tell. */
final class EpochMeter {

    private final int epoch;
    private final int epochs;
    private final int steps;
    private final long start = System.nanoTime();
    private Sums sums;

    /** Starts an epoch, or goes on with one that was interrupted. */
    EpochMeter(int epoch, int epochs, int steps, Sums before) {
        this.epoch = epoch;
        this.epochs = epochs;
        this.steps = steps;
        this.sums = before;
    }

    /**
     * The sums over the steps of an epoch.
     *
     * @param steps optimiser steps
     * @param examples examples seen
     * @param correct those on which the student's first choice was the teacher's, or the label's
     * @param loss the sum of the steps' losses
     * @param learningRate the rate of the last step
     * @param seconds the duration, of a run's earlier processes as well
     */
    record Sums(
            int steps,
            long examples,
            long correct,
            double loss,
            double learningRate,
            double seconds) {

        static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0);

        private Sums plus(TrainStep.Outcome outcome, double rate) {
            return new Sums(
                    steps + 1,
                    examples + outcome.examples(),
                    correct + outcome.correct(),
                    loss + outcome.loss(),
                    rate,
                    seconds);
        }
    }

    StepSummary add(TrainStep.Outcome outcome, double rate, Optional<LossScale> scale) {
        sums = sums.plus(outcome, rate);
        return new StepSummary(
                epoch,
                epochs,
                sums.steps(),
                steps,
                rate,
                outcome.loss(),
                accuracy(),
                speed(),
                scale);
    }

    boolean isDone() {
        return sums.steps() == steps;
    }

    /** What a checkpoint keeps of this epoch. */
    Sums sums() {
        return new Sums(
                sums.steps(),
                sums.examples(),
                sums.correct(),
                sums.loss(),
                sums.learningRate(),
                seconds());
    }

    EpochSummary summary(
            Evaluation evaluation,
            Optional<Evaluation> averaged,
            double trainingSpeed,
            double seconds) {
        return new EpochSummary(
                epoch,
                sums.learningRate(),
                sums.loss() / sums.steps(),
                accuracy(),
                evaluation,
                averaged,
                trainingSpeed,
                seconds);
    }

    double seconds() {
        return sums.seconds() + TrainingRun.secondsSince(start);
    }

    double speed() {
        return sums.examples() / seconds();
    }

    private double accuracy() {
        return (double) sums.correct() / sums.examples();
    }
}
