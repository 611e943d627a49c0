package io.ssld.zoo.resolve;

import ai.djl.nn.Block;
import io.ssld.weights.MalformedWeightsException;
import io.ssld.weights.PdParams;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.WeightMismatchException;
import io.ssld.zoo.SsldModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a file before its checksum is recorded: what is trusted for good must at least be what
 * was asked for, and not a page of a proxy, an empty file or half of one.
 */
@FunctionalInterface
interface ContentCheck {

    /**
     * Looks at a file.
     *
     * @throws WrongContentException if it is something else
     */
    void check(Path file) throws IOException;

    /** Whether a file holds the parameters of a network, by their names and number. */
    static ContentCheck weightsOf(SsldModel model) {
        return file -> {
            try {
                Block block = model.newBlock(1);
                SsldWeights weights = SsldWeights.of(PdParams.read(file));
                weights.requireNames(block);
                requireSize(weights, block, model, file);
            } catch (MalformedWeightsException | WeightMismatchException e) {
                throw new WrongContentException(
                        "%s must hold the weights of %s, but does not: %s"
                                .formatted(file, model.modelName(), e.getMessage()),
                        e);
            }
        };
    }

    private static void requireSize(SsldWeights weights, Block block, SsldModel model, Path file)
            throws WrongContentException {
        long expected = model.parameterCount(weights.classes(block).orElse(1));
        long found = weights.parameterCount(block);
        if (found != expected) {
            throw new WrongContentException(
                    String.format(
                            Locale.ROOT,
                            "%s must hold the %d parameters of %s, but has %d",
                            file,
                            expected,
                            model.modelName(),
                            found),
                    null);
        }
    }

    /** Something else than what was asked for. */
    final class WrongContentException extends IOException {

        private static final long serialVersionUID = 1L;

        WrongContentException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
