package io.ssld.engine.internal;

import ai.djl.engine.Engine;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A scope in which the current thread records no operation for differentiation.
 *
 * <p>PyTorch's gradient mode belongs to the thread and is on in every new thread; DJL turns it off
 * only in the thread that started the engine. Without this scope a forward pass in, say, a server's
 * worker thread builds a graph that nobody asked for, and an in-place update of a weight fails. DJL
 * has no public call for it. For an engine that records only inside a gradient collector the scope
 * does nothing.
 *
 * <p>A scope must be closed by the thread that opened it. Scopes nest.
 */
public final class NoGrad implements AutoCloseable {

    private static final @Nullable NativeMode PYTORCH = NativeMode.find();

    private final boolean restore;

    private NoGrad(boolean restore) {
        this.restore = restore;
    }

    /**
     * Turns recording off in the current thread until the scope is closed.
     *
     * @param engine the engine whose operations follow
     * @return the scope, which restores the earlier mode when closed
     */
    public static NoGrad open(Engine engine) {
        Objects.requireNonNull(engine, "engine");
        if (PYTORCH == null || !"PyTorch".equals(engine.getEngineName()) || !PYTORCH.isOn()) {
            return new NoGrad(false);
        }
        PYTORCH.set(false);
        return new NoGrad(true);
    }

    @Override
    public void close() {
        if (restore && PYTORCH != null) {
            PYTORCH.set(true);
        }
    }

    /** The engine's own switch, of a class that is absent where another engine is used. */
    private record NativeMode(MethodHandle getter, MethodHandle setter) {

        static @Nullable NativeMode find() {
            try {
                Class<?> jni = Class.forName("ai.djl.pytorch.jni.JniUtils");
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                return new NativeMode(
                        lookup.findStatic(jni, "isGradMode", MethodType.methodType(boolean.class)),
                        lookup.findStatic(
                                jni,
                                "setGradMode",
                                MethodType.methodType(void.class, boolean.class)));
            } catch (ReflectiveOperationException e) {
                // No PyTorch engine here, or one that renamed its switch: the plain path remains
                // correct in the thread that started the engine.
                return null;
            }
        }

        boolean isOn() {
            try {
                return (boolean) getter.invokeExact();
            } catch (Throwable e) {
                throw new IllegalStateException("cannot read PyTorch's gradient mode", e);
            }
        }

        void set(boolean on) {
            try {
                setter.invokeExact(on);
            } catch (Throwable e) {
                throw new IllegalStateException("cannot set PyTorch's gradient mode", e);
            }
        }
    }
}
