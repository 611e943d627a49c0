package io.ssld.core.run.internal;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.engine.internal.Inference;
import io.ssld.engine.internal.Parameters;
import io.ssld.engine.internal.ScriptModule;
import io.ssld.engine.internal.Synset;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network a run trains.
 *
 * @param owner keeps the model reachable while its block is in use, if there is one
 * @param block the network
 * @param manager the owner of its parameters
 * @param name what to call it
 * @param layout of the images it gets
 */
public record Student(
        @Nullable Model owner, Block block, NDManager manager, String name, ImageLayout layout) {

    public static Student of(Model model) {
        Block block = model.getBlock();
        if (block == null) {
            throw new IllegalArgumentException(
                    "student must have a block, but model "
                            + model.getName()
                            + " has none; call setBlock or load it first");
        }
        Student student = of(model, block, model.getNDManager(), model.getName());
        student.requireWholePrecision(model.getDataType());
        return student;
    }

    public static Student of(Block block, NDManager manager) {
        return of(null, block, manager, block.getClass().getSimpleName());
    }

    private static Student of(@Nullable Model owner, Block block, NDManager manager, String name) {
        requireOpen(owner, block, manager, name);
        ImageLayout layout = ImageLayout.of(block, manager.getDevice());
        return new Student(owner, block, manager, name, layout);
    }

    /** Fails if its model has been closed, also since the builder got it. */
    void requireOpen() {
        requireOpen(owner, block, manager, name);
    }

    private static void requireOpen(
            @Nullable Model owner, Block block, NDManager manager, String name) {
        if (!manager.isOpen()) {
            throw new IllegalArgumentException(
                    "student "
                            + name
                            + " must be open, but its "
                            + (owner == null ? "manager" : "model")
                            + " has been closed; load or build it again, and close it after the"
                            + " run");
        }
        Parameters.requireOpen("student " + name, owner, block);
    }

    /** A run gives parameters 32 bits, whatever a model says, unless they have values already. */
    private void requireWholePrecision(@Nullable DataType type) {
        if (type == null || type == DataType.FLOAT32 || (type == DataType.FLOAT64 && isWide())) {
            return;
        }
        throw new IllegalArgumentException(
                "data type of the student's model "
                        + name
                        + " must be FLOAT32, whose weights a run trains, but was "
                        + type.name()
                        + "; leave setDataType out"
                        + (type == DataType.FLOAT16 || type == DataType.BFLOAT16
                                ? ", and use optPrecision(Precision."
                                        + type.name()
                                        + ") to compute in 16 bits"
                                : ""));
    }

    /** Whether all its values are of 64 bits, with which a run computes as they are. */
    private boolean isWide() {
        return parameters().values().stream()
                .allMatch(
                        parameter ->
                                parameter.isInitialized()
                                        && parameter.getArray().getDataType() == DataType.FLOAT64);
    }

    /** This student with images in another layout. */
    public Student with(ImageLayout other) {
        return new Student(owner, block, manager, name, other);
    }

    /** The names of its classes, if it was loaded with them. */
    List<String> classNames() {
        return owner == null ? List.of() : Synset.of(owner);
    }

    /** Gives values to the parameters that have none, and gradients to those that train. */
    void initialize(NDList inputs) {
        block.initialize(manager, DataType.FLOAT32, inputs.getShapes());
        Parameters.requireUsable("student", parameters());
        if (Parameters.countTrainable(parameters()) == 0) {
            throw new IllegalArgumentException(
                    "student must have parameters to train, but "
                            + name
                            + " has none; "
                            + (block instanceof SymbolBlock
                                    ? "load the TorchScript module with"
                                            + " optOption(\"trainParam\", \"true\")"
                                    : "unfreeze some of them or choose another network"));
        }
        if (block instanceof SymbolBlock) {
            // DJL takes a TorchScript module for one in training mode although loading put it into
            // evaluation mode; a pass in evaluation mode makes the two agree.
            predict(inputs).close();
        }
    }

    /** Takes the place of a TorchScript module with what was saved of it. */
    void replaceModule(byte[] state, NDList inputs) throws IOException {
        predict(inputs).close();
        ScriptModule.replace(block, manager, state);
        initialize(inputs);
    }

    /** Logits in evaluation mode, without recording, on the manager of the inputs. */
    public NDArray predict(NDList inputs) {
        return Inference.run(inputs, seen -> Inference.forward(block, layout.lay(seen), false));
    }

    public ParameterList parameters() {
        return block.getParameters();
    }

    boolean shares(ParameterList others) {
        for (Parameter parameter : parameters().values()) {
            for (Parameter other : others.values()) {
                if (parameter == other
                        || (parameter.isInitialized()
                                && other.isInitialized()
                                && parameter.getArray() == other.getArray())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The number of classes it answers for an input, with logits that are finite. */
    int classes(NDList inputs) {
        try (NDArray logits = predict(inputs)) {
            Shape shape = logits.getShape();
            if (shape.dimension() != 2 || shape.get(0) != inputs.head().size(0)) {
                throw new IllegalArgumentException(
                        "student's first output must be logits of shape ("
                                + inputs.head().size(0)
                                + ", classes), but was "
                                + shape
                                + "; end the network "
                                + name
                                + " with its classifier");
            }
            AnswerCheck.requireStudentLogits(name, logits);
            return (int) shape.get(1);
        }
    }
}
