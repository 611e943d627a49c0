package io.ssld.base.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.base.internal.Json;
import io.ssld.base.internal.report.Provenance.ScaleFacts;
import io.ssld.base.internal.report.Provenance.StudentFacts;
import io.ssld.base.internal.report.Provenance.TeacherFacts;
import io.ssld.base.internal.report.Provenance.WorkerFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir Path folder;

    @Test
    void read_writtenProvenance_isEqual() throws IOException {
        Provenance provenance = complete().build();
        Path file = folder.resolve("provenance.json");
        provenance.writeTo(file);

        assertThat(Provenance.read(file)).isEqualTo(provenance);
        assertThat(provenance.recipe())
                .containsEntry("epochs", 30L)
                .containsEntry("warmup", "PT2M")
                .containsEntry("schedule", Map.of("rate", 0.1, "decay", List.of(1L, 2L)));
    }

    @Test
    void build_complete_tellsSoftwareAndMachine() {
        Provenance provenance = complete().build();

        assertThat(provenance.software().ssld()).isEqualTo("development");
        assertThat(provenance.software().java()).isEqualTo(System.getProperty("java.version"));
        assertThat(provenance.software().engine()).isEqualTo("PyTorch");
        assertThat(provenance.machine().cores()).isPositive();
        assertThat(provenance.machine().device()).isEqualTo("cpu()");
        assertThat(provenance.quarantined()).isEqualTo(3);
        assertThat(provenance.workers())
                .isEqualTo(new WorkerFacts(2, "measured", Map.of("1", 0.5, "2", 0.25)));
        assertThat(Objects.requireNonNull(provenance.teacher()).unchanged()).isTrue();
    }

    @Test
    void writeTo_pathsEverywhere_namesNoFolderOfTheMachine() throws IOException {
        Path secret = folder.toAbsolutePath().resolve("ann").resolve("list.txt");
        Provenance provenance =
                Provenance.builder()
                        .setEngine("PyTorch", "2.7.1")
                        .setDevice("cpu()")
                        .setPeriod(START, START)
                        .optCommandLine(List.of("train", secret.toString(), "--out=" + secret))
                        .setSeed(1)
                        .setRecipe(
                                Map.of(
                                        "path",
                                        secret,
                                        "nested",
                                        List.of(Map.of("uri", secret.toUri().toString()))))
                        .addData(secret.toString(), 1, "d")
                        .optTeacher(new TeacherFacts(secret.toString(), 2, "m", "a", "b", Map.of()))
                        .setStudent(new StudentFacts("of " + secret, 1, "d"))
                        .setLoss("loss")
                        .build();
        Path file = folder.resolve("provenance.json");
        provenance.writeTo(file);

        assertThat(Files.readString(file))
                .doesNotContain("ann")
                .doesNotContain(folder.getFileName().toString())
                .doesNotContain(System.getProperty("user.home") + "/");
        assertThat(provenance.commandLine())
                .containsExactly("train", "…/list.txt", "--out=…/list.txt");
        assertThat(provenance.data()).containsOnlyKeys("…/list.txt");
        assertThat(Objects.requireNonNull(provenance.teacher()).unchanged()).isFalse();
        assertThat(Provenance.read(file)).isEqualTo(provenance);
    }

    @Test
    void read_evaluationNotFinite_isNaN() throws IOException {
        TeacherFacts teacher = new TeacherFacts("t", 2, "m", "a", "a", Map.of("top1", Double.NaN));
        Path file = folder.resolve("teacher.json");
        Json.write(file, teacher);

        assertThat(Json.read(file, TeacherFacts.class)).isEqualTo(teacher);
    }

    @Test
    void build_settingMissing_namesIt() {
        assertThatThrownBy(() -> Provenance.builder().setEngine("PyTorch", "2.7.1").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("device must be set before build()");
    }

    @Test
    void set_twice_quotesEarlierValue() {
        assertThatThrownBy(() -> Provenance.builder().setLoss("kl").setLoss("js"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "loss must be set once, but was kl already; remove one of the two calls");
        assertThatThrownBy(() -> Provenance.builder().addData("a", 1, "x").addData("a", 2, "y"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("data a must be added once");
    }

    @Test
    void build_finishedBeforeStarted_isRefused() {
        assertThatThrownBy(
                        () ->
                                new Provenance(
                                        complete().build().software(),
                                        complete().build().machine(),
                                        START,
                                        START.minusSeconds(1),
                                        List.of(),
                                        0,
                                        Map.of(),
                                        Map.of(),
                                        Objects.requireNonNull(complete().build().teacher()),
                                        complete().build().student(),
                                        "kl",
                                        "FLOAT32",
                                        "",
                                        null,
                                        0,
                                        null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("finished must not be before started, but was ");
    }

    @Test
    void commandLine_addressesWithSecrets_keepsOnlyWhere() {
        Provenance provenance =
                Provenance.builder()
                        .setEngine("PyTorch", "2.7.1")
                        .setDevice("cpu()")
                        .setPeriod(START, START)
                        .optCommandLine(
                                List.of(
                                        "train",
                                        "--teacher=https://ann:p@ss:w0rd@host:8443/w.pt",
                                        "NET=https://token@host/a?X-Signature=abc&b=c",
                                        "see https://bob:x@host/y, s3://key:code@bucket/z#f",
                                        "http://host/plain"))
                        .setSeed(1)
                        .setRecipe(Map.of("from", "https://ann:word@host/r"))
                        .setStudent(new StudentFacts("https://ann:word@host/s", 1, "d"))
                        .setLoss("loss")
                        .build();
        assertThat(provenance.commandLine())
                .containsExactly(
                        "train",
                        "--teacher=https://…@host:8443/w.pt",
                        "NET=https://…@host/a?…",
                        "see https://…@host/y, s3://…@bucket/z?…",
                        "http://host/plain");
        assertThat(provenance.recipe()).containsEntry("from", "https://…@host/r");
        assertThat(provenance.student().name()).isEqualTo("https://…@host/s");
    }

    private static ProvenanceBuilder complete() {
        return Provenance.builder()
                .setEngine("PyTorch", "2.7.1")
                .setDevice("cpu()")
                .setPeriod(START, START.plusSeconds(60))
                .optCommandLine(List.of("train", "--epochs", "30"))
                .setSeed(Long.MAX_VALUE)
                .setRecipe(
                        Map.of(
                                "epochs", 30,
                                "warmup", Duration.ofMinutes(2),
                                "schedule", Map.of("rate", 0.1f, "decay", List.of(1, 2))))
                .addData("train", 60_000, "sha256:aa")
                .addData("validation", 10_000, "sha256:bb")
                .optTeacher(new TeacherFacts("t", 10, "evaluation", "x", "x", Map.of("top1", 0.9)))
                .setStudent(new StudentFacts("s", 2_964_760, "y"))
                .setLoss("symmetric-kl")
                .optPrecision("FLOAT16")
                .optLossScale(new ScaleFacts(8192, 3))
                .optQuarantined(3)
                .optWorkers(new WorkerFacts(2, "measured", Map.of("1", 0.5, "2", 0.25)));
    }
}
