package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SymbolBlock;
import io.ssld.base.internal.Json;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.checkpoint.internal.CheckpointFolder;
import io.ssld.core.data.ImageLayout;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.ScriptModule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves the state of a run and brings it back, if the run has a folder. */
final class RunCheckpoints {

    static final String FOLDER = "checkpoints";

    private static final Logger LOGGER = LoggerFactory.getLogger(RunCheckpoints.class);

    /** A TorchScript student as a whole. */
    private static final String MODULE = "module";

    private static final String PRECISION = "precision";
    private static final String LAYOUT = "student's layout";

    private static final Map<String, String> ABSENT =
            Map.of(PRECISION, Precision.FLOAT32.name(), LAYOUT, ImageLayout.CHANNELS_LAST.name());

    private final @Nullable CheckpointFolder folder;
    private final Student student;
    private final CheckpointPolicy policy;
    private Map<String, NDArray> arrays = Map.of();
    private final Map<String, String> identity;
    private final NDManager manager;
    private long savedSteps;
    private long savedNanos = System.nanoTime();

    /**
     * Creates the checkpoints of a run.
     *
     * @param spec the run
     * @param identity what the run is made of
     * @param manager the owner of temporaries
     */
    RunCheckpoints(RunSpec spec, Map<String, String> identity, NDManager manager) {
        this.student = spec.student();
        this.policy = spec.survival().checkpoints();
        this.folder = folder(spec, policy.keep());
        this.identity = identity;
        this.manager = manager;
    }

    private static @Nullable CheckpointFolder folder(RunSpec spec, int keep) {
        Path runFolder = spec.survival().folder();
        if (runFolder == null) {
            return null;
        }
        if (spec.student().block() instanceof SymbolBlock block && !ScriptModule.is(block)) {
            LOGGER.warn(
                    "The run writes no checkpoints and cannot be resumed, because student {} is a"
                            + " {}, which does not show all that it holds",
                    spec.student().name(),
                    block.getClass().getName());
            return null;
        }
        return new CheckpointFolder(runFolder.resolve(FOLDER), keep);
    }

    /** Tells whether a run folder holds a checkpoint, sound or not. */
    static boolean existIn(Path runFolder) throws IOException {
        return !new CheckpointFolder(runFolder.resolve(FOLDER), 1).isEmpty();
    }

    /** Whether a run that stops now can be resumed. */
    boolean isOn() {
        return folder != null;
    }

    /**
     * What was resumed from.
     *
     * @param state of the run
     * @param refused newer checkpoints that could not be used
     * @param source of the arrays
     */
    record Resumed(RunState state, List<String> refused, CheckpointFolder.TensorSource source) {}

    /**
     * Finds the newest checkpoint that can be used, and brings a TorchScript student back from it,
     * whose parameters are other arrays then: nothing may hold them yet.
     *
     * @param inputs of the student
     * @return the state, or {@code null} if there is no checkpoint
     * @throws IOException if checkpoints cannot be read
     * @throws IllegalArgumentException if the checkpoint is of another run, saying what differs
     */
    @Nullable Resumed find(NDList inputs) throws IOException {
        CheckpointFolder.Found found = folder == null ? null : folder.newest();
        if (found == null) {
            return null;
        }
        RunState state = Json.parse(found.state(), RunState.class, "checkpoint " + found.steps());
        requireSameRun(state.identity());
        if (isModule()) {
            student.replaceModule(found.arrays().bytes(MODULE), inputs);
        }
        savedSteps = state.step();
        return new Resumed(state, found.refused(), found.arrays());
    }

    /**
     * Saves these arrays from now on, after it has brought them back.
     *
     * @param learning everything the next step computes with, by name
     * @param resumed what was found, if anything was
     * @throws IOException if the checkpoint cannot be read
     */
    void connect(Map<String, NDArray> learning, @Nullable Resumed resumed) throws IOException {
        arrays = new LinkedHashMap<>(learning);
        if (isModule()) {
            // They are in the module too, with the running statistics that DJL does not list.
            arrays.keySet().removeIf(name -> name.startsWith(LearningState.STUDENT));
        }
        if (resumed == null) {
            return;
        }
        try (NDManager scratch = manager.newSubManager();
                NoGrad off = NoGrad.open(manager.getEngine())) {
            Map<String, NDArray> all = new LinkedHashMap<>(arrays);
            if (isModule()) {
                all.put(MODULE, array(resumed.source().bytes(MODULE), scratch));
            }
            resumed.source().copyInto(all, scratch);
        }
    }

    private boolean isModule() {
        return ScriptModule.is(student.block());
    }

    private static NDArray array(byte[] bytes, NDManager owner) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return owner.create(buffer, new Shape(bytes.length), DataType.UINT8);
    }

    private void requireSameRun(Map<String, String> saved) {
        TreeSet<String> names = new TreeSet<>(saved.keySet());
        names.addAll(identity.keySet());
        for (String name : names) {
            String absent = ABSENT.getOrDefault(name, "not set");
            String then = saved.getOrDefault(name, absent);
            String now = identity.getOrDefault(name, absent);
            if (!then.equals(now)) {
                throw new IllegalArgumentException(
                        name
                                + " must be "
                                + then
                                + ", as in the run that is resumed, but was "
                                + now
                                + "; resume with the same settings or choose a new run folder");
            }
        }
    }

    /** Tells whether the policy wants a checkpoint after so many optimiser steps. */
    boolean isDue(long steps) {
        return isOn() && policy.isDue(steps - savedSteps, System.nanoTime() - savedNanos);
    }

    /** The step of the last checkpoint; 0 without one. */
    long savedSteps() {
        return savedSteps;
    }

    /** Saves, if the run has a folder. */
    void save(RunState state) throws IOException {
        if (folder == null) {
            return;
        }
        OptionalLong best = OptionalLong.empty();
        if (state.bestEpoch().isPresent()) {
            best = OptionalLong.of((long) state.bestEpoch().getAsInt() * state.stepsPerEpoch());
        }
        try (NDManager scratch = manager.newSubManager(Device.cpu())) {
            Map<String, NDArray> all = new LinkedHashMap<>(arrays);
            if (isModule()) {
                all.put(MODULE, array(ScriptModule.state(student.block()), scratch));
            }
            folder.save(state.step(), Json.toString(state), all, best);
        }
        savedSteps = state.step();
        savedNanos = System.nanoTime();
    }

    /**
     * Names what a run is made of, so that no run goes on from another one's checkpoint.
     *
     * @param spec the run
     * @param data its data
     * @param classes the number of classes
     * @param teacherDigest of the teacher; empty if there is none or it does not tell
     */
    static Map<String, String> identity(
            RunSpec spec, RunData data, int classes, String teacherDigest) {
        Map<String, String> identity = new LinkedHashMap<>();
        spec.recipe()
                .toMap()
                .forEach((name, value) -> identity.put("recipe's " + name, String.valueOf(value)));
        data.lists().forEach((name, list) -> identity.put(name + " list", list.digest()));
        identity.put("loss", spec.loss().getName());
        identity.put("number of classes", String.valueOf(classes));
        identity.put("number of devices", String.valueOf(spec.devices().size()));
        Precision precision = spec.precision().used();
        // Unnamed in 32 bits and channels-last, as in checkpoints that were written before there
        // was a choice.
        if (precision != Precision.FLOAT32) {
            identity.put(PRECISION, precision.name());
        }
        ImageLayout layout = spec.student().layout();
        if (!data.lists().isEmpty() && layout != ImageLayout.CHANNELS_LAST) {
            identity.put(LAYOUT, layout.name());
        }
        if (spec.teacher() != null) {
            identity.put("teacher's mode", spec.teacher().mode().name());
            identity.put("teacher's digest", teacherDigest);
        }
        if (spec.normalization() != null) {
            identity.put("normalisation", spec.normalization().toString());
        }
        return identity;
    }
}
