package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
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
 * A source of soft labels: a batch of inputs in, logits out.
 *
 * <p>A student never asks where soft labels come from: a network ({@link #of(Model)}), the average
 * of several ({@link #average}), a store of what it said earlier ({@link #replay}), or any function
 * of the inputs, as a lambda. A teacher does not learn: its logits carry no gradient, and nothing
 * in it changes. {@link io.ssld.core.Distiller} checks the latter before and after each run.
 *
 * <p>A teacher does not own its network: whoever made the {@link Model} closes it, after the run.
 */
@FunctionalInterface
public interface Teacher {

    /**
     * Answers a batch.
     *
     * @param inputs what the student sees, first dimension N; left as they are
     * @return logits {@code (N, C)}, one row an example, with no gradient, on the manager of the
     *     inputs. Log-probabilities are logits too, probabilities are not: see {@link
     *     #ofProbabilities}
     */
    NDArray logits(NDList inputs);

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
     * Returns what to call this teacher in provenance and messages.
     *
     * @return a short name
     */
    default String name() {
        return "function";
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
    default Teacher forInputs(Normalization given) {
        Normalization wanted = normalization().orElse(given);
        return wanted.equals(given) ? this : new RenormalizingTeacher(this, given, wanted);
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
    default Teacher onDevice(Device device, NDManager owner) {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(owner, "owner");
        return this;
    }

    /**
     * Makes a teacher of a model, with evaluation statistics.
     *
     * @param model a loaded or trained model, such as a {@code ZooModel}; TorchScript modules work
     *     too. Its first output must be logits {@code (N, C)}
     * @return the teacher, which keeps the model alive but does not close it
     */
    static NetworkTeacher of(Model model) {
        Objects.requireNonNull(model, "model");
        return NetworkTeacher.of(model);
    }

    /**
     * Makes a teacher of a bare block, with evaluation statistics.
     *
     * @param block an initialised block, whose first output is logits {@code (N, C)}. Of a
     *     TorchScript module pass the {@link Model}: once that is unreachable its native module is
     *     freed
     * @return the teacher
     */
    static NetworkTeacher of(Block block) {
        Objects.requireNonNull(block, "block");
        return NetworkTeacher.of(block);
    }

    /**
     * Makes a teacher of one that answers probabilities, such as an exported network that ends in a
     * softmax. Its logits are {@code log(max(p, 1e-7))}: what a loss then compares are the
     * probabilities again, with at most 1e-7 added to each. The floor is there because 0 has no
     * finite logarithm, and an answer of 0 says only that the class is below what the network's
     * number type resolves. Any teacher can be inside: compiled, averaged, with a normalisation;
     * and this one can be averaged, recorded or asked about a pool as every other.
     *
     * @param probabilities a teacher whose answers are probabilities {@code (N, C)}
     * @return the teacher; at the first batch it fails with {@link IllegalArgumentException} unless
     *     the rows are at least 0 and sum to 1
     */
    static Teacher ofProbabilities(Teacher probabilities) {
        return new ProbabilityTeacher(Objects.requireNonNull(probabilities, "probabilities"));
    }

    /**
     * Averages several teachers, as an ensemble: the mean of their probabilities.
     *
     * @param teachers at least one, all with the same classes
     * @return the teacher, whose logits are the logarithm of the mean probability
     */
    static Teacher average(List<? extends Teacher> teachers) {
        Objects.requireNonNull(teachers, "teachers");
        return new AverageTeacher(List.copyOf(teachers));
    }
}
