package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.base.internal.report.Provenance;
import io.ssld.core.Launched;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStatus;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.StepSummary;
import io.ssld.core.run.StopSignal;
import io.ssld.core.train.Recipe;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.Processor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students whose convolutions compute in bfloat16, on any processor. */
class PrecisionRunTest {

    private static final StudentPrecision HALF =
            new StudentPrecision(Precision.BFLOAT16, Precision.BFLOAT16, "");

    private static final int EPOCHS = 3;
    private static final int STEPS = 10;
    private static final Shape IMAGES = new Shape(48, 16, 4, 4);

    @TempDir private Path folder;

    @Test
    void train_bfloat16_learnsAsFloat32AndKeepsItsArraysWide() throws Exception {
        List<EpochSummary> wide = train("wide", StudentPrecision.FLOAT32);
        List<EpochSummary> half = train("half", HALF);
        double first = half.get(0).loss();
        double last = half.get(EPOCHS - 1).loss();
        assertThat(last).isLessThan(first / 2);
        assertThat(last)
                .isNotEqualTo(wide.get(EPOCHS - 1).loss())
                .isCloseTo(wide.get(EPOCHS - 1).loss(), within(0.1 * first));
        Provenance provenance = Provenance.read(folder.resolve("half/provenance.json"));
        assertThat(provenance.precision()).isEqualTo("BFLOAT16");
        assertThat(RunStatus.read(folder.resolve("half")).precision()).isEqualTo("BFLOAT16");
        assertThat(RunStatus.read(folder.resolve("wide")).precision()).isEqualTo("FLOAT32");
        // Only float16 needs its loss scaled.
        assertThat(RunStatus.read(folder.resolve("half")).lossScale()).isEmpty();
        assertThat(provenance.lossScale()).isNull();
    }

    @Test
    void train_default_bitForBitAsFloat32() throws Exception {
        train("explicit", StudentPrecision.FLOAT32);
        train("default", null);
        assertThat(RunTrace.of(folder.resolve("default")))
                .isEqualTo(RunTrace.of(folder.resolve("explicit")));
    }

    @Test
    void train_bfloat16StoppedAndResumed_equalsTheRunInOneGo() throws Exception {
        train("whole", HALF);
        stop("run", HALF);
        run("run", HALF, true, new StopSignal(), List.of());
        assertThat(RunTrace.of(folder.resolve("run")))
                .isEqualTo(RunTrace.of(folder.resolve("whole")));
    }

    @Test
    void train_resumedInAnotherPrecision_refused() throws Exception {
        stop("half", HALF);
        assertThatThrownBy(
                        () ->
                                run(
                                        "half",
                                        StudentPrecision.FLOAT32,
                                        true,
                                        new StopSignal(),
                                        List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("precision must be BFLOAT16")
                .hasMessageContaining("but was FLOAT32");
        stop("wide", StudentPrecision.FLOAT32);
        assertThatThrownBy(() -> run("wide", HALF, true, new StopSignal(), List.of()))
                .hasMessageContaining("precision must be FLOAT32")
                .hasMessageContaining("but was BFLOAT16");
    }

    @Test
    void of_whatIsMissing_float32WithTheReason() {
        assertThat(StudentPrecision.of(Precision.BFLOAT16, true, true)).isEqualTo(HALF);
        assertThat(StudentPrecision.of(Precision.FLOAT32, false, false))
                .isEqualTo(StudentPrecision.FLOAT32);
        StudentPrecision old = StudentPrecision.of(Precision.BFLOAT16, true, false);
        assertThat(old.used()).isEqualTo(Precision.FLOAT32);
        assertThat(old.told())
                .isEqualTo("FLOAT32, not BFLOAT16: " + Processor.lack(Precision.BFLOAT16));
        assertThat(StudentPrecision.of(Precision.BFLOAT16, false, true).reason())
                .contains("engine");
    }

    @Test
    void of_float16_isUsedAndToldToBeSlowWithoutTheProcessor() {
        StudentPrecision fast = StudentPrecision.of(Precision.FLOAT16, true, true);
        assertThat(fast.told()).isEqualTo("FLOAT16");
        StudentPrecision slow = StudentPrecision.of(Precision.FLOAT16, true, false);
        assertThat(slow.used()).isEqualTo(Precision.FLOAT16);
        assertThat(slow.told())
                .isEqualTo("FLOAT16, slower than FLOAT32: " + Processor.lack(Precision.FLOAT16));
        StudentPrecision plain = StudentPrecision.of(Precision.FLOAT16, false, false);
        assertThat(plain.used()).isEqualTo(Precision.FLOAT32);
        assertThat(plain.told()).startsWith("FLOAT32, not FLOAT16: the engine");
    }

    private List<EpochSummary> train(String name, @Nullable StudentPrecision precision)
            throws Exception {
        return run(name, precision, false, new StopSignal(), List.of());
    }

    /** After half an epoch. */
    private void stop(String name, @Nullable StudentPrecision precision) {
        StopSignal signal = new StopSignal();
        int[] steps = {0};
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onStep(StepSummary step) {
                        if (++steps[0] == STEPS / 2) {
                            signal.request();
                        }
                    }
                };
        assertThatThrownBy(() -> run(name, precision, false, signal, List.of(listener)))
                .isInstanceOf(RunStoppedException.class);
    }

    private List<EpochSummary> run(
            String name,
            @Nullable StudentPrecision precision,
            boolean resume,
            StopSignal signal,
            List<RunListener> listeners)
            throws Exception {
        Recipe recipe =
                Recipe.ssld()
                        .optEpochs(EPOCHS)
                        .optStepsPerEpoch(STEPS)
                        .optWarmupEpochs(0)
                        .optLearningRate(0.1)
                        .build();
        try (Model student = student()) {
            SupervisedTrainer.Builder builder =
                    SupervisedTrainer.builder()
                            .setModel(student)
                            .optRecipe(recipe)
                            .optRunFolder(folder.resolve(name))
                            .optResume(resume)
                            .optStopSignal(signal);
            listeners.forEach(builder::addListener);
            RunSpec spec = Launched.spec(builder, Student.of(student), recipe.labelLoss());
            RunSpec chosen = precision == null ? spec : spec.with(precision);
            ArrayDataset images = images(student.getNDManager());
            List<EpochSummary> epochs =
                    Launched.run(chosen, RunData.ofDatasets(images, images)).epochs();
            List<NDArray> arrays = new ArrayList<>();
            student.getBlock().getParameters().values().forEach(p -> arrays.add(p.getArray()));
            assertThat(arrays).allMatch(array -> array.getDataType() == DataType.FLOAT32);
            return epochs;
        }
    }

    /** The class is the channel, of the first three, whose mean is largest. */
    private static ArrayDataset images(NDManager manager) {
        manager.getEngine().setRandomSeed(4);
        NDArray noise = manager.randomNormal(IMAGES);
        NDArray means = manager.randomNormal(new Shape(IMAGES.get(0), IMAGES.get(1), 1, 1));
        NDArray images = noise.mul(0.3).add(means);
        return new ArrayDataset.Builder()
                .setData(images)
                .optLabels(means.reshape(IMAGES.get(0), -1).get(":, :3").argMax(1))
                .setSampling(16, false)
                .build();
    }

    private static Model student() {
        Model model = Model.newInstance("student", "PyTorch");
        Block block =
                new SequentialBlock()
                        .add(new HalfConv(3))
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(new HalfConv(1))
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(3).build());
        model.setBlock(block);
        model.getNDManager().getEngine().setRandomSeed(8);
        block.initialize(model.getNDManager(), DataType.FLOAT32, IMAGES);
        return model;
    }
}
