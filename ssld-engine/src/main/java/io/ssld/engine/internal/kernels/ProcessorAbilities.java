package io.ssld.engine.internal.kernels;

import io.ssld.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The abilities of a processor that the engine may use.
 *
 * @param flags as Linux calls them, without those that are forbidden
 * @param cap the variable that forbids some, such as {@code ONEDNN_MAX_CPU_ISA=AVX2}, or empty
 */
record ProcessorAbilities(Set<String> flags, String cap) {

    private static final Path LINUX = Path.of("/proc/cpuinfo");

    /** The second is oneDNN's name of old, which it reads if the first is not set. */
    private static final List<String> ISA_VARIABLES =
            List.of("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA");

    private static final String ATEN_VARIABLE = "ATEN_CPU_CAPABILITY";

    /** At which of oneDNN's levels it begins to use an ability. */
    private static final Map<String, Integer> LEVELS =
            Map.of(
                    "avx512bw", 1,
                    "avx512vl", 1,
                    "avx512dq", 1,
                    "avx512_bf16", 2,
                    "avx512_fp16", 3,
                    "amx_bf16", 4);

    /** The values that forbid a level, of which each allows those up to its own. */
    private static final Map<String, Integer> ALLOWED =
            Map.of(
                    "sse41", 0,
                    "avx", 0,
                    "avx2", 0,
                    "avx2_vnni", 0,
                    "avx2_vnni_2", 0,
                    "avx512_core", 1,
                    "avx512_core_vnni", 1,
                    "avx512_core_bf16", 2,
                    "avx512_core_fp16", 3,
                    "avx10_1_512", 3);

    /** Of the engine's own loops, with the casts around what oneDNN computes. */
    private static final Set<String> WITHOUT_AVX512 = Set.of("avx2", "default");

    ProcessorAbilities {
        flags = Set.copyOf(flags);
    }

    /** Of this machine and process. */
    static ProcessorAbilities here() {
        return of(LINUX, System.getenv());
    }

    /**
     * Reads a description.
     *
     * @param description in the form of Linux' {@code /proc/cpuinfo}
     * @param environment variables of the process
     * @return what it names and the variables allow; nothing if there is no such file
     */
    static ProcessorAbilities of(Path description, Map<String, String> environment) {
        ProcessorAbilities all = new ProcessorAbilities(read(description), "");
        if (WITHOUT_AVX512.contains(environment.getOrDefault(ATEN_VARIABLE, ""))) {
            all = all.upTo(0, ATEN_VARIABLE, environment);
        }
        for (String variable : ISA_VARIABLES) {
            String isa = environment.getOrDefault(variable, "").toLowerCase(Locale.ROOT);
            if (!isa.isEmpty()) {
                Integer level = ALLOWED.get(isa);
                return level == null ? all : all.upTo(level, variable, environment);
            }
        }
        return all;
    }

    private static Set<String> read(Path description) {
        try {
            return Files.readAllLines(description).stream()
                    .filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> Set.copyOf(Arrays.asList(line.split("\\s+"))))
                    .orElse(Set.of());
        } catch (IOException e) {
            // Not Linux, or hidden: the slower way is as right.
            return Set.of();
        }
    }

    private ProcessorAbilities upTo(int level, String variable, Map<String, String> environment) {
        Set<String> left = new HashSet<>(flags);
        boolean forbids = left.removeIf(flag -> LEVELS.getOrDefault(flag, 0) > level);
        return forbids
                ? new ProcessorAbilities(left, variable + "=" + environment.get(variable))
                : this;
    }

    boolean hasBfloat16() {
        return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
    }

    boolean takesBfloat16() {
        return flags.containsAll(Set.of("avx512bw", "avx512vl", "avx512dq"));
    }

    boolean hasFloat16() {
        return flags.contains("avx512_fp16");
    }

    /** What is missing for a precision of 16 bits. */
    String lack(Precision precision) {
        String ability =
                precision == Precision.FLOAT16
                        ? "the processor has no avx512_fp16"
                        : "the processor has neither avx512_bf16 nor amx_bf16";
        return cap.isEmpty() ? ability : ability + " with " + cap + " in the environment";
    }
}
