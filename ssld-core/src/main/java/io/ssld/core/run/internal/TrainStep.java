package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.ssld.core.data.Mix;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.run.internal.Worker.Labels;
import io.ssld.core.run.internal.Worker.Lesson;
import io.ssld.core.run.internal.Worker.Share;
import io.ssld.core.train.Gradients;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.Parameters;
import io.ssld.engine.internal.Replica;
import io.ssld.engine.internal.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One optimiser step, over one batch or the sum of several, on one device or several.
 *
 * <p>Each batch is shared among the workers, example by example in order. A worker's gradients are
 * those of the mean loss of its shares; they are averaged, every example weighing the same, so that
 * the step is that of the whole batch on one device. Batch norm is the exception: each worker
 * normalises with the statistics of its own share, and the running statistics after a step are the
 * mean of the workers', weighted by their examples.
 *
 * <p>Everything a step makes belongs to its batches and goes with them.
 */
public final class TrainStep implements AutoCloseable {

    private static final NDIndex ALL = new NDIndex("...");

    private final List<Worker> workers;
    private final List<Replica> replicas;
    private final LearningState learning;
    private final Engine engine;
    private final NDManager state;
    private final ExecutorService executor;

    /** The number of examples whose mean loss has weight 1 in this step; 0 before the first. */
    private long unit;

    private final long[] examples;
    private double loss;
    private long correct;

    /**
     * Creates a step.
     *
     * @param workers the first computes with the student's own arrays, the others with replicas
     * @param replicas those of the other workers, in order
     * @param learning the student's own arrays and what updates them
     * @param state the owner of what lives as long as the run
     */
    TrainStep(
            List<Worker> workers, List<Replica> replicas, LearningState learning, NDManager state) {
        this.workers = workers;
        this.replicas = replicas;
        this.learning = learning;
        this.engine = state.getEngine();
        this.state = state;
        this.examples = new long[workers.size()];
        this.executor =
                Executors.newCachedThreadPool(
                        task -> {
                            Thread thread = new Thread(task, "ssld-device");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * What a step tells.
     *
     * @param loss the mean training loss over its examples
     * @param correct examples on which the student's first choice was the teacher's, or the label's
     * @param examples the examples of the step
     */
    record Outcome(float loss, long correct, long examples) {}

    /** Gives every worker the student's values, after something else than a step changed them. */
    void synchronize() {
        replicas.forEach(Replica::pull);
    }

    /**
     * Adds a batch's gradients.
     *
     * @param batch the examples; may be closed afterwards
     * @param mix how they are mixed with one another; {@code null} for not at all
     * @throws ai.djl.TrainingDivergedException if the loss is not finite; the student's weights are
     *     left as they were before this step
     */
    void add(ExampleBatch batch, @Nullable Mix mix) {
        learn(ask(batch, mix));
    }

    /**
     * Asks the teacher about a batch, as the first half of {@link #add}.
     *
     * @param batch the examples; to be closed after {@link #learn}
     * @param mix how they are mixed with one another; {@code null} for not at all
     * @return a lesson for each worker that has a share
     */
    public List<Lesson> ask(ExampleBatch batch, @Nullable Mix mix) {
        return share(mixed(batch.inputs(), mix), Labels.of(batch, mix));
    }

    /** Adds the gradients of lessons, as the second half of {@link #add}. */
    public void learn(List<Lesson> lessons) {
        // Every share has weight 1 where batches divide evenly, and then nothing is multiplied.
        unit = unit == 0 ? sizeOf(lessons.get(0)) : unit;
        float factor = learning.lossFactor();
        try (GradientCollector collector = engine.newGradientCollector()) {
            List<Future<Share>> others = new ArrayList<>();
            for (int i = 1; i < lessons.size(); i++) {
                Worker worker = workers.get(i);
                Lesson lesson = lessons.get(i);
                others.add(executor.submit(() -> worker.learn(lesson, unit, factor, collector)));
            }
            RuntimeException failure = null;
            try {
                Lesson own = lessons.get(0);
                count(0, own, workers.get(0).learn(own, unit, factor, collector));
            } catch (RuntimeException e) {
                failure = e;
            }
            // Joined even if one failed: no thread may go on with arrays that are freed.
            for (int i = 0; i < others.size(); i++) {
                try {
                    count(i + 1, lessons.get(i + 1), join(others.get(i)));
                } catch (RuntimeException e) {
                    failure = failure == null ? e : failure;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    private void count(int worker, Lesson lesson, Share share) {
        examples[worker] += sizeOf(lesson);
        loss += share.loss();
        correct += share.correct();
    }

    private static long sizeOf(Lesson lesson) {
        return lesson.inputs().head().size(0);
    }

    private static NDList mixed(NDList inputs, @Nullable Mix mix) {
        if (mix == null) {
            return inputs;
        }
        NDList mixed = new NDList(inputs);
        mixed.set(0, mix.apply(inputs.head()));
        return mixed;
    }

    /** Asks every worker's teacher about its share, at the same time; a small batch serves few. */
    private List<Lesson> share(NDList inputs, Labels labels) {
        if (workers.size() == 1) {
            return List.of(workers.get(0).ask(inputs, labels));
        }
        int size = labels.size();
        int shares = Math.min(workers.size(), size);
        List<Future<Lesson>> asked = new ArrayList<>();
        for (int i = 0; i < shares; i++) {
            int from = (int) ((long) size * i / shares);
            int to = (int) ((long) size * (i + 1) / shares);
            Worker worker = workers.get(i);
            NDList share = slice(inputs, from, to, worker.device());
            asked.add(executor.submit(() -> worker.ask(share, labels.slice(from, to))));
        }
        List<Lesson> lessons = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<Lesson> future : asked) {
            try {
                lessons.add(join(future));
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return lessons;
    }

    private static NDList slice(NDList inputs, int from, int to, Device device) {
        NDList slices = new NDList(inputs.size());
        for (NDArray input : inputs) {
            NDArray slice = input.get(new NDIndex(from + ":" + to));
            slices.add(slice.toDevice(device, false));
        }
        return slices;
    }

    /** They may wait for an answer from afar, and the run's thread for them. */
    private void wakeTeachers() {
        if (workers.get(0).teacher() instanceof InterruptibleTeacher teacher) {
            teacher.signal().wake();
        }
    }

    private <T> T join(Future<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    wakeTeachers();
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException("a device's share failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Updates the student by the gradients added since the last call. If the loss is scaled and a
     * gradient of any worker is not finite, the update is skipped for all.
     *
     * @param number of the step in the run, from 0
     * @param learningRate the rate of this step
     * @return loss and agreement before the update
     */
    public Outcome finish(long number, double learningRate) {
        long total = Arrays.stream(examples).sum();
        try (NDManager scratch = state.newSubManager();
                NoGrad off = NoGrad.open(engine)) {
            gather(total, scratch);
            if (!learning.update(number, learningRate, scratch)) {
                replicas.forEach(Replica::clearGradients);
            }
            synchronize();
        }
        Outcome outcome = new Outcome((float) (loss / total), correct, total);
        unit = 0;
        Arrays.fill(examples, 0);
        loss = 0;
        correct = 0;
        return outcome;
    }

    /** Makes the student's own gradients those of the mean over all examples. */
    private void gather(long total, NDManager scratch) {
        float scale = (float) unit / total;
        if (replicas.isEmpty() && scale == 1) {
            return;
        }
        Worker first = workers.get(0);
        for (Parameter parameter : first.student().parameters().values()) {
            NDArray own = parameter.getArray();
            if (parameter.requiresGradient()) {
                List<NDArray> reached = reachedReplicas(parameter);
                if (!reached.isEmpty()) {
                    Gradients.define(own);
                }
                try (NDArray gradient = own.getGradient()) {
                    for (NDArray there : reached) {
                        NDArray other = there.getGradient();
                        other.attach(scratch);
                        gradient.addi(other.toDevice(first.device(), false));
                    }
                    gradient.muli(scale);
                }
            } else if (!replicas.isEmpty() && Parameters.isBuffer(parameter)) {
                average(parameter, own, total, scratch);
            }
        }
    }

    /** A share may reach what no other does, such as a branch for some images. */
    private List<NDArray> reachedReplicas(Parameter parameter) {
        return replicas.stream()
                .map(replica -> replica.array(parameter))
                .filter(Kernels::isReached)
                .toList();
    }

    private void average(Parameter parameter, NDArray own, long total, NDManager scratch) {
        if (!own.getDataType().isFloating()) {
            return;
        }
        NDArray mean = own.mul((float) examples[0] / total);
        mean.attach(scratch);
        for (int i = 0; i < replicas.size(); i++) {
            NDArray there = Replica.copy(replicas.get(i).array(parameter), own.getDevice());
            there.attach(scratch);
            mean.addi(there.muli((float) examples[i + 1] / total));
        }
        own.set(ALL, mean);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
