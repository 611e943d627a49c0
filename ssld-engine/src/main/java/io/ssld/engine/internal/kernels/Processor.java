package io.ssld.engine.internal.kernels;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.ssld.engine.Precision;
import java.util.Objects;

/**
 * What processor and engine can do together that neither Java nor DJL tells: the one place where
 * programs and tests ask. The variables {@code ONEDNN_MAX_CPU_ISA} and {@code ATEN_CPU_CAPABILITY},
 * which forbid the engine a part of what the processor has, are heeded.
 *
 * <p>Where the system does not tell, as outside of Linux, each answer is false: the slower way is
 * as right.
 */
public final class Processor {

    /** NVIDIA's Ampere. */
    private static final int FIRST_WITH_BFLOAT16 = 80;

    private static final ProcessorAbilities HERE = ProcessorAbilities.here();

    private Processor() {}

    /**
     * Whether it multiplies numbers of 16 bits; without, the engine converts each and is slower.
     *
     * @return true with {@code avx512_bf16} or {@code amx_bf16}
     */
    public static boolean hasBfloat16() {
        return HERE.hasBfloat16();
    }

    /**
     * As {@link #hasBfloat16()}, for any device.
     *
     * @param device the CPU or a GPU of this machine
     * @return whether it multiplies such numbers
     */
    public static boolean hasBfloat16(Device device) {
        Objects.requireNonNull(device, "device");
        return device.isGpu()
                ? hasBfloat16(CudaUtils.getComputeCapability(device.getDeviceId()))
                : hasBfloat16();
    }

    /**
     * As {@link #hasBfloat16()}, for a GPU.
     *
     * @param capability the compute capability in DJL's form, such as 75 for 7.5
     * @return true from 8.0 on
     */
    public static boolean hasBfloat16(String capability) {
        Objects.requireNonNull(capability, "capability");
        return Integer.parseInt(capability) >= FIRST_WITH_BFLOAT16;
    }

    /**
     * Whether oneDNN takes bfloat16 at all, be it by converting. Without, the operations that the
     * engine offers to its own compiler refuse it, and its usual ones compute in loops of their
     * own.
     *
     * @return true with {@code avx512bw}, {@code avx512vl} and {@code avx512dq}
     */
    public static boolean takesBfloat16() {
        return HERE.takesBfloat16();
    }

    /**
     * Whether it computes with numbers of float16; without, the engine converts each and is slower.
     *
     * @return true with {@code avx512_fp16}
     */
    public static boolean hasFloat16() {
        return HERE.hasFloat16();
    }

    /**
     * Says what is missing for a precision.
     *
     * @param precision one of 16 bits
     * @return such as {@code the processor has no avx512_fp16}, with the variable that forbids it
     *     if there is one; meant for where it is missing
     */
    public static String lack(Precision precision) {
        Objects.requireNonNull(precision, "precision");
        return HERE.lack(precision);
    }
}
