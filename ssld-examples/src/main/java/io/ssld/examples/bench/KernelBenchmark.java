package io.ssld.examples.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;
import com.google.gson.GsonBuilder;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What the parts of a step cost: the optimiser's update of all parameters of
 * MobileNetV3_small_x1_0, losses of 1000 classes and activations with their gradients.
 *
 * <p>Counted is the processor time of the whole process; the parts follow one another in each
 * round; told are the medians. {@code benchmarks/python/kernels.py} prints the same lines for
 * PyTorch.
 *
 * <pre>
 * java -Dai.djl.offline=true -Dai.djl.pytorch.num_threads=1 \
 *     -cp ssld-examples/target/classes:$(cat ssld-examples/target/classpath.txt) \
 *     io.ssld.examples.bench.KernelBenchmark ROUNDS [FILE.json]
 * </pre>
 */
public final class KernelBenchmark implements AutoCloseable {

    private static final int CLASSES = 1000;
    private static final int WARM_UP_ROUNDS = 3;
    private static final float RATE = 1e-6f;
    private static final float MOMENTUM = 0.9f;
    private static final float DECAY = 4e-5f;

    /** Enough for the system, which counts processor time in hundredths of a second. */
    private static final int REPEATS = 200;

    private final Map<String, Runnable> parts = new LinkedHashMap<>();
    private final Model model = Model.newInstance("student", "PyTorch");
    private final NDManager manager = model.getNDManager();

    private KernelBenchmark() {
        model.setBlock(Architecture.of("MobileNetV3_small_x1_0").newBlock(CLASSES));
        model.getBlock().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
        addOptimizers();
        for (int batch : new int[] {32, 256}) {
            addLoss("symmetric KL", DistillationLoss.symmetricKl(), batch);
            addLoss("Jensen-Shannon", DistillationLoss.jensenShannon(), batch);
            addLoss("KL, temperature 4", DistillationLoss.kl(4), batch);
        }
        addActivation("hard swish, compiled", Kernels.of(manager.getEngine())::hardSwish);
        addActivation("hard swish, plain", Kernels.plain()::hardSwish);
    }

    /**
     * Runs the benchmark.
     *
     * @param args see above
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 1 || args.length > 2) {
            throw new IllegalArgumentException(
                    "arguments must be ROUNDS [FILE.json], but were " + Arrays.toString(args));
        }
        try (KernelBenchmark benchmark = new KernelBenchmark()) {
            Map<String, Double> medians = benchmark.medians(Integer.parseInt(args[0]));
            medians.forEach(
                    (name, micros) ->
                            System.out.printf(Locale.ROOT, "%-34s %8.0f us%n", name, micros));
            if (args.length == 2) {
                String json = new GsonBuilder().setPrettyPrinting().create().toJson(medians);
                Files.writeString(Path.of(args[1]), json);
            }
        }
    }

    private void addOptimizers() {
        NDList weights = new NDList();
        for (Pair<String, ai.djl.nn.Parameter> entry : model.getBlock().getParameters()) {
            if (entry.getValue().requiresGradient()) {
                NDArray weight = entry.getValue().getArray();
                weight.setRequiresGradient(true);
                weights.add(weight);
            }
        }
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray sum = manager.zeros(new Shape());
            for (NDArray weight : weights) {
                sum = sum.add(weight.sum());
            }
            collector.backward(sum);
        }
        for (Map.Entry<String, Kernels> way :
                Map.of("compiled", Kernels.of(manager.getEngine()), "plain", Kernels.plain())
                        .entrySet()) {
            NDList velocities = new NDList();
            weights.forEach(weight -> velocities.add(weight.zerosLike()));
            double[] decays = new double[weights.size()];
            double[] rates = new double[weights.size()];
            Arrays.fill(decays, DECAY);
            Arrays.fill(rates, RATE);
            Kernels.MomentumNumbers numbers =
                    new Kernels.MomentumNumbers(decays, rates, MOMENTUM, false);
            parts.put(
                    "SGD with momentum, " + way.getKey(),
                    () -> {
                        try (NoGrad off = NoGrad.open(manager.getEngine())) {
                            way.getValue().momentumStep(weights, velocities, numbers);
                        }
                    });
        }
        Sgd theirs =
                ai.djl.training.optimizer.Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(RATE))
                        .optMomentum(MOMENTUM)
                        .optWeightDecays(DECAY)
                        .build();
        parts.put(
                "SGD with momentum, DJL's",
                () -> {
                    try (NoGrad off = NoGrad.open(manager.getEngine())) {
                        for (int i = 0; i < weights.size(); i++) {
                            try (NDArray gradient = weights.get(i).getGradient()) {
                                theirs.update(Integer.toString(i), weights.get(i), gradient);
                            }
                        }
                    }
                });
    }

    private void addLoss(String name, DistillationLoss loss, int batch) {
        NDArray student = manager.randomNormal(new Shape(batch, CLASSES)).add(0);
        NDArray teacher = manager.randomNormal(new Shape(batch, CLASSES)).add(0);
        student.setRequiresGradient(true);
        parts.put(
                name + ", " + batch,
                () ->
                        differentiate(
                                student, x -> loss.evaluate(new NDList(teacher), new NDList(x))));
    }

    private void addActivation(String name, UnaryOperator<NDArray> function) {
        NDArray x = manager.randomNormal(new Shape(32, 16, 32, 32)).add(0);
        x.setRequiresGradient(true);
        parts.put(name, () -> differentiate(x, function));
    }

    private void differentiate(NDArray x, UnaryOperator<NDArray> function) {
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray view = x.reshape(x.getShape());
            view.attach(scratch);
            collector.backward(function.apply(view).sum());
        }
    }

    /** Microseconds of processor time of each part. */
    private Map<String, Double> medians(int rounds) {
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (Map.Entry<String, Runnable> part : parts.entrySet()) {
                long start = ProcessorTime.nanos();
                for (int i = 0; i < REPEATS; i++) {
                    part.getValue().run();
                }
                double micros = (ProcessorTime.nanos() - start) / 1e3 / REPEATS;
                if (round >= 0) {
                    all.computeIfAbsent(part.getKey(), key -> new ArrayList<>()).add(micros);
                }
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        all.forEach(
                (name, micros) ->
                        medians.put(name, micros.stream().sorted().toList().get(rounds / 2)));
        return medians;
    }

    @Override
    public void close() {
        model.close();
    }
}
