package io.ssld.engine.internal.kernels;

import java.util.List;

/** A block that can write its evaluation-mode forward pass as a script. */
public interface Scripted {

    /**
     * Writes the pass.
     *
     * @param writer what is written to
     * @param inputs the inputs
     * @return the outputs
     * @throws UnsupportedOperationException if a part cannot be written; then what was written is
     *     taken back, and the block answers by itself
     */
    List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs);
}
