package io.ssld.core;

import ai.djl.translate.TranslateException;
import io.ssld.core.run.internal.RunData;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.TrainingRun;
import java.io.IOException;

/** Trainings that no builder offers, started as builders start theirs. */
public final class Launched {

    private Launched() {}

    public static TrainingRun.Outcome run(RunSpec spec, RunData data)
            throws IOException, TranslateException {
        return Launch.run(spec, data);
    }
}
