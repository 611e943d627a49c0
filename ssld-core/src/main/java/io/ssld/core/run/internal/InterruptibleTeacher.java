package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.ForwardingTeacher;
import io.ssld.core.teacher.RunTeacher;
import java.util.List;
import java.util.function.Supplier;

/** A teacher whose waiting a stop signal ends, in whichever thread it is asked. */
public final class InterruptibleTeacher extends ForwardingTeacher {

    private final RunTeacher teacher;
    private final StopSignal signal;

    /**
     * Makes one.
     *
     * @param teacher whom to ask
     * @param signal what ends the waiting
     */
    public InterruptibleTeacher(RunTeacher teacher, StopSignal signal) {
        this.teacher = teacher;
        this.signal = signal;
    }

    @Override
    protected RunTeacher inner() {
        return teacher;
    }

    @Override
    protected RunTeacher around(RunTeacher other) {
        return new InterruptibleTeacher(other, signal);
    }

    /** What ends the waiting. */
    StopSignal signal() {
        return signal;
    }

    @Override
    public NDArray logits(NDList inputs) {
        return answered(() -> teacher.logits(inputs));
    }

    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        return answered(() -> teacher.logits(inputs, keys));
    }

    private NDArray answered(Supplier<NDArray> question) {
        if (!signal.enter()) {
            throw new Stopping.Asked(null);
        }
        try {
            return question.get();
        } catch (RuntimeException e) {
            if (signal.isRequested() || Thread.currentThread().isInterrupted()) {
                throw new Stopping.Asked(e);
            }
            throw e;
        } finally {
            signal.leave();
        }
    }
}
