package io.ssld.core.internal;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the processor can do that neither Java nor DJL tells. */
public final class Processor {

    private static final Path LINUX = Path.of("/proc/cpuinfo");

    /** NVIDIA's Ampere. */
    private static final int FIRST_WITH_BFLOAT16 = 80;

    private Processor() {}

    /**
     * Whether it multiplies numbers of 16 bits; without, the engine converts each and is slower.
     *
     * @return false also where the system does not tell
     */
    public static boolean hasBfloat16() {
        return hasBfloat16(LINUX);
    }

    /**
     * As {@link #hasBfloat16()}, for any device.
     *
     * @param device the CPU or a GPU of this machine
     * @return whether it multiplies such numbers
     */
    public static boolean hasBfloat16(Device device) {
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
        return Integer.parseInt(capability) >= FIRST_WITH_BFLOAT16;
    }

    /**
     * As {@link #hasBfloat16()}, from a file.
     *
     * @param description in the form of Linux' {@code /proc/cpuinfo}
     * @return whether it names the ability
     */
    public static boolean hasBfloat16(Path description) {
        return names(description, " avx512_bf16", " amx_bf16");
    }

    /**
     * Whether it computes with numbers of float16; without, the engine converts each and is slower.
     *
     * @return false also where the system does not tell
     */
    public static boolean hasFloat16() {
        return hasFloat16(LINUX);
    }

    /**
     * As {@link #hasFloat16()}, from a file.
     *
     * @param description in the form of Linux' {@code /proc/cpuinfo}
     * @return whether it names the ability
     */
    public static boolean hasFloat16(Path description) {
        return names(description, " avx512_fp16");
    }

    private static boolean names(Path description, String... abilities) {
        try {
            String text = Files.readString(description);
            return Stream.of(abilities).anyMatch(text::contains);
        } catch (IOException e) {
            // Not Linux, or hidden: the slower way is as right.
            return false;
        }
    }
}
