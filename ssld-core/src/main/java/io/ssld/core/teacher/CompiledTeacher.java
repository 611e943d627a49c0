package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.engine.internal.kernels.CompiledFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A {@link NetworkTeacher} that the engine compiled: batch norms are part of the convolutions,
 * activations overwrite their arguments, layouts are those the engine is fast and right with.
 *
 * <p>The first batch is answered both ways. Only if the answers agree is the compiled function used
 * from then on; {@link #check()} and the run's provenance tell what was found. It is made of the
 * weights as they are at that moment.
 *
 * <p>ssld's own blocks and DJL's common ones are compiled; any other block answers by itself
 * between them, with the weights it has at the time. {@link Check#cuts()} names those. Where
 * nothing can be compiled (TorchScript modules, another engine) the network answers; the check says
 * why.
 *
 * <p>Thread-safe. Closing frees the copies of the weights, not the network.
 */
public final class CompiledTeacher extends ForwardingTeacher implements AutoCloseable {

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
     * @param cuts the classes of the blocks that answer by themselves, in the order of the network;
     *     empty if all is compiled, or nothing
     * @param reason why it is not used, empty if it is
     */
    public record Check(
            boolean used,
            TeacherPrecision precision,
            long examples,
            double agreement,
            double difference,
            List<String> cuts,
            String reason) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Check {
            Objects.requireNonNull(precision, "precision");
            Objects.requireNonNull(cuts, "cuts");
            Objects.requireNonNull(reason, "reason");
        }

        static Check unused(TeacherPrecision precision, String reason) {
            return new Check(false, precision, 0, 0, 0, List.of(), reason);
        }
    }

    /**
     * Returns what the first batch showed.
     *
     * @return the comparison, empty before the first batch
     */
    public synchronized Optional<Check> check() {
        return Optional.ofNullable(check);
    }

    @Override
    protected RunTeacher inner() {
        return plain;
    }

    /** Not around any teacher: what it becomes it tells below. */
    @Override
    protected RunTeacher around(RunTeacher other) {
        throw new UnsupportedOperationException("a compiled teacher is around a network");
    }

    /** As for any batch: a network does not know views. */
    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        return logits(inputs);
    }

    @Override
    public NDArray logits(NDList inputs) {
        CompiledFunction compiled = compiledFor(inputs);
        return compiled == null ? plain.logits(inputs) : run(compiled, inputs);
    }

    private NDArray run(CompiledFunction compiled, NDList inputs) {
        return plain.run(inputs, seen -> compiled.run(seen.head()));
    }

    private synchronized @Nullable CompiledFunction compiledFor(NDList inputs) {
        if (check == null) {
            Device device = plain.device().orElse(inputs.head().getDevice());
            TeacherPrecision precision = wanted.on(device);
            CompiledFunction candidate = null;
            try {
                candidate = plain.compile(inputs, precision);
                check = compare(candidate, inputs, precision);
            } catch (UnsupportedOperationException | ai.djl.engine.EngineException e) {
                check = Check.unused(precision, String.valueOf(e.getMessage()));
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
                    candidate.cuts(),
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
                : String.format(
                        Locale.ROOT,
                        "first choices must agree on all but %d of %d examples, but did on %d",
                        free,
                        examples,
                        equal);
    }

    @Override
    public synchronized void close() {
        if (function != null) {
            function.close();
            function = null;
            check = Check.unused(wanted, "closed");
        }
    }

    /** What the first batch showed, for provenance. */
    @Override
    public synchronized Map<String, Double> measures() {
        Map<String, Double> measures = new LinkedHashMap<>();
        if (check != null) {
            measures.put("compiled", check.used() ? 1.0 : 0.0);
            measures.put("compiledBits", check.precision() == TeacherPrecision.FLOAT32 ? 32.0 : 16);
            measures.put("compiledCuts", (double) check.cuts().size());
            measures.put("compiledAgreement", check.agreement());
            measures.put("compiledDifference", check.difference());
        }
        return measures;
    }

    /** Renormalises before both ways of answering. */
    @Override
    public RunTeacher forInputs(Normalization given) {
        return RenormalizingTeacher.of(this, given);
    }

    /** On the network's own device and on the CPU this one, which serves several threads. */
    @Override
    public RunTeacher onDevice(Device device, NDManager owner) {
        boolean elsewhere = device.isGpu() && !plain.device().equals(Optional.of(device));
        return elsewhere ? replica(device, owner) : this;
    }

    /** One with copies of the network, compiled and checked there; closed with the owner. */
    CompiledTeacher replica(Device device, NDManager owner) {
        CompiledTeacher copy = new CompiledTeacher(plain.onDevice(device, owner), wanted);
        owner.attachInternal(UUID.randomUUID().toString(), copy);
        return copy;
    }
}
