package io.ssld.core;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.ssld.core.internal.Processor;
import io.ssld.kernels.Kernels;
import io.ssld.kernels.Precision;

/**
 * What a student's convolutions compute in while it trains.
 *
 * @param wanted what was asked for
 * @param used what is computed in: the same, or 32 bits
 * @param reason why not as asked for; empty if it is
 */
record StudentPrecision(Precision wanted, Precision used, String reason) {

    static final StudentPrecision FLOAT32 =
            new StudentPrecision(Precision.FLOAT32, Precision.FLOAT32, "");

    /**
     * Decides by what engine and processor can.
     *
     * @param wanted what was asked for
     * @param device the student's
     * @param engine the student's
     * @throws IllegalArgumentException if the precision is not offered
     */
    static StudentPrecision of(Precision wanted, Device device, Engine engine) {
        boolean processor = device.isGpu() || Processor.hasBfloat16();
        return of(wanted, Kernels.of(engine).hasHalfConvolutions(), processor);
    }

    static StudentPrecision of(Precision wanted, boolean kernels, boolean processor) {
        if (wanted == Precision.FLOAT16) {
            throw new IllegalArgumentException(
                    "optPrecision must be FLOAT32 or BFLOAT16, but was FLOAT16, whose gradients"
                            + " would need their loss scaled; choose BFLOAT16");
        }
        if (wanted == Precision.FLOAT32) {
            return FLOAT32;
        }
        if (!kernels) {
            return instead(wanted, "the engine, or its plain kernels, convolves in 32 bits only");
        }
        return processor
                ? new StudentPrecision(wanted, wanted, "")
                : instead(wanted, "the processor has neither avx512_bf16 nor amx_bf16");
    }

    private static StudentPrecision instead(Precision wanted, String reason) {
        return new StudentPrecision(wanted, Precision.FLOAT32, reason);
    }

    /** In words, with the reason if there is one. */
    String told() {
        return reason.isEmpty() ? used.name() : used + ", not " + wanted + ": " + reason;
    }
}
