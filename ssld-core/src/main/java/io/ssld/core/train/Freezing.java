package io.ssld.core.train;

import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which part of a network is left as it is, running statistics included, as data.
 *
 * @param kind how the prefixes are meant
 * @param prefixes starts of paths up to a dot; see {@link ParameterPaths}
 */
public record Freezing(Kind kind, List<String> prefixes) {

    /** How the prefixes are meant. */
    public enum Kind {
        /** What is under the prefixes is frozen; without prefixes nothing is. */
        LISTED,
        /** All but what is under the prefixes is frozen. */
        ALL_BUT_LISTED,
        /**
         * All but the classifier is frozen: the last fully connected layer, which is the last that
         * has a weight of two dimensions. No prefixes.
         */
        ALL_BUT_CLASSIFIER
    }

    /**
     * Checks that kind and prefixes fit.
     *
     * @throws IllegalArgumentException if prefixes are missing or not wanted, or one is empty
     */
    public Freezing {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(prefixes, "prefixes");
        prefixes = List.copyOf(prefixes);
        if (kind == Kind.ALL_BUT_LISTED && prefixes.isEmpty()) {
            throw new IllegalArgumentException(
                    "prefixes must name what is trained, but was []; name a layer");
        }
        if (kind == Kind.ALL_BUT_CLASSIFIER && !prefixes.isEmpty()) {
            throw new IllegalArgumentException(
                    "prefixes must be empty for ALL_BUT_CLASSIFIER, but was " + prefixes);
        }
        for (String prefix : prefixes) {
            if (prefix.isBlank()) {
                throw new IllegalArgumentException(
                        "prefixes must not hold an empty one, but was " + prefixes);
            }
        }
    }

    /**
     * Freezes nothing.
     *
     * @return the setting
     */
    public static Freezing none() {
        return new Freezing(Kind.LISTED, List.of());
    }

    /**
     * Freezes parts.
     *
     * @param prefixes starts of paths up to a dot
     * @return the setting
     */
    public static Freezing of(String... prefixes) {
        Objects.requireNonNull(prefixes, "prefixes");
        return new Freezing(Kind.LISTED, List.of(prefixes));
    }

    /**
     * Freezes all but some parts.
     *
     * @param prefixes starts of paths up to a dot, at least one
     * @return the setting
     */
    public static Freezing allBut(String... prefixes) {
        Objects.requireNonNull(prefixes, "prefixes");
        return new Freezing(Kind.ALL_BUT_LISTED, List.of(prefixes));
    }

    /**
     * Freezes all but the classifier.
     *
     * @return the setting
     */
    public static Freezing allButClassifier() {
        return new Freezing(Kind.ALL_BUT_CLASSIFIER, List.of());
    }

    /**
     * Tells whether nothing is frozen.
     *
     * @return true for {@link #none()}
     */
    public boolean isNone() {
        return kind == Kind.LISTED && prefixes.isEmpty();
    }

    /**
     * Finds what is frozen in a network.
     *
     * @param parameters the network's parameters and buffers by path, initialised
     * @return paths of parameters and buffers
     * @throws IllegalArgumentException if a prefix begins no path, or there is no classifier
     */
    public Set<String> frozenPaths(ParameterList parameters) {
        Objects.requireNonNull(parameters, "parameters");
        List<String> wanted = new ArrayList<>(prefixes);
        if (kind == Kind.ALL_BUT_CLASSIFIER) {
            wanted.add(classifier(parameters));
        }
        for (String prefix : wanted) {
            ParameterPaths.requireMatch("freezing prefix", prefix, parameters);
        }
        Set<String> frozen = new HashSet<>();
        for (String path : parameters.keys()) {
            boolean listed =
                    wanted.stream().anyMatch(prefix -> ParameterPaths.covers(prefix, path));
            if (listed == (kind == Kind.LISTED)) {
                frozen.add(path);
            }
        }
        return frozen;
    }

    /** The path of the last fully connected layer. */
    private static String classifier(ParameterList parameters) {
        String found = null;
        for (Pair<String, Parameter> pair : parameters) {
            Parameter parameter = pair.getValue();
            if (parameter.getType() == Parameter.Type.WEIGHT
                    && parameter.getArray().getShape().dimension() == 2) {
                found = pair.getKey();
            }
        }
        int end = found == null ? -1 : found.lastIndexOf('.');
        if (found == null || end < 0) {
            throw new IllegalArgumentException(
                    "network must end with a fully connected layer of its own to train only that,"
                            + " but has none; name the layers with Freezing.allBut");
        }
        return found.substring(0, end);
    }
}
