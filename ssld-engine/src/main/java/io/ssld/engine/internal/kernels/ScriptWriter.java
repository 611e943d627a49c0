package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.ssld.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a network as TorchScript: batch normalisation becomes part of the convolution before it,
 * and so does an activation after it where the engine has such convolutions; other activations
 * overwrite what they are applied to, and convolutions get the layout in which the engine's are
 * fast and right.
 *
 * <p>What can be written are {@link Scripted} blocks and DJL's own common ones. Any other block
 * answers by itself, in Java and in 32 bits, between what the engine compiled of the rest.
 *
 * <p>With half precision, convolutions take and give 16 bits; linear layers stay at 32. No such
 * array is ever seen by DJL.
 */
public final class ScriptWriter {

    private final Precision precision;
    private final ConvolutionScript convolutions;
    private final NDManager manager;
    private final ParameterStore store;
    private final Script script = new Script();

    /**
     * Begins with nothing.
     *
     * @param precision what convolutions compute in
     * @param convolutions how they are written
     * @param manager the owner of what is made on the way, on the device of the script
     * @param store the arrays of the parameters
     */
    ScriptWriter(
            Precision precision,
            ConvolutionScript convolutions,
            NDManager manager,
            ParameterStore store) {
        this.precision = precision;
        this.convolutions = convolutions;
        this.manager = manager;
        this.store = store;
    }

    /**
     * Writes a whole network.
     *
     * @return the variable that holds its first output in 32 bits
     */
    String network(Block network) {
        return wide(apply(network, List.of(given(Script.INPUT))).get(0));
    }

    Script script() {
        return script;
    }

    /**
     * Writes a block, or leaves it to answer by itself if it cannot be written.
     *
     * @param block any block
     * @param inputs its inputs
     * @return its outputs
     */
    public List<ScriptValue> apply(Block block, List<ScriptValue> inputs) {
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(inputs, "inputs");
        Script.Mark before = script.mark();
        try {
            return block instanceof Scripted scripted
                    ? scripted.script(this, inputs)
                    : DjlBlocks.write(this, block, inputs);
        } catch (UnsupportedOperationException e) {
            // What a block says that cannot be written: it is asked in Java instead.
            script.back(before);
            return cut(block, inputs);
        }
    }

    private List<ScriptValue> cut(Block block, List<ScriptValue> inputs) {
        List<String> arguments = inputs.stream().map(this::wide).toList();
        return script.cut(block, arguments).stream().map(this::given).toList();
    }

    /** What is given in 32 bits from outside. */
    private ScriptValue given(String variable) {
        return half()
                ? ScriptValue.ofWide(variable, converted(variable, precision))
                : ScriptValue.named(variable);
    }

    /** A variable in 32 bits. */
    private String wide(ScriptValue value) {
        String wide = widened(value);
        return half() && value.wide() == null ? assign(wide) : wide;
    }

    /**
     * Returns an array of the network on the device that it is compiled for. Whatever is computed
     * from it lives as long as the writing.
     *
     * @param parameter a parameter of the network
     * @return its array
     * @throws UnsupportedOperationException if it is not of 32 bits
     */
    public NDArray value(Parameter parameter) {
        Objects.requireNonNull(parameter, "parameter");
        NDArray array = store.getValue(parameter, manager.getDevice(), false);
        if (array.getDataType() != DataType.FLOAT32) {
            throw new UnsupportedOperationException(
                    "parameter "
                            + parameter.getName()
                            + " must be FLOAT32, but was "
                            + array.getDataType());
        }
        NDArray view = array.reshape(array.getShape());
        view.attach(manager);
        return view;
    }

    /**
     * Writes a convolution.
     *
     * @param input (N, channels, height, width)
     * @param weight (filters, channels / groups, size, size)
     * @param bias (filters), or {@code null}
     * @param geometry how the kernel moves
     * @return the result
     */
    public ScriptValue convolution(
            ScriptValue input,
            NDArray weight,
            @Nullable NDArray bias,
            ScriptValue.Geometry geometry) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(weight, "weight");
        Objects.requireNonNull(geometry, "geometry");
        return ScriptValue.of(
                new ScriptValue.Convolution(
                        input, weight, bias, geometry, ScriptValue.Convolution.NO_ACTIVATION));
    }

    /**
     * Writes y = factor x + offset for each channel; as part of a convolution, if x is one.
     *
     * @param x (N, channels, ...)
     * @param factor (channels)
     * @param offset (channels)
     * @param axes how many axes x has, 4 for images
     * @return y
     */
    public ScriptValue affine(ScriptValue x, NDArray factor, NDArray offset, int axes) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(factor, "factor");
        Objects.requireNonNull(offset, "offset");
        ScriptValue.Convolution plain = x.convolution();
        if (plain != null && x.isFresh() && !plain.isActivated()) {
            NDArray weight = plain.weight().mul(factor.reshape(-1, 1, 1, 1));
            NDArray bias = plain.bias() == null ? offset : plain.bias().mul(factor).add(offset);
            return convolution(plain.input(), weight, bias, plain.geometry());
        }
        long[] shape = IntStream.range(0, axes).mapToLong(axis -> axis == 1 ? -1 : 1).toArray();
        String scale = constant(factor.reshape(shape), half());
        String shift = constant(offset.reshape(shape), half());
        return ScriptValue.of(
                "torch.add(torch.mul(%s, %s), %s)".formatted(x.name(this), scale, shift));
    }

    /**
     * Writes a function with results of its own.
     *
     * @param form an expression with one {@code %s} for each argument
     * @param arguments the arguments
     * @return the result
     */
    public ScriptValue call(String form, ScriptValue... arguments) {
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(arguments, "arguments");
        Object[] names = new Object[arguments.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = arguments[i].name(this);
        }
        return ScriptValue.of(form.formatted(names));
    }

    /**
     * Writes a function whose result may lie in the memory of its argument, such as another shape.
     *
     * @param form an expression with one {@code %s}
     * @param x the argument
     * @return the result
     */
    public ScriptValue view(String form, ScriptValue x) {
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(x, "x");
        String wide = x.wide();
        return wide == null
                ? ScriptValue.named(assign(form.formatted(x.name(this))))
                : given(assign(form.formatted(wide)));
    }

    /**
     * Writes an activation: as part of a convolution, if it can be one, else over its argument
     * where no one else sees that.
     *
     * @param function such as {@code torch.relu}; with an underscore it works in place
     * @param arguments further arguments, each after a comma
     * @param x the argument
     * @return the result
     */
    public ScriptValue activation(String function, String arguments, ScriptValue x) {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(x, "x");
        ScriptValue.Convolution plain = x.convolution();
        if (plain != null && x.isFresh() && convolutions.absorbs(plain, function)) {
            return ScriptValue.of(plain.followedBy(function));
        }
        return x.isFresh()
                ? ScriptValue.of(function + "_(" + x.expression(this) + arguments + ")")
                : ScriptValue.of(function + "(" + x.name(this) + arguments + ")");
    }

    /**
     * Writes the sum of two values of equal shape, over the first of them that no one else sees.
     *
     * @param left a value
     * @param right a value
     * @return the sum
     */
    public ScriptValue add(ScriptValue left, ScriptValue right) {
        Objects.requireNonNull(left, "left");
        Objects.requireNonNull(right, "right");
        if (left.isFresh()) {
            return over(left, right);
        }
        return right.isFresh()
                ? over(right, left)
                : ScriptValue.of("torch.add(" + left.name(this) + ", " + right.name(this) + ")");
    }

    private ScriptValue over(ScriptValue fresh, ScriptValue other) {
        String added = other.name(this);
        return ScriptValue.of("torch.add_(" + fresh.expression(this) + ", " + added + ")");
    }

    /**
     * Writes the channels of several values, one after the other.
     *
     * @param parts the values
     * @return all channels
     */
    public ScriptValue concat(List<ScriptValue> parts) {
        Objects.requireNonNull(parts, "parts");
        return ScriptValue.of(
                "torch.cat(["
                        + String.join(", ", parts.stream().map(part -> part.name(this)).toList())
                        + "], 1)");
    }

    /**
     * Writes parts with equally many channels.
     *
     * @param whole all channels
     * @param parts how many parts
     * @return the parts, views of the whole
     */
    public List<ScriptValue> split(ScriptValue whole, int parts) {
        Objects.requireNonNull(whole, "whole");
        String all = assign("torch.chunk(" + whole.name(this) + ", " + parts + ", 1)");
        List<ScriptValue> split = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            // A variable each: what leaves a method is a tensor, not a list of them.
            split.add(ScriptValue.named(assign(all + "[" + i + "]")));
        }
        return split;
    }

    private String assign(String expression) {
        return script.assign(expression);
    }

    String assign(String expression, ScriptValue value) {
        return script.assign(expression, value);
    }

    String expression(ScriptValue.Convolution conv) {
        return convolutions.expression(conv, this);
    }

    ParameterStore store() {
        return store;
    }

    NDManager manager() {
        return manager;
    }

    boolean half() {
        return precision != Precision.FLOAT32;
    }

    /** What a linear layer inside the network gave is wider. */
    String narrowed(ScriptValue value) {
        return narrowed(value.name(this));
    }

    /** What was computed in float32 in a network of half precision. */
    String narrowed(String wide) {
        return half() ? converted(wide, precision) : wide;
    }

    String widened(ScriptValue value) {
        String wide = value.wide();
        if (wide != null) {
            return wide;
        }
        String name = value.name(this);
        return half() ? converted(name, Precision.FLOAT32) : name;
    }

    private static String converted(String value, Precision precision) {
        return "torch.to(" + value + ", " + precision.type() + ")";
    }

    /** Copied, as the memory of an array of Java data is not the engine's. */
    String constant(NDArray array, boolean narrow) {
        return constant(array, narrow, "%s");
    }

    /** As {@link #constant(NDArray, boolean)}, prepared by an expression with one {@code %s}. */
    String constant(NDArray array, boolean narrow, String preparation) {
        String copy = narrow ? converted("%s", precision) : "torch.clone(%s)";
        return script.constant(array, preparation.formatted(copy));
    }
}
