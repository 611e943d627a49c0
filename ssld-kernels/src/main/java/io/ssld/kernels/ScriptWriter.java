package io.ssld.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a network as one TorchScript function: batch normalisation becomes part of the convolution
 * before it, and so does an activation after it where the engine has such convolutions; other
 * activations overwrite what they are applied to, and convolutions get the layout in which the
 * engine's are fast and right on the CPU.
 *
 * <p>With half precision, convolutions take and give bfloat16; the classifier stays float32. No
 * such array is ever seen by DJL.
 */
public final class ScriptWriter {

    /** Numbers of the engine's types in scripts. */
    private static final int FLOAT32 = 6;

    private static final int BFLOAT16 = 15;

    private final boolean half;
    private final ConvolutionScript convolutions;
    private final NDList constants = new NDList();
    private final List<String> prepared = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();
    private int variables;

    private ScriptWriter(boolean half, ConvolutionScript convolutions) {
        this.half = half;
        this.convolutions = convolutions;
    }

    /**
     * Compiles a network's forward pass in evaluation mode, with copies of its present weights.
     *
     * @param kernels what compiles
     * @param network an initialised network in float32 on the CPU, with one input and logits as its
     *     only output; gradient recording must be off
     * @param half whether to compute in bfloat16
     * @return the function
     * @throws UnsupportedOperationException if a part cannot be written or compiled; the message
     *     names it
     */
    public static CompiledFunction compile(Kernels kernels, Block network, boolean half) {
        for (Parameter parameter : network.getParameters().values()) {
            NDArray array = parameter.getArray();
            if (array.getDataType() != DataType.FLOAT32 || array.getDevice().isGpu()) {
                throw new UnsupportedOperationException(
                        "parameter "
                                + parameter.getName()
                                + " must be FLOAT32 on the CPU, but was "
                                + array.getDataType()
                                + " on "
                                + array.getDevice());
            }
        }
        ScriptWriter writer =
                new ScriptWriter(
                        half,
                        kernels.hasFusedConvolutions()
                                ? new FusedConvolutionScript()
                                : new PlainConvolutionScript());
        String first = half ? writer.assign("torch.to(x, " + BFLOAT16 + ")") : "x";
        List<ScriptValue> outputs = writer.apply(network, List.of(ScriptValue.named(first)));
        String result = "torch.to(" + outputs.get(0).name(writer) + ", " + FLOAT32 + ")";
        String source =
                "def prepare(self: __torch__.M, c: List[Tensor]) -> List[Tensor]:\n  return ["
                        + String.join(", ", writer.prepared)
                        + "]\ndef run(self: __torch__.M, x: Tensor, c: List[Tensor]) -> Tensor:\n"
                        + writer.lines
                        + "  return "
                        + result
                        + "\n";
        return kernels.compile(source, writer.constants)
                .orElseThrow(
                        () ->
                                new UnsupportedOperationException(
                                        "the engine must run TorchScript, but the plain kernels"
                                                + " are in use"));
    }

    /**
     * Writes a block.
     *
     * @param block a {@link Scripted} block or a linear layer
     * @param inputs its inputs
     * @return its outputs
     */
    public List<ScriptValue> apply(Block block, List<ScriptValue> inputs) {
        if (block instanceof Scripted scripted) {
            return scripted.script(this, inputs);
        }
        if (block instanceof Linear) {
            return List.of(linear(block, inputs.get(0)));
        }
        throw new UnsupportedOperationException(
                "block must be one of the zoo's or a linear layer, but was "
                        + block.getClass().getName());
    }

    private ScriptValue linear(Block block, ScriptValue input) {
        NDArray weight = block.getParameters().get("weight").getArray();
        Parameter bias = block.getParameters().get("bias");
        String offset = bias == null ? "None" : constant(bias.getArray(), false);
        String wide = "torch.to(" + input.name(this) + ", " + FLOAT32 + ")";
        return ScriptValue.of(
                "torch.linear(%s, %s, %s)".formatted(wide, constant(weight, false), offset));
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
        return ScriptValue.of(
                new ScriptValue.Convolution(
                        input, weight, bias, geometry, ScriptValue.Convolution.NO_ACTIVATION));
    }

    /**
     * Writes y = factor x + offset for each channel; as part of a convolution, if x is one.
     *
     * @param x (N, channels, height, width)
     * @param factor (channels)
     * @param offset (channels)
     * @return y
     */
    public ScriptValue affine(ScriptValue x, NDArray factor, NDArray offset) {
        ScriptValue.Convolution plain = x.convolution();
        if (plain != null && x.isFresh() && !plain.isActivated()) {
            NDArray weight = plain.weight().mul(factor.reshape(-1, 1, 1, 1));
            NDArray bias = plain.bias() == null ? offset : plain.bias().mul(factor).add(offset);
            return convolution(plain.input(), weight, bias, plain.geometry());
        }
        String scale = constant(factor.reshape(1, -1, 1, 1), half);
        String shift = constant(offset.reshape(1, -1, 1, 1), half);
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
        Object[] names = new Object[arguments.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = arguments[i].name(this);
        }
        return ScriptValue.of(form.formatted(names));
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
        String all = assign("torch.chunk(" + whole.name(this) + ", " + parts + ", 1)");
        List<ScriptValue> split = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            split.add(ScriptValue.named(all + "[" + i + "]"));
        }
        return split;
    }

    String assign(String expression) {
        String name = "v" + variables++;
        lines.append("  ").append(name).append(" = ").append(expression).append('\n');
        return name;
    }

    String expression(ScriptValue.Convolution conv) {
        return convolutions.expression(conv, this);
    }

    boolean half() {
        return half;
    }

    /** What a linear layer inside the network gave is wider. */
    String narrowed(ScriptValue value) {
        return half ? converted(value, BFLOAT16) : value.name(this);
    }

    String widened(ScriptValue value) {
        return half ? converted(value, FLOAT32) : value.name(this);
    }

    private String converted(ScriptValue value, int type) {
        return "torch.to(" + value.name(this) + ", " + type + ")";
    }

    /** What was computed in float32 in a network of half precision. */
    String narrowed(String wide) {
        return half ? "torch.to(" + wide + ", " + BFLOAT16 + ")" : wide;
    }

    /** Copied, as the memory of an array of Java data is not the engine's. */
    String constant(NDArray array, boolean narrow) {
        return constant(array, narrow, "%s");
    }

    /** As {@link #constant(NDArray, boolean)}, prepared by an expression with one {@code %s}. */
    String constant(NDArray array, boolean narrow, String preparation) {
        String name = "c[" + constants.size() + "]";
        String copy =
                narrow ? "torch.to(" + name + ", " + BFLOAT16 + ")" : "torch.clone(" + name + ")";
        prepared.add(preparation.formatted(copy));
        constants.add(array);
        return name;
    }
}
