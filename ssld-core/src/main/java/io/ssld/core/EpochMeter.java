package io.ssld.core;

/** Adds up what the steps of one epoch tell. */
final class EpochMeter {

    private final int epoch;
    private final int epochs;
    private final int steps;
    private final long start = System.nanoTime();
    private int done;
    private long examples;
    private long correct;
    private double lossSum;
    private double learningRate;

    EpochMeter(int epoch, int epochs, int steps) {
        this.epoch = epoch;
        this.epochs = epochs;
        this.steps = steps;
    }

    StepSummary add(TrainStep.Outcome outcome, int batchSize, double rate) {
        done++;
        examples += batchSize;
        correct += outcome.correct();
        lossSum += outcome.loss();
        learningRate = rate;
        return new StepSummary(
                epoch, epochs, done, steps, rate, outcome.loss(), accuracy(), speed());
    }

    EpochSummary summary(Evaluation evaluation, double trainingSpeed, double seconds) {
        return new EpochSummary(
                epoch,
                learningRate,
                lossSum / done,
                accuracy(),
                evaluation,
                trainingSpeed,
                seconds);
    }

    double speed() {
        return examples / TrainingRun.secondsSince(start);
    }

    private double accuracy() {
        return (double) correct / examples;
    }
}
