package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.kernels.Gate;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import io.ssld.engine.internal.kernels.Scripted;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A function without parameters as a block. Unlike a LambdaBlock it knows its output shape without
 * computing on an array of zeros.
 */
public final class Op extends AbstractBlock implements Scripted {

    private static final Shape TWO = new Shape(2, 2);
    private static final Shape THREE = new Shape(3, 3);

    private final UnaryOperator<NDArray> function;
    private final UnaryOperator<Shape> shapes;
    private final BiFunction<ScriptWriter, ScriptValue, ScriptValue> script;

    private Op(
            UnaryOperator<NDArray> function,
            UnaryOperator<Shape> shapes,
            BiFunction<ScriptWriter, ScriptValue, ScriptValue> script) {
        this.function = function;
        this.shapes = shapes;
        this.script = script;
    }

    /** max(x, 0). */
    public static Op relu() {
        return pointwise(Activation::relu, "torch.relu", "");
    }

    /** min(max(x, 0), 6). */
    public static Op relu6() {
        return pointwise(x -> x.clip(0, 6), "torch.clamp", ", 0., 6.");
    }

    /** x min(max(x + 3, 0), 6) / 6. */
    public static Op hardSwish() {
        return pointwise(x -> kernels(x).hardSwish(x), "torch.hardswish", "");
    }

    /** 1 / (1 + exp(-x)). */
    public static Op sigmoid() {
        return pointwise(Activation::sigmoid, "torch.sigmoid", "");
    }

    /** min(max(slope x + 1/2, 0), 1); the slope differs between the families. */
    static Op hardSigmoid(double slope) {
        String times = String.format(Locale.ROOT, "%.17e", slope);
        String form = "torch.clamp(torch.add(torch.mul(%s, " + times + "), 0.5), 0., 1.)";
        return new Op(
                x -> kernels(x).hardSigmoid(x, slope),
                shape -> shape,
                (writer, x) -> writer.call(form, x));
    }

    /** The function of a gate. */
    static Op gate(Gate gate) {
        return gate.slope().isPresent() ? hardSigmoid(gate.slope().getAsDouble()) : sigmoid();
    }

    /** min(max(x, 0), 1). */
    public static Op clipToUnit() {
        return pointwise(x -> x.clip(0, 1), "torch.clamp", ", 0., 1.");
    }

    /** The mean over the image: (N, C, H, W) to (N, C, 1, 1). */
    public static Op globalMean() {
        return new Op(
                x -> kernels(x).imageMean(x),
                shape -> new Shape(shape.get(0), shape.get(1), 1, 1),
                form("torch.mean(%s, [2, 3], True)"));
    }

    /** (N, C, 1, 1) to (N, C). */
    public static Op flatten() {
        return new Op(
                x -> x.reshape(x.getShape().slice(0, 2)),
                shape -> shape.slice(0, 2),
                view("torch.flatten(%s, 1)"));
    }

    /** (N, C) to (N, C, 1, 1). */
    static Op unflatten() {
        return new Op(
                Op::perChannel,
                shape -> new Shape(shape.get(0), shape.get(1), 1, 1),
                view("torch.unsqueeze(torch.unsqueeze(%s, 2), 3)"));
    }

    /** The largest of 3x3 pixels at every second one, centred; beyond the edge counts nothing. */
    public static Op maxPool() {
        return new Op(
                x -> Pool.maxPool2d(x, THREE, TWO, new Shape(1, 1), false),
                Op::halved,
                form("torch.max_pool2d(%s, [3, 3], [2, 2], [1, 1])"));
    }

    /** The mean of 3x3 pixels at every second one, centred, of those inside the image. */
    public static Op meanPool() {
        return new Op(
                Op::meanInside,
                Op::halved,
                form("torch.avg_pool2d(%s, [3, 3], [2, 2], [1, 1], False, False)"));
    }

    /**
     * The mean of 2x2 pixels, fewer at an odd edge, so that the size is that of a stride-2 layer.
     * This is Paddle's padding "SAME" as well as its ceil_mode without padding.
     */
    public static Op halve() {
        return new Op(
                x -> Pool.avgPool2d(x, TWO, TWO, new Shape(0, 0), true, false),
                Op::halved,
                form("torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], True, False)"));
    }

    /** Repeats each pixel factor x factor times. */
    public static Op upsample(int factor) {
        return new Op(
                x -> {
                    Shape to = enlarged(x.getShape(), factor);
                    long[] size = {to.get(2), to.get(3)};
                    return x.getNDArrayInternal().interpolation(size, 0, false);
                },
                shape -> enlarged(shape, factor),
                form("torch.upsample_nearest2d(%s, None, [" + factor + "., " + factor + ".])"));
    }

    private static Op pointwise(UnaryOperator<NDArray> function, String name, String further) {
        return new Op(function, shape -> shape, (writer, x) -> writer.activation(name, further, x));
    }

    private static BiFunction<ScriptWriter, ScriptValue, ScriptValue> form(String form) {
        return (writer, x) -> writer.call(form, x);
    }

    private static BiFunction<ScriptWriter, ScriptValue, ScriptValue> view(String form) {
        return (writer, x) -> writer.view(form, x);
    }

    private static Kernels kernels(NDArray x) {
        return Kernels.of(x.getManager().getEngine());
    }

    /** The engine counts the padding whatever it is told, so what it gives for ones divides. */
    private static NDArray meanInside(NDArray x) {
        Shape side = new Shape(1, 1, x.getShape().get(2), x.getShape().get(3));
        try (NDArray ones = x.getManager().ones(side, x.getDataType());
                NDArray inside = paddedMean(ones);
                NDArray mean = paddedMean(x)) {
            return mean.div(inside);
        }
    }

    private static NDArray paddedMean(NDArray x) {
        return Pool.avgPool2d(x, THREE, TWO, new Shape(1, 1), false, false);
    }

    private static NDArray perChannel(NDArray rows) {
        Shape shape = rows.getShape();
        return rows.reshape(shape.get(0), shape.get(1), 1, 1);
    }

    private static Shape halved(Shape shape) {
        return new Shape(
                shape.get(0), shape.get(1), (shape.get(2) + 1) / 2, (shape.get(3) + 1) / 2);
    }

    private static Shape enlarged(Shape shape, int factor) {
        return new Shape(shape.get(0), shape.get(1), shape.get(2) * factor, shape.get(3) * factor);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        return new NDList(function.apply(inputs.singletonOrThrow()));
    }

    @Override
    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
        return List.of(script.apply(writer, inputs.get(0)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {shapes.apply(inputShapes[0])};
    }
}
