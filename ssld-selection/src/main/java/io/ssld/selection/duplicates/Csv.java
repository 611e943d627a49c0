package io.ssld.selection.duplicates;

import io.ssld.base.internal.CsvText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Comma-separated values as RFC 4180 says, without line breaks in fields. */
final class Csv {

    private Csv() {}

    /** Writes a line, ended by a line feed. */
    static String line(Object... fields) {
        return Stream.of(fields).map(CsvText::cell).collect(Collectors.joining(",", "", "\n"));
    }

    /** Reads a line. */
    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append(line.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(CsvText.text(field.toString()));
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(CsvText.text(field.toString()));
        return fields;
    }
}
