package io.ssld.cli.common;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.finetuning.Pretrained;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.WeightMismatchException;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.internal.ImageNetLabels;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens what a {@link ModelSpec} names. The number of classes is that of the weights; asking for
 * another one is an error unless a different head is allowed, which then begins anew.
 */
public final class ModelOpener {

    private static final String ENGINE = "PyTorch";
    private static final int PUBLISHED_CLASSES = 1000;

    private final ModelSpec spec;
    private final @Nullable Integer classes;
    private final boolean differentHead;

    private ModelOpener(ModelSpec spec, @Nullable Integer classes, boolean differentHead) {
        this.spec = spec;
        this.classes = classes;
        this.differentHead = differentHead;
    }

    /** Opens a model with its own number of classes. */
    public static OpenModel open(ModelSpec spec) throws IOException {
        return open(spec, null);
    }

    /**
     * Opens a model of a number of classes.
     *
     * @param classes what the weights must have, or null for what they have
     * @throws IOException also if nobody said that the network is to be untrained
     */
    public static OpenModel open(ModelSpec spec, @Nullable Integer classes) throws IOException {
        if (spec.isUntrainedByDefault()) {
            throw new IOException(
                    ("weights of %1$s must be named, because a network that was never trained"
                         + " answers by chance, but were not; write %1$s=FILE, the folder of a"
                         + " saved model, or %1$s=random if that is meant")
                            .formatted(spec.text()));
        }
        return new ModelOpener(spec, classes, false).open();
    }

    /**
     * Opens a model to be trained for a number of classes; the head is a new one unless it has that
     * many.
     *
     * @param seed what all first weights are drawn from, those of a new head too, unless the spec
     *     names a seed
     */
    public static OpenModel openForClasses(ModelSpec spec, int classes, long seed)
            throws IOException {
        // DJL has one generator a process, which others have drawn from.
        Engine.getEngine(ENGINE).setRandomSeed((int) seed);
        return new ModelOpener(spec.seeded(seed), classes, true).open();
    }

    private OpenModel open() throws IOException {
        if (spec.weights() instanceof ModelSpec.Weights.Random random) {
            return drawn(Objects.requireNonNull(spec.architecture()), random.seed());
        }
        return filled(PretrainedSource.read(spec));
    }

    private OpenModel filled(Pretrained start) throws IOException {
        int found = classesOf(start);
        int wanted = classes == null ? found : classes;
        if (wanted != found && !differentHead) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "classes must be the %d of %s, but were %d; leave them out or name"
                                    + " other weights",
                            found,
                            start.source(),
                            wanted));
        }
        SsldWeights weights =
                differentHead ? start.weights().allowDifferentHead() : start.weights();
        List<String> names = classNames(start, found);
        return create(
                start.architecture(),
                start.dropout(),
                wanted,
                wanted == names.size() ? names : List.of(),
                start.preprocessing(),
                (block, model, input) -> {
                    try {
                        weights.initialize(block, model.getNDManager(), input);
                    } catch (WeightMismatchException e) {
                        throw new IOException(start.source() + ": " + e.getMessage(), e);
                    }
                });
    }

    /** Published weights and weights files say nothing but themselves. */
    private List<String> classNames(Pretrained start, int found) {
        boolean imageNet =
                spec.folder() == null
                        && start.architecture() instanceof SsldModel
                        && found == PUBLISHED_CLASSES;
        return imageNet ? ImageNetLabels.read() : start.classNames();
    }

    private OpenModel drawn(Architecture network, long seed) throws IOException {
        if (classes == null && !PublishedWeights.exist(network)) {
            throw new IOException(
                    "classes must be given for %s, whose random weights do not tell them"
                            .formatted(network.modelName()));
        }
        return create(
                network,
                network.dropout().orElse(0),
                classes == null ? PUBLISHED_CLASSES : classes,
                List.of(),
                network.preprocessing(),
                (block, model, input) -> {
                    // DJL has one generator a process.
                    Engine.getEngine(ENGINE).setRandomSeed((int) seed);
                    block.initialize(model.getNDManager(), DataType.FLOAT32, input);
                });
    }

    /** Gives a new block its first values. */
    private interface Filling {
        void fill(Block block, Model model, Shape input) throws IOException;
    }

    private OpenModel create(
            Architecture network,
            double dropout,
            int count,
            List<String> names,
            Preprocessing preprocessing,
            Filling filling)
            throws IOException {
        Model model = Model.newInstance(network.modelName(), ENGINE);
        try {
            Block block = network.newBlock(count, dropout);
            int side = preprocessing.crop();
            filling.fill(block, model, new Shape(1, 3, side, side));
            model.setBlock(block);
            return new OpenModel(
                    spec.text(),
                    model,
                    network,
                    dropout,
                    count,
                    names,
                    preprocessing,
                    spec.probabilities());
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static int classesOf(Pretrained start) throws IOException {
        return start.weights()
                .classes(start.architecture().newBlock(1))
                .orElseThrow(
                        () ->
                                new IOException(
                                        "%s must hold weights of %s, but has none of its classifier"
                                                .formatted(
                                                        start.source(),
                                                        start.architecture().modelName())));
    }
}
