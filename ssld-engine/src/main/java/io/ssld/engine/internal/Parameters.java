package io.ssld.engine.internal;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;
import io.ssld.base.internal.Digests;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What a run needs to know of a network's parameters and buffers. */
public final class Parameters {

    private Parameters() {}

    /**
     * Returns SHA-256 over every parameter and buffer: name, type, shape and bytes, in order.
     *
     * @param block a network whose parameters have values
     * @return 64 hexadecimal digits
     */
    public static String digest(Block block) {
        MessageDigest sha = Digests.sha256();
        if (block instanceof SymbolBlock) {
            // DJL lists a TorchScript module's parameters but not its buffers; saved, it has both.
            OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), sha);
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(sink))) {
                block.saveParameters(out);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the module's weights", e);
            }
            return HexFormat.of().formatHex(sha.digest());
        }
        for (Pair<String, Parameter> pair : block.getParameters()) {
            NDArray array = pair.getValue().getArray();
            String header = pair.getKey() + array.getDataType() + array.getShape();
            sha.update(header.getBytes(StandardCharsets.UTF_8));
            sha.update(array.toByteBuffer());
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /**
     * Counts the numbers that training can change.
     *
     * @param parameters the network's parameters and buffers, initialised
     * @return the number of elements in parameters that need a gradient
     */
    public static long countTrainable(ParameterList parameters) {
        return parameters.values().stream()
                .filter(Parameter::requiresGradient)
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }

    /**
     * Counts the numbers a network learned, whether or not they are frozen now.
     *
     * @param parameters the network's parameters and buffers, initialised
     * @return the number of elements in everything but running statistics
     */
    public static long count(ParameterList parameters) {
        return parameters.values().stream()
                .filter(parameter -> !isBuffer(parameter))
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }

    /**
     * Returns the memory of an array.
     *
     * @param array the array
     * @return its elements times the bytes of one
     */
    public static long bytes(NDArray array) {
        return array.size() * array.getDataType().getNumOfBytes();
    }

    /**
     * Returns the memory of a network.
     *
     * @param parameters the network's parameters and buffers, initialised
     * @return the bytes of all of them
     */
    public static long bytes(ParameterList parameters) {
        return parameters.values().stream()
                .mapToLong(parameter -> bytes(parameter.getArray()))
                .sum();
    }

    /**
     * Tells a running statistic, which a forward pass in training mode changes, from a parameter.
     *
     * @param parameter one of a network's parameters or buffers
     * @return true for a buffer
     */
    public static boolean isBuffer(Parameter parameter) {
        return switch (parameter.getType()) {
            case RUNNING_MEAN, RUNNING_VAR, OTHER -> true;
            case WEIGHT, BIAS, GAMMA, BETA -> false;
        };
    }

    /**
     * Fails for a network whose memory is freed.
     *
     * @param owner what and which it is, for the message, such as "teacher ResNet50_vd"
     * @param model what it is the block of, if that is known
     * @param block the network
     * @throws IllegalArgumentException if the model, or what owns a parameter, has been closed
     */
    public static void requireOpen(String owner, @Nullable Model model, Block block) {
        // Asked first: a closed TorchScript module cannot even list its parameters.
        boolean open = model == null || model.getNDManager().isOpen();
        if (open) {
            open =
                    block.getParameters().values().stream()
                            .filter(Parameter::isInitialized)
                            .noneMatch(parameter -> parameter.getArray().isReleased());
        }
        if (!open) {
            throw new IllegalArgumentException(
                    owner
                            + " must be open, but its model, or the manager of its parameters, has"
                            + " been closed; load or build it again, and close it after the run");
        }
    }

    /**
     * Fails unless a run can compute with every parameter and buffer.
     *
     * @param owner "teacher" or "student", for the message
     * @param parameters the network's parameters and buffers
     * @throws IllegalArgumentException if one is not initialised, is BFLOAT16, or holds NaN or
     *     infinity
     */
    public static void requireUsable(String owner, ParameterList parameters) {
        for (Pair<String, Parameter> pair : parameters) {
            if (!pair.getValue().isInitialized()) {
                throw new IllegalArgumentException(
                        owner
                                + " must be initialised, but "
                                + pair.getKey()
                                + " has no value; load its weights or call initialize first");
            }
            NDArray array = pair.getValue().getArray();
            String name = owner + " parameter " + pair.getKey();
            requireSupported(name, array.getDataType());
            requireFinite(name, array);
        }
    }

    /**
     * Fails for a data type that the engine cannot be given from Java.
     *
     * @param name what has the type, for the message
     * @param type the type
     * @throws IllegalArgumentException for BFLOAT16, which ends the JVM as soon as it is cast
     */
    public static void requireSupported(String name, DataType type) {
        if (type == DataType.BFLOAT16) {
            throw new IllegalArgumentException(
                    name
                            + " must be FLOAT32, FLOAT64 or FLOAT16, but was BFLOAT16;"
                            + " convert it to FLOAT32 before it is loaded, because DJL's PyTorch"
                            + " engine ends the JVM when it casts BFLOAT16");
        }
    }

    private static void requireFinite(String name, NDArray array) {
        if (!array.getDataType().isFloating()) {
            return;
        }
        try (NDManager scratch = array.getManager().newSubManager()) {
            NDArray finite = array.isNaN().logicalOr(array.isInfinite()).logicalNot();
            finite.attach(scratch);
            if (!finite.all().getBoolean()) {
                throw new IllegalArgumentException(
                        name
                                + " must be finite, but holds NaN or infinity;"
                                + " the weights are damaged or their training diverged");
            }
        }
    }
}
