package io.ssld.cli.common;

import io.ssld.base.internal.PathText;
import io.ssld.weights.WeightsFormat;
import io.ssld.zoo.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A network as users name it on every command: {@code MODEL[=WEIGHTS]}.
 *
 * <table>
 * <caption>What may stand where</caption>
 * <tr><th>MODEL</th><th>WEIGHTS</th></tr>
 * <tr><td>a published network, such as {@code ResNet50_vd}</td><td>{@code ssld} (default), {@code
 * plain}, {@code random}, {@code random:SEED} or a file</td></tr>
 * <tr><td>a network for small images, such as {@code SmallMobileNet_x1_0}</td><td>{@code random}
 * (default), {@code random:SEED} or a file</td></tr>
 * <tr><td>the folder of a saved model</td><td>none: they are in it</td></tr>
 * </table>
 *
 * <p>A published network may also be called by the name of its SSLD weights, {@code
 * ResNet50_vd_ssld} or {@code ResNet50_vd_ssld_pretrained}. Random weights by default are for
 * networks that are going to be trained: one that is asked for answers needs them in words.
 *
 * <p>A file is {@code .pdparams}, {@code .safetensors} or {@code NAME-0000.params} as DJL saves it,
 * by its content.
 *
 * @param text as the user wrote it
 * @param architecture the network, null for a saved model
 * @param folder the folder of the saved model, null for a network by name
 * @param weights where the weights come from
 * @param probabilities whether it answers probabilities, as a teacher may
 */
public record ModelSpec(
        String text,
        @Nullable Architecture architecture,
        @Nullable Path folder,
        Weights weights,
        boolean probabilities) {

    /** What the help says of an option that takes one. */
    public static final String LABEL = "MODEL[=WEIGHTS]";

    /** The help of such an option. */
    public static final String HELP =
            "A network, such as ResNet50_vd or SmallMobileNet_x1_0, or the folder of a saved model."
                    + " WEIGHTS: ssld (default where published), plain, random, random:SEED or a"
                    + " file (.pdparams, .safetensors, NAME-0000.params).";

    /** What stands behind a teacher that answers probabilities instead of logits. */
    public static final String PROBABILITIES = ":probabilities";

    /** What the help says of an option that takes a teacher. */
    public static final String TEACHER_LABEL = LABEL + "[" + PROBABILITIES + "]";

    /** The help of such an option. */
    public static final String TEACHER_HELP =
            HELP
                    + " With "
                    + PROBABILITIES
                    + " behind it, one that ends in a softmax: the logarithm is taken.";

    /** Where weights come from. */
    public sealed interface Weights {

        /** Published weights. */
        record Published(boolean ssld) implements Weights {}

        /** First weights, drawn from a seed. */
        record Random(long seed) implements Weights {}

        /** A weights file. */
        record File(Path path) implements Weights {}

        /** Those in the folder of a saved model. */
        record Saved() implements Weights {}
    }

    /**
     * Reads what the user wrote.
     *
     * @param text {@code MODEL[=WEIGHTS]}
     * @return what it means; no file is opened yet
     * @throws IllegalArgumentException if there is no such network or folder, or it cannot have
     *     such weights
     */
    public static ModelSpec parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(
                    "model must be the name of a network or the folder of a saved model, but was"
                            + " empty");
        }
        // First, since the name of a folder may hold an equals sign.
        Path path = PathText.of(text);
        if (Files.isDirectory(path)) {
            return new ModelSpec(text, null, path, new Weights.Saved(), false);
        }
        if (isOfProbabilities(text)) {
            throw new IllegalArgumentException(
                    "model must answer logits here, but was "
                            + text
                            + "; "
                            + PROBABILITIES
                            + " is for networks that teach or label");
        }
        String[] parts = text.split("=", 2);
        String model = parts[0];
        if (model.contains("/") || model.contains("\\") || Files.exists(PathText.of(model))) {
            throw new IllegalArgumentException(
                    Files.isDirectory(PathText.of(model))
                            ? "a saved model must stand without weights, but was "
                                    + text
                                    + "; write the folder alone"
                            : "model must be the name of a network or the folder of a saved model,"
                                    + " but there is no folder "
                                    + model);
        }
        Architecture architecture = Architecture.of(model);
        Weights weights =
                parts.length == 2
                        ? weights(architecture, text, parts[1])
                        : PublishedWeights.exist(architecture)
                                ? new Weights.Published(true)
                                : new Weights.Random(0);
        return new ModelSpec(text, architecture, null, weights, false);
    }

    /**
     * Reads what the user wrote of a teacher, which may answer probabilities.
     *
     * @param text {@code MODEL[=WEIGHTS][:probabilities]}
     * @throws IllegalArgumentException as {@link #parse}
     */
    static ModelSpec parseTeacher(String text) {
        if (!isOfProbabilities(text)) {
            return parse(text);
        }
        ModelSpec inner = parse(text.substring(0, text.length() - PROBABILITIES.length()));
        return new ModelSpec(text, inner.architecture, inner.folder, inner.weights, true);
    }

    /** The name of a folder may end so, too. */
    private static boolean isOfProbabilities(String text) {
        return text.toLowerCase(Locale.ROOT).endsWith(PROBABILITIES)
                && !Files.isDirectory(Path.of(text));
    }

    /**
     * Returns the same network with the weights of a file, for commands that have an option of
     * their own for it.
     *
     * @throws IllegalArgumentException if the text says already which weights
     */
    public ModelSpec withFile(Path file) {
        if (folder != null || text.contains("=")) {
            throw new IllegalArgumentException(
                    "weights must be given once, but were " + text + " and " + file);
        }
        return new ModelSpec(
                text + "=" + file, architecture, null, new Weights.File(file), probabilities);
    }

    /** Returns the same network; first weights whose seed was not named are drawn from another. */
    ModelSpec seeded(long seed) {
        boolean unnamed =
                weights instanceof Weights.Random
                        && !text.toLowerCase(Locale.ROOT).contains("random:");
        return unnamed
                ? new ModelSpec(text, architecture, folder, new Weights.Random(seed), probabilities)
                : this;
    }

    /** Whether nobody said where weights come from, and they are first ones. */
    boolean isUntrainedByDefault() {
        return weights instanceof Weights.Random && !text.contains("=");
    }

    private static Weights weights(Architecture architecture, String whole, String text) {
        String word = text.toLowerCase(Locale.ROOT);
        boolean sslds =
                !whole.substring(0, whole.indexOf('=')).equalsIgnoreCase(architecture.modelName());
        if (sslds && (word.equals("plain") || word.startsWith("random"))) {
            throw new IllegalArgumentException(
                    "weights must be named once, but were "
                            + whole
                            + "; for these write "
                            + architecture.modelName()
                            + "="
                            + text);
        }
        if (word.equals("random")) {
            return new Weights.Random(0);
        }
        if (word.startsWith("random:")) {
            return new Weights.Random(seed(text.substring("random:".length())));
        }
        if (word.equals("ssld") || word.equals("plain")) {
            if (!PublishedWeights.exist(architecture)) {
                throw new IllegalArgumentException(
                        "weights of %s must be random or a file, but were %s: none are published"
                                .formatted(architecture.modelName(), text));
            }
            return new Weights.Published(word.equals("ssld"));
        }
        if (WeightsFormat.named(text).isPresent()) {
            return new Weights.File(PathText.of(text));
        }
        throw new IllegalArgumentException(
                "weights must be ssld, plain, random, random:SEED or a file ending in .pdparams,"
                        + " .safetensors or .params, but were "
                        + text);
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "seed of random weights must be a whole number, but was " + text, e);
        }
    }

    private static ModelSpec converted(Function<String, ModelSpec> reader, String text) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** For picocli: a wrong model is wrong usage. */
    public static final class Converter implements ITypeConverter<ModelSpec> {

        @Override
        public ModelSpec convert(String text) {
            return converted(ModelSpec::parse, text);
        }
    }

    /** The same of a teacher. */
    public static final class TeacherConverter implements ITypeConverter<ModelSpec> {

        @Override
        public ModelSpec convert(String text) {
            return converted(ModelSpec::parseTeacher, text);
        }
    }
}
