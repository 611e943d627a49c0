package io.ssld.core.run.internal;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import io.ssld.core.Distiller;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.nio.file.Path;

/**
 * A run in a process of its own, to be killed by {@link KillTest}: augmented images, batch norm and
 * dropout, checkpoints every three steps.
 */
final class KilledRun {

    private KilledRun() {}

    /**
     * Trains, or goes on training.
     *
     * @param args the images' folder and the run's
     */
    public static void main(String[] args) throws Exception {
        Path images = Path.of(args[0]);
        ImageList all = ImageList.ofFolder(images);
        ImageList.Split split = all.split(24, 1);
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(network());
            Distiller.builder()
                    .setTeacher(colours())
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(
                            Recipe.ssld()
                                    .optEpochs(6)
                                    .optBatchSize(8)
                                    .optSize(32)
                                    .optShortSide(32)
                                    .optLearningRate(0.05)
                                    .optSeed(5)
                                    .build())
                    .optRunFolder(Path.of(args[1]))
                    .optCheckpoints(CheckpointPolicy.standard().everySteps(3))
                    .optResume(true)
                    .addListener(new Telling())
                    .build()
                    .distill(split.rest(), split.part());
        }
    }

    /** Prints the number of every step, so that the parent knows when to kill. */
    private static final class Telling implements RunListener {
        private long step;

        @Override
        public void onStart(RunStart start) {
            step = start.step();
        }

        @Override
        public void onStep(StepSummary summary) {
            System.out.println("step " + ++step);
        }
    }

    private static SequentialBlock network() {
        return new SequentialBlock()
                .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(8).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Blocks.batchFlattenBlock())
                .add(Dropout.builder().optRate(0.3f).build())
                .add(Linear.builder().setUnits(3).build());
    }

    /** Knows a colour by the mean of its channel. */
    private static Teacher colours() {
        return new Teacher() {
            @Override
            public NDArray logits(NDList inputs) {
                NDManager manager = inputs.head().getManager();
                NDArray mean = inputs.head().mean(new int[] {2}).mean(new int[] {2}).mul(5);
                mean.attach(manager);
                return mean;
            }

            @Override
            public String name() {
                return "colours on " + Engine.getDefaultEngineName();
            }
        };
    }
}
