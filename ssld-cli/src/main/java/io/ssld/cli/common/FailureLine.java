package io.ssld.cli.common;

import io.ssld.base.internal.Messages;
import io.ssld.core.teacher.TeacherAnswerException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a command says about a failure: one line, whatever the exception brings along. */
public final class FailureLine {

    private static final String OPTIONS = "SSLD_JAVA_OPTS=";

    private FailureLine() {}

    public static String of(Throwable failure) {
        String line = known(failure);
        if (line == null) {
            String text = failure.getMessage();
            line =
                    text == null || text.isBlank()
                            ? failure.getClass().getSimpleName()
                            : Messages.limited(
                                    text.strip().replaceAll("\\s*\\R\\s*", " ")
                                            + suggestion(failure));
            if (failure instanceof Error) {
                line = failure.getClass().getSimpleName() + ": " + line;
            }
        }
        return Printable.of(line);
    }

    /** Options and commands that were perhaps meant. */
    private static String suggestion(Throwable failure) {
        List<String> close =
                failure instanceof UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        return close.isEmpty()
                ? ""
                : "; did you mean "
                        + close.stream().limit(3).collect(Collectors.joining(" or "))
                        + "?";
    }

    /** Failures whose own message does not help; those of other threads come as a cause. */
    private static @Nullable String known(Throwable failure) {
        int depth = 0;
        for (Throwable e = failure; e != null && depth < 100; e = e.getCause(), depth++) {
            if (e instanceof OutOfMemoryError error) {
                return memory(String.valueOf(error.getMessage()));
            }
            if (e instanceof TeacherAnswerException wrong) {
                return answers(wrong);
            }
            if (e instanceof StackOverflowError) {
                return "input must not nest more deeply than the stack is, but did; give the stack"
                        + " more, such as "
                        + OPTIONS
                        + "-Xss16m, or look at the input";
            }
        }
        // Java's own message of these is the path alone.
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " must exist, but does not; check the path";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + " must be accessible, but is not; check its permissions";
        }
        if (failure instanceof FileAlreadyExistsException there) {
            return there.getFile() + " must be a new name, but exists; choose another one";
        }
        if (failure instanceof NotDirectoryException file) {
            return file.getFile() + " must be a folder, but is none; check the path";
        }
        if (failure instanceof FileSystemException fault && fault.getFile() != null) {
            String reason = fault.getReason() == null ? "" : ": " + fault.getReason();
            return fault.getFile() + " must be usable, but is not" + reason + "; check the path";
        }
        return null;
    }

    /** The library's own message names a method. */
    private static String answers(TeacherAnswerException wrong) {
        return wrong.probabilities()
                ? ("teacher %1$s must answer logits, but its answers to the first "
                                + "batch are probabilities: at least 0 and with the sum 1; write "
                                + "%2$s behind it (MODEL=WEIGHTS%2$s), which takes their logarithm")
                        .formatted(wrong.teacher(), ModelSpec.PROBABILITIES)
                : ("teacher %s must answer probabilities, at least 0 and with the sum "
                                + "1, but its answers to the first batch are not; leave %s out if "
                                + "they are logits")
                        .formatted(wrong.teacher(), ModelSpec.PROBABILITIES);
    }

    private static String memory(String what) {
        if (what.contains("native thread")) {
            return "the system must allow as many threads as the command starts, but did not; lower"
                    + " --workers or raise the limit (ulimit -u)";
        }
        if (what.contains("Direct buffer") || what.contains("direct buffer")) {
            return "memory outside the heap must suffice, but did not; raise it, such as "
                    + OPTIONS
                    + "-XX:MaxDirectMemorySize=4g";
        }
        if (what.contains("Metaspace") || what.contains("Compressed class space")) {
            return "memory for classes must suffice, but did not; raise it, such as "
                    + OPTIONS
                    + "-XX:MaxMetaspaceSize=512m";
        }
        return String.format(
                Locale.ROOT,
                "memory must suffice, but the heap of %d MB did not (%s); raise it, such as"
                        + " %s-Xmx4g, or lower --batch and --workers",
                Runtime.getRuntime().maxMemory() >> 20,
                what,
                OPTIONS);
    }
}
