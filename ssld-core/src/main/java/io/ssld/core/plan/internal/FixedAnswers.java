package io.ssld.core.plan.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.engine.internal.Replica;
import java.util.Arrays;

/**
 * A teacher that says the same of every batch, at what it costs to say something recorded: for
 * timing steps from a label store that is not there yet.
 */
final class FixedAnswers implements RunTeacher {

    private final float[] rows;
    private final int classes;

    /**
     * Remembers an answer.
     *
     * @param rows logits of a batch, row by row
     * @param classes the length of a row
     */
    FixedAnswers(float[] rows, int classes) {
        this.rows = rows.clone();
        this.classes = classes;
    }

    @Override
    public NDArray logits(NDList inputs) {
        NDArray first = inputs.head();
        NDManager manager = first.getManager();
        int count = (int) first.size(0);
        // As a replayed answer: from Java, and copied into the engine's memory.
        float[] some = Arrays.copyOf(rows, count * classes);
        try (NDArray held = manager.create(some, new Shape(count, classes))) {
            NDArray result = Replica.copy(held, first.getDevice());
            result.attach(manager);
            return result;
        }
    }
}
