package io.ssld.core.run.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.ParameterList;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.teacher.TeacherMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A teacher whose waiting a stop signal ends, in whichever thread it is asked. */
public record InterruptibleTeacher(Teacher teacher, StopSignal signal) implements Teacher {

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

    @Override
    public boolean needsKeys() {
        return teacher.needsKeys();
    }

    @Override
    public Optional<RecordedViews> recordedViews() {
        return teacher.recordedViews();
    }

    @Override
    public String name() {
        return teacher.name();
    }

    @Override
    public List<String> classNames() {
        return teacher.classNames();
    }

    @Override
    public TeacherMode mode() {
        return teacher.mode();
    }

    @Override
    public ParameterList parameters() {
        return teacher.parameters();
    }

    @Override
    public String digest() {
        return teacher.digest();
    }

    @Override
    public Map<String, Double> measures() {
        return teacher.measures();
    }

    @Override
    public ImageLayout layout() {
        return teacher.layout();
    }

    @Override
    public Optional<Normalization> normalization() {
        return teacher.normalization();
    }

    @Override
    public Teacher forInputs(Normalization given) {
        return new InterruptibleTeacher(teacher.forInputs(given), signal);
    }

    @Override
    public Teacher onDevice(Device device, NDManager owner) {
        return new InterruptibleTeacher(teacher.onDevice(device, owner), signal);
    }
}
