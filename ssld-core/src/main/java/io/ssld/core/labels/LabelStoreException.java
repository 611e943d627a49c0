package io.ssld.core.labels;

import java.io.IOException;
import java.nio.file.Path;

/** A label store that cannot be used: not whole, damaged, or of another recording. */
public final class LabelStoreException extends IOException {

    private static final long serialVersionUID = 1L;

    LabelStoreException(Path file, String rule, String found) {
        super(message(file, rule, found));
    }

    LabelStoreException(Path file, String rule, String found, Throwable cause) {
        super(message(file, rule, found), cause);
    }

    private static String message(Path file, String rule, String found) {
        return "label store " + file + " must " + rule + ", but " + found;
    }
}
