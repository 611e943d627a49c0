package io.ssld.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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
