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
import java.util.Objects;
import java.util.Optional;

/**
 * A {@link Teacher} that tells a run more than its answers: how it wants images, whom it knows,
 * what it is made of. All that has a default; who only answers is made one by {@link #of(Teacher)},
 * as runs, recordings and labellings do themselves. Who wraps another teacher extends {@link
 * ForwardingTeacher}.
 */
public interface RunTeacher extends Teacher {

    /**
     * Returns a teacher as runs need it.
     *
     * @param teacher any teacher
     * @return the same one if it is a {@code RunTeacher}, else one that adds the defaults
     */
    static RunTeacher of(Teacher teacher) {
        Objects.requireNonNull(teacher, "teacher");
        return teacher instanceof RunTeacher able ? able : new FunctionTeacher(teacher);
    }

    @Override
    default RunTeacher named(String name) {
        return new NamedTeacher(this, Objects.requireNonNull(name, "name"));
    }

    /**
     * Answers a batch of which it is known what views it holds. This is what a run calls.
     *
     * @param inputs what the student sees, first dimension N; left as they are
     * @param keys N keys, or none where the source of the batch does not tell
     * @return as {@link #logits(NDList)}
     */
    default NDArray logits(NDList inputs, List<ViewKey> keys) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(keys, "keys");
        return logits(inputs);
    }

    /**
     * Tells whether this teacher answers batches with keys alone. Then nobody can ask it about
     * validation images.
     *
     * @return true if {@link #logits(NDList)} fails
     */
    default boolean needsKeys() {
        return false;
    }

    /**
     * Returns which views this teacher knows answers to; a run then shows these to the student.
     *
     * @return the views, or empty if it can answer any
     */
    default Optional<RecordedViews> recordedViews() {
        return Optional.empty();
    }

    /**
     * Returns how batch norm and dropout behave.
     *
     * @return the mode; {@link TeacherMode#EVALUATION} promises that equal inputs get equal answers
     */
    default TeacherMode mode() {
        return TeacherMode.EVALUATION;
    }

    /**
     * Returns the parameters of this teacher's networks, so that a run can check them.
     *
     * @return all parameters; empty if this teacher has none or does not tell
     */
    default ParameterList parameters() {
        return new ParameterList();
    }

    /**
     * Identifies everything the answers depend on, so that a run can prove it unchanged.
     *
     * @return SHA-256 over all parameters and buffers as 64 hexadecimal digits; empty text if this
     *     teacher does not tell
     */
    default String digest() {
        return "";
    }

    /**
     * Returns what is to be kept about this teacher in a run's provenance, besides its accuracy.
     *
     * @return numbers by name
     */
    default Map<String, Double> measures() {
        return Map.of();
    }

    /**
     * Returns the names of the classes that this teacher knows. A run, an average and a recording
     * compare them with those of everybody else.
     *
     * @return the names by class number; empty if it does not tell
     */
    default List<String> classNames() {
        return List.of();
    }

    /**
     * Returns how images must be normalised for this teacher.
     *
     * @return the normalisation, or empty if it takes the inputs as the student sees them
     */
    default Optional<Normalization> normalization() {
        return Optional.empty();
    }

    /**
     * Returns in which layout this teacher gets images. Runs, plans, recordings and labellings lay
     * them out so, those of DJL's data sets too, and make their own batches so that as little as
     * possible has to be copied.
     *
     * @return {@link ImageLayout#NCHW} unless the teacher knows better
     */
    default ImageLayout layout() {
        return ImageLayout.NCHW;
    }

    /**
     * Returns this teacher for inputs that are normalised for the student.
     *
     * @param given the normalisation of the inputs that will come
     * @return this, or a teacher that first renormalises where {@link #normalization()} is declared
     *     and differs; for images {@code (N, channels, H, W)}
     */
    default RunTeacher forInputs(Normalization given) {
        return RenormalizingTeacher.of(this, given);
    }

    /**
     * Returns a teacher with the same answers for a part of each batch that lies on another device.
     *
     * @param device where the inputs will be
     * @param owner the owner of copies, on any device
     * @return a teacher that may answer at the same time as this one; as a rule with copies of its
     *     networks on that device, and this teacher itself if it cannot be copied, which then moves
     *     the inputs to its own device
     */
    default RunTeacher onDevice(Device device, NDManager owner) {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(owner, "owner");
        return this;
    }
}
