package io.ssld.cli;

import io.ssld.base.internal.Names;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a constant in any case, with hyphens or underscores; of a wrong one it tells close ones.
 */
final class EnumNames<E extends Enum<E>> implements ITypeConverter<E> {

    private final List<E> constants;

    private EnumNames(Class<E> type) {
        constants = List.of(type.getEnumConstants());
    }

    /** Lets a command and those below it read their enums so. */
    static void register(CommandLine line) {
        register(line, line);
    }

    private static void register(CommandLine root, CommandLine line) {
        for (ArgSpec option : line.getCommandSpec().args()) {
            for (Class<?> type : option.auxiliaryTypes()) {
                if (type.isEnum()) {
                    registerEnum(root, type);
                }
            }
        }
        line.getSubcommands().values().forEach(below -> register(root, below));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the class says that it is one of an enum
    private static void registerEnum(CommandLine root, Class<?> type) {
        root.registerConverter((Class) type, new EnumNames(type));
    }

    @Override
    public E convert(String name) {
        String wanted = name.replace('-', '_');
        return constants.stream()
                .filter(each -> each.name().equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(unknown(name)));
    }

    private String unknown(String name) {
        List<String> names = constants.stream().map(Enum::name).toList();
        return Names.unknown("it", name, names);
    }
}
