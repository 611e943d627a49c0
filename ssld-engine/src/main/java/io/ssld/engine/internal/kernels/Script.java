package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network as far as it was written: lines of text that each compute a variable, and cuts, where a
 * block answers by itself. What was written last can be taken back.
 */
final class Script {

    /** The variable that holds the argument. */
    static final String INPUT = "v0";

    private final List<Step> steps = new ArrayList<>();
    private final NDList constants = new NDList();
    private final List<String> prepared = new ArrayList<>();

    /** Values that have a variable, which they lose if that is taken back. */
    private final List<ScriptValue> named = new ArrayList<>();

    private int variables = 1;

    /** What happens when the network runs. */
    sealed interface Step permits Line, Cut {}

    /**
     * A variable and what computes it.
     *
     * @param name the variable
     * @param expression of constants and of variables of earlier steps
     */
    record Line(String name, String expression) implements Step {}

    /**
     * A block that answers by itself.
     *
     * @param block the block
     * @param weighs whether it has parameters
     * @param inputs variables of earlier steps, in 32 bits
     * @param outputs new variables
     */
    record Cut(Block block, boolean weighs, List<String> inputs, List<String> outputs)
            implements Step {}

    /**
     * How far a script was written.
     *
     * @param steps lines and cuts
     * @param constants the constants
     * @param named the values with a variable
     */
    record Mark(int steps, int constants, int named) {}

    Mark mark() {
        return new Mark(steps.size(), constants.size(), named.size());
    }

    /** Takes back what was written since. */
    void back(Mark mark) {
        steps.subList(mark.steps(), steps.size()).clear();
        constants.subList(mark.constants(), constants.size()).clear();
        prepared.subList(mark.constants(), prepared.size()).clear();
        List<ScriptValue> since = named.subList(mark.named(), named.size());
        since.forEach(ScriptValue::forgetName);
        since.clear();
    }

    String assign(String expression) {
        String name = variable();
        steps.add(new Line(name, expression));
        return name;
    }

    /** A variable of a value that is to lose it if the line is taken back. */
    String assign(String expression, ScriptValue value) {
        named.add(value);
        return assign(expression);
    }

    /** A block answers by itself; returns the variables of its outputs. */
    List<String> cut(Block block, List<String> inputs) {
        List<String> names = IntStream.range(0, outputs(block)).mapToObj(i -> variable()).toList();
        steps.add(new Cut(block, !block.getParameters().isEmpty(), inputs, names));
        return names;
    }

    private static int outputs(Block block) {
        try {
            // A TorchScript module tells none.
            return block.isInitialized()
                    ? Math.max(1, block.getOutputShapes(block.getInputShapes()).length)
                    : 1;
        } catch (UnsupportedOperationException e) {
            // Someone's own block that does not tell; nearly all have one.
            return 1;
        }
    }

    private String variable() {
        return "v" + variables++;
    }

    /** An expression for the constant that a preparation with one {@code %s} makes of an array. */
    String constant(NDArray array, String preparation) {
        String name = "c[" + constants.size() + "]";
        prepared.add(preparation.formatted(name));
        constants.add(array);
        return name;
    }

    NDList constants() {
        return constants;
    }

    /** What {@link Kernels#compile} calls once. */
    String prepare() {
        return "def prepare(self: __torch__.M, c: List[Tensor]) -> List[Tensor]:\n  return ["
                + String.join(", ", prepared)
                + "]\n";
    }

    /** Whether any line computes something. */
    boolean computes() {
        return steps.stream().anyMatch(Line.class::isInstance);
    }

    /** The blocks that answer by themselves. */
    List<Block> cuts() {
        return steps.stream()
                .filter(Cut.class::isInstance)
                .map(step -> ((Cut) step).block())
                .toList();
    }

    /** The lines between two cuts together, and each cut by itself. */
    List<List<Step>> groups() {
        List<List<Step>> groups = new ArrayList<>();
        boolean open = false;
        for (Step step : steps) {
            boolean line = step instanceof Line;
            if (!(line && open)) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(step);
            open = line;
        }
        return groups;
    }
}
