package io.ssld.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nulls of the public API are refused by name: every public method and constructor of a module is
 * called with null for each parameter that is not nullable, the others sensible. It must fail with
 * a {@link NullPointerException} or {@link IllegalArgumentException} that names the parameter, or
 * the setting of a builder.
 */
class NullArgumentsTest {

    /** Files of earlier versions have none of these; they become empty. */
    private static final Set<String> READ_FROM_OLD_FILES =
            Set.of(
                    "io.ssld.core.labels.LabelStoreHeader"
                            + " io.ssld.core.labels.LabelStoreHeader(15 classNames): accepted",
                    "io.ssld.core.run.RunStatus io.ssld.core.run.RunStatus(3 precision): accepted",
                    "io.ssld.core.run.RunStatus io.ssld.core.run.RunStatus(4 lossScale): accepted");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssld-images",
                "ssld-weights",
                "ssld-losses",
                "ssld-zoo",
                "ssld-core",
                "ssld-selection",
                "ssld-finetuning"
            })
    void publicMethods_null_refusedByName(String module) throws Exception {
        List<String> faults = new ArrayList<>();
        int called = 0;
        int skipped = 0;
        try (PublicApi api = new PublicApi(folder)) {
            for (Class<?> type : PublicApi.types(module)) {
                for (Executable executable : PublicApi.executables(type)) {
                    for (int i = 0; i < executable.getParameterCount(); i++) {
                        if (!PublicApi.refusesNull(executable, i)) {
                            continue;
                        }
                        Optional<String> fault = call(api, type, executable, i);
                        if (fault.isEmpty()) {
                            skipped++;
                        } else {
                            called++;
                            if (!fault.get().isEmpty()) {
                                faults.add(
                                        type.getName()
                                                + " "
                                                + executable.getName()
                                                + "("
                                                + i
                                                + " "
                                                + executable.getParameters()[i].getName()
                                                + "): "
                                                + fault.get());
                            }
                        }
                    }
                }
            }
        }
        faults.removeAll(READ_FROM_OLD_FILES);
        assertThat(faults).isEmpty();
        // What no arguments could be made for is not called: that is not to become the rule.
        assertThat(called).as("calls, beside %d that could not be made", skipped).isGreaterThan(9);
    }

    /** What a builder's method sets: of {@code optRunFolder} the {@code runFolder}. */
    private static String setting(Executable executable) {
        String name = executable.getName();
        boolean prefixed = name.matches("(set|opt|add)[A-Z].*");
        return prefixed ? Character.toLowerCase(name.charAt(3)) + name.substring(4) : name;
    }

    /** What is wrong with a call; empty text if nothing, nothing if it cannot be made. */
    private static Optional<String> call(
            PublicApi api, Class<?> type, Executable executable, int parameter) {
        Object target = null;
        if (executable instanceof Method method && !Modifier.isStatic(method.getModifiers())) {
            Optional<Object> made = api.sample(type);
            if (made.isEmpty()) {
                return Optional.empty();
            }
            target = made.get();
        }
        Optional<Object[]> arguments = api.arguments(executable);
        if (arguments.isEmpty()) {
            return Optional.empty();
        }
        Object[] given = arguments.get().clone();
        given[parameter] = null;
        try {
            executable.setAccessible(true);
            if (executable instanceof Constructor<?> constructor) {
                constructor.newInstance(given);
            } else {
                ((Method) executable).invoke(target, given);
            }
            return Optional.of("accepted");
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            String message = String.valueOf(cause.getMessage());
            boolean refused =
                    cause instanceof NullPointerException
                            || cause instanceof IllegalArgumentException;
            String name = executable.getParameters()[parameter].getName();
            boolean named = message.contains(name) || message.startsWith(setting(executable));
            return Optional.of(
                    refused && named && !message.startsWith("Cannot ") ? "" : cause.toString());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
