package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.TrainingResult;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The losses in DJL's own trainer: the data set's labels are the teacher's logits. */
class DjlTrainerTest {

    private static final int EXAMPLES = 64;
    private static final int CLASSES = 3;
    private static final int FEATURES = 4;

    static Stream<Loss> softLosses() {
        return Stream.of(
                DistillationLoss.symmetricKl(),
                DistillationLoss.jensenShannon(),
                DistillationLoss.kl(2),
                WeightedSumLoss.builder()
                        .add(DistillationLoss.symmetricKl(), .5f)
                        .add(DistillationLoss.kl(4), .5f)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("softLosses")
    void fit_labelsAreTeacherLogits_lossFallsByHalf(Loss loss) throws Exception {
        assertLearns(loss, false);
    }

    @Test
    void fit_someTargetsBesideTeacherLogits_lossFallsByHalf() throws Exception {
        assertLearns(
                DistillationLoss.builder()
                        .setDivergence(Divergences::symmetricKl)
                        .optHardLabelWeight(.1f)
                        .build(),
                true);
    }

    private static void assertLearns(Loss loss, boolean withTargets) throws Exception {
        Engine.getInstance().setRandomSeed(17);
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("student", "PyTorch")) {
            model.setBlock(
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(32).build())
                            .add(Activation::relu)
                            .add(Linear.builder().setUnits(CLASSES).build()));
            Dataset dataset = dataset(manager, withTargets);
            TrainingConfig config =
                    new DefaultTrainingConfig(loss)
                            .optOptimizer(adam(.02f))
                            .addTrainingListeners(new EvaluatorTrainingListener());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, FEATURES));
                EasyTrain.fit(trainer, 1, dataset, dataset);
                float first = trainer.getTrainingResult().getTrainLoss();
                EasyTrain.fit(trainer, 10, dataset, dataset);
                TrainingResult last = trainer.getTrainingResult();
                assertThat(first).isPositive();
                assertThat(last.getTrainLoss()).isPositive().isLessThan(first / 2);
                assertThat(last.getValidateLoss()).isPositive().isLessThan(first / 2);
            }
        }
    }

    private static Optimizer adam(float learningRate) {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(learningRate)).build();
    }

    /** A random linear map teaches; every fourth example also has a class. */
    private static Dataset dataset(NDManager manager, boolean withTargets) {
        NDArray x = array(manager, Batches.random(1, EXAMPLES, FEATURES, 1));
        NDArray teacher = x.matMul(array(manager, Batches.random(2, FEATURES, CLASSES, 1)));
        ArrayDataset.Builder builder = new ArrayDataset.Builder().setData(x).setSampling(16, false);
        if (withTargets) {
            NDArray everyFourth = manager.arange(EXAMPLES).mod(4).eq(0);
            NDArray unlabelled = manager.full(new Shape(EXAMPLES), LabelSlots.UNLABELLED);
            NDArray target =
                    NDArrays.where(
                            everyFourth,
                            teacher.argMax(1).toType(DataType.FLOAT32, false),
                            unlabelled);
            return builder.optLabels(target, teacher).build();
        }
        return builder.optLabels(teacher).build();
    }

    private static NDArray array(NDManager manager, double[][] rows) {
        return Batches.array(manager, rows, DataType.FLOAT32);
    }
}
