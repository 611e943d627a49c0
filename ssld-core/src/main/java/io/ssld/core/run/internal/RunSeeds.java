package io.ssld.core.run.internal;

import ai.djl.engine.Engine;
import io.ssld.base.internal.CounterRandom;

/**
 * Seeds of the engine's random numbers, which dropout and DJL's data sets draw from.
 *
 * <p>An engine does not tell the state of its generator, so a checkpoint cannot hold it. Instead it
 * is seeded anew for each pass and each batch, by their numbers: then a resumed run draws what the
 * uninterrupted one would have drawn.
 */
public final class RunSeeds {

    private static final int PASS = 1;
    private static final int BATCH = 2;

    private final Engine engine;
    private final long seed;

    public RunSeeds(Engine engine, long seed) {
        this.engine = engine;
        this.seed = seed;
    }

    /** For the initial weights. */
    public void initial() {
        engine.setRandomSeed(Long.hashCode(seed));
    }

    /** For the order in which a data set is read. */
    void pass(int number) {
        seed(PASS, number);
    }

    /** For drawing a batch and for the networks' passes over it. */
    void batch(long number) {
        seed(BATCH, number);
    }

    private void seed(int kind, long number) {
        engine.setRandomSeed(Long.hashCode(CounterRandom.of(seed, kind, number).nextLong()));
    }
}
