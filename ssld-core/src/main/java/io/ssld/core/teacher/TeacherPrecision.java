package io.ssld.core.teacher;

import ai.djl.Device;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.Processor;

/** What a compiled teacher computes in. */
public enum TeacherPrecision {
    /** 32 bits, as the network itself: logits differ by rounding alone. */
    FLOAT32(Precision.FLOAT32),

    /**
     * 16 bits with the range of 32 and 8 digits of precision, where the processor has it ({@code
     * avx512_bf16} or {@code amx_bf16}; on GPUs compute capability 8.0) and 32 bits elsewhere: less
     * than half of the time, and logits that differ by about one part in a hundred. The classifier
     * stays at 32 bits. Such arrays exist inside the compiled function only.
     */
    BFLOAT16(Precision.BFLOAT16),

    /**
     * 16 bits with 11 digits of precision and numbers up to 65,504, on GPUs; 32 bits on a CPU. The
     * classifier stays at 32 bits.
     */
    FLOAT16(Precision.FLOAT16);

    private final Precision kernels;

    TeacherPrecision(Precision kernels) {
        this.kernels = kernels;
    }

    /** What the kernels call it. */
    Precision kernels() {
        return kernels;
    }

    /** What is used on a device: this if the device has it, else 32 bits. */
    TeacherPrecision on(Device device) {
        boolean offered =
                switch (this) {
                    case FLOAT32 -> true;
                    case BFLOAT16 -> Processor.hasBfloat16(device);
                    case FLOAT16 -> device.isGpu();
                };
        return offered ? this : FLOAT32;
    }
}
