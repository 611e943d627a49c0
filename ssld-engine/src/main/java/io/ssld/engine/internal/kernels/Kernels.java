package io.ssld.engine.internal.kernels;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.ssld.engine.Precision;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Operations that a network or a step needs often and DJL has only as several passes over memory,
 * or as several calls a parameter.
 *
 * <p>There are two ways: {@link #plain()} in DJL's own operations, for every engine, and one in
 * TorchScript for DJL's PyTorch engine, which {@link #of} finds at run time. Their values and
 * gradients differ by rounding alone. The system property {@value #PROPERTY} with the value {@code
 * plain} leaves the second out.
 *
 * <p>Functions of one array are differentiable and leave their result on its manager. Functions
 * that update arrays in place are to be called with gradient recording off. All are thread-safe for
 * different arrays.
 */
public interface Kernels {

    /** The system property that chooses; {@code plain} or absent. */
    String PROPERTY = "ssld.kernels";

    /**
     * Returns the fastest kernels for an engine.
     *
     * @param engine the engine of the arrays
     * @return those in TorchScript if the engine runs it, the plain ones otherwise
     */
    static Kernels of(Engine engine) {
        Objects.requireNonNull(engine, "engine");
        boolean wanted = !"plain".equals(System.getProperty(PROPERTY));
        return wanted && "PyTorch".equals(engine.getEngineName()) ? Found.KERNELS : plain();
    }

    /**
     * Returns the kernels in DJL's own operations.
     *
     * @return the plain kernels
     */
    static Kernels plain() {
        return PlainKernels.INSTANCE;
    }

    /**
     * Computes x min(max(x + 3, 0), 6) / 6.
     *
     * @param x any shape, floating
     * @return the same shape
     */
    NDArray hardSwish(NDArray x);

    /**
     * Computes min(max(slope x + 1/2, 0), 1).
     *
     * @param x any shape, floating
     * @param slope 1/6 in PyTorch, 0.2 in Paddle
     * @return the same shape
     */
    NDArray hardSigmoid(NDArray x, double slope);

    /**
     * Computes x / (1 + exp(-x)).
     *
     * @param x any shape, floating
     * @return the same shape
     */
    NDArray swish(NDArray x);

    /**
     * Computes the mean over each image.
     *
     * @param x (N, channels, H, W), floating
     * @return (N, channels, 1, 1)
     */
    NDArray imageMean(NDArray x);

    /**
     * Weighs the channels of images by squeeze-and-excitation: x gate(W2 max(W1 mean(x) + b1, 0) +
     * b2), the mean over each image.
     *
     * <p>Hu et al., <a href="https://arxiv.org/abs/1709.01507"><i>Squeeze-and-Excitation
     * Networks</i></a>, 2018.
     *
     * @param x (N, channels, H, W), floating
     * @param layers W1 (squeezed, channels, 1, 1), b1 (squeezed), W2 (channels, squeezed, 1, 1), b2
     *     (channels)
     * @param gate from weights to factors
     * @return the shape of x
     */
    NDArray squeezeExcite(NDArray x, NDList layers, Gate gate);

    /**
     * Compares predictions, with a gradient for the student's that is computed along with the
     * value.
     *
     * @param measure what is computed
     * @param student logits, (N, classes), 32 or 64 bits
     * @param teacher logits, the same shape and type; gets no gradient
     * @return one value an example, (N); empty if these kernels cannot
     */
    Optional<NDArray> divergence(LogitDivergence measure, NDArray student, NDArray teacher);

    /**
     * Returns whether {@link #halfConvolution} ever computes.
     *
     * @return false if it is empty for every layer
     */
    boolean hasHalfConvolutions();

    /**
     * Convolves in 16 bits, with results and gradients of 32 bits.
     *
     * @param x (N, channels, H, W), 32 bits
     * @param weight (filters, channels / groups, size, size), 32 bits
     * @param bias (filters), 32 bits, if there is one
     * @param geometry how the kernel moves, without dilation
     * @param precision of 16 bits
     * @return (N, filters, H', W'), 32 bits; empty if the engine is not right, or these kernels
     *     cannot, and the layer is to be computed in 32 bits
     */
    Optional<NDArray> halfConvolution(
            NDArray x,
            NDArray weight,
            @Nullable NDArray bias,
            ScriptValue.Geometry geometry,
            Precision precision);

    /**
     * Tells a weight that no backward pass has reached yet, and which so has no gradient. DJL shows
     * zeros for one, which are not kept.
     *
     * @param weight what gathers gradients
     * @return false if nothing was ever added to its gradient; true also where the engine does not
     *     tell
     */
    static boolean isReached(NDArray weight) {
        Objects.requireNonNull(weight, "weight");
        boolean tells = "PyTorch".equals(weight.getManager().getEngine().getEngineName());
        return !tells || Found.KERNELS.hasGradient(weight);
    }

    /**
     * As {@link #isReached}, of an array of these kernels' engine.
     *
     * @param weight what gathers gradients
     * @return whether it has one; true if these kernels cannot tell
     */
    boolean hasGradient(NDArray weight);

    /**
     * Makes a step of gradient descent with momentum and sets the gradients to zero. A weight that
     * is not {@linkplain #isReached reached} is left as it is, here and in the other functions of
     * gradients:
     *
     * <pre>
     *   d = g + decay w;   v = momentum v + d;   w = w - rate (nesterov ? d + momentum v : v)
     * </pre>
     *
     * @param weights what changes; each gathers gradients
     * @param velocities v, in their order
     * @param numbers decay and rate of each, and the momentum
     */
    void momentumStep(NDList weights, NDList velocities, MomentumNumbers numbers);

    /**
     * Makes a step of AdamW and sets the gradients to zero:
     *
     * <pre>
     *   w = (1 - rate decay) w;   m = b1 m + (1 - b1) g;   s = b2 s + (1 - b2) g^2
     *   w = w - rate m / (1 - b1^t) / (sqrt(s) / sqrt(1 - b2^t) + epsilon)
     * </pre>
     *
     * @param weights what changes; each gathers gradients
     * @param first m, in their order
     * @param second s, in their order
     * @param numbers decay and rate of each, and what is common to all
     */
    void adamStep(NDList weights, NDList first, NDList second, AdamNumbers numbers);

    /**
     * Sets gradients to zero, unless they are NaN or infinite in the plain way.
     *
     * @param weights what has the gradients
     */
    void clearGradients(NDList weights);

    /**
     * Moves averages towards weights: a = decay a + (1 - decay) w.
     *
     * @param averages a, floating
     * @param weights w, in their order
     * @param decay what an average keeps of itself
     */
    void average(NDList averages, NDList weights, double decay);

    /**
     * Returns the Euclidean norm of all gradients together, computed in 32 bits or more.
     *
     * @param weights what has the gradients
     * @return the norm, 0 of no gradients
     */
    double gradientNorm(NDList weights);

    /**
     * Multiplies all gradients.
     *
     * @param weights what has the gradients
     * @param factor the factor
     */
    void scaleGradients(NDList weights, double factor);

    /**
     * Returns whether compiled functions may use oneDNN's convolutions with an activation, which
     * builds of the engine for processors other than x86 may lack.
     *
     * @return whether the engine has them
     */
    boolean hasFusedConvolutions();

    /**
     * Compiles functions that share constants.
     *
     * @param source methods of a TorchScript class in serialised form: {@code prepare(self, c:
     *     List[Tensor]) -> List[Tensor]}, called once, and others of the form {@code f(self, a:
     *     List[Tensor], c: List[Tensor]) -> List[Tensor]}, called with arguments and with what it
     *     returned
     * @param constants copied by {@code prepare}, or kept by the functions
     * @return the functions, empty if these kernels compile nothing
     */
    Optional<CompiledModule> compile(String source, NDList constants);

    /**
     * Numbers of {@link #momentumStep}.
     *
     * @param decays weight decay of each weight
     * @param rates learning rate of each weight
     * @param momentum what a velocity keeps of itself
     * @param nesterov whether to look ahead
     */
    @SuppressWarnings("ArrayRecordComponent")
    record MomentumNumbers(double[] decays, double[] rates, double momentum, boolean nesterov) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public MomentumNumbers {
            Objects.requireNonNull(decays, "decays");
            Objects.requireNonNull(rates, "rates");
        }
    }

    /**
     * Numbers of {@link #adamStep}.
     *
     * @param decays weight decay of each weight
     * @param rates learning rate of each weight
     * @param beta1 what m keeps of itself
     * @param beta2 what s keeps of itself
     * @param epsilon added to the divisor
     * @param step t, from 1
     */
    @SuppressWarnings("ArrayRecordComponent")
    record AdamNumbers(
            double[] decays,
            double[] rates,
            double beta1,
            double beta2,
            double epsilon,
            long step) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public AdamNumbers {
            Objects.requireNonNull(decays, "decays");
            Objects.requireNonNull(rates, "rates");
        }

        double firstShare() {
            return 1 - Math.pow(beta1, (double) step);
        }

        double secondRoot() {
            return Math.sqrt(1 - Math.pow(beta2, (double) step));
        }
    }

    /** The kernels in TorchScript, looked for once. */
    final class Found {

        static final Kernels KERNELS = find();

        private Found() {}

        private static Kernels find() {
            try {
                return Class.forName("io.ssld.engine.internal.kernels.ScriptKernels")
                        .asSubclass(Kernels.class)
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException | LinkageError e) {
                // The engine is another version, without the classes: the plain way is as right.
                return plain();
            }
        }
    }
}
