package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.training.loss.Loss;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.train.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run is made of, checked by the builder that made it.
 *
 * @param student the network to train
 * @param teacher where soft labels come from; {@code null} to learn from labels alone
 * @param loss over the label slots target, and teacher where there is one
 * @param recipe how to train
 * @param normalization how the inputs are normalised, if known
 * @param devices where to compute, the student's own first; one may be named twice
 * @param precision what the student computes in
 * @param survival how the run outlives its process
 * @param listeners who follows
 * @param allowMissing whether most of the images of a list may be missing
 */
public record RunSpec(
        Student student,
        @Nullable RunTeacher teacher,
        Loss loss,
        Recipe recipe,
        @Nullable Normalization normalization,
        List<Device> devices,
        StudentPrecision precision,
        Survival survival,
        List<RunListener> listeners,
        boolean allowMissing) {

    /**
     * How a run outlives its process.
     *
     * @param folder where the run leaves its files, if anywhere
     * @param resume whether to go on with the run in the folder, if there is one
     * @param checkpoints when to save
     * @param stop asks the run to stop
     * @param keepBest whether to hold the weights of the best epoch in memory
     * @param artefacts what the run leaves beside its own files, by name
     * @param commandLine the arguments of the program that runs it
     */
    public record Survival(
            @Nullable Path folder,
            boolean resume,
            CheckpointPolicy checkpoints,
            StopSignal stop,
            boolean keepBest,
            Map<String, RunArtefact> artefacts,
            List<String> commandLine) {}

    /** How batches of images are made: channels-last if every network wants that. */
    ImageLayout layout() {
        boolean last =
                student.layout() == ImageLayout.CHANNELS_LAST
                        && (teacher == null || teacher.layout() == ImageLayout.CHANNELS_LAST);
        return last ? ImageLayout.CHANNELS_LAST : ImageLayout.NCHW;
    }

    /** The layout that each network gets, in words. */
    String layoutTold() {
        String own = "student " + student.layout();
        return teacher == null ? own : own + ", teacher " + teacher.layout();
    }

    /** This run on image lists, which are normalised as ImageNet unless told otherwise. */
    public RunSpec onImages() {
        Normalization chosen = normalization == null ? Normalization.IMAGENET : normalization;
        return new RunSpec(
                student,
                teacher,
                loss,
                recipe,
                chosen,
                devices,
                precision,
                survival,
                listeners,
                allowMissing);
    }

    /** This run with one more listener, which hears first. */
    public RunSpec with(RunListener listener) {
        List<RunListener> all = new ArrayList<>();
        all.add(listener);
        all.addAll(listeners);
        return with(precision, all);
    }

    /** This run in another precision, whatever the processor has. */
    RunSpec with(StudentPrecision other) {
        return with(other, listeners);
    }

    private RunSpec with(StudentPrecision chosen, List<RunListener> all) {
        return new RunSpec(
                student,
                teacher,
                loss,
                recipe,
                normalization,
                devices,
                chosen,
                survival,
                all,
                allowMissing);
    }
}
