package io.ssld.base.internal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the absolute paths out of text that leaves the machine, which name its users and its disks,
 * and out of addresses the user's name, the password and what follows a question mark.
 *
 * <p>Of a path the last name is kept, as {@code …/list.txt}, for the reader to know which file it
 * was; of a path of one or two names nothing is, for {@code /home/ann} ends in a user. Relative
 * paths and other web addresses stay as they are.
 */
public final class LocalPaths {

    private static final String ROOT = "(?:file:/+|~?/|[A-Za-z]:[\\\\/]|\\\\\\\\)";

    /**
     * All of a text, or of an argument such as {@code --out=/tmp/a b}: such a path may hold spaces.
     */
    private static final Pattern WHOLE = Pattern.compile("(--?[\\w.-]+=)?(" + ROOT + ".+)");

    /** A path within a text: a root that nothing but a space or a separator precedes. */
    private static final Pattern WITHIN =
            Pattern.compile("(?<![^\\s\"'`(\\[{<=,;:|])" + ROOT + "(?!/)[^\\s\"'`<>|,;:)\\]}]+");

    /** Who asks, and what a signed address ends in. */
    private static final Pattern SECRETS =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)([^\\s/?#]*@)?([^\\s?#]*)([?#]\\S*)?");

    private LocalPaths() {}

    public static String strip(String given) {
        String text = withoutSecrets(given);
        var whole = WHOLE.matcher(text);
        if (whole.matches()) {
            String option = whole.group(1);
            return (option == null ? "" : option) + shorten(whole.group(2));
        }
        return WITHIN.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(shorten(match.group())));
    }

    private static String withoutSecrets(String text) {
        return SECRETS.matcher(text)
                .replaceAll(
                        match ->
                                Matcher.quoteReplacement(
                                        match.group(1)
                                                + (match.group(2) == null ? "" : "…@")
                                                + match.group(3)
                                                + (match.group(4) == null ? "" : "?…")));
    }

    /** Strips every text in a value made of plain maps and lists. */
    public static @Nullable Object stripAll(@Nullable Object value) {
        if (value instanceof String text) {
            return strip(text);
        } else if (value instanceof List<?> list) {
            return list.stream().map(LocalPaths::stripAll).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> stripped = new LinkedHashMap<>();
            map.forEach((key, held) -> stripped.put(key, stripAll(held)));
            return stripped;
        }
        return value;
    }

    private static String shorten(String path) {
        List<String> names =
                Arrays.stream(path.split("[/\\\\]+")).filter(name -> !isRoot(name)).toList();
        return names.size() < 3 ? "…" : "…/" + names.get(names.size() - 1);
    }

    private static boolean isRoot(String name) {
        return name.isEmpty() || name.equals("~") || name.endsWith(":");
    }
}
