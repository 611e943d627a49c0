package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStatus;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is a stop and what is not, and the last files of a run that is interrupted at its end. */
class InterruptTest {

    @TempDir private Path folder;

    private NDManager manager;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void tearDown() {
        manager.close();
    }

    private static Recipe recipe() {
        return Recipe.ssld()
                .optEpochs(2)
                .optStepsPerEpoch(2)
                .optWarmupEpochs(1)
                .optLearningRate(0.1)
                .build();
    }

    /** Failures that speak of an interrupt that was not the run's. */
    static Stream<RuntimeException> foreign() throws Exception {
        return Stream.of(
                new IllegalStateException("lost", new InterruptedException("of a thread of mine")),
                new IllegalStateException("lost", ofAnotherThread()),
                new UncheckedIOException("lost", new SocketTimeoutException("Read timed out")));
    }

    private static Throwable ofAnotherThread() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiting =
                new Thread(
                        () -> {
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                thrown.complete(e);
                            }
                        });
        waiting.start();
        waiting.interrupt();
        return thrown.get();
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void distill_teacherFailsOfAnInterruptElsewhere_isAFailure(RuntimeException lost)
            throws Exception {
        Path run = folder.resolve("run");
        int[] calls = {0};
        Teacher remote =
                inputs -> {
                    if (++calls[0] == 6) {
                        throw lost;
                    }
                    return inputs.head().get(":, :3").mul(3);
                };
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            Distiller distiller =
                    Distiller.builder()
                            .setTeacher(remote)
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe())
                            .optRunFolder(run)
                            .build();
            assertThatThrownBy(
                            () ->
                                    distiller.distill(
                                            Fixtures.unlabelled(manager, 32, 8, 1),
                                            Fixtures.table(manager, 16, 8, 2)))
                    .isNotInstanceOf(RunStoppedException.class)
                    .hasMessageContaining("lost");
        }
        assertThat(Thread.interrupted()).as("the flag").isFalse();
        assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.FAILED);
    }

    /** Three classes: their top-5 accuracy is 1 whatever a network does, and is told nowhere. */
    @Test
    void train_interruptedAfterTheLastEpoch_completesItsFolderWithoutTopFive() throws Exception {
        Path run = folder.resolve("run");
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            TrainingResult result =
                    SupervisedTrainer.builder()
                            .setModel(student)
                            .optRecipe(recipe())
                            .optRunFolder(run)
                            .addListener(
                                    new RunListener() {
                                        @Override
                                        public void onEpoch(EpochSummary epoch) {
                                            if (epoch.epoch() == 2) {
                                                Thread.currentThread().interrupt();
                                            }
                                        }
                                    })
                            .build()
                            .train(
                                    Fixtures.table(manager, 32, 8, 1),
                                    Fixtures.table(manager, 16, 8, 2));
            assertThat(result.classes()).isEqualTo(Fixtures.CLASSES);
        }
        assertThat(Thread.interrupted()).as("the flag").isTrue();
        assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.COMPLETE);
        assertThat(run.resolve("student-0000.params")).isNotEmptyFile();
        List<String> rows = Files.readAllLines(run.resolve("metrics.csv"));
        assertThat(rows.get(0).split(",", -1)[5]).isEqualTo("top5");
        assertThat(rows).hasSize(3);
        for (String row : rows.subList(1, 3)) {
            String[] cells = row.split(",", -1);
            assertThat(cells[4]).as("top-1").isNotEmpty();
            assertThat(cells[5]).as("top-5").isEmpty();
        }
        assertThat(run.resolve("report.html")).content().contains("<td>–</td>");
        try (Stream<Path> files = Files.list(run)) {
            for (Path events : files.filter(f -> f.toString().contains("tfevents")).toList()) {
                assertThat(new String(Files.readAllBytes(events), StandardCharsets.ISO_8859_1))
                        .contains("validation/top1")
                        .doesNotContain("top5");
            }
        }
    }
}
