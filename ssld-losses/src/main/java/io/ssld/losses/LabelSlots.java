package io.ssld.losses;

import ai.djl.training.loss.IndexLoss;

/**
 * Where each kind of label stands in the label list of a distillation batch.
 *
 * <p>A batch that carries both kinds holds the classes first. DJL losses that expect one label
 * array are pointed at their slot by {@link IndexLoss}: {@code new IndexLoss(loss, 0,
 * LabelSlots.TARGET)}.
 */
public final class LabelSlots {

    /** Slot of the target classes, (N) or (N, 1), when the list has two arrays. */
    public static final int TARGET = 0;

    /** Slot of the teacher's logits, (N, C), when the list has two arrays. */
    public static final int TEACHER = 1;

    /** The target class of an example that has none. */
    public static final int UNLABELLED = -1;

    private LabelSlots() {}
}
