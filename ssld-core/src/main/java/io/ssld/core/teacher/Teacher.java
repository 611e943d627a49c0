package io.ssld.core.teacher;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.util.List;
import java.util.Objects;

/**
 * A source of soft labels: a batch of inputs in, logits out.
 *
 * <p>A student never asks where soft labels come from: a network ({@link #of(Model)}), the average
 * of several ({@link #average}), a store of what it said earlier ({@code ReplayTeacher.of}), or any
 * function of the inputs, as a lambda. A teacher does not learn: its logits carry no gradient, and
 * nothing in it changes. {@link io.ssld.core.Distiller} checks the latter before and after each
 * run. What else a teacher can tell a run, such as its layout or the names of its classes, is in
 * {@link RunTeacher}.
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
     * Returns what to call this teacher in provenance and messages.
     *
     * @return a short name
     */
    default String name() {
        return "function";
    }

    /**
     * Returns this teacher under another name, such as a lambda that would be "function".
     *
     * @param name the name, for provenance and messages
     * @return a teacher with the same answers
     */
    default Teacher named(String name) {
        return new NamedTeacher(RunTeacher.of(this), Objects.requireNonNull(name, "name"));
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
    static RunTeacher ofProbabilities(Teacher probabilities) {
        Objects.requireNonNull(probabilities, "probabilities");
        return new ProbabilityTeacher(RunTeacher.of(probabilities));
    }

    /**
     * Averages several teachers, as an ensemble: the mean of their probabilities.
     *
     * @param teachers at least one, all with the same classes
     * @return the teacher, whose logits are the logarithm of the mean probability
     */
    static RunTeacher average(List<? extends Teacher> teachers) {
        Objects.requireNonNull(teachers, "teachers");
        return new AverageTeacher(teachers.stream().map(RunTeacher::of).toList());
    }
}
