package io.ssld.weights;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.weights.HeldState.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Weights of a published network, on their way between a file and a block: names and layouts of
 * PaddlePaddle on one side, those of DJL on the other.
 *
 * <p>Two sets of names are understood: Paddle's ({@code fc.weight} as (in, out), {@code bn._mean};
 * see {@link PaddleNames}) and those of a {@link StateDict} of the block ({@code fc.weight} as
 * (out, in), {@code bn.runningMean}). The names themselves tell which one it is. Values in half or
 * double precision become single precision, in which the networks compute.
 *
 * <p>Loading is strict: every parameter must have its tensor, every tensor its parameter, and all
 * shapes must be equal; one exception lists the names at fault, as the file calls them. No value
 * may be NaN or infinite, in single precision. {@link #allowDifferentHead()} and {@link
 * #withNewHead()} are the only leniencies.
 */
public final class SsldWeights {

    private final StateDict state;
    private final Head head;

    private SsldWeights(StateDict state, Head head) {
        this.state = state;
        this.head = head;
    }

    /**
     * Takes weights.
     *
     * @param state the tensors, by Paddle's names or by those of a {@link StateDict} of the block
     * @return the weights
     */
    public static SsldWeights of(StateDict state) {
        Objects.requireNonNull(state, "state");
        return new SsldWeights(state.toType(DataType.FLOAT32), Head.LOADED);
    }

    /**
     * Reads a file that names its tensors.
     *
     * @param file the file, of format {@link WeightsFormat#PDPARAMS} or {@link
     *     WeightsFormat#SAFETENSORS} as {@link WeightsFormat#of} tells
     * @return its weights
     * @throws MalformedWeightsException if the file breaks a rule of its format
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file is of another format
     */
    public static SsldWeights read(Path file) throws IOException {
        return read(
                file,
                () -> {
                    throw new IllegalArgumentException(
                            ("file must tell its tensors by name, but %s does not; read it with "
                                            + "the network it belongs to")
                                    .formatted(file));
                });
    }

    /**
     * Reads a file of whatever format.
     *
     * @param file the file, of a format that {@link WeightsFormat#of} tells
     * @param network makes a block of the network the file belongs to, of any number of classes and
     *     without values; asked for {@link WeightsFormat#DJL} alone
     * @return its weights
     * @throws MalformedWeightsException if the file breaks a rule of its format
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file is of no known format
     */
    public static SsldWeights read(Path file, Supplier<Block> network) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(network, "network");
        WeightsFormat format =
                WeightsFormat.of(file)
                        .orElseThrow(
                                () -> new IllegalArgumentException(WeightsFormat.OTHER + file));
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "weights file must exist, but does not");
        }
        return of(format.read(file, network));
    }

    /**
     * Copies the weights of a block, under Paddle's names and in Paddle's layout.
     *
     * @param block an initialised block
     * @return what {@code set_state_dict} of the original network takes, in its order
     * @throws ai.djl.nn.UninitializedParameterException if a parameter has no values yet
     */
    public static StateDict paddleState(Block block) {
        Objects.requireNonNull(block, "block");
        return HeldState.paddles(block);
    }

    /**
     * Writes the weights of a block: under Paddle's names into a {@code .pdparams} file, which the
     * original loads; under those of a {@link StateDict} into a {@code .safetensors} file.
     *
     * @param file the file, replaced if it exists
     * @param block an initialised block
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if the file has another extension, or a parameter holds NaN
     *     or infinity
     */
    public static void write(Path file, Block block) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(block, "block");
        WeightsFormat format =
                WeightsFormat.named(file.toString())
                        .orElseThrow(
                                () -> new IllegalArgumentException(WeightsFormat.OTHER + file));
        requireFinite(StateDict.of(block));
        format.write(file, block);
    }

    /**
     * Lets the classifier have another number of classes than the weights were made for. Its weight
     * and bias then stay as the block has them, freshly drawn as a rule, and a line of the log says
     * so. A classifier that fits is loaded, and everything else stays strict.
     *
     * @return these weights with that leniency
     */
    public SsldWeights allowDifferentHead() {
        return new SsldWeights(state, Head.LOADED_IF_FITTING);
    }

    /**
     * Leaves the classifier as the block has it, freshly drawn as a rule, whatever its number of
     * classes: for other classes than those of the weights. Everything else stays strict, and the
     * weights still need a classifier of the same inputs.
     *
     * @return these weights without their classifier
     */
    public SsldWeights withNewHead() {
        return new SsldWeights(state, Head.NEW);
    }

    /**
     * Puts these weights into a block, initialising it where it has no values yet. Nothing is
     * changed in an initialised block unless all weights fit.
     *
     * @param block a block of {@code SsldModel}
     * @param manager owns new arrays; the model's manager as a rule
     * @param inputShapes the shapes of the block's inputs, such as (1, 3, 224, 224)
     * @throws WeightMismatchException if a name is missing or unexpected, a shape differs, or a
     *     value is NaN or infinite; the block has no more values than before then
     */
    public void initialize(Block block, NDManager manager, Shape... inputShapes)
            throws WeightMismatchException {
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(inputShapes, "inputShapes");
        HeldState.of(block, state, head).initialize(manager, inputShapes);
    }

    /**
     * Returns how many classes the classifier of these weights tells apart.
     *
     * @param block a block of the network they belong to, of any number of classes; need not be
     *     initialised
     * @return the length of the classifier's bias, empty if these weights have none of its name
     */
    public OptionalInt classes(Block block) {
        Objects.requireNonNull(block, "block");
        return HeldState.of(block, state, Head.LOADED).classes();
    }

    /**
     * Fails for weights of a network that nobody could open again.
     *
     * @param state the weights
     * @throws IllegalArgumentException naming the tensors that hold NaN or infinity
     */
    public static void requireFinite(StateDict state) {
        Objects.requireNonNull(state, "state");
        try {
            WeightMismatchException.requireFinite(state);
        } catch (WeightMismatchException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Checks that these are the weights of a network, by the names of its parameters alone: which
     * costs nothing, and tells a file of something else.
     *
     * @param block a block of the network, of any number of classes; need not be initialised
     * @throws WeightMismatchException if a name is missing or unexpected
     */
    public void requireNames(Block block) throws WeightMismatchException {
        HeldState.of(block, state, Head.LOADED).requireNames();
    }

    /**
     * Returns how many numbers of these weights training would adjust in a network.
     *
     * @param block a block of the network, of any number of classes; need not be initialised
     * @return the count; running statistics are not among them
     */
    public long parameterCount(Block block) {
        return HeldState.of(block, state, Head.LOADED).parameterCount();
    }
}
