package io.ssld.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Finds the arrays of a distillation batch in DJL's lists and refuses what cannot be compared. */
final class Inputs {

    private Inputs() {}

    static NDArray studentLogits(NDList predictions) {
        if (predictions.isEmpty()) {
            throw new IllegalArgumentException(
                    "predictions must hold the student's logits first, but was empty");
        }
        NDArray student = predictions.head();
        checkType("student logits", student);
        Shape shape = student.getShape();
        if (shape.dimension() != 2 || shape.size() == 0) {
            throw new IllegalArgumentException(
                    "student logits must have shape (N, C) with N and C at least 1, but was "
                            + shape
                            + "; flatten the network's output to one row per example");
        }
        return student;
    }

    static NDArray teacherLogits(NDList labels, NDArray student) {
        if (labels.isEmpty() || labels.size() > 2) {
            throw new IllegalArgumentException(
                    "labels must hold the teacher's logits, or targets and the teacher's logits,"
                            + " but was a list of "
                            + labels.size());
        }
        NDArray teacher = labels.get(labels.size() - 1);
        checkType("teacher logits", teacher);
        if (!teacher.getShape().equals(student.getShape())) {
            throw new IllegalArgumentException(
                    "teacher logits must have the student's shape "
                            + student.getShape()
                            + ", but was "
                            + teacher.getShape()
                            + "; put them in the last label slot, one row per example");
        }
        return teacher;
    }

    static NDArray target(NDList labels, NDArray student) {
        if (labels.size() < 2) {
            throw new IllegalArgumentException(
                    "labels must hold targets before the teacher's logits when a hard-label weight"
                            + " is set, but was a list of 1; add them, with "
                            + LabelSlots.UNLABELLED
                            + " where there is none, or drop optHardLabelWeight");
        }
        return checkTarget(labels.get(LabelSlots.TARGET), student);
    }

    /** The targets of a batch that may come without teacher logits. */
    static NDArray onlyTarget(NDList labels, NDArray student) {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("labels must hold the targets first, but was empty");
        }
        return checkTarget(labels.get(LabelSlots.TARGET), student);
    }

    private static NDArray checkTarget(NDArray target, NDArray student) {
        long examples = student.getShape().get(0);
        Shape shape = target.getShape();
        if (!shape.equals(new Shape(examples)) && !shape.equals(new Shape(examples, 1))) {
            throw new IllegalArgumentException(
                    "targets must have shape ("
                            + examples
                            + ") or ("
                            + examples
                            + ", 1), but was "
                            + shape
                            + "; give one class number per example");
        }
        if (target.getDataType() == DataType.BFLOAT16) {
            throw new IllegalArgumentException(
                    "targets must be an integer or float array, but was BFLOAT16; use INT64");
        }
        return target;
    }

    private static void checkType(String name, NDArray logits) {
        DataType type = logits.getDataType();
        if (type != DataType.FLOAT16 && type != DataType.FLOAT32 && type != DataType.FLOAT64) {
            // Touching a BFLOAT16 array from Java can end the process, so it stops here.
            throw new IllegalArgumentException(
                    name
                            + " must be FLOAT16, FLOAT32 or FLOAT64, but was "
                            + type
                            + "; convert them to FLOAT32 inside the network that makes them");
        }
    }
}
