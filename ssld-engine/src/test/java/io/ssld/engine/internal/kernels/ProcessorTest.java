package io.ssld.engine.internal.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.ssld.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {

    private static final String CORE = "fpu avx2 avx512f avx512bw avx512vl avx512dq";
    private static final String SAPPHIRE = CORE + " avx512_bf16 avx512_fp16 amx_tile amx_bf16";

    @TempDir private Path folder;

    private ProcessorAbilities abilities(String flags, Map<String, String> environment)
            throws IOException {
        Path file = folder.resolve("cpuinfo");
        Files.writeString(file, "processor\t: 0\nflags\t\t: " + flags + "\nbugs\t\t: amx_bf16\n");
        return ProcessorAbilities.of(file, environment);
    }

    @ParameterizedTest
    @CsvSource({
        "fpu avx2, false, false, false",
        "fpu avx2 avx512f, false, false, false",
        "fpu avx512_bf16x avx512_vp2intersect, false, false, false",
        CORE + ", true, false, false",
        CORE + " avx512_bf16, true, true, false",
        "fpu amx_tile amx_bf16, false, true, false",
        SAPPHIRE + ", true, true, true"
    })
    void of_description_whatItNames(String flags, boolean takes, boolean bfloat16, boolean float16)
            throws IOException {
        ProcessorAbilities abilities = abilities(flags, Map.of());
        assertThat(abilities.takesBfloat16()).isEqualTo(takes);
        assertThat(abilities.hasBfloat16()).isEqualTo(bfloat16);
        assertThat(abilities.hasFloat16()).isEqualTo(float16);
        assertThat(abilities.cap()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ONEDNN_MAX_CPU_ISA, AVX2, false, false, false",
        "ONEDNN_MAX_CPU_ISA, sse41, false, false, false",
        "ONEDNN_MAX_CPU_ISA, avx2_vnni_2, false, false, false",
        "ONEDNN_MAX_CPU_ISA, AVX512_CORE, true, false, false",
        "ONEDNN_MAX_CPU_ISA, AVX512_CORE_VNNI, true, false, false",
        "ONEDNN_MAX_CPU_ISA, AVX512_CORE_BF16, true, true, false",
        "ONEDNN_MAX_CPU_ISA, AVX512_CORE_FP16, true, true, true",
        "DNNL_MAX_CPU_ISA, AVX2, false, false, false",
        "ATEN_CPU_CAPABILITY, avx2, false, false, false",
        "ATEN_CPU_CAPABILITY, default, false, false, false"
    })
    void of_environmentThatForbids_onlyWhatIsAllowed(
            String variable, String value, boolean takes, boolean bfloat16, boolean float16)
            throws IOException {
        ProcessorAbilities abilities = abilities(SAPPHIRE, Map.of(variable, value));
        assertThat(abilities.takesBfloat16()).isEqualTo(takes);
        assertThat(abilities.hasBfloat16()).isEqualTo(bfloat16);
        assertThat(abilities.hasFloat16()).isEqualTo(float16);
        assertThat(abilities.cap()).isEqualTo(variable + "=" + value);
    }

    @ParameterizedTest
    @CsvSource({
        "ONEDNN_MAX_CPU_ISA, ALL",
        "ONEDNN_MAX_CPU_ISA, AVX512_CORE_AMX",
        "ONEDNN_MAX_CPU_ISA, pentium",
        "ATEN_CPU_CAPABILITY, avx512",
        "ATEN_CPU_CAPABILITY, AVX2"
    })
    void of_environmentThatForbidsNothing_everything(String variable, String value)
            throws IOException {
        assertThat(abilities(SAPPHIRE, Map.of(variable, value)))
                .isEqualTo(abilities(SAPPHIRE, Map.of()));
    }

    @Test
    void of_noDescription_nothing() {
        ProcessorAbilities none = ProcessorAbilities.of(folder.resolve("none"), Map.of());
        assertThat(none.flags()).isEmpty();
    }

    @Test
    void lack_forbiddenOrMissing_saysSo() throws IOException {
        ProcessorAbilities old = abilities(CORE, Map.of());
        assertThat(old.lack(Precision.FLOAT16)).isEqualTo("the processor has no avx512_fp16");
        assertThat(old.lack(Precision.BFLOAT16))
                .isEqualTo("the processor has neither avx512_bf16 nor amx_bf16");
        assertThat(
                        abilities(SAPPHIRE, Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"))
                                .lack(Precision.BFLOAT16))
                .isEqualTo(
                        "the processor has neither avx512_bf16 nor amx_bf16 with"
                                + " ONEDNN_MAX_CPU_ISA=AVX2 in the environment");
    }

    @Test
    void hasBfloat16_computeCapabilities_from80() {
        assertThat(Processor.hasBfloat16("75")).isFalse();
        assertThat(Processor.hasBfloat16("80")).isTrue();
        assertThat(Processor.hasBfloat16("120")).isTrue();
        assertThat(Processor.hasBfloat16(Device.cpu())).isEqualTo(Processor.hasBfloat16());
    }
}
