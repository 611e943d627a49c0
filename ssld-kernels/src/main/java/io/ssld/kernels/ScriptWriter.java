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
 * before it, activations overwrite what they are applied to, and convolutions get the layout in
 * which the engine's are fast and right on the CPU.
 *
 * <p>With half precision, convolutions take and give bfloat16; the classifier stays float32. No
 * such array is ever seen by DJL.
 */
public final class ScriptWriter {

    /** Numbers of the engine's types in scripts. */
    private static final int FLOAT32 = 6;

    private static final int BFLOAT16 = 15;
    private static final int CHANNELS_LAST = 2;

    /** The engine's blocks of channels; see the zoo's convolutions. */
    private static final int BLOCK = 16;

    private static final int IMAGE_CHANNELS = 4;

    private final boolean half;
    private final NDList constants = new NDList();
    private final List<String> prepared = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();
    private int variables;

    private ScriptWriter(boolean half) {
        this.half = half;
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
        ScriptWriter writer = new ScriptWriter(half);
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
        return ScriptValue.of(new ScriptValue.Convolution(input, weight, bias, geometry));
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
        if (plain != null && x.isFresh()) {
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
     * Writes an activation, which overwrites its argument where no one else sees it.
     *
     * @param function such as {@code torch.relu}; with an underscore it works in place
     * @param arguments further arguments, each after a comma
     * @param x the argument
     * @return the result
     */
    public ScriptValue activation(String function, String arguments, ScriptValue x) {
        return x.isFresh()
                ? ScriptValue.of(function + "_(" + x.expression(this) + arguments + ")")
                : ScriptValue.of(function + "(" + x.name(this) + arguments + ")");
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
        NDArray weight = conv.weight();
        ScriptValue.Geometry geometry = conv.geometry();
        long filters = weight.getShape().get(0);
        long channels = weight.getShape().get(1) * geometry.groups();
        boolean pixels = weight.getShape().get(2) == 1 && geometry.groups() == 1;
        boolean fullBlocks = channels % BLOCK == 0 && filters % BLOCK == 0;
        if (pixels && (geometry.channelsTogether() || !fullBlocks)) {
            return product(conv, channels, filters);
        }
        if (geometry.groups() == 1 && !fullBlocks && channels > IMAGE_CHANNELS) {
            return padded(conv);
        }
        String input = narrowed(conv.input());
        // The engine's convolution of the usual layout; a copy only where it comes in another.
        String ordered = geometry.groups() == 1 ? "torch.contiguous(" + input + ")" : input;
        return conv2d(ordered, conv, half);
    }

    /** Of the layouts, only channels side by side is right here, and that in float32. */
    private String padded(ScriptValue.Convolution conv) {
        String wide = "torch.to(" + conv.input().name(this) + ", " + FLOAT32 + ")";
        String together = "torch.contiguous(" + wide + ", memory_format=" + CHANNELS_LAST + ")";
        String result = conv2d(together, conv, false);
        return half ? "torch.to(" + result + ", " + BFLOAT16 + ")" : result;
    }

    private String conv2d(String input, ScriptValue.Convolution conv, boolean narrow) {
        ScriptValue.Geometry geometry = conv.geometry();
        String offset = conv.bias() == null ? "None" : constant(conv.bias(), narrow);
        return "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], %d)"
                .formatted(
                        input,
                        constant(conv.weight(), narrow),
                        offset,
                        geometry.stride(),
                        geometry.stride(),
                        geometry.padding(),
                        geometry.padding(),
                        geometry.groups());
    }

    private String product(ScriptValue.Convolution conv, long channels, long filters) {
        String offset = conv.bias() == null ? "None" : constant(conv.bias(), half);
        String matrix = constant(conv.weight().reshape(filters, channels), half);
        return "torch.permute(torch.linear(torch.permute(%s, [0, 2, 3, 1]), %s, %s), [0, 3, 1, 2])"
                .formatted(narrowed(conv.input()), matrix, offset);
    }

    /** What a linear layer inside the network gave is wider. */
    private String narrowed(ScriptValue value) {
        String name = value.name(this);
        return half ? "torch.to(" + name + ", " + BFLOAT16 + ")" : name;
    }

    /** Copied, as the memory of an array of Java data is not the engine's. */
    private String constant(NDArray array, boolean narrow) {
        String name = "c[" + constants.size() + "]";
        prepared.add(
                narrow ? "torch.to(" + name + ", " + BFLOAT16 + ")" : "torch.clone(" + name + ")");
        constants.add(array);
        return name;
    }
}
