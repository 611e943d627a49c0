package io.ssld.cli.common;

import io.ssld.finetuning.Pretrained;
import io.ssld.zoo.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Reads the weights that a {@link ModelSpec} names. */
public final class PretrainedSource {

    private PretrainedSource() {}

    /**
     * Reads weights of any number of classes.
     *
     * @param spec a saved model, or a network with published weights or a file
     * @return network and weights
     * @throws IOException if the weights are not there, or broken
     * @throws IllegalArgumentException if the weights are random
     */
    public static Pretrained read(ModelSpec spec) throws IOException {
        Path folder = spec.folder();
        if (folder != null) {
            return Pretrained.saved(folder);
        }
        Architecture network = Objects.requireNonNull(spec.architecture());
        if (spec.weights() instanceof ModelSpec.Weights.Random) {
            throw new IllegalArgumentException(
                    ("weights must be pretrained, but %s has random ones; name a file or the folder"
                                    + " of a saved model, or train from scratch with 'ssld train'")
                            .formatted(spec.text()));
        }
        Path file =
                spec.weights() instanceof ModelSpec.Weights.File given
                        ? given.path()
                        : PublishedWeights.file(
                                network, ((ModelSpec.Weights.Published) spec.weights()).ssld());
        return Pretrained.read(network, file);
    }
}
