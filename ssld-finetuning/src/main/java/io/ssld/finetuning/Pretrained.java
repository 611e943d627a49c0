package io.ssld.finetuning;

import io.ssld.weights.SsldWeights;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Where fine-tuning starts: a built-in network and weights that were trained on something else.
 *
 * @param architecture the network
 * @param dropout the dropout to train with, which some networks scale by at inference
 * @param preprocessing how the weights want their images
 * @param classNames the classes that the weights tell apart, empty if nobody says
 * @param weights the tensors
 * @param source what messages call the weights, such as the path of their file
 */
public record Pretrained(
        Architecture architecture,
        double dropout,
        Preprocessing preprocessing,
        List<String> classNames,
        SsldWeights weights,
        String source) {

    /** Copies the names. */
    public Pretrained {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(classNames, "classNames");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(source, "source");
        classNames = List.copyOf(classNames);
    }

    /**
     * Takes weights that are in memory, with the network's usual dropout and preprocessing.
     *
     * @param architecture the network
     * @param weights its tensors, of any number of classes
     * @param source what messages call them
     * @return the start
     */
    public static Pretrained of(Architecture architecture, SsldWeights weights, String source) {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(source, "source");
        return new Pretrained(
                architecture,
                architecture.dropout().orElse(0),
                architecture.preprocessing(),
                List.of(),
                weights,
                source);
    }

    /**
     * Reads a weights file, with the network's usual dropout and preprocessing.
     *
     * @param architecture the network
     * @param file its weights, in any {@link io.ssld.weights.WeightsFormat}
     * @return the start
     * @throws IOException if the file cannot be read or breaks a rule of its format
     * @throws IllegalArgumentException if the file is of no such format
     */
    public static Pretrained read(Architecture architecture, Path file) throws IOException {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(file, "file");
        return of(
                architecture,
                SsldWeights.read(file, () -> architecture.newBlock(1)),
                file.toString());
    }

    /**
     * Reads the folder of a saved model.
     *
     * @param folder a folder that {@link SavedModel#write} wrote
     * @return the start, with all that the folder says
     * @throws IOException if a file is missing or broken
     */
    public static Pretrained saved(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        SavedModel saved = SavedModel.read(folder);
        return new Pretrained(
                saved.architecture(),
                saved.dropout(),
                saved.preprocessing(),
                saved.classNames(),
                SsldWeights.of(SavedModel.readWeights(folder)),
                folder.toString());
    }

    /**
     * Returns the same start with another dropout; SSLD trains some networks without any.
     *
     * @param wanted the probability, 0 for none
     * @return the start
     */
    public Pretrained withDropout(double wanted) {
        return new Pretrained(architecture, wanted, preprocessing, classNames, weights, source);
    }
}
