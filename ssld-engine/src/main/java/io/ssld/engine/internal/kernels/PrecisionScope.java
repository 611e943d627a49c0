package io.ssld.engine.internal.kernels;

import io.ssld.engine.Precision;
import java.util.Objects;

/**
 * A scope in which convolutions that ask for it compute in fewer bits, in the current thread.
 *
 * <p>What is recorded for differentiation inside is computed backward in the same bits, wherever
 * the backward pass runs. A scope must be closed by the thread that opened it. Scopes nest.
 */
public final class PrecisionScope implements AutoCloseable {

    /** A thread's own, as a network is passed forward in several at once. */
    private static final ThreadLocal<Precision> CURRENT =
            ThreadLocal.withInitial(() -> Precision.FLOAT32);

    private final Precision before;

    private PrecisionScope(Precision before) {
        this.before = before;
    }

    /**
     * Sets the precision in the current thread until the scope is closed.
     *
     * @param precision what convolutions compute in
     * @return the scope, which restores the earlier precision when closed
     */
    public static PrecisionScope open(Precision precision) {
        Objects.requireNonNull(precision, "precision");
        PrecisionScope scope = new PrecisionScope(CURRENT.get());
        CURRENT.set(precision);
        return scope;
    }

    /**
     * Returns the precision of the innermost open scope.
     *
     * @return {@link Precision#FLOAT32} outside of any
     */
    public static Precision current() {
        return CURRENT.get();
    }

    @Override
    public void close() {
        if (before == Precision.FLOAT32) {
            CURRENT.remove();
        } else {
            CURRENT.set(before);
        }
    }
}
