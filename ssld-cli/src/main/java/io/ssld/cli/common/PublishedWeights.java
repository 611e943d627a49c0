package io.ssld.cli.common;

import io.ssld.zoo.Architecture;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.resolve.WeightsResolver;
import io.ssld.zoo.resolve.WeightsUnavailableException;
import java.io.IOException;
import java.nio.file.Path;

/** The weights files that were published, from the cache or a folder; nothing is downloaded. */
final class PublishedWeights {

    private PublishedWeights() {}

    static boolean exist(Architecture architecture) {
        return architecture instanceof SsldModel;
    }

    static Path file(Architecture architecture, boolean ssld) throws IOException {
        if (!(architecture instanceof SsldModel network)) {
            throw new IllegalArgumentException(
                    architecture.modelName() + " must have published weights, but has none");
        }
        try {
            return WeightsResolver.builder().build().resolve(network, ssld);
        } catch (WeightsUnavailableException e) {
            throw new IOException(
                    "%s; or run 'ssld zoo download %s%s'"
                            .formatted(e.getMessage(), ssld ? "" : "--plain ", network.modelName()),
                    e);
        }
    }
}
