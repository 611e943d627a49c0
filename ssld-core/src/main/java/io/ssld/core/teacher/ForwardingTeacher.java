package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.ParameterList;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.data.internal.ViewKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A teacher around another one: it says whatever that one says, but for the methods that a subclass
 * overrides. Methods of {@link RunTeacher} have defaults, so a wrapper that forgets one compiles
 * and answers wrong; this is the only place that has to know all of them.
 */
public abstract class ForwardingTeacher implements RunTeacher {

    /** For subclasses. */
    protected ForwardingTeacher() {}

    /**
     * Returns whom to ask.
     *
     * @return the wrapped teacher
     */
    protected abstract RunTeacher inner();

    /**
     * Wraps what the inner teacher becomes for other inputs or on another device.
     *
     * @param other in place of {@link #inner()}
     * @return as this teacher, around the other one
     */
    protected abstract RunTeacher around(RunTeacher other);

    @Override
    public NDArray logits(NDList inputs) {
        return inner().logits(inputs);
    }

    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        return inner().logits(inputs, keys);
    }

    @Override
    public boolean needsKeys() {
        return inner().needsKeys();
    }

    @Override
    public Optional<RecordedViews> recordedViews() {
        return inner().recordedViews();
    }

    @Override
    public String name() {
        return inner().name();
    }

    @Override
    public TeacherMode mode() {
        return inner().mode();
    }

    @Override
    public ParameterList parameters() {
        return inner().parameters();
    }

    @Override
    public String digest() {
        return inner().digest();
    }

    @Override
    public Map<String, Double> measures() {
        return inner().measures();
    }

    @Override
    public List<String> classNames() {
        return inner().classNames();
    }

    @Override
    public Optional<Normalization> normalization() {
        return inner().normalization();
    }

    @Override
    public ImageLayout layout() {
        return inner().layout();
    }

    @Override
    public RunTeacher forInputs(Normalization given) {
        return around(inner().forInputs(given));
    }

    @Override
    public RunTeacher onDevice(Device device, NDManager owner) {
        return around(inner().onDevice(device, owner));
    }
}
