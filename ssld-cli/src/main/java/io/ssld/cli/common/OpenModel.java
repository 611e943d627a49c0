package io.ssld.cli.common;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.ssld.core.data.Normalization;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.engine.internal.NoGrad;
import io.ssld.finetuning.internal.EvaluationPreprocessing;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.Preprocessing;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network with weights, ready to predict or to train. It owns the DJL model: close it, and keep
 * it as long as its block is used.
 */
public final class OpenModel implements AutoCloseable {

    private final String name;
    private final Model model;
    private final Architecture architecture;
    private final double dropout;
    private final int classes;
    private final List<String> classNames;
    private final Preprocessing preprocessing;
    private final boolean probabilities;

    OpenModel(
            String name,
            Model model,
            Architecture architecture,
            double dropout,
            int classes,
            List<String> classNames,
            Preprocessing preprocessing,
            boolean probabilities) {
        this.name = name;
        this.model = model;
        this.architecture = architecture;
        this.dropout = dropout;
        this.classes = classes;
        this.classNames = List.copyOf(classNames);
        this.preprocessing = preprocessing;
        this.probabilities = probabilities;
    }

    /** As the user wrote it: {@code MODEL[=WEIGHTS]}. */
    public String name() {
        return name;
    }

    /** The model, closed with this. */
    public Model model() {
        return model;
    }

    public Block block() {
        return model.getBlock();
    }

    public Architecture architecture() {
        return architecture;
    }

    public double dropout() {
        return dropout;
    }

    public int classes() {
        return classes;
    }

    /** The names of the classes in order, empty if nobody told them. */
    public List<String> classNames() {
        return classNames;
    }

    /** The names of the classes, their numbers where nobody told names. */
    public List<String> labels() {
        return classNames.isEmpty()
                ? IntStream.range(0, classes).mapToObj(String::valueOf).toList()
                : classNames;
    }

    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** The network as a teacher, with the normalisation it was trained for. */
    public NetworkTeacher teacher() {
        return Teacher.of(model)
                .named(name)
                .withNormalization(normalization())
                .withClassNames(classNames);
    }

    /**
     * What teaches: the network, or the logarithm of what it answers if the user said that those
     * are probabilities.
     *
     * @param network this {@link #teacher()}, whatever was set of it
     */
    public RunTeacher taught(NetworkTeacher network) {
        return probabilities ? Teacher.ofProbabilities(network) : network;
    }

    /** Mean and standard deviation as training batches take them. */
    public Normalization normalization() {
        return EvaluationPreprocessing.normalization(preprocessing);
    }

    /**
     * Computes logits in evaluation mode.
     *
     * @param images N images, prepared
     * @param shape (N, 3, H, W)
     * @return N times classes logits
     */
    public float[] logits(float[] images, Shape shape) {
        NDManager owner = model.getNDManager();
        try (NoGrad off = NoGrad.open(owner.getEngine());
                NDManager manager = owner.newSubManager()) {
            NDArray input = manager.create(images, shape);
            return block().forward(new ParameterStore(manager, false), new NDList(input), false)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
