package io.ssld.cli.common;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The number of classes on the command line: more than any head has would only fill the memory. */
public final class ClassCount implements ITypeConverter<Integer> {

    private static final int MAX = 1_000_000;

    /** Made by picocli. */
    ClassCount() {}

    @Override
    public Integer convert(String text) {
        int classes;
        try {
            classes = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("must be a whole number, but was " + text);
        }
        if (classes < 1 || classes > MAX) {
            throw new TypeConversionException(
                    String.format(
                            Locale.ROOT,
                            "must be at least 1 and at most %d, but was %d",
                            MAX,
                            classes));
        }
        return classes;
    }
}
