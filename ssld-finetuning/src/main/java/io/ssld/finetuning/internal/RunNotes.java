package io.ssld.finetuning.internal;

import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.run.internal.RunEnd;
import io.ssld.zoo.djl.ModelNotes;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a run says of its network, for the card of the saved model. */
public final class RunNotes {

    private RunNotes() {}

    /**
     * Returns the notes of a training by labels.
     *
     * @param result what the run did
     * @param run its folder, null if it had none
     * @return its measures and provenance
     */
    public static ModelNotes of(TrainingResult result, @Nullable Path run) {
        Objects.requireNonNull(result, "result");
        return notes(notes(result), run).build();
    }

    /**
     * Returns the notes of a distillation.
     *
     * @param result what the run did
     * @param teacher the name of the teacher
     * @param run its folder, null if it had none
     * @return its measures and provenance
     */
    public static ModelNotes of(DistillationResult result, String teacher, @Nullable Path run) {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(teacher, "teacher");
        return notes(notes(result, teacher), run).build();
    }

    /**
     * Returns the notes of a run that is just about to be complete.
     *
     * @param end what the run came to
     * @param teacher the name of the teacher; not looked at for a training by labels
     * @return its measures and provenance
     */
    public static ModelNotes of(RunEnd end, String teacher) {
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(teacher, "teacher");
        ModelNotes.Builder notes =
                end.distillation()
                        .map(result -> notes(result, teacher))
                        .orElseGet(() -> notes(end.result()));
        return notes.optProvenance(end.provenance()).build();
    }

    private static ModelNotes.Builder notes(DistillationResult result, String teacher) {
        ModelNotes.Builder notes = notes(result.training()).optTeacher(teacher);
        // A replayed teacher is not there to be measured.
        if (result.teacherEvaluation().examples() > 0) {
            notes.addMetric("agreement with the teacher", percent(result.agreement()));
        }
        return notes;
    }

    private static ModelNotes.Builder notes(TrainingResult result) {
        ModelNotes.Builder notes =
                ModelNotes.builder().addMetric("top-1", percent(result.evaluation().top1()));
        result.evaluation()
                .top5(result.classes())
                .ifPresent(top5 -> notes.addMetric("top-5", percent(top5)));
        return notes;
    }

    private static ModelNotes.Builder notes(ModelNotes.Builder notes, @Nullable Path run) {
        return run == null ? notes : notes.optProvenance(run.resolve("provenance.json"));
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
    }
}
