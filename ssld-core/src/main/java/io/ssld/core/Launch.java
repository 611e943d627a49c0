package io.ssld.core;

import ai.djl.translate.TranslateException;
import io.ssld.base.internal.Shielded;
import io.ssld.core.plan.internal.AutoTune;
import io.ssld.core.run.internal.RunData;
import io.ssld.core.run.internal.RunFolder;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.TrainingRun;
import io.ssld.engine.internal.NoGrad;
import java.io.IOException;
import java.nio.file.Path;

/** From what a builder was told to a training that goes on, recorded if it has a folder. */
final class Launch {

    private Launch() {}

    static TrainingRun.Outcome run(RunSpec spec, RunData data)
            throws IOException, TranslateException {
        Path path = spec.survival().folder();
        if (path == null) {
            return new TrainingRun(spec, AutoTune.tuned(spec, data)).run();
        }
        return RunFolder.record(
                spec,
                path,
                folder -> {
                    RunData tuned = AutoTune.tuned(spec, data);
                    TrainingRun.Outcome outcome = new TrainingRun(spec.with(folder), tuned).run();
                    // Nothing is left to stop: an interrupt must only not break the last files.
                    Shielded.run(
                            () -> {
                                try (NoGrad off =
                                        NoGrad.open(spec.student().manager().getEngine())) {
                                    folder.finish(tuned, outcome);
                                }
                            });
                    return outcome;
                });
    }
}
