package io.ssld.zoo.djl;

import ai.djl.nn.Block;
import io.ssld.weights.Safetensors;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A network in use: one folder that DJL's {@code Criteria.optModelPath} and DJL Serving load with
 * no code of their own, and what that folder says.
 *
 * <table>
 * <caption>The folder</caption>
 * <tr><th>file</th><th>holds</th></tr>
 * <tr><td>{@code model.safetensors}</td><td>the weights, by the names of a {@link StateDict}</td></tr>
 * <tr><td>{@code serving.properties}</td><td>what creates the block and the translator, and their
 * arguments: network, classes, dropout, preprocessing</td></tr>
 * <tr><td>{@code synset.txt}</td><td>the names of the classes, one a line, in order</td></tr>
 * <tr><td>{@code README.md}</td><td>the model card</td></tr>
 * <tr><td>{@code provenance.json}</td><td>a copy of the run's, where there was one</td></tr>
 * </table>
 *
 * <p>Loaded by DJL the network is frozen: the threads of a server then record nothing for a
 * gradient that nobody asks for.
 *
 * @param architecture the network
 * @param dropout its dropout, which some networks scale by at inference
 * @param classNames the names of the classes in order, all different
 * @param preprocessing what an image goes through first
 */
public record SavedModel(
        Architecture architecture,
        double dropout,
        List<String> classNames,
        Preprocessing preprocessing) {

    static final String WEIGHTS = "model.safetensors";
    static final String PROPERTIES = "serving.properties";
    static final String SYNSET = "synset.txt";
    static final String CARD = "README.md";
    static final String PROVENANCE = "provenance.json";

    /** What the folder is called in that of the run which made it. */
    static final String IN_RUN = "model";

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if there are none, two are equal, or one is blank or has a
     *     line break
     */
    public SavedModel {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(classNames, "classNames");
        Objects.requireNonNull(preprocessing, "preprocessing");
        classNames = List.copyOf(classNames);
        if (classNames.isEmpty()) {
            throw new IllegalArgumentException("classNames must hold a name, but were empty");
        }
        Set<String> seen = new HashSet<>();
        for (String name : classNames) {
            if (name.isBlank() || !name.equals(name.strip()) || name.lines().count() != 1) {
                throw new IllegalArgumentException(
                        "class name must be one line without spaces around it, but was '"
                                + name
                                + "'");
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "class names must be different, but two were " + name);
            }
        }
    }

    /**
     * Describes a network with its usual dropout and preprocessing.
     *
     * @param architecture the network
     * @param classNames the names of the classes in order, all different
     * @return the description
     */
    public static SavedModel of(Architecture architecture, List<String> classNames) {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(classNames, "classNames");
        return new SavedModel(
                architecture,
                architecture.dropout().orElse(0),
                classNames,
                architecture.preprocessing());
    }

    /**
     * Returns this description with another preprocessing, such as that of the training.
     *
     * @param wanted the preprocessing
     * @return the description
     */
    public SavedModel withPreprocessing(Preprocessing wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return new SavedModel(architecture, dropout, classNames, wanted);
    }

    /**
     * Returns this description with another dropout.
     *
     * @param wanted the dropout that the block was created with
     * @return the description
     */
    public SavedModel withDropout(double wanted) {
        return new SavedModel(architecture, wanted, classNames, preprocessing);
    }

    /**
     * Returns the number of classes.
     *
     * @return that of the names
     */
    public int classes() {
        return classNames.size();
    }

    /**
     * Creates the network, without the weights.
     *
     * @return a block that is not initialised
     */
    public Block newBlock() {
        return architecture.newBlock(classes(), dropout);
    }

    /**
     * Writes the folder: beside its place, and moved there when complete.
     *
     * @param folder where it goes; a new name, or an empty folder
     * @param block the network with its weights, created as {@link #newBlock()} does
     * @param notes what the model card says beyond what is known here
     * @throws IOException if the folder holds something, or a file cannot be written; nothing is
     *     left then
     * @throws IllegalArgumentException if the block has another number of classes than there are
     *     names, or a weight of it is NaN or infinite
     */
    public void write(Path folder, Block block, ModelNotes notes) throws IOException {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(notes, "notes");
        StateDict state = StateDict.of(block);
        SsldWeights.requireFinite(state);
        int found = SsldWeights.of(state).classes(newBlock()).orElse(0);
        if (found != classes()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "classNames must have a name for each of %d classes, but had %d",
                            found,
                            classes()));
        }
        NewFolder.write(
                folder,
                partial -> {
                    Safetensors.write(partial.resolve(WEIGHTS), state, SavedProperties.notes(this));
                    Files.write(partial.resolve(SYNSET), classNames);
                    Files.writeString(partial.resolve(CARD), ModelReadme.text(this, notes));
                    if (notes.provenance().isPresent()) {
                        Files.copy(notes.provenance().get(), partial.resolve(PROVENANCE));
                    }
                    Files.writeString(partial.resolve(PROPERTIES), SavedProperties.text(this));
                });
    }

    /**
     * Tells whether a folder looks like one of ours.
     *
     * @param folder any path
     * @return whether it holds a {@code serving.properties}
     */
    public static boolean isIn(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return Files.isRegularFile(folder.resolve(PROPERTIES));
    }

    /**
     * Deletes what {@link #write} wrote, and the folder if nothing else is in it.
     *
     * @param folder any path; nothing is done if there is nothing
     * @throws IOException if a file cannot be deleted
     */
    public static void delete(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        // The properties last: as long as they are there, the rest is known to be a model's.
        for (String file : List.of(WEIGHTS, SYNSET, CARD, PROVENANCE, PROPERTIES)) {
            Files.deleteIfExists(folder.resolve(file));
        }
        if (Files.isDirectory(folder) && NewFolder.isEmpty(folder)) {
            Files.delete(folder);
        }
    }

    /**
     * Reads what a folder says; the weights are read by {@link #readWeights}.
     *
     * @param folder a folder that {@link #write} wrote
     * @return its description
     * @throws IOException if a file is missing or says something impossible; the message names it
     */
    public static SavedModel read(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        SsldArguments arguments = SavedProperties.read(folder);
        try {
            Architecture network = arguments.model();
            return new SavedModel(
                    network,
                    arguments.dropout().orElse(network.dropout().orElse(0)),
                    readClassNames(folder, arguments.classes()),
                    arguments.preprocessing());
        } catch (IllegalArgumentException e) {
            throw new IOException(folder.resolve(PROPERTIES) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads the weights of a folder.
     *
     * @param folder a folder that {@link #write} wrote
     * @return the weights
     * @throws IOException if they are missing or broken
     */
    public static StateDict readWeights(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        return Safetensors.read(requireFile(folder.resolve(WEIGHTS)));
    }

    /** Reads the names of a saved model's classes, as many as its properties say. */
    static List<String> readClassNames(Path folder, int classes) throws IOException {
        Path file = requireFile(folder.resolve(SYNSET));
        List<String> names = Files.readAllLines(file);
        if (names.size() != classes) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must name the %d classes of %s, one a line, but had %d lines",
                            file,
                            classes,
                            PROPERTIES,
                            names.size()));
        }
        return names;
    }

    private static Path requireFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " must be in the folder of a saved model, but is missing");
        }
        return file;
    }
}
