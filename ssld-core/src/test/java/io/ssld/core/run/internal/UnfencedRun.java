package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.ssld.core.Distiller;
import io.ssld.core.Launched;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.NoGrad;
import io.ssld.losses.DistillationLoss;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A program that trains a network that nothing fences, as {@link UnfencedTest} starts it in a
 * process of its own: what it is about ends the process.
 */
final class UnfencedRun {

    private static final int SIDE = 32;
    private static final int BATCH = 8;
    private static final int CLASSES = 3;
    private static final int STEPS = 20;

    private UnfencedRun() {}

    /**
     * Trains and compares gradients.
     *
     * @param args the network, the folder of images, and a layout to force if there is one
     */
    public static void main(String[] args) throws Exception {
        ImageLayout forced = args.length > 2 ? ImageLayout.valueOf(args[2]) : null;
        ImageList images = ImageList.ofFolder(Path.of(args[1]));
        System.out.printf(
                Locale.ROOT, "gradients %.2e%n", gradientDifference(args[0], images, forced));
        try (Model student = model(args[0], DataType.FLOAT32);
                Model taught = model(args[0], DataType.FLOAT32)) {
            int[] steps = {0};
            Distiller.Builder run =
                    Distiller.builder()
                            .setStudent(student)
                            .setTeacher(Teacher.of(taught))
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe(STEPS))
                            .optWorkers(1)
                            .addListener(
                                    new RunListener() {
                                        @Override
                                        public void onStep(StepSummary step) {
                                            steps[0]++;
                                        }
                                    });
            if (forced != null) {
                run.optLayout(forced);
            }
            run.build().distill(images, images);
            System.out.println("steps " + steps[0]);
        }
    }

    private static Recipe recipe(int steps) {
        return Recipe.ssld()
                .optEpochs(1)
                .optStepsPerEpoch(steps)
                .optBatchSize(BATCH)
                .optSize(SIDE)
                .optWarmupEpochs(0)
                .optLearningRate(0.01)
                .build();
    }

    private static Block block(String name) {
        return switch (name) {
            case "MobileNetV2" -> MobileNetV2.builder().setOutSize(CLASSES).build();
            case "ResNet50" ->
                    ResNetV1.builder()
                            .setImageShape(new Shape(3, SIDE, SIDE))
                            .setNumLayers(50)
                            .setOutSize(CLASSES)
                            .build();
            case "stem" ->
                    new SequentialBlock()
                            .add(
                                    Conv2d.builder()
                                            .setFilters(40)
                                            .setKernelShape(new Shape(1, 1))
                                            .optStride(new Shape(2, 2))
                                            .build())
                            .add(Activation::relu)
                            .add(
                                    Conv2d.builder()
                                            .setFilters(6)
                                            .setKernelShape(new Shape(1, 1))
                                            .optStride(new Shape(2, 2))
                                            .build())
                            .add(Blocks.batchFlattenBlock())
                            .add(Linear.builder().setUnits(CLASSES).build());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Model model(String name, DataType type) {
        Model model = Model.newInstance(name, "PyTorch");
        model.setBlock(block(name));
        model.getNDManager().getEngine().setRandomSeed(5);
        model.getBlock().initialize(model.getNDManager(), type, new Shape(BATCH, 3, SIDE, SIDE));
        return model;
    }

    /**
     * The largest of all parameters, of each the norm of the difference to 64 bits in units of the
     * gradient's: rounding turns a few activations of a deep network around, which says nothing.
     */
    private static double gradientDifference(
            String name, ImageList images, @Nullable ImageLayout forced) throws Exception {
        try (Model narrow = model(name, DataType.FLOAT32);
                Model wide = model(name, DataType.FLOAT64)) {
            NDManager manager = narrow.getNDManager();
            Student student = Student.of(narrow);
            Student laid = forced == null ? student : student.with(forced);
            SupervisedTrainer.Builder builder =
                    SupervisedTrainer.builder().setModel(narrow).optRecipe(recipe(1));
            Loss loss = Loss.softmaxCrossEntropyLoss();
            RunSpec spec = Launched.spec(builder, laid, loss).onImages();
            RunData data = RunData.ofImages(spec, images, images, WorkerChoice.fixed(1, "a test"));
            copy(narrow.getBlock(), wide.getBlock());
            NDList inputs = firstBatch(spec, data, manager);
            NDArray labels = manager.create(new long[] {0, 1, 2, 0, 1, 2, 0, 1});
            learn(laid, inputs, labels, loss);
            NDList doubled = new NDList(inputs.head().toType(DataType.FLOAT64, true));
            learn(Student.of(wide).with(ImageLayout.NCHW), doubled, labels, loss);
            double largest = 0;
            ParameterList own = narrow.getBlock().getParameters();
            ParameterList other = wide.getBlock().getParameters();
            for (int i = 0; i < own.size(); i++) {
                if (own.valueAt(i).requiresGradient()) {
                    NDArray is = own.valueAt(i).getArray().getGradient();
                    NDArray should = other.valueAt(i).getArray().getGradient();
                    double scale = should.norm().getDouble();
                    double off = is.toType(DataType.FLOAT64, true).sub(should).norm().getDouble();
                    // What a batch norm takes out again has no gradient but roundings.
                    largest = scale < 1e-6 ? largest : Math.max(largest, off / scale);
                }
            }
            return largest;
        }
    }

    private static NDList firstBatch(RunSpec spec, RunData data, NDManager owner) throws Exception {
        try (PreparedRun run = new PreparedRun(spec, data)) {
            run.prepare();
            NDList inputs = run.probe().inputs();
            inputs.attach(owner);
            return inputs;
        }
    }

    private static void copy(Block from, Block to) {
        try (NoGrad off = NoGrad.open(ai.djl.engine.Engine.getEngine("PyTorch"))) {
            for (int i = 0; i < from.getParameters().size(); i++) {
                NDArray value = from.getParameters().valueAt(i).getArray();
                Parameter target = to.getParameters().valueAt(i);
                NDArray array = target.getArray();
                array.set(
                        new ai.djl.ndarray.index.NDIndex("..."),
                        value.toType(array.getDataType(), true));
            }
        }
    }

    private static void learn(Student student, NDList inputs, NDArray labels, Loss loss) {
        Worker worker =
                new Worker(
                        Device.cpu(),
                        student,
                        new ParameterStore(student.manager(), false),
                        null,
                        loss,
                        Precision.FLOAT32,
                        CLASSES,
                        true,
                        // Statistics of few images would make chaos of roundings.
                        false);
        Worker.Lesson lesson = new Worker.Lesson(inputs, new NDList(labels), null, 1, labels);
        try (GradientCollector collector = student.manager().getEngine().newGradientCollector()) {
            worker.learn(lesson, BATCH, 1, collector);
        }
    }
}
