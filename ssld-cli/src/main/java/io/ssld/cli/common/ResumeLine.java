package io.ssld.cli.common;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/** The command line that goes on with a stopped run, to be copied into a shell. */
public final class ResumeLine {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ResumeLine() {}

    /** The words of the running command with {@code --resume}. */
    public static String of(CommandSpec command) {
        return of(command.root().commandLine().getParseResult().originalArgs());
    }

    static String of(List<String> args) {
        List<String> words = new ArrayList<>(List.of("ssld"));
        for (String word : args) {
            // Resuming replaces nothing.
            if (!word.equals("--force") && !word.equals("--resume")) {
                words.add(quoted(word));
            }
        }
        words.add("--resume");
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
