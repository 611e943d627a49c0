package io.ssld.core.run.internal;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.CenterCrop;
import io.ssld.losses.DistillationLoss;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A program that records and trains, as {@link OtherEngineTest} starts it in a process of its own
 * with another default engine.
 */
final class OtherEngineRun {

    private static final int SIDE = 16;

    private OtherEngineRun() {}

    /**
     * Records labels, distils with the teacher, trains with labels, and evaluates.
     *
     * @param args the folder of images, and one for what is written
     */
    public static void main(String[] args) throws Exception {
        ImageList images = ImageList.ofFolder(Path.of(args[0]));
        Path out = Path.of(args[1]);
        try (Model student = model();
                Model taught = model()) {
            Teacher teacher = Teacher.of(taught);
            LabelRecorder.builder()
                    .addTeacher(teacher)
                    .setViews(new CenterCrop(SIDE, SIDE, SIDE))
                    .setViewCount(1)
                    .setSize(SIDE)
                    .optWorkers(1)
                    .build()
                    .record(images, out.resolve("store"));
            System.out.println("recorded");
            Recipe recipe =
                    Recipe.ssld()
                            .optEpochs(1)
                            .optStepsPerEpoch(2)
                            .optBatchSize(8)
                            .optSize(SIDE)
                            .build();
            Distiller.builder()
                    .setStudent(student)
                    .setTeacher(teacher)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(recipe)
                    .optWorkers(1)
                    .optRunFolder(out.resolve("distilled"))
                    .build()
                    .distill(images, images);
            System.out.println("distilled");
            SupervisedTrainer.builder()
                    .setModel(student)
                    .optRecipe(recipe)
                    .optWorkers(1)
                    .build()
                    .train(images, images);
            System.out.println("trained");
        }
    }

    /** An engine that is the default of this process, and that nobody may ask for. */
    public static final class Other implements EngineProvider {

        /** Called by DJL. */
        public Other() {}

        @Override
        public String getEngineName() {
            return "Other";
        }

        @Override
        public int getEngineRank() {
            return 0;
        }

        @Override
        public Engine getEngine() {
            throw new IllegalStateException("the default engine must not be asked for");
        }
    }

    private static Model model() {
        Block block = new Flat();
        Model model = Model.newInstance("flat", "PyTorch");
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, SIDE, SIDE));
        model.setBlock(block);
        return model;
    }

    /**
     * Without a block of DJL's that is a function: those ask the default engine for their shapes.
     */
    private static final class Flat extends AbstractBlock {

        private final Block linear = addChildBlock("linear", Linear.builder().setUnits(3).build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> parameters) {
            NDArray images = inputs.head();
            NDArray rows = images.reshape(images.size(0), -1);
            return linear.forward(store, new NDList(rows), training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return new Shape[] {new Shape(inputs[0].get(0), 3)};
        }

        @Override
        protected void initializeChildBlocks(
                NDManager manager, DataType dataType, Shape... inputShapes) {
            long numbers = inputShapes[0].size() / inputShapes[0].get(0);
            linear.initialize(manager, dataType, new Shape(inputShapes[0].get(0), numbers));
        }
    }
}
