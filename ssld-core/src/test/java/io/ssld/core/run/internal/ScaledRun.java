package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import io.ssld.core.Launched;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.run.StepSummary;
import io.ssld.core.run.StopSignal;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.LossScale;
import io.ssld.core.train.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training on three batches of images, in order, whose gradients a test makes as large as it
 * likes. It notes down scale and weights after each step.
 */
final class ScaledRun implements RunListener {

    static final int BATCH = 16;

    static final int BATCHES = 3;

    private static final Shape IMAGES = new Shape(BATCH * BATCHES, 16, 4, 4);

    /** Examples of class 0 to 2 are learned; one of this class makes the loss explode. */
    private static final int SPIKE = 3;

    private static final float SPIKE_FACTOR = 1e9f;

    private static final double RATE = 0.01;

    final List<LossScale> scales = new ArrayList<>();
    final List<Map<String, float[]>> weights = new ArrayList<>();
    final List<Double> losses = new ArrayList<>();
    final List<RunStart> starts = new ArrayList<>();

    private final Path folder;
    private final StudentPrecision precision;
    private final StopSignal signal = new StopSignal();
    private final Model student = newStudent();
    private float lossFactor = 1;
    private int[] spikes = {};
    private int epochs = 3;
    private int stepsPerEpoch = 10;
    private int accumulation = 1;
    private int devices = 1;
    private int steps = Integer.MAX_VALUE;
    private boolean resume;

    ScaledRun(Path folder, StudentPrecision precision) {
        this.folder = folder;
        this.precision = precision;
        weights.add(values());
    }

    /** Makes gradients as many times as large, and the learning rate as many times smaller. */
    ScaledRun times(float factor) {
        lossFactor = factor;
        return this;
    }

    /** Makes the gradients of batches with these examples overflow with any scale. */
    ScaledRun spiking(int... examples) {
        spikes = examples;
        return this;
    }

    /** Makes one epoch of so many steps of so many batches. */
    ScaledRun steps(int count, int batches) {
        epochs = 1;
        stepsPerEpoch = count;
        accumulation = batches;
        return this;
    }

    ScaledRun onDevices(int count) {
        devices = count;
        return this;
    }

    ScaledRun stoppedAfter(int count) {
        steps = count;
        return this;
    }

    ScaledRun resuming() {
        resume = true;
        return this;
    }

    ScaledRun train() throws Exception {
        try (student) {
            Recipe recipe =
                    Recipe.ssld()
                            .optEpochs(epochs)
                            .optStepsPerEpoch(stepsPerEpoch)
                            .optAccumulation(accumulation)
                            .optWarmupEpochs(0)
                            .optLearningRate(RATE / Math.min(lossFactor, 1000))
                            .optEma(new EmaSettings(0.9, true))
                            .build();
            SupervisedTrainer.Builder builder =
                    SupervisedTrainer.builder()
                            .setModel(student)
                            .optRecipe(recipe)
                            .optRunFolder(folder)
                            .optResume(resume)
                            .optStopSignal(signal)
                            .optDevices(
                                    Collections.nCopies(devices, Device.cpu())
                                            .toArray(new Device[0]))
                            .addListener(this);
            Spiking loss = new Spiking(recipe.labelLoss());
            RunSpec spec = Launched.spec(builder, Student.of(student), loss).with(precision);
            ArrayDataset images = images(student.getNDManager());
            Launched.run(spec, RunData.ofDatasets(images, images));
        }
        return this;
    }

    @Override
    public void onStart(RunStart start) {
        starts.add(start);
    }

    @Override
    public void onStep(StepSummary step) {
        step.lossScale().ifPresent(scales::add);
        weights.add(values());
        losses.add(step.loss() / lossFactor);
        if (losses.size() == steps) {
            signal.request();
        }
    }

    /** How far the farthest weight moved from one step to another; 0 is before the first. */
    double moved(int from, int to) {
        return difference(weights.get(from), weights.get(to));
    }

    /** The largest difference of two weights. */
    static double difference(Map<String, float[]> one, Map<String, float[]> other) {
        double largest = 0;
        for (Map.Entry<String, float[]> entry : one.entrySet()) {
            float[] a = entry.getValue();
            float[] b = other.getOrDefault(entry.getKey(), new float[0]);
            for (int i = 0; i < a.length; i++) {
                largest = Math.max(largest, Math.abs(a[i] - b[i]));
            }
        }
        return largest;
    }

    private Map<String, float[]> values() {
        Map<String, float[]> values = new LinkedHashMap<>();
        student.getBlock()
                .getParameters()
                .forEach(
                        pair ->
                                values.put(
                                        pair.getKey(), pair.getValue().getArray().toFloatArray()));
        return values;
    }

    /** The class is the channel, of the first three, whose mean is largest. */
    private ArrayDataset images(NDManager manager) {
        manager.getEngine().setRandomSeed(4);
        NDArray noise = manager.randomNormal(IMAGES);
        NDArray means = manager.randomNormal(new Shape(IMAGES.get(0), IMAGES.get(1), 1, 1));
        long[] labels = means.reshape(IMAGES.get(0), -1).get(":, :3").argMax(1).toLongArray();
        for (int example : spikes) {
            labels[example] = SPIKE;
        }
        return new ArrayDataset.Builder()
                .setData(noise.mul(0.3).add(means))
                .optLabels(manager.create(labels))
                .setSampling(BATCH, false)
                .build();
    }

    /** Without batch norm, so that shares of a batch make the step of the whole. */
    private static Model newStudent() {
        Model model = Model.newInstance("student", "PyTorch");
        Block block =
                new SequentialBlock()
                        .add(new HalfConv(3))
                        .add(Activation::relu)
                        .add(new HalfConv(1))
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(SPIKE + 1).build());
        model.setBlock(block);
        model.getNDManager().getEngine().setRandomSeed(8);
        block.initialize(model.getNDManager(), DataType.FLOAT32, IMAGES);
        return model;
    }

    private final class Spiking extends Loss {

        private final Loss loss;

        Spiking(Loss loss) {
            super("spiking");
            this.loss = loss;
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            NDArray value = loss.evaluate(labels, predictions);
            boolean spikes = labels.head().eq(SPIKE).any().getBoolean();
            float factor = spikes ? SPIKE_FACTOR : lossFactor;
            return value.mul(value.getManager().full(new Shape(), factor));
        }
    }
}
