package io.ssld.examples.bench;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import io.ssld.core.Distiller;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.CompiledTeacher;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.teacher.TeacherPrecision;
import io.ssld.core.train.Optimizer;
import io.ssld.core.train.ParameterPaths;
import io.ssld.core.train.Recipe;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.Architecture;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/** A teacher, a student and one batch: the parts of a distillation step, to be timed. */
final class StepPair implements AutoCloseable {

    private static final int CLASSES = 1000;
    private static final int SEED = 1;

    /** A rate so small that hundreds of steps on one batch leave the student as it is. */
    private static final double RATE = 1e-6;

    private static final int LOOP_STEPS = 12;

    private final Model teacherModel;
    private final Model studentModel;
    private final NDManager manager;
    private final NDArray pixels;
    private final NDArray usual;
    private final NetworkTeacher plain;
    private final CompiledTeacher compiled;
    private final CompiledTeacher half;
    private final NDArray soft;
    private final ParameterStore store;
    private final Optimizer optimizer;
    private final DistillationLoss loss = DistillationLoss.symmetricKl();
    private long step;

    StepPair(String teacher, String student, int side, int batch) {
        // The logits of some random weights lie so close that 16 bits change first choices.
        Engine.getEngine("PyTorch").setRandomSeed(SEED);
        Shape shape = new Shape(batch, 3, side, side);
        teacherModel = model(teacher, shape);
        studentModel = model(student, shape);
        manager = studentModel.getNDManager().newSubManager();
        // Images as the pipeline makes them: channels side by side.
        pixels = manager.randomNormal(new Shape(batch, side, side, 3)).transpose(0, 3, 1, 2);
        usual = pixels.reshape(-1).reshape(shape);
        plain = Teacher.of(teacherModel);
        compiled = plain.compiled();
        half = plain.compiled(TeacherPrecision.BFLOAT16);
        soft = plain.logits(new NDList(pixels));
        store = new ParameterStore(manager, false);
        optimizer = recipe(batch).newOptimizer(ParameterPaths.of(studentModel.getBlock()), manager);
    }

    private static Model model(String name, Shape shape) {
        Model model = Model.newInstance(name, "PyTorch");
        model.setBlock(Architecture.of(name).newBlock(CLASSES));
        model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, shape);
        return model;
    }

    private static Recipe recipe(int batch) {
        return Recipe.ssld()
                .optEpochs(1)
                .optStepsPerEpoch(LOOP_STEPS)
                .optBatchSize(batch)
                .optWarmupEpochs(0)
                .optLearningRate(RATE)
                .build();
    }

    Teacher plain() {
        return plain;
    }

    CompiledTeacher compiled() {
        return compiled;
    }

    CompiledTeacher half() {
        return half;
    }

    /**
     * Makes sure that what is timed as compiled is, unless plain kernels are asked for.
     *
     * @throws IllegalStateException if the check of the first batch refused one
     */
    void requireCompiled() {
        if (Kernels.of(manager.getEngine()) == Kernels.plain()) {
            return;
        }
        for (CompiledTeacher teacher : List.of(compiled, half)) {
            CompiledTeacher.Check check = teacher.check().orElseThrow();
            if (!check.used()) {
                throw new IllegalStateException(
                        "teacher must be compiled to be timed, but was not: " + check.reason());
            }
        }
    }

    /** The teacher's forward pass. */
    void teach(Teacher teacher) {
        try (NDManager scratch = manager.newSubManager()) {
            NDList inputs = inputs(pixels, scratch);
            sum(teacher.logits(inputs));
        }
    }

    /** Forward, loss, backward and update of the student, with soft labels that are there. */
    void learn() {
        try (NDManager scratch = manager.newSubManager()) {
            learn(inputs(pixels, scratch), soft, scratch);
        }
    }

    /** A whole step as one would write it by hand. */
    void distill(Teacher teacher) {
        distill(teacher, pixels);
    }

    private void distill(Teacher teacher, NDArray images) {
        try (NDManager scratch = manager.newSubManager()) {
            NDList inputs = inputs(images, scratch);
            learn(inputs, teacher.logits(inputs), scratch);
        }
    }

    private void learn(NDList inputs, NDArray labels, NDManager scratch) {
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray logits = studentModel.getBlock().forward(store, inputs, true).head();
            NDArray value = loss.evaluate(new NDList(labels), new NDList(logits));
            collector.backward(value);
            sum(value);
        }
        optimizer.step(step++, RATE, scratch);
    }

    /** On a manager that is closed after the step, with all that is computed from them. */
    private static NDList inputs(NDArray images, NDManager scratch) {
        NDArray view = images.transpose(0, 1, 2, 3);
        view.attach(scratch);
        return new NDList(view);
    }

    private static void sum(NDArray array) {
        float total = array.sum().getFloat();
        if (!Float.isFinite(total)) {
            throw new IllegalStateException("result must be finite, but was " + total);
        }
    }

    /** Nanoseconds a step of the run's own loop, and of {@link #distill} on the same batch. */
    double[] loops(LongSupplier clock) throws IOException, TranslateException {
        return new double[] {ourLoop(clock), bareLoop(clock)};
    }

    private double ourLoop(LongSupplier clock) throws IOException, TranslateException {
        int batch = Math.toIntExact(usual.size(0));
        long[] marks = new long[LOOP_STEPS];
        int[] count = {0};
        try (NDManager data = manager.newSubManager()) {
            Dataset images = dataset(data, batch);
            Distiller.builder()
                    .setTeacher(compiled)
                    .setStudent(studentModel.getBlock(), manager)
                    .setLoss(loss)
                    .optRecipe(recipe(batch))
                    .addListener(
                            new RunListener() {
                                @Override
                                public void onStep(StepSummary done) {
                                    marks[count[0]++] = clock.getAsLong();
                                }
                            })
                    .build()
                    .distill(images, images);
        }
        return (double) (marks[LOOP_STEPS - 1] - marks[0]) / (LOOP_STEPS - 1);
    }

    private Dataset dataset(NDManager owner, int batch) {
        NDArray images = usual.repeat(0, LOOP_STEPS);
        images.attach(owner);
        return new ArrayDataset.Builder()
                .setData(images)
                .optLabels(owner.zeros(new Shape(LOOP_STEPS * (long) batch), DataType.INT64))
                .setSampling(batch, false)
                .build();
    }

    private double bareLoop(LongSupplier clock) {
        distill(compiled, usual);
        long start = clock.getAsLong();
        for (int i = 1; i < LOOP_STEPS; i++) {
            distill(compiled, usual);
        }
        return (double) (clock.getAsLong() - start) / (LOOP_STEPS - 1);
    }

    @Override
    public void close() {
        compiled.close();
        half.close();
        manager.close();
        studentModel.close();
        teacherModel.close();
    }
}
