package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The part of a network that does not move during a run. Open it before optimiser and first step;
 * closing it makes trainable again what was so before, and only that: running statistics never
 * require a gradient.
 *
 * <p>Frozen parameters get no gradient and no update. What a frozen normalisation layer
 * <em>computes with</em> depends on the rest, because DJL's blocks know one training mode for a
 * whole network:
 *
 * <ul>
 *   <li>If every running statistic is frozen, as when only the classifier is trained, {@link
 *       #evaluates()} is true and the run passes the network forward in evaluation mode:
 *       normalisation uses its running statistics, and dropout is off. This is PyTorch's {@code
 *       eval()}.
 *   <li>Otherwise the forward pass is in training mode: a frozen normalisation layer uses the
 *       statistics of the batch, as the unfrozen ones do, and its running statistics, which the
 *       pass has moved, are put back by {@link #restoreStatistics()} after it.
 * </ul>
 */
public final class FrozenPart implements AutoCloseable {

    private final List<Parameter> frozen = new ArrayList<>();
    private final List<Statistic> statistics = new ArrayList<>();
    private final boolean evaluates;

    private FrozenPart(boolean evaluates) {
        this.evaluates = evaluates;
    }

    /**
     * Freezes a part of a network.
     *
     * @param block the network, initialised
     * @param freezing what to freeze
     * @param manager the owner of the copies of running statistics
     * @return the part, to be closed after the run
     * @throws IllegalArgumentException if a prefix begins no path, nothing is left to train, or the
     *     network is a TorchScript module, whose running statistics DJL does not show
     */
    public static FrozenPart freeze(Block block, Freezing freezing, NDManager manager) {
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(freezing, "freezing");
        Objects.requireNonNull(manager, "manager");
        if (block instanceof SymbolBlock && !freezing.isNone()) {
            throw new IllegalArgumentException(
                    "student must be a network of blocks to freeze a part of it, but was a"
                            + " TorchScript module, whose running statistics cannot be kept; use a"
                            + " network of ssld-zoo or freeze nothing");
        }
        ParameterList parameters = ParameterPaths.of(block);
        Set<String> paths = freezing.frozenPaths(parameters);
        boolean left =
                parameters.stream()
                        .anyMatch(
                                pair ->
                                        pair.getValue().requiresGradient()
                                                && !paths.contains(pair.getKey()));
        if (!left) {
            throw new IllegalArgumentException(
                    "freezing must leave something to train, but was "
                            + freezing.kind()
                            + " "
                            + freezing.prefixes()
                            + "; freeze less");
        }
        FrozenPart part = new FrozenPart(holdsAllStatistics(parameters, paths));
        for (Pair<String, Parameter> pair : parameters) {
            if (paths.contains(pair.getKey())) {
                part.add(pair.getValue(), manager);
            }
        }
        return part;
    }

    private static boolean holdsAllStatistics(ParameterList parameters, Set<String> frozen) {
        List<String> statistics =
                parameters.stream()
                        .filter(pair -> Parameters.isBuffer(pair.getValue()))
                        .map(Pair::getKey)
                        .toList();
        return !statistics.isEmpty() && frozen.containsAll(statistics);
    }

    private void add(Parameter parameter, NDManager manager) {
        if (Parameters.isBuffer(parameter)) {
            if (!evaluates) {
                NDArray kept = MomentumSgd.zeros(parameter.getArray(), manager);
                Ema.copy(parameter.getArray(), kept);
                statistics.add(new Statistic(parameter.getArray(), kept));
            }
        } else if (parameter.requiresGradient()) {
            parameter.freeze(true);
            frozen.add(parameter);
        }
    }

    /**
     * Tells whether the network is to be passed forward in evaluation mode while it is trained.
     *
     * @return true if the network has running statistics and all of them are frozen
     */
    public boolean evaluates() {
        return evaluates;
    }

    /**
     * Puts the frozen running statistics back to what they were when the part was frozen, bit for
     * bit. To be called after each forward pass in training mode, before anything is measured.
     */
    public void restoreStatistics() {
        for (Statistic statistic : statistics) {
            try (NoGrad off = NoGrad.open(statistic.kept().getManager().getEngine())) {
                Ema.copy(statistic.kept(), statistic.array());
            }
        }
    }

    @Override
    public void close() {
        frozen.forEach(parameter -> parameter.freeze(false));
        frozen.clear();
        statistics.forEach(statistic -> statistic.kept().close());
        statistics.clear();
    }

    private record Statistic(NDArray array, NDArray kept) {}
}
