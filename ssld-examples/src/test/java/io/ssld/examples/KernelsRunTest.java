package io.ssld.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.core.Distiller;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.CompiledTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Recipe;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.Architecture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same run with the kernels the engine compiled and with the plain ones. */
class KernelsRunTest {

    private static final int STEPS = 50;
    private static final int BATCH = 8;

    @Test
    void distill_fiftySteps_lossesOfThePlainKernels() throws Exception {
        List<Double> compiled = losses();
        System.setProperty(Kernels.PROPERTY, "plain");
        List<Double> plain;
        try {
            plain = losses();
        } finally {
            System.clearProperty(Kernels.PROPERTY);
        }
        assertThat(compiled).hasSize(STEPS);
        for (int i = 0; i < STEPS; i++) {
            double allowed = 1e-5 * Math.max(1, plain.get(i));
            assertThat(compiled.get(i)).as("step %d", i).isCloseTo(plain.get(i), within(allowed));
        }
        assertThat(plain.get(STEPS - 1)).isLessThan(plain.get(0));
    }

    private static List<Double> losses() throws Exception {
        Engine.getInstance().setRandomSeed(3);
        List<Double> losses = new ArrayList<>();
        try (Model teacher = model("PPLCNet_x0_25");
                Model student = model("MobileNetV3_small_x0_35");
                NDManager manager = NDManager.newBaseManager();
                CompiledTeacher taught = Teacher.of(teacher).compiled()) {
            ArrayDataset images =
                    new ArrayDataset.Builder()
                            .setData(manager.randomNormal(new Shape(2 * BATCH, 3, 32, 32)))
                            .optLabels(manager.zeros(new Shape(2 * BATCH), DataType.INT64))
                            .setSampling(BATCH, false)
                            .build();
            Recipe recipe =
                    Recipe.ssld()
                            .optEpochs(2)
                            .optStepsPerEpoch(STEPS / 2)
                            .optBatchSize(BATCH)
                            .optLearningRate(0.002)
                            .optWarmupEpochs(1)
                            .optClipNorm(1)
                            .optEma(new EmaSettings(0.9, true))
                            .build();
            Distiller.builder()
                    .setTeacher(taught)
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(recipe)
                    .addListener(
                            new RunListener() {
                                @Override
                                public void onStep(StepSummary step) {
                                    losses.add(step.loss());
                                }
                            })
                    .build()
                    .distill(images, images);
        }
        return losses;
    }

    private static Model model(String name) {
        Model model = Model.newInstance(name, "PyTorch");
        model.setBlock(Architecture.of(name).newBlock(10, 0));
        model.getBlock()
                .initialize(model.getNDManager(), DataType.FLOAT32, new Shape(BATCH, 3, 32, 32));
        return model;
    }
}
