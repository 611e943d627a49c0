package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.core.Distiller;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.run.RunStatus;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.StepSummary;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.losses.DistillationLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are interrupted and resumed, against the same run in one go. */
class ResumeTest {

    private static final int EPOCHS = 4;
    private static final int STEPS = 5;

    @TempDir private Path folder;

    private NDManager manager;
    private Model teacher;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager();
        teacher =
                Fixtures.model(
                        "teacher",
                        new SequentialBlock()
                                .add(Linear.builder().setUnits(Fixtures.CLASSES).build()),
                        7);
    }

    @AfterEach
    void tearDown() {
        teacher.close();
        manager.close();
    }

    /** Shuffled data and dropout: everything that draws at random. */
    private Distiller.Builder distiller(Model student, Path run) {
        return Distiller.builder()
                .setTeacher(Teacher.of(teacher))
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(recipe().build())
                .optRunFolder(run);
    }

    private static RecipeBuilder recipe() {
        return Recipe.ssld()
                .optEpochs(EPOCHS)
                .optStepsPerEpoch(STEPS)
                .optWarmupEpochs(1)
                .optLearningRate(0.1)
                .optAccumulation(2)
                .optClipNorm(1)
                .optEma(new EmaSettings(0.9, true))
                .optSeed(11);
    }

    private ArrayDataset shuffled() {
        float[][] features = Fixtures.features(56, 3);
        return new ArrayDataset.Builder()
                .setData(manager.create(features))
                .setSampling(8, true)
                .build();
    }

    private static Model student() {
        return Fixtures.model("student", Fixtures.mlpWithDropout(), 8);
    }

    private DistillationResult run(Distiller distiller) throws Exception {
        return distiller.distill(shuffled(), Fixtures.table(manager, 30, 8, 5));
    }

    private RunTrace uninterrupted() throws Exception {
        Path run = folder.resolve("whole");
        try (Model student = student()) {
            run(distiller(student, run).build());
        }
        return RunTrace.of(run);
    }

    /** Asks to stop after a number of steps, counted over the whole run. */
    private static RunListener stopAfter(int steps, StopSignal signal) {
        return new RunListener() {
            private int left;

            @Override
            public void onStart(RunStart start) {
                left = steps - (int) start.step();
            }

            @Override
            public void onStep(StepSummary step) {
                if (--left == 0) {
                    signal.request();
                }
            }
        };
    }

    private void stopAt(int steps, Path run, boolean resume) throws Exception {
        StopSignal signal = new StopSignal();
        try (Model student = student()) {
            Distiller distiller =
                    distiller(student, run)
                            .optResume(resume)
                            .optStopSignal(signal)
                            .addListener(stopAfter(steps, signal))
                            .build();
            assertThatThrownBy(() -> run(distiller))
                    .isInstanceOf(RunStoppedException.class)
                    .hasMessageContaining("after step " + steps)
                    .hasMessageContaining("resume it");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 7, 12, 19})
    void distill_stoppedAndResumed_equalsTheRunInOneGo(int step) throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        stopAt(step, run, false);
        assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.STOPPED);
        assertThat(RunStatus.read(run).step()).isEqualTo(step);
        assertThat(run.resolve("provenance.json")).doesNotExist();
        List<RunStart> starts = new ArrayList<>();
        try (Model student = student()) {
            DistillationResult result =
                    run(
                            distiller(student, run)
                                    .optResume(true)
                                    .addListener(
                                            new RunListener() {
                                                @Override
                                                public void onStart(RunStart start) {
                                                    starts.add(start);
                                                }
                                            })
                                    .build());
            assertThat(result.training().epochs()).hasSize(EPOCHS);
        }
        assertThat(starts).singleElement().satisfies(s -> assertThat(s.step()).isEqualTo(step));
        assertThat(RunTrace.of(run)).isEqualTo(whole);
        RunStatus status = RunStatus.read(run);
        assertThat(status.state()).isEqualTo(RunStatus.State.COMPLETE);
        assertThat(status.epochsDone()).isEqualTo(EPOCHS);
        assertThat(status.bestTop1()).isPresent();
    }

    /** A checkpoint whose name has other digits would not be found. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "bn-BD"})
    void distill_resumedInALocaleWithItsOwnDigits_equalsTheRunInOneGo(String tag) throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            stopAt(7, run, false);
            stopAt(12, run, true);
            assertThat(checkpoints(run))
                    .allMatch(p -> p.getFileName().toString().matches("step-[0-9]{12}[.].*"));
            assertThat(RunStatus.read(run).step()).isEqualTo(12);
        } finally {
            Locale.setDefault(before);
        }
        try (Model student = student()) {
            run(distiller(student, run).optResume(true).build());
        }
        assertThat(RunTrace.of(run)).isEqualTo(whole);
    }

    /** What {@code Future.cancel(true)} does, wherever the run is: here in a listener. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 7, 20})
    void distill_interrupted_stopsAsIfAskedAndKeepsTheFlag(int step) throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        try (Model student = student()) {
            Distiller distiller =
                    distiller(student, run)
                            .addListener(
                                    new RunListener() {
                                        private int left = step;

                                        @Override
                                        public void onStep(StepSummary summary) {
                                            if (--left == 0) {
                                                Thread.currentThread().interrupt();
                                            }
                                        }
                                    })
                            .build();
            assertThatThrownBy(() -> run(distiller)).isInstanceOf(RunStoppedException.class);
        }
        assertThat(Thread.interrupted()).as("the flag").isTrue();
        assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.STOPPED);
        assertThat(RunStatus.read(run).step()).isEqualTo(step);
        goOn(run, whole);
    }

    private void goOn(Path run, RunTrace whole) throws Exception {
        try (Model student = student()) {
            run(distiller(student, run).optResume(true).build());
        }
        assertThat(RunTrace.of(run)).isEqualTo(whole);
    }

    /** At any moment, also while files are written. */
    @Test
    void distill_cancelledAgainAndAgain_equalsTheRunInOneGo() throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < 20; i++) {
                CountDownLatch begun = new CountDownLatch(1);
                CountDownLatch ended = new CountDownLatch(1);
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Future<?> future =
                        executor.submit(() -> runUntilCancelled(run, begun, ended, thrown));
                begun.await();
                Thread.sleep(i);
                future.cancel(true);
                ended.await();
                Throwable left = thrown.get();
                assertThat(left == null || left instanceof RunStoppedException)
                        .as("%s", left)
                        .isTrue();
                if (left == null) {
                    break;
                }
            }
        } finally {
            executor.shutdownNow();
        }
        if (RunStatus.read(run).state() != RunStatus.State.COMPLETE) {
            goOn(run, whole);
        }
        assertThat(RunTrace.of(run)).isEqualTo(whole);
    }

    private void runUntilCancelled(
            Path run,
            CountDownLatch begun,
            CountDownLatch ended,
            AtomicReference<Throwable> thrown) {
        RunListener start =
                new RunListener() {
                    @Override
                    public void onStart(RunStart started) {
                        begun.countDown();
                    }
                };
        try (Model student = student()) {
            run(
                    distiller(student, run)
                            .optResume(true)
                            .optCheckpoints(
                                    new CheckpointPolicy(OptionalLong.of(1), Optional.empty(), 2))
                            .addListener(start)
                            .build());
        } catch (Throwable e) {
            thrown.set(e);
        } finally {
            begun.countDown();
            ended.countDown();
        }
    }

    @Test
    void distill_stoppedAtTheEndOfAnEpoch_doesNotWaitForItsEvaluation() throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        StopSignal signal = new StopSignal();
        List<EpochSummary> measured = new ArrayList<>();
        try (Model student = student()) {
            Distiller distiller =
                    distiller(student, run)
                            .optStopSignal(signal)
                            .addListener(stopAfter(STEPS, signal))
                            .addListener(
                                    new RunListener() {
                                        @Override
                                        public void onEpoch(EpochSummary epoch) {
                                            measured.add(epoch);
                                        }
                                    })
                            .build();
            assertThatThrownBy(() -> run(distiller)).isInstanceOf(RunStoppedException.class);
        }
        assertThat(measured).isEmpty();
        goOn(run, whole);
    }

    /** It may wait for an answer that never comes: in the first check, in a step. */
    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "9,true", "9,false"})
    void distill_teacherThatHangs_isInterruptedByAStop(int call, boolean bySignal)
            throws Exception {
        Path run = folder.resolve("run");
        StopSignal signal = new StopSignal();
        Thread running = Thread.currentThread();
        AtomicInteger calls = new AtomicInteger();
        Teacher inner = Teacher.of(teacher);
        Teacher remote =
                inputs -> {
                    if (calls.incrementAndGet() == call) {
                        Thread stopper =
                                new Thread(bySignal ? signal::request : running::interrupt);
                        stopper.start();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException("no answer", e);
                        }
                    }
                    return inner.logits(inputs);
                };
        try (Model student = student()) {
            Distiller distiller =
                    Distiller.builder()
                            .setTeacher(remote)
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe().build())
                            .optRunFolder(run)
                            .optStopSignal(signal)
                            .build();
            assertThatThrownBy(() -> run(distiller))
                    .isInstanceOf(RunStoppedException.class)
                    .hasMessageContaining("resume");
        }
        assertThat(Thread.interrupted()).as("the flag").isEqualTo(!bySignal);
        assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.STOPPED);
    }

    @Test
    void distill_stoppedTwice_equalsTheRunInOneGo() throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        stopAt(3, run, false);
        stopAt(11, run, true);
        try (Model student = student()) {
            run(distiller(student, run).optResume(true).build());
        }
        assertThat(RunTrace.of(run)).isEqualTo(whole);
    }

    @Test
    void distill_resumeOfNothing_startsAnew() throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        try (Model student = student()) {
            run(distiller(student, run).optResume(true).build());
        }
        assertThat(RunTrace.of(run)).isEqualTo(whole);
    }

    @Test
    void distill_newestCheckpointDamaged_goesOnFromTheOneBefore() throws Exception {
        RunTrace whole = uninterrupted();
        Path run = folder.resolve("run");
        stopAt(12, run, false);
        List<Path> saved = checkpoints(run);
        assertThat(saved).hasSizeGreaterThan(1);
        Path newest = saved.get(saved.size() - 1);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length - 3] ^= 1;
        Files.write(newest, bytes);
        List<RunStart> starts = new ArrayList<>();
        try (Model student = student()) {
            run(
                    distiller(student, run)
                            .optResume(true)
                            .addListener(
                                    new RunListener() {
                                        @Override
                                        public void onStart(RunStart start) {
                                            starts.add(start);
                                        }
                                    })
                            .build());
        }
        assertThat(starts.get(0).step()).isEqualTo(10);
        assertThat(starts.get(0).refused())
                .singleElement()
                .asString()
                .contains(newest.getFileName().toString(), "checksum");
        assertThat(RunTrace.of(run)).isEqualTo(whole);
    }

    @Test
    void distill_resumeWithOtherSettings_namesTheDifference() throws Exception {
        Path run = folder.resolve("run");
        stopAt(7, run, false);
        try (Model student = student()) {
            Distiller other =
                    Distiller.builder()
                            .setTeacher(Teacher.of(teacher))
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe().optMomentum(0.5).build())
                            .optRunFolder(run)
                            .optResume(true)
                            .build();
            assertThatThrownBy(() -> run(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("momentum")
                    .hasMessageContaining("0.9")
                    .hasMessageContaining("0.5");
        }
        assertThat(RunStatus.read(run).step()).as("kept").isEqualTo(7);
    }

    @Test
    void distill_resumeWithAnotherTeacher_isRefused() throws Exception {
        Path run = folder.resolve("run");
        stopAt(7, run, false);
        try (Model student = student();
                Model stranger = Fixtures.model("stranger", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            Distiller other =
                    Distiller.builder()
                            .setTeacher(Teacher.of(stranger))
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe().build())
                            .optRunFolder(run)
                            .optResume(true)
                            .build();
            assertThatThrownBy(() -> run(other)).hasMessageContaining("teacher's digest");
        }
    }

    @Test
    void distill_resumeWithAnotherStudent_namesTheArray() throws Exception {
        Path run = folder.resolve("run");
        stopAt(7, run, false);
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            assertThatThrownBy(() -> run(distiller(student, run).optResume(true).build()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("student/")
                    .hasMessageContaining("resume with the networks");
        }
    }

    @Test
    void distill_resumeOfACompleteRun_isRefused() throws Exception {
        Path run = folder.resolve("run");
        try (Model student = student()) {
            run(distiller(student, run).build());
            assertThatThrownBy(() -> run(distiller(student, run).optResume(true).build()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is complete");
        }
    }

    @Test
    void distill_policy_saysWhenAndHowMany() throws Exception {
        Path run = folder.resolve("run");
        List<List<String>> kept = new ArrayList<>();
        try (Model student = student()) {
            run(
                    distiller(student, run)
                            .optCheckpoints(CheckpointPolicy.standard().everySteps(2).keep(3))
                            .addListener(
                                    new RunListener() {
                                        @Override
                                        public void onStep(StepSummary step) {
                                            try {
                                                kept.add(names(run));
                                            } catch (IOException e) {
                                                throw new AssertionError(e);
                                            }
                                        }
                                    })
                            .build());
        }
        // After step 9, in the second epoch: 2, 4, 5 (the epoch's end), 7 were saved.
        assertThat(kept.get(8))
                .endsWith("step-000000000005.safetensors", "step-000000000007.safetensors");
        assertThat(names(run))
                .hasSizeBetween(3, 4)
                .last()
                .isEqualTo("step-000000000020.safetensors");
    }

    @Test
    void distill_folderInUse_isRefused() throws Exception {
        Path run = folder.resolve("run");
        List<Throwable> failures = new ArrayList<>();
        try (Model student = student()) {
            run(
                    distiller(student, run)
                            .addListener(
                                    new RunListener() {
                                        @Override
                                        public void onEpoch(EpochSummary epoch) {
                                            assertThat(readStatus(run).state())
                                                    .isEqualTo(RunStatus.State.RUNNING);
                                            try (Model second = student()) {
                                                run(distiller(second, run).optResume(true).build());
                                            } catch (Exception e) {
                                                failures.add(e);
                                            }
                                        }
                                    })
                            .build());
        }
        assertThat(failures)
                .hasSize(EPOCHS)
                .allSatisfy(e -> assertThat(e).hasMessageContaining("another one trains in"));
    }

    @Test
    void distill_failure_isTold() throws Exception {
        Path run = folder.resolve("run");
        try (Model student = student()) {
            Distiller distiller =
                    distiller(student, run)
                            .addListener(
                                    new RunListener() {
                                        @Override
                                        public void onStep(StepSummary step) {
                                            if (step.epoch() == 2) {
                                                throw new IllegalStateException("enough");
                                            }
                                        }
                                    })
                            .build();
            assertThatThrownBy(() -> run(distiller)).hasMessage("enough");
        }
        RunStatus status = RunStatus.read(run);
        assertThat(status.state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(status.epochsDone()).isEqualTo(1);
        assertThat(Files.readString(run.resolve("report.html"))).contains("epoch 1 of 4 is done");
    }

    @Test
    void build_resumeWithoutFolder_isRefused() {
        try (Model student = student()) {
            assertThatThrownBy(
                            () ->
                                    Distiller.builder()
                                            .setTeacher(Teacher.of(teacher))
                                            .setStudent(student)
                                            .setLoss(DistillationLoss.symmetricKl())
                                            .optResume(true)
                                            .build())
                    .hasMessageContaining("runFolder must be set");
        }
    }

    private static RunStatus readStatus(Path run) {
        try {
            return RunStatus.read(run);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> checkpoints(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
            return files.sorted().toList();
        }
    }

    private static List<String> names(Path run) throws IOException {
        return Files.isDirectory(run.resolve("checkpoints"))
                ? checkpoints(run).stream().map(f -> f.getFileName().toString()).toList()
                : List.of();
    }
}
