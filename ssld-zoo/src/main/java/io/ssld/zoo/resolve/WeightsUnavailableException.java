package io.ssld.zoo.resolve;

import java.io.IOException;

/**
 * Weights are neither in the cache nor to be had from their source. The message names the source,
 * the place in the cache and what helps without a network.
 */
public final class WeightsUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    WeightsUnavailableException(String message) {
        super(message);
    }

    WeightsUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
