package io.ssld.core.run;

/**
 * Follows a run. Methods are called in the thread of the run, between steps; an exception ends the
 * run.
 */
public interface RunListener {

    /**
     * Called before the first step of this process, when everything was checked.
     *
     * @param start where the run starts
     */
    default void onStart(RunStart start) {}

    /**
     * Called after each optimiser step.
     *
     * @param step the step
     */
    default void onStep(StepSummary step) {}

    /**
     * Called after each epoch and its evaluation.
     *
     * @param epoch the epoch
     */
    default void onEpoch(EpochSummary epoch) {}
}
