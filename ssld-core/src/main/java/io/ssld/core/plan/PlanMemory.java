package io.ssld.core.plan;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * The memory of a run, in bytes. The first five are counted from the parameters and are exact; they
 * are those of one device. The rest is measured.
 *
 * @param weights the student's parameters and buffers
 * @param gradients those of the parameters that train
 * @param optimizer the optimiser's state
 * @param average the moving average of the weights; 0 without one
 * @param teacher the parameters and buffers of the teacher's networks; 0 if it has none or does not
 *     tell
 * @param processBefore the resident size of the process before the plan; empty where the system
 *     does not tell ({@code /proc/self/status})
 * @param processPeak the predicted peak: the largest resident size while steps and evaluations were
 *     timed, less the copy of the student that the plan kept. The Java heap is part of it
 * @param activations how much the process grew that is neither gradients, nor optimiser, nor
 *     average, nor fresh weights: activations, images, the engine's own, and pages of the heap that
 *     were used for the first time
 * @param devicePeak the largest memory in use on the student's GPU, whoever uses it; empty on the
 *     CPU
 * @param heapPeak the most Java heap in use, garbage included
 * @param heapLimit what the Java heap may grow to
 */
public record PlanMemory(
        long weights,
        long gradients,
        long optimizer,
        long average,
        long teacher,
        OptionalLong processBefore,
        OptionalLong processPeak,
        OptionalLong activations,
        OptionalLong devicePeak,
        long heapPeak,
        long heapLimit) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public PlanMemory {
        Objects.requireNonNull(processBefore, "processBefore");
        Objects.requireNonNull(processPeak, "processPeak");
        Objects.requireNonNull(activations, "activations");
        Objects.requireNonNull(devicePeak, "devicePeak");
    }

    /**
     * Returns what was counted.
     *
     * @return the sum of weights, gradients, optimiser, average and teacher
     */
    public long counted() {
        return weights + gradients + optimizer + average + teacher;
    }
}
