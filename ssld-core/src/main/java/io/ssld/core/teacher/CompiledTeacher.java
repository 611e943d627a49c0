package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.ParameterList;
import io.ssld.core.data.Normalization;
import io.ssld.core.internal.Inference;
import io.ssld.core.internal.Processor;
import io.ssld.kernels.CompiledFunction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link NetworkTeacher} as one function that the engine compiled: batch norms are part of the
 * convolutions, activations overwrite their arguments, layouts are those the engine is fast and
 * right with.
 *
 * <p>The first batch is answered both ways. Only if the answers agree is the compiled function used
 * from then on; {@link #check()} and the run's provenance tell what was found. It is made of the
 * weights as they are at that moment.
 *
 * <p>What cannot be compiled (blocks that are neither ssld's nor linear layers, TorchScript
 * modules, a GPU, another engine) is answered by the network itself; the check says why.
 *
 * <p>Thread-safe. Closing frees the copies of the weights, not the network.
 */
public final class CompiledTeacher implements Teacher, AutoCloseable {

    /** How many of a batch's first choices must agree, and how many may not in a small batch. */
    private static final double LEAST_AGREEMENT = 0.95;

    private static final int FREE_DISAGREEMENTS = 1;

    private final NetworkTeacher plain;
    private final TeacherPrecision wanted;
    private @Nullable Check check;
    private @Nullable CompiledFunction function;

    CompiledTeacher(NetworkTeacher plain, TeacherPrecision wanted) {
        this.plain = plain;
        this.wanted = wanted;
    }

    /**
     * How compiled and plain answers to the first batch compared.
     *
     * @param used whether the compiled function answers from then on
     * @param precision what it computes in
     * @param examples the examples of the batch; 0 if nothing could be compiled
     * @param agreement the share of examples with the same first choice
     * @param difference the largest difference of logits, in units of the largest logit
     * @param reason why it is not used, empty if it is
     */
    public record Check(
            boolean used,
            TeacherPrecision precision,
            long examples,
            double agreement,
            double difference,
            String reason) {}

    /**
     * Returns what the first batch showed.
     *
     * @return the comparison, empty before the first batch
     */
    public synchronized Optional<Check> check() {
        return Optional.ofNullable(check);
    }

    @Override
    public NDArray logits(NDList inputs) {
        CompiledFunction compiled = compiledFor(inputs);
        return compiled == null ? plain.logits(inputs) : run(compiled, inputs);
    }

    /** Copied, which makes an ordinary tensor of what the engine computed in inference mode. */
    private static NDArray run(CompiledFunction compiled, NDList inputs) {
        return Inference.run(inputs, seen -> compiled.run(seen.head()).duplicate());
    }

    private synchronized @Nullable CompiledFunction compiledFor(NDList inputs) {
        if (check == null) {
            TeacherPrecision precision =
                    Processor.hasBfloat16() ? wanted : TeacherPrecision.FLOAT32;
            CompiledFunction candidate = null;
            try {
                candidate = plain.compile(inputs, precision);
                check = compare(candidate, inputs, precision);
            } catch (UnsupportedOperationException | ai.djl.engine.EngineException e) {
                String reason = String.valueOf(e.getMessage());
                check = new Check(false, precision, 0, 0, 0, reason);
            }
            if (check.used()) {
                function = candidate;
            } else if (candidate != null) {
                candidate.close();
            }
        }
        return function;
    }

    private Check compare(CompiledFunction candidate, NDList inputs, TeacherPrecision precision) {
        try (NDManager scratch = inputs.head().getManager().newSubManager()) {
            NDArray expected = plain.logits(inputs);
            expected.attach(scratch);
            NDArray actual = run(candidate, inputs);
            actual.attach(scratch);
            long examples = expected.size(0);
            long equal = expected.argMax(1).eq(actual.argMax(1)).sum().toLongArray()[0];
            double scale = expected.abs().max().getFloat();
            double difference = actual.sub(expected).abs().max().getFloat();
            double relative = difference == 0 ? 0 : difference / scale;
            String reason = reason(examples, equal, relative, precision);
            return new Check(
                    reason.isEmpty(),
                    precision,
                    examples,
                    (double) equal / examples,
                    relative,
                    reason);
        }
    }

    /** The largest difference allowed, in units of the largest logit. */
    private static double allowed(TeacherPrecision precision) {
        return precision == TeacherPrecision.FLOAT32 ? 1e-3 : 0.1;
    }

    private static String reason(
            long examples, long equal, double difference, TeacherPrecision precision) {
        double allowed = allowed(precision);
        // Also not if it is NaN.
        if (!(difference <= allowed)) {
            return "logits must differ by at most %s of the largest, but did by %s"
                    .formatted(allowed, difference);
        }
        long free = Math.max(FREE_DISAGREEMENTS, (long) (examples * (1 - LEAST_AGREEMENT)));
        return examples - equal <= free
                ? ""
                : "first choices must agree on all but %d of %d examples, but did on %d"
                        .formatted(free, examples, equal);
    }

    @Override
    public synchronized void close() {
        if (function != null) {
            function.close();
            function = null;
            check = new Check(false, wanted, 0, 0, 0, "closed");
        }
    }

    /** What the first batch showed, for provenance. */
    @Override
    public synchronized Map<String, Double> measures() {
        Map<String, Double> measures = new LinkedHashMap<>();
        if (check != null) {
            measures.put("compiled", check.used() ? 1.0 : 0.0);
            measures.put("compiledBits", check.precision() == TeacherPrecision.FLOAT32 ? 32.0 : 16);
            measures.put("compiledAgreement", check.agreement());
            measures.put("compiledDifference", check.difference());
        }
        return measures;
    }

    @Override
    public String name() {
        return plain.name();
    }

    @Override
    public TeacherMode mode() {
        return plain.mode();
    }

    @Override
    public ParameterList parameters() {
        return plain.parameters();
    }

    @Override
    public String digest() {
        return plain.digest();
    }

    @Override
    public Optional<Normalization> normalization() {
        return plain.normalization();
    }

    /** Compiled for the CPU only, where it serves several threads. */
    @Override
    public Teacher onDevice(Device device, NDManager owner) {
        return device.isGpu() ? plain.onDevice(device, owner) : this;
    }
}
