package io.ssld.core;

/**
 * One epoch in numbers.
 *
 * @param epoch the number of the epoch, from 1
 * @param learningRate the rate of its last step
 * @param loss the mean training loss over its steps
 * @param accuracy the fraction of training examples on which the student's first choice was the
 *     teacher's, or the label's where there is no teacher; 0 to 1, measured while training
 * @param evaluation the student on the validation data after the epoch
 * @param examplesPerSecond training examples a second, without the evaluation
 * @param seconds the duration of training and evaluation
 */
public record EpochSummary(
        int epoch,
        double learningRate,
        double loss,
        double accuracy,
        Evaluation evaluation,
        double examplesPerSecond,
        double seconds) {}
