package io.ssld.cli.train;

import io.ssld.cli.common.Progress;
import io.ssld.core.run.RunListener;
import org.jspecify.annotations.Nullable;

/** Shows one training after another on the error stream, which leaves the other to the answer. */
public final class ProgressOfTrainings implements AutoCloseable {

    private @Nullable Progress current;

    /** Ends showing the training before and starts with the next. */
    public RunListener start(String task) {
        close();
        current = Progress.of(task);
        return current;
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }
}
