package io.ssld.core;

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
import io.ssld.core.internal.AnswerCheck;
import io.ssld.core.internal.Inference;
import io.ssld.core.internal.Parameters;
import io.ssld.core.internal.Synset;
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
record Student(
        @Nullable Model owner, Block block, NDManager manager, String name, ImageLayout layout) {

    static Student of(Model model) {
        Block block = model.getBlock();
        if (block == null) {
            throw new IllegalArgumentException(
                    "student must have a block, but model "
                            + model.getName()
                            + " has none; call setBlock or load it first");
        }
        return of(model, block, model.getNDManager(), model.getName());
    }

    static Student of(Block block, NDManager manager) {
        return of(null, block, manager, block.getClass().getSimpleName());
    }

    private static Student of(@Nullable Model owner, Block block, NDManager manager, String name) {
        ImageLayout layout = ImageLayout.of(block, manager.getDevice());
        return new Student(owner, block, manager, name, layout);
    }

    /** This student with images in another layout. */
    Student with(ImageLayout other) {
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

    /** Logits in evaluation mode, without recording, on the manager of the inputs. */
    NDArray predict(NDList inputs) {
        return Inference.run(inputs, seen -> Inference.forward(block, layout.lay(seen), false));
    }

    ParameterList parameters() {
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
