package io.ssld.core;

import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import io.ssld.core.run.internal.RunData;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.Student;
import io.ssld.core.run.internal.TrainingRun;
import java.io.IOException;

/** Trainings that no builder offers, started as builders start theirs. */
public final class Launched {

    private Launched() {}

    /** What a builder was told, for a student of one's own. */
    public static RunSpec spec(RunBuilder<?> builder, Student student, Loss loss) {
        return builder.spec(student, null, loss);
    }

    public static TrainingRun.Outcome run(RunSpec spec, RunData data)
            throws IOException, TranslateException {
        return Launch.run(spec, data);
    }
}
