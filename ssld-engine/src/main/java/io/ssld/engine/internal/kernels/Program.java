package io.ssld.engine.internal.kernels;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A script as methods and blocks that run in turns. A method takes the variables of earlier parts
 * that it reads, and returns those of its own that later parts read.
 *
 * @param source the methods
 * @param parts what runs, in order
 * @param output the variable with the result
 */
record Program(String source, List<Part> parts, String output) {

    /** A method that gives its first argument, in the usual layout if the second one has that. */
    static final String LAY = "lay";

    private static final String LAYING =
            """
            def %s(self: __torch__.M, a: List[Tensor], c: List[Tensor]) -> List[Tensor]:
              if torch.is_contiguous(a[1]):
                r = torch.contiguous(a[0])
              else:
                r = a[0]
              return [r]
            """
                    .formatted(LAY);

    private static final Pattern VARIABLE = Pattern.compile("\\bv\\d+\\b");

    /**
     * A method, or a block that answers by itself.
     *
     * @param cut the block, {@code null} for a method
     * @param method the name of the method, empty for a block
     * @param arguments the variables it takes
     * @param results the variables it gives
     * @param kept the variables that are still needed afterwards
     */
    record Part(
            Script.@Nullable Cut cut,
            String method,
            List<String> arguments,
            List<String> results,
            Set<String> kept) {}

    /** Splits a script, from its end, where it is known what is needed. */
    static Program of(Script script, String output) {
        StringBuilder source = new StringBuilder(script.prepare()).append(LAYING);
        Deque<Part> parts = new ArrayDeque<>();
        Set<String> needed = new HashSet<>(Set.of(output));
        List<List<Script.Step>> groups = script.groups();
        for (int i = groups.size() - 1; i >= 0; i--) {
            List<Script.Step> group = groups.get(i);
            Part part =
                    group.get(0) instanceof Script.Cut cut
                            ? new Part(cut, "", cut.inputs(), cut.outputs(), Set.copyOf(needed))
                            : method("part" + i, group, needed, source);
            if (part.cut() != null || !part.results().isEmpty()) {
                parts.addFirst(part);
                needed.removeAll(part.results());
                needed.addAll(part.arguments());
            }
        }
        return new Program(source.toString(), List.copyOf(parts), output);
    }

    private static Part method(
            String name, List<Script.Step> lines, Set<String> needed, StringBuilder source) {
        Set<String> defined = new LinkedHashSet<>();
        Set<String> arguments = new LinkedHashSet<>();
        StringBuilder body = new StringBuilder();
        for (Script.Step step : lines) {
            Script.Line line = (Script.Line) step;
            VARIABLE.matcher(line.expression())
                    .results()
                    .map(MatchResult::group)
                    .filter(variable -> !defined.contains(variable))
                    .forEach(arguments::add);
            defined.add(line.name());
            append(body, line.name(), line.expression());
        }
        List<String> results = defined.stream().filter(needed::contains).toList();
        source.append("def ")
                .append(name)
                .append("(self: __torch__.M, a: List[Tensor], c: List[Tensor]) -> List[Tensor]:\n");
        List<String> order = new ArrayList<>(arguments);
        for (int i = 0; i < order.size(); i++) {
            append(source, order.get(i), "a[" + i + "]");
        }
        source.append(body).append("  return [").append(String.join(", ", results)).append("]\n");
        return new Part(null, name, order, results, Set.copyOf(needed));
    }

    private static void append(StringBuilder text, String name, String expression) {
        text.append("  ").append(name).append(" = ").append(expression).append('\n');
    }
}
