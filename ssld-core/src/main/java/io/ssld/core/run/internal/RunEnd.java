package io.ssld.core.run.internal;

import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.TrainingResult;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link RunArtefact} is made from: the student has its final weights, and nothing of the
 * run is left to do but to say that it is complete.
 *
 * @param result what the run found out
 * @param distillation the same with what is known of the teacher; empty without one
 * @param provenance a file with what will be the run's {@code provenance.json}; there until the
 *     artefact is made
 */
public record RunEnd(
        TrainingResult result, Optional<DistillationResult> distillation, Path provenance) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public RunEnd {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(distillation, "distillation");
        Objects.requireNonNull(provenance, "provenance");
    }
}
