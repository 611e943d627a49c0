package io.ssld.core;

import ai.djl.Device;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.loss.Loss;
import io.ssld.base.internal.Setting;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StopSignal;
import io.ssld.core.run.internal.RunArtefact;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.Student;
import io.ssld.core.run.internal.StudentPrecision;
import io.ssld.core.run.internal.WorkerChoice;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.engine.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that every kind of training shares: those of {@link Distiller.Builder} and {@link
 * SupervisedTrainer.Builder}. A setting may be given once.
 *
 * @param <B> the builder itself
 */
public abstract sealed class RunBuilder<B extends RunBuilder<B>>
        permits Distiller.Builder, SupervisedTrainer.Builder {

    private static final Logger LOGGER = LoggerFactory.getLogger(RunBuilder.class);

    final Setting<Recipe> recipe = new Setting<>("recipe");
    final Setting<Normalization> normalization = new Setting<>("normalization");
    final Setting<Integer> workers = new Setting<>("workers");
    final Setting<Boolean> autoTune = new Setting<>("autoTune");
    final Setting<Path> folder = new Setting<>("runFolder");
    final Setting<Boolean> resume = new Setting<>("resume");
    final Setting<CheckpointPolicy> checkpoints = new Setting<>("checkpoints");
    final Setting<StopSignal> stop = new Setting<>("stopSignal");
    final Setting<List<Device>> devices = new Setting<>("devices");
    final Setting<Precision> precision = new Setting<>("precision");
    final Setting<List<String>> commandLine = new Setting<>("commandLine");
    final Map<String, RunArtefact> artefacts = new LinkedHashMap<>();
    final Setting<Boolean> allowMissing = new Setting<>("allowMissing");
    final Setting<Boolean> keepBest = new Setting<>("keepBest");
    final Setting<ImageLayout> layout = new Setting<>("layout");
    final List<RunListener> listeners = new ArrayList<>();

    RunBuilder() {}

    abstract B self();

    /**
     * Sets how to train; default {@link Recipe#ssld()}.
     *
     * @param value the recipe
     * @return this builder
     */
    public B optRecipe(Recipe value) {
        recipe.set(value);
        return self();
    }

    /**
     * Sets how the inputs are normalised. Image lists are normalised this way, by default as
     * ImageNet; for other data sets it tells what they did themselves, which matters only where a
     * teacher declares a normalisation of its own.
     *
     * @param value per-channel mean and standard deviation
     * @return this builder
     */
    public B optNormalization(Normalization value) {
        normalization.set(value);
        return self();
    }

    /**
     * Sets how many threads decode and augment images; default one a processor. The batches are the
     * same for any number.
     *
     * @param count at least 1
     * @return this builder
     */
    public B optWorkers(int count) {
        workers.set(count);
        return self();
    }

    /**
     * Sets whether the run chooses how many threads decode and augment images, from 1 to one a
     * processor, by timing twelve of its steps with each number before it starts; default no. The
     * result is the same for any number. The engine's own threads stay as the process was started.
     * A number that is set by {@link #optWorkers} stands. The choice is in the provenance.
     *
     * @param value true to choose
     * @return this builder
     */
    public B optAutoTune(boolean value) {
        autoTune.set(value);
        return self();
    }

    /**
     * Sets a folder for what the run leaves behind: while it goes on {@code run.json}, {@code
     * metrics.csv}, TensorBoard events, {@code report.html} and {@code checkpoints/}; at the end
     * the student's weights, {@code quarantine.csv}, the artefacts of {@link #addArtefact} and,
     * last, {@code provenance.json}, whose presence says that the run is complete.
     *
     * @param path a folder that is new or empty, or with {@link #optResume} one of a run that was
     *     interrupted
     * @return this builder
     */
    public B optRunFolder(Path path) {
        folder.set(path);
        return self();
    }

    /**
     * Sets whether to go on with the run in the run folder; default no. From its newest usable
     * checkpoint the run goes on as if it had never been interrupted: on the CPU the final weights
     * are the same, bit for bit. Without a checkpoint it starts from the beginning.
     *
     * @param value true to resume
     * @return this builder
     */
    public B optResume(boolean value) {
        resume.set(value);
        return self();
    }

    /**
     * Sets whether the result brings the network's weights and running statistics of its best
     * epoch, as {@code best-0000.params} of the run folder holds them: {@link
     * io.ssld.core.run.TrainingResult#best}. They take the network's own size on the heap; default
     * no. Not for TorchScript modules, whose running statistics DJL does not show, and not with
     * {@link #optResume}, since the best epoch may be one of an earlier process: take the folder's
     * file there.
     *
     * @param value true to keep them
     * @return this builder
     */
    public B optKeepBest(boolean value) {
        keepBest.set(value);
        return self();
    }

    /**
     * Sets when checkpoints are written into the run folder, and how many stay; default {@link
     * CheckpointPolicy#standard()}.
     *
     * @param policy when and how many
     * @return this builder
     */
    public B optCheckpoints(CheckpointPolicy policy) {
        checkpoints.set(policy);
        return self();
    }

    /**
     * Sets a signal that makes the run stop after a whole step, with a checkpoint.
     *
     * @param signal given from another thread
     * @return this builder
     */
    public B optStopSignal(StopSignal signal) {
        stop.set(signal);
        return self();
    }

    /**
     * Sets where to compute; default every GPU if the student is on one, else the student's device
     * alone. Each batch is shared among the devices and the gradients are averaged, so that a step
     * equals that of the whole batch on one device. Batch norm is the exception: each device
     * normalises with the statistics of its own share, and running statistics are averaged after
     * the step.
     *
     * @param value the student's own device first; a device named twice gets two shares
     * @return this builder
     */
    public B optDevices(Device... value) {
        Objects.requireNonNull(value, "value");
        devices.set(List.of(value));
        return self();
    }

    /**
     * Sets what the student's convolutions compute in while it trains, forward and backward;
     * default {@link Precision#FLOAT32}. Weights, batch norms, losses, optimiser and evaluation
     * stay at 32 bits. {@link Precision#BFLOAT16} is for GPUs and processors with {@code
     * avx512_bf16} or {@code amx_bf16}; elsewhere the run computes in 32 bits, and its {@code
     * run.json} and {@code provenance.json} say why. Blocks that are not ssld's, and layers that
     * the engine computes wrongly in 16 bits, stay at 32 bits.
     *
     * <p>{@link Precision#FLOAT16} is for GPUs; on a processor without {@code avx512_fp16} it is
     * several times slower than 32 bits, which the same files say. The loss is scaled ({@link
     * io.ssld.core.train.LossScale}), and a step whose gradients are not finite is skipped on all
     * devices: weights, optimiser and averages stay as they were, while the learning rate goes on
     * as after any other step. The files say how many were skipped.
     *
     * @param value the precision
     * @return this builder
     */
    public B optPrecision(Precision value) {
        precision.set(value);
        return self();
    }

    /**
     * Sets the arguments of the program that runs this, for {@code provenance.json}; none unless
     * set.
     *
     * @param arguments in order; local paths, user names and secrets of addresses are cut out
     * @return this builder
     */
    public B optCommandLine(List<String> arguments) {
        Objects.requireNonNull(arguments, "arguments");
        commandLine.set(List.copyOf(arguments));
        return self();
    }

    /**
     * Adds something that the run leaves in its folder beside its own files. It is made at the end,
     * before {@code provenance.json} says that the run is complete. A run that was killed before
     * that makes it when it is resumed, and so does a complete one in which it is missing.
     *
     * @param name the name of the file or folder in the run folder, such as {@code model}
     * @param artefact makes it
     * @return this builder
     */
    public B addArtefact(String name, RunArtefact artefact) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(artefact, "artefact");
        if (artefacts.putIfAbsent(name, artefact) != null) {
            throw new IllegalStateException(
                    "artefact " + name + " must be added once, but was already");
        }
        return self();
    }

    /**
     * Sets whether a run goes on with the images that exist where more than half of a list's are
     * missing; default false, which is an error before the first step. Missing images are looked
     * for first, quarantined and never counted.
     *
     * @param value true to go on
     * @return this builder
     */
    public B optAllowMissing(boolean value) {
        allowMissing.set(value);
        return self();
    }

    /**
     * Sets in which layout the network that is trained gets images; default {@link
     * ImageLayout#CHANNELS_LAST} for the networks of ssld-zoo, which are fenced against what the
     * engine computes wrongly then, and on GPUs, and {@link ImageLayout#NCHW} for any other. For
     * those who measured their network, gradients as well as times: on a CPU the wrong choice ends
     * the JVM. A teacher has its own ({@link io.ssld.core.teacher.NetworkTeacher#withLayout}).
     *
     * @param value the layout
     * @return this builder
     */
    public B optLayout(ImageLayout value) {
        layout.set(value);
        return self();
    }

    /**
     * Adds one who follows the run.
     *
     * @param listener called after steps and epochs
     * @return this builder
     */
    public B addListener(RunListener listener) {
        Objects.requireNonNull(listener, "listener");
        listeners.add(listener);
        return self();
    }

    RunSpec spec(Student student, @Nullable Teacher teacher, Loss loss) {
        requireBestCanBeKept(student);
        return new RunSpec(
                layout.isSet() ? student.with(layout.required()) : student,
                teacher == null ? null : RunTeacher.of(teacher),
                loss,
                recipe.or(Recipe.ssld().build()),
                normalization.orNull(),
                devices(student),
                precision(student),
                survival(),
                List.copyOf(listeners),
                allowMissing.or(false));
    }

    private void requireBestCanBeKept(Student student) {
        if (!keepBest.or(false)) {
            return;
        }
        if (resume.or(false)) {
            throw new IllegalArgumentException(
                    "optKeepBest must be left out where a run is resumed, but was true; the run"
                            + " folder holds the best weights in best-0000.params");
        }
        if (student.block() instanceof SymbolBlock) {
            throw new IllegalArgumentException(
                    "optKeepBest must be left out for a TorchScript module, but "
                            + student.name()
                            + " is one; name a run folder, which then holds best.pt");
        }
    }

    private StudentPrecision precision(Student student) {
        return StudentPrecision.of(
                precision.or(Precision.FLOAT32),
                student.manager().getDevice(),
                student.manager().getEngine());
    }

    /** Fails for a recipe that smooths labels nobody sees. */
    void requireNoSmoothing(String where, String remedy) {
        Recipe chosen = recipe.orNull();
        double smoothing = chosen == null ? 0 : chosen.regularization().labelSmoothing();
        if (smoothing > 0) {
            throw new IllegalArgumentException(
                    "labelSmoothing of the recipe must be 0 "
                            + where
                            + ", but was "
                            + smoothing
                            + "; "
                            + remedy);
        }
    }

    /** Says what of the settings that were given is for image lists alone. */
    void tellImageSettings() {
        if (workers.isSet() || autoTune.or(false)) {
            LOGGER.warn(
                    "{} is not used on a data set, whose batches come from threads of its own",
                    workers.isSet() ? "optWorkers" : "optAutoTune");
        }
    }

    private RunSpec.Survival survival() {
        if (checkpoints.isSet() && !folder.isSet()) {
            throw new IllegalStateException(
                    "runFolder must be set to save checkpoints, but was not; name a folder for the"
                            + " run or leave out optCheckpoints");
        }
        if (resume.or(false) && !folder.isSet()) {
            throw new IllegalStateException(
                    "runFolder must be set to resume a run, but was not; name the folder of the"
                            + " run");
        }
        if (!artefacts.isEmpty() && !folder.isSet()) {
            throw new IllegalStateException(
                    "runFolder must be set for the artefacts %s, but was not; name a folder"
                            .formatted(artefacts.keySet()));
        }
        return new RunSpec.Survival(
                folder.orNull(),
                resume.or(false),
                checkpoints.or(CheckpointPolicy.standard()),
                stop.or(new StopSignal()),
                keepBest.or(false),
                Collections.unmodifiableMap(new LinkedHashMap<>(artefacts)),
                commandLine.or(List.of()));
    }

    private List<Device> devices(Student student) {
        Device own = student.manager().getDevice();
        List<Device> chosen = devices.or(defaultDevices(student));
        if (chosen.isEmpty() || !chosen.get(0).equals(own)) {
            throw new IllegalArgumentException(
                    "optDevices must begin with the student's device "
                            + own
                            + ", but was "
                            + chosen
                            + "; put that first or make the student's model on another device");
        }
        if (chosen.size() > 1 && student.block() instanceof SymbolBlock) {
            throw new IllegalArgumentException(
                    "optDevices must be one device for a TorchScript student, but was "
                            + chosen
                            + "; its arrays cannot be replicated");
        }
        return chosen;
    }

    private static List<Device> defaultDevices(Student student) {
        Device own = student.manager().getDevice();
        if (!own.isGpu() || student.block() instanceof SymbolBlock) {
            return List.of(own);
        }
        List<Device> all = new ArrayList<>(List.of(own));
        for (Device device : student.manager().getEngine().getDevices()) {
            if (device.isGpu() && !device.equals(own)) {
                all.add(device);
            }
        }
        return all;
    }

    WorkerChoice workers() {
        int count = workers.or(Runtime.getRuntime().availableProcessors());
        if (count < 1) {
            throw new IllegalArgumentException("optWorkers must be at least 1, but was " + count);
        }
        if (workers.isSet()) {
            return WorkerChoice.fixed(count, "set by hand");
        }
        return autoTune.or(false)
                ? WorkerChoice.toBeMeasured(count)
                : WorkerChoice.fixed(count, "one a processor");
    }
}
