package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.engine.internal.kernels.Processor;

/**
 * What a student's convolutions compute in while it trains.
 *
 * @param wanted what was asked for
 * @param used what is computed in: the same, or 32 bits
 * @param reason why not as asked for, or why that is slow; empty if it is as asked for and should
 *     be faster than 32 bits
 */
public record StudentPrecision(Precision wanted, Precision used, String reason) {

    static final StudentPrecision FLOAT32 =
            new StudentPrecision(Precision.FLOAT32, Precision.FLOAT32, "");

    /**
     * Decides by what engine and processor can.
     *
     * @param wanted what was asked for
     * @param device the student's
     * @param engine the student's
     */
    public static StudentPrecision of(Precision wanted, Device device, Engine engine) {
        boolean processor =
                wanted == Precision.FLOAT16 ? Processor.hasFloat16() : Processor.hasBfloat16();
        return of(wanted, Kernels.of(engine).hasHalfConvolutions(), device.isGpu() || processor);
    }

    static StudentPrecision of(Precision wanted, boolean kernels, boolean processor) {
        if (wanted == Precision.FLOAT32) {
            return FLOAT32;
        }
        if (!kernels) {
            return instead(wanted, "the engine, or its plain kernels, convolves in 32 bits only");
        }
        if (processor) {
            return new StudentPrecision(wanted, wanted, "");
        }
        // bfloat16 is for speed alone. float16 has a range of its own, and what a run on a GPU
        // will do in it is found out on any machine.
        return wanted == Precision.FLOAT16
                ? new StudentPrecision(wanted, wanted, Processor.lack(wanted))
                : instead(wanted, Processor.lack(wanted));
    }

    private static StudentPrecision instead(Precision wanted, String reason) {
        return new StudentPrecision(wanted, Precision.FLOAT32, reason);
    }

    /** In words, with the reason if there is one. */
    String told() {
        if (reason.isEmpty()) {
            return used.name();
        }
        return used == wanted
                ? used + ", slower than FLOAT32: " + reason
                : used + ", not " + wanted + ": " + reason;
    }
}
