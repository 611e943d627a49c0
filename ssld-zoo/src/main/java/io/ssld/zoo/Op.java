package io.ssld.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.UnaryOperator;

/**
 * A function without parameters as a block. Unlike a LambdaBlock it knows its output shape without
 * computing on an array of zeros.
 */
final class Op extends AbstractBlock {

    private static final Shape TWO = new Shape(2, 2);
    private static final Shape THREE = new Shape(3, 3);

    private final UnaryOperator<NDArray> function;
    private final UnaryOperator<Shape> shapes;

    private Op(UnaryOperator<NDArray> function, UnaryOperator<Shape> shapes) {
        this.function = function;
        this.shapes = shapes;
    }

    /** max(x, 0). */
    static Op relu() {
        return pointwise(Activation::relu);
    }

    /** min(max(x, 0), 6). */
    static Op relu6() {
        return pointwise(x -> x.clip(0, 6));
    }

    /** x min(max(x + 3, 0), 6) / 6. */
    static Op hardSwish() {
        return pointwise(x -> hardSwish(x));
    }

    /** 1 / (1 + exp(-x)). */
    static Op sigmoid() {
        return pointwise(Activation::sigmoid);
    }

    /** min(max(slope x + 1/2, 0), 1); the slope differs between the families. */
    static Op hardSigmoid(double slope) {
        return pointwise(x -> hardSigmoid(x, slope));
    }

    /** min(max(x, 0), 1). */
    static Op clipToUnit() {
        return pointwise(x -> x.clip(0, 1));
    }

    /** The mean over the image: (N, C, H, W) to (N, C, 1, 1). */
    static Op globalMean() {
        return new Op(Op::meanOfImage, shape -> new Shape(shape.get(0), shape.get(1), 1, 1));
    }

    /** (N, C, 1, 1) to (N, C). */
    static Op flatten() {
        return new Op(x -> x.reshape(x.getShape().slice(0, 2)), shape -> shape.slice(0, 2));
    }

    /** (N, C) to (N, C, 1, 1). */
    static Op unflatten() {
        return new Op(Op::perChannel, shape -> new Shape(shape.get(0), shape.get(1), 1, 1));
    }

    /** The largest of 3x3 pixels at every second one, centred; beyond the edge counts nothing. */
    static Op maxPool() {
        return new Op(x -> Pool.maxPool2d(x, THREE, TWO, new Shape(1, 1), false), Op::halved);
    }

    /** The mean of 3x3 pixels at every second one, centred, of those inside the image. */
    static Op meanPool() {
        return new Op(Op::meanInside, Op::halved);
    }

    /**
     * The mean of 2x2 pixels, fewer at an odd edge, so that the size is that of a stride-2 layer.
     * This is Paddle's padding "SAME" as well as its ceil_mode without padding.
     */
    static Op halve() {
        return new Op(x -> Pool.avgPool2d(x, TWO, TWO, new Shape(0, 0), true, false), Op::halved);
    }

    /** Repeats each pixel factor x factor times. */
    static Op upsample(int factor) {
        return new Op(
                x -> {
                    Shape to = enlarged(x.getShape(), factor);
                    long[] size = {to.get(2), to.get(3)};
                    return x.getNDArrayInternal().interpolation(size, 0, false);
                },
                shape -> enlarged(shape, factor));
    }

    private static Op pointwise(UnaryOperator<NDArray> function) {
        return new Op(function, shape -> shape);
    }

    private static NDArray hardSwish(NDArray x) {
        try (NDArray shifted = x.add(3);
                NDArray clipped = shifted.clip(0, 6);
                NDArray product = x.mul(clipped);
                NDArray six = Constants.of(x, 6)) {
            return product.div(six);
        }
    }

    private static NDArray hardSigmoid(NDArray x, double slope) {
        try (NDArray factor = Constants.of(x, slope);
                NDArray scaled = x.mul(factor);
                NDArray shifted = scaled.add(0.5)) {
            return shifted.clip(0, 1);
        }
    }

    private static NDArray meanOfImage(NDArray x) {
        try (NDArray mean = Pool.globalAvgPool2d(x)) {
            return perChannel(mean);
        }
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
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {shapes.apply(inputShapes[0])};
    }
}
