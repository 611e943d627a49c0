package io.ssld.core;

import ai.djl.TrainingDivergedException;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.ssld.core.data.ExampleBatch;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Optimizer;
import org.jspecify.annotations.Nullable;

/**
 * One optimiser step: teacher forward outside the tape, student forward and backward, update.
 *
 * <p>Everything a step makes belongs to its batch and goes with it.
 */
final class TrainStep {

    private final Student student;
    private final @Nullable Teacher teacher;
    private final Loss loss;
    private final int classes;
    private final Optimizer optimizer;
    private final ParameterStore store;
    private final Engine engine;

    TrainStep(
            Student student,
            @Nullable Teacher teacher,
            Loss loss,
            int classes,
            Optimizer optimizer,
            NDManager state) {
        this.student = student;
        this.teacher = teacher;
        this.loss = loss;
        this.classes = classes;
        this.optimizer = optimizer;
        this.store = new ParameterStore(state, false);
        this.engine = state.getEngine();
    }

    /**
     * What a step tells.
     *
     * @param loss the training loss
     * @param correct examples on which the student's first choice was the teacher's, or the label's
     */
    record Outcome(float loss, long correct) {}

    /**
     * Takes a step.
     *
     * @param number of the step in the run, from 0
     * @param batch the examples
     * @param learningRate the rate of this step
     * @return loss and agreement before the update
     * @throws TrainingDivergedException if the loss is not finite; the student is left as it was
     *     before this step
     */
    Outcome take(long number, ExampleBatch batch, double learningRate) {
        NDArray target = target(batch);
        NDList labels = new NDList(target);
        NDArray wanted = target;
        if (teacher != null) {
            // Before the collector opens: inside it the engine would record the teacher too.
            NDArray soft = teacher.logits(batch.inputs());
            labels.add(soft);
            wanted = soft.argMax(1);
        }
        NDArray logits;
        NDArray value;
        try (GradientCollector collector = engine.newGradientCollector()) {
            logits = student.block().forward(store, batch.inputs(), true).head();
            value = loss.evaluate(labels, new NDList(logits));
            float current = value.getFloat();
            if (!Float.isFinite(current)) {
                throw new TrainingDivergedException(
                        "training loss must be finite, but was "
                                + current
                                + "; lower the learning rate, lengthen the warm-up, or check the"
                                + " inputs for NaN");
            }
            collector.backward(value);
        }
        optimizer.step(number, learningRate, batch.manager());
        long correct = logits.argMax(1).eq(wanted).sum().toLongArray()[0];
        return new Outcome(value.getFloat(), correct);
    }

    private NDArray target(ExampleBatch batch) {
        int[] labels = batch.labels();
        long[] target = new long[labels.length];
        for (int i = 0; i < labels.length; i++) {
            Evaluator.requireClass(labels[i], classes);
            if (teacher == null && labels[i] == ExampleBatch.UNLABELLED) {
                throw new IllegalArgumentException(
                        "training data must be labelled to train without a teacher, but an example"
                                + " has no label; leave it out or distil with a Distiller");
            }
            target[i] = labels[i];
        }
        return batch.manager().create(target);
    }
}
