package io.ssld.core.train;

import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Names parameters by the way to them, such as {@code blocks2.0.dw_conv.conv.weight}: the names of
 * the children from the network down, without the numbers that DJL puts before them unless two
 * children would be called the same, then the parameter's own name, joined by dots. Weights files
 * call them so too.
 *
 * <p>A <em>prefix</em> of a path is the path itself, or its start up to a dot: {@code blocks.1} is
 * one of {@code blocks.1.conv.weight} and none of {@code blocks.10.conv.weight}.
 */
public final class ParameterPaths {

    private static final int MAX_LISTED = 40;

    private ParameterPaths() {}

    /**
     * Returns a network's parameters and buffers under their paths.
     *
     * @param block the network
     * @return the parameters in the block's own order
     * @throws IllegalArgumentException if two parameters have the same path
     */
    public static ParameterList of(Block block) {
        Objects.requireNonNull(block, "block");
        ParameterList parameters = new ParameterList();
        collect("", block, parameters, new HashSet<>());
        return parameters;
    }

    private static void collect(String prefix, Block block, ParameterList into, Set<String> seen) {
        for (Parameter parameter : block.getDirectParameters().values()) {
            String path = prefix + parameter.getName();
            if (!seen.add(path)) {
                throw new IllegalArgumentException(
                        "parameter paths must be unique, but two were "
                                + path
                                + "; give the children of the network different names");
            }
            into.add(path, parameter);
        }
        BlockList children = block.getChildren();
        List<String> names = childNames(children);
        for (int i = 0; i < names.size(); i++) {
            collect(prefix + names.get(i) + '.', children.valueAt(i), into, seen);
        }
    }

    private static List<String> childNames(BlockList children) {
        List<String> given = children.keys();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            // Compared with the number that DJL gives, since a child may itself be called "0".
            String number = String.format(Locale.ROOT, "%02d", i + 1);
            String name = given.get(i);
            names.add(name.startsWith(number) ? name.substring(number.length()) : name);
        }
        return new HashSet<>(names).size() == names.size() ? names : given;
    }

    /** Tells whether a prefix is one of a path; the empty prefix is one of every path. */
    static boolean covers(String prefix, String path) {
        return prefix.isEmpty()
                || path.equals(prefix)
                || (path.startsWith(prefix) && path.charAt(prefix.length()) == '.');
    }

    /** Fails unless a prefix is one of at least one of the paths. */
    static void requireMatch(String setting, String prefix, ParameterList parameters) {
        for (Pair<String, Parameter> pair : parameters) {
            if (covers(prefix, pair.getKey())) {
                return;
            }
        }
        throw new IllegalArgumentException(
                setting
                        + " must begin the path of a parameter, but was "
                        + prefix
                        + "; there are "
                        + listed(prefix, parameters));
    }

    /** The starts of the paths there are, as deep as the prefix that was asked for. */
    private static String listed(String prefix, ParameterList parameters) {
        int depth = prefix.split("\\.", -1).length;
        Set<String> starts = new LinkedHashSet<>();
        for (String path : parameters.keys()) {
            int end = -1;
            for (int i = 0; i < depth; i++) {
                int next = path.indexOf('.', end + 1);
                end = next < 0 ? path.length() : next;
            }
            starts.add(path.substring(0, end));
        }
        if (starts.size() <= MAX_LISTED) {
            return String.join(", ", starts);
        }
        List<String> first = new ArrayList<>(starts).subList(0, MAX_LISTED);
        return String.join(", ", first) + " and " + (starts.size() - MAX_LISTED) + " more";
    }
}
