package io.ssld.examples.cli;

import io.ssld.core.RunListener;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Shows one training after another. */
final class ProgressOfTrainings implements AutoCloseable {

    private final PrintStream out;
    private @Nullable Progress current;

    ProgressOfTrainings(PrintStream out) {
        this.out = out;
    }

    /** Ends showing the training before and starts with the next. */
    RunListener start(String task) {
        close();
        current = new Progress(task, out, Progress.onTerminal());
        return current;
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }
}
