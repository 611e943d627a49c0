package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.engine.internal.Replica;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run before its first step: no other one runs in this JVM, its seeds are set, its first batch is
 * there, and everything was checked on it. What trains and what only measures begin with it.
 */
public final class PreparedRun implements AutoCloseable {

    private final RunSpec spec;
    private final RunData data;
    private final RunLock lock;
    private final NDManager state;
    private final RunSeeds seeds;
    private @Nullable Probe probe;
    private Contracts.@Nullable Checked checked;

    /**
     * Begins a run. It is not {@link #prepare prepared} yet.
     *
     * @param spec the run
     * @param data its data
     * @throws IllegalStateException if a training runs, or the student is closed
     */
    public PreparedRun(RunSpec spec, RunData data) {
        spec.student().requireOpen();
        this.spec = spec;
        this.data = data;
        this.lock = RunLock.acquire();
        try {
            state = spec.student().manager().newSubManager();
            seeds = new RunSeeds(state.getEngine(), spec.recipe().seed());
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Reads the first batch, initialises the student and checks that networks, loss, recipe and
     * data fit each other.
     *
     * @throws IOException if no image can be read
     * @throws IllegalArgumentException if something does not fit
     */
    public void prepare() throws IOException, TranslateException {
        seeds.initial();
        Probe first = firstBatch();
        Contracts.Checked found = Contracts.check(spec, first);
        Contracts.requireLabels(data.lists(), found, spec.loss().getName());
        probe = first;
        checked = found;
    }

    /** The owner of what the run makes. */
    public NDManager state() {
        return state;
    }

    public RunSeeds seeds() {
        return seeds;
    }

    public Probe probe() {
        return required(probe);
    }

    public Contracts.Checked checked() {
        return required(checked);
    }

    /** The examples of the first batch. */
    public long batchSize() {
        return probe().inputs().head().size(0);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("run must be prepared, but is only begun");
        }
        return value;
    }

    /** One pass unless the recipe says otherwise; a last, smaller batch starts the next epoch. */
    public int stepsPerEpoch() {
        return spec.recipe().stepsPerEpoch().orElseGet(this::stepsPerPass);
    }

    private int stepsPerPass() {
        if (data.training().size() < 0) {
            throw new IllegalArgumentException(
                    "stepsPerEpoch must be set in the recipe, because the training data set cannot"
                            + " tell its size");
        }
        long examples = batchSize() * spec.recipe().accumulation();
        return Math.toIntExact(Math.max(1, data.training().size() / examples));
    }

    /**
     * One worker a device: the first has the student's own arrays, the others have replicas.
     *
     * @param answers the teacher and what is known of the run
     * @param learning what learns
     * @param owner of the arrays of the workers
     */
    public TrainStep step(Contracts.Checked answers, LearningState learning, NDManager owner) {
        RunTeacher teacher = answers.teacher();
        List<Worker> workers = new ArrayList<>();
        List<Replica> replicas = new ArrayList<>();
        for (Device device : spec.devices()) {
            ParameterStore store = new ParameterStore(owner, false);
            RunTeacher here = teacher;
            if (!workers.isEmpty()) {
                Replica replica = new Replica(spec.student().block(), device, owner, true);
                replicas.add(replica);
                store = replica.store();
                here = teacher == null ? null : teacher.onDevice(device, owner);
            }
            workers.add(
                    new Worker(
                            device,
                            spec.student(),
                            store,
                            here,
                            spec.loss(),
                            spec.precision().used(),
                            answers.classes(),
                            answers.labels(),
                            learning.trains()));
        }
        return new TrainStep(workers, replicas, learning, owner);
    }

    /** A copy of the first batch. */
    private Probe firstBatch() throws IOException, TranslateException {
        try (BatchIterator batches = data.training().pass(state, 0)) {
            ExampleBatch first = batches.next();
            if (first == null) {
                throw new IllegalArgumentException(
                        "training data must fill at least one batch of "
                                + spec.recipe().batchSize()
                                + ", but held "
                                + data.training().size()
                                + " examples; lower the batch size or add data");
            }
            try (ExampleBatch batch = first) {
                NDList probe = new NDList();
                for (NDArray input : batch.inputs()) {
                    NDArray copy = input.duplicate();
                    copy.attach(state);
                    probe.add(copy);
                }
                boolean labelled =
                        Arrays.stream(batch.labels())
                                .anyMatch(label -> label != ImageEntry.UNLABELLED);
                return new Probe(probe, batch.keys(), labelled);
            }
        }
    }

    @Override
    public void close() {
        try (RunLock held = lock) {
            state.close();
        }
    }
}
