package io.ssld.core.plan;

import java.util.Objects;
import java.util.Optional;

/**
 * What a distillation will cost, from a few timed steps on its own data and networks.
 *
 * @param shape how much there is to do
 * @param measured the seconds that were measured; everything below follows from them
 * @param imagesPerSecond images of the training a second, evaluation not counted
 * @param pipelineImagesPerSecond images that the pipeline gets ready a second with nothing else at
 *     work
 * @param evaluationSeconds seconds of the evaluation after each epoch
 * @param secondsPerEpoch seconds of an epoch, its evaluation included
 * @param secondsInAll seconds of the run, the evaluations before and after it included; files and
 *     checkpoints are not
 * @param memory the memory of the run
 * @param store the same with a label store; empty where there can be none
 * @param withoutStore why there can be none; empty text where there can be one
 */
public record DistillationPlan(
        RunShape shape,
        MeasuredTimes measured,
        double imagesPerSecond,
        double pipelineImagesPerSecond,
        double evaluationSeconds,
        double secondsPerEpoch,
        double secondsInAll,
        PlanMemory memory,
        Optional<StorePlan> store,
        String withoutStore) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public DistillationPlan {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(measured, "measured");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(withoutStore, "withoutStore");
    }

    /**
     * Puts a plan together: a pure function of what was counted and measured.
     *
     * @param shape how much there is to do
     * @param measured seconds
     * @param memory bytes
     * @param views of each image in a label store, at least 1
     * @param topK classes of a label, at least 1
     * @param students that share the store, at least 1
     * @param storeBytes of the store
     * @param withoutStore why there can be no store, if {@code measured} has none
     * @return the plan
     */
    public static DistillationPlan of(
            RunShape shape,
            MeasuredTimes measured,
            PlanMemory memory,
            int views,
            int topK,
            int students,
            long storeBytes,
            String withoutStore) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(measured, "measured");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(withoutStore, "withoutStore");
        PlanCosts costs = new PlanCosts(shape, measured);
        double epoch = costs.epoch(measured.step());
        return new DistillationPlan(
                shape,
                measured,
                shape.imagesPerStep() / measured.step().total(),
                1 / measured.pipelineImage(),
                costs.evaluations(),
                epoch,
                costs.inAll(),
                memory,
                measured.store()
                        .map(
                                store ->
                                        StorePlan.of(
                                                costs,
                                                shape,
                                                epoch,
                                                store,
                                                views,
                                                topK,
                                                students,
                                                storeBytes)),
                withoutStore);
    }
}
