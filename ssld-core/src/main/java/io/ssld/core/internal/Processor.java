package io.ssld.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the processor can do that neither Java nor DJL tells. */
public final class Processor {

    private static final Path LINUX = Path.of("/proc/cpuinfo");

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
     * As {@link #hasBfloat16()}, from a file.
     *
     * @param description in the form of Linux' {@code /proc/cpuinfo}
     * @return whether it names the ability
     */
    public static boolean hasBfloat16(Path description) {
        try {
            String text = Files.readString(description);
            return text.contains(" avx512_bf16") || text.contains(" amx_bf16");
        } catch (IOException e) {
            // Not Linux, or hidden: the slower way is as right.
            return false;
        }
    }
}
