package io.ssld.weights;

import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The name path of each parameter of a block; see {@link StateDict} for the rule. */
final class ParameterNames {

    private ParameterNames() {}

    /**
     * Returns every parameter, running statistics included, in the block's own order.
     *
     * @throws IllegalArgumentException if two parameters have the same path
     */
    static Map<String, Parameter> of(Block block) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        walk(
                block,
                (prefix, owner, parameter) -> {
                    String name = prefix + parameter.getName();
                    if (parameters.putIfAbsent(name, parameter) != null) {
                        throw new IllegalArgumentException(
                                "parameter names must be unique, but two were " + name);
                    }
                });
        return parameters;
    }

    /** Receives a parameter, the block it belongs to and the path to that, a dot at its end. */
    @FunctionalInterface
    interface Visitor {
        void visit(String prefix, Block owner, Parameter parameter);
    }

    /** Visits every parameter in the block's own order. */
    static void walk(Block block, Visitor visitor) {
        walk("", block, visitor);
    }

    private static void walk(String prefix, Block block, Visitor visitor) {
        for (Parameter parameter : block.getDirectParameters().values()) {
            visitor.visit(prefix, block, parameter);
        }
        BlockList children = block.getChildren();
        List<String> names = childNames(children);
        for (int i = 0; i < names.size(); i++) {
            walk(prefix + names.get(i) + '.', children.valueAt(i), visitor);
        }
    }

    private static List<String> childNames(BlockList children) {
        List<String> given = children.keys();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            names.add(withoutNumber(given.get(i), i + 1));
        }
        return new HashSet<>(names).size() == names.size() ? names : given;
    }

    /**
     * Undoes what AbstractBlock.addChildBlock does. The number is compared and not merely matched
     * as "two digits", since a child may itself be called "0" or "12x".
     */
    private static String withoutNumber(String name, int number) {
        String prefix = String.format(Locale.ROOT, "%02d", number);
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }
}
