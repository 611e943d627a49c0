package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import io.ssld.engine.Precision;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The kernels in DJL's own operations. */
final class PlainKernels implements Kernels {

    static final PlainKernels INSTANCE = new PlainKernels();

    private PlainKernels() {}

    @Override
    public NDArray hardSwish(NDArray x) {
        try (NDArray shifted = x.add(3);
                NDArray clipped = shifted.clip(0, 6);
                NDArray product = x.mul(clipped);
                NDArray six = constant(x, 6)) {
            return product.div(six);
        }
    }

    @Override
    public NDArray hardSigmoid(NDArray x, double slope) {
        try (NDArray factor = constant(x, slope);
                NDArray scaled = x.mul(factor);
                NDArray shifted = scaled.add(0.5)) {
            return shifted.clip(0, 1);
        }
    }

    @Override
    public NDArray swish(NDArray x) {
        try (NDArray gate = Activation.sigmoid(x)) {
            return x.mul(gate);
        }
    }

    /** Not as pooling, whose gradient the engine scatters into zeros of its own. */
    @Override
    public NDArray imageMean(NDArray x) {
        Shape shape = x.getShape();
        try (NDArray pixels = x.reshape(shape.get(0), shape.get(1), -1);
                NDArray mean = pixels.mean(new int[] {2})) {
            return mean.reshape(shape.get(0), shape.get(1), 1, 1);
        }
    }

    @Override
    public NDArray squeezeExcite(NDArray x, NDList layers, Gate gate) {
        try (NDArray mean = imageMean(x);
                NDArray squeezed = layer(mean, layers.get(0), layers.get(1));
                NDArray positive = Activation.relu(squeezed);
                NDArray excited = layer(positive, layers.get(2), layers.get(3));
                NDArray factors =
                        gate.slope().isPresent()
                                ? hardSigmoid(excited, gate.slope().getAsDouble())
                                : Activation.sigmoid(excited);
                NDArray perImage = factors.reshape(x.size(0), x.size(1), 1, 1)) {
            return x.mul(perImage);
        }
    }

    /** A convolution of single pixels on images of one pixel. */
    private static NDArray layer(NDArray x, NDArray weight, NDArray bias) {
        try (NDArray rows = x.reshape(x.size(0), -1);
                NDArray matrix = weight.reshape(weight.size(0), -1)) {
            return Linear.linear(rows, matrix, bias).singletonOrThrow();
        }
    }

    @Override
    public Optional<NDArray> divergence(LogitDivergence measure, NDArray student, NDArray teacher) {
        return Optional.empty();
    }

    @Override
    public boolean hasHalfConvolutions() {
        return false;
    }

    @Override
    public Optional<NDArray> halfConvolution(
            NDArray x,
            NDArray weight,
            @Nullable NDArray bias,
            ScriptValue.Geometry geometry,
            Precision precision) {
        return Optional.empty();
    }

    @Override
    public boolean hasGradient(NDArray weight) {
        return true;
    }

    @Override
    public void momentumStep(NDList weights, NDList velocities, MomentumNumbers numbers) {
        try (Scalars scalars = new Scalars(weights)) {
            for (int i = 0; i < weights.size(); i++) {
                NDArray weight = weights.get(i);
                if (!Kernels.isReached(weight)) {
                    continue;
                }
                NDArray velocity = velocities.get(i);
                NDArray momentum = scalars.of(weight, numbers.momentum());
                // Closed at once: a result belongs to the weight's manager and would outlive the
                // step.
                try (NDArray gradient = weight.getGradient()) {
                    if (numbers.decays()[i] != 0) {
                        try (NDArray shrink = weight.mul(scalars.of(weight, numbers.decays()[i]))) {
                            gradient.addi(shrink);
                        }
                    }
                    velocity.muli(momentum).addi(gradient);
                    if (numbers.nesterov()) {
                        try (NDArray ahead = velocity.mul(momentum)) {
                            gradient.addi(ahead);
                        }
                    }
                    NDArray direction = numbers.nesterov() ? gradient : velocity;
                    try (NDArray change = direction.mul(scalars.of(weight, numbers.rates()[i]))) {
                        weight.subi(change);
                    }
                    gradient.subi(gradient);
                }
            }
        }
    }

    @Override
    public void adamStep(NDList weights, NDList first, NDList second, AdamNumbers numbers) {
        try (Scalars scalars = new Scalars(weights)) {
            for (int i = 0; i < weights.size(); i++) {
                if (Kernels.isReached(weights.get(i))) {
                    adamMove(weights.get(i), first.get(i), second.get(i), i, numbers, scalars);
                }
            }
        }
    }

    private static void adamMove(
            NDArray weight, NDArray m, NDArray s, int i, AdamNumbers numbers, Scalars scalars) {
        double rate = numbers.rates()[i];
        double decay = numbers.decays()[i];
        if (decay != 0) {
            weight.muli(scalars.of(weight, 1 - rate * decay));
        }
        m.muli(scalars.of(weight, numbers.beta1()));
        s.muli(scalars.of(weight, numbers.beta2()));
        try (NDArray gradient = weight.getGradient();
                NDArray fresh = gradient.mul(scalars.of(weight, 1 - numbers.beta1()));
                NDArray square = gradient.square()) {
            m.addi(fresh);
            s.addi(square.muli(scalars.of(weight, 1 - numbers.beta2())));
            gradient.subi(gradient);
        }
        try (NDArray divisor = s.sqrt();
                NDArray change = m.mul(scalars.of(weight, rate / numbers.firstShare()))) {
            divisor.divi(scalars.of(weight, numbers.secondRoot()))
                    .addi(scalars.of(weight, numbers.epsilon()));
            weight.subi(change.divi(divisor));
        }
    }

    @Override
    public void clearGradients(NDList weights) {
        forEachGradient(weights, gradient -> gradient.subi(gradient));
    }

    @Override
    public void average(NDList averages, NDList weights, double decay) {
        try (Scalars scalars = new Scalars(averages)) {
            for (int i = 0; i < averages.size(); i++) {
                NDArray average = averages.get(i);
                average.muli(scalars.of(average, decay));
                try (NDArray fresh = weights.get(i).mul(scalars.of(average, 1 - decay))) {
                    average.addi(fresh);
                }
            }
        }
    }

    @Override
    public double gradientNorm(NDList weights) {
        if (weights.isEmpty()) {
            return 0;
        }
        try (NDManager scratch = weights.head().getManager().newSubManager()) {
            NDList norms = new NDList();
            for (NDArray weight : weights) {
                NDArray gradient = weight.getGradient();
                gradient.attach(scratch);
                boolean half = gradient.getDataType() == DataType.FLOAT16;
                NDArray wide = half ? gradient.toType(DataType.FLOAT32, false) : gradient;
                norms.add(wide.norm());
            }
            // One wait for the device, not one for each parameter.
            NDArray norm = NDArrays.stack(norms).norm();
            return norm.getDataType() == DataType.FLOAT64 ? norm.getDouble() : norm.getFloat();
        }
    }

    @Override
    public void scaleGradients(NDList weights, double factor) {
        try (Scalars scalars = new Scalars(weights)) {
            forEachGradient(weights, gradient -> gradient.muli(scalars.of(gradient, factor)));
        }
    }

    @Override
    public boolean hasFusedConvolutions() {
        return false;
    }

    @Override
    public Optional<CompiledModule> compile(String source, NDList constants) {
        return Optional.empty();
    }

    private static void forEachGradient(NDList weights, Consumer<NDArray> action) {
        for (NDArray weight : weights) {
            try (NDArray gradient = weight.getGradient()) {
                action.accept(gradient);
            }
        }
    }

    /**
     * A scalar in the engine's memory. DJL's {@code mul(Number)} puts the number into a Java buffer
     * and drops it, while the engine's graph goes on reading that memory.
     */
    private static NDArray constant(NDArray like, double value) {
        NDManager manager = like.getManager();
        boolean wide = like.getDataType() == DataType.FLOAT64;
        try (NDArray inJava = wide ? manager.create(value) : manager.create((float) value)) {
            return inJava.duplicate();
        }
    }
}
