package io.ssld.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/** What the library calls {@code optWorkers} is called {@code --workers} on the command line. */
final class OptionWords {

    private static final Pattern BUILDER = Pattern.compile("\\b(?:opt|set|add)([A-Z][A-Za-z]*)\\b");

    private OptionWords() {}

    /** Returns a message with the options of a command in place of the calls that they make. */
    static String in(CommandSpec command, String message) {
        return BUILDER.matcher(message)
                .replaceAll(
                        call -> {
                            String option =
                                    "-"
                                            + call.group(1)
                                                    .replaceAll("([A-Z])", "-$1")
                                                    .toLowerCase(Locale.ROOT);
                            return Matcher.quoteReplacement(
                                    command.findOption(option) == null ? call.group() : option);
                        });
    }
}
