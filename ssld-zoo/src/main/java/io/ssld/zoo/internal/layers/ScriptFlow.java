package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes a network as a script, which does not know the sizes of images.
 *
 * @param writer what is written to
 */
record ScriptFlow(ScriptWriter writer) implements Flow<ScriptValue> {

    @Override
    public List<ScriptValue> apply(Block child, List<ScriptValue> inputs) {
        return writer.apply(child, inputs);
    }

    @Override
    public ScriptValue add(ScriptValue left, ScriptValue right) {
        return writer.add(left, right);
    }

    @Override
    public ScriptValue multiply(ScriptValue left, ScriptValue right) {
        return writer.call("torch.mul(%s, %s)", left, right);
    }

    @Override
    public ScriptValue concat(List<ScriptValue> parts) {
        return writer.concat(parts);
    }

    @Override
    public List<ScriptValue> split(ScriptValue whole, int parts) {
        return writer.split(whole, parts);
    }

    @Override
    public void check(ScriptValue value, Consumer<Shape> check) {
        // Not known before the script runs.
    }
}
