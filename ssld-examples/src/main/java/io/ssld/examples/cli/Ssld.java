package io.ssld.examples.cli;

import io.ssld.kernels.internal.Messages;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code ssld} command.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage. Failures print one line on the error stream, and
 * a stack trace only with {@code --verbose}.
 */
@Command(
        name = "ssld",
        description = "Label-free knowledge distillation for the JVM.",
        subcommands = {
            QuickstartCommand.class,
            DistillCommand.class,
            PlanCommand.class,
            TrainCommand.class,
            FinetuneCommand.class,
            LabelCommand.class,
            SearchCommand.class,
            RunsCommand.class,
            SelectCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ServeCommand.class,
            ZooCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Ssld.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Ssld implements Runnable {

    @Spec private CommandSpec spec;

    @Option(
            names = "--verbose",
            description = "Print the stack trace of a failure.",
            scope = ScopeType.INHERIT)
    private boolean verbose;

    /** Made by {@link #main} and by tests. */
    @SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
    Ssld() {}

    /**
     * Runs the command and ends the JVM with its exit code.
     *
     * @param args as on the command line
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /**
     * Runs the command.
     *
     * @param args as on the command line
     * @return the exit code
     */
    static int run(String... args) {
        Ssld command = new Ssld();
        CommandLine line = new CommandLine(command);
        EnumNames.register(line);
        line.setExecutionExceptionHandler(
                (failure, at, parsed) -> {
                    String message = OptionWords.in(at.getCommandSpec(), message(failure));
                    at.getErr().println("ssld: " + message);
                    if (command.verbose) {
                        failure.printStackTrace(at.getErr());
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                });
        line.setParameterExceptionHandler(
                (wrong, parsed) -> {
                    CommandLine at = wrong.getCommandLine();
                    at.getErr()
                            .printf(
                                    "ssld: %s; see '%s --help'%n",
                                    OptionWords.in(at.getCommandSpec(), message(wrong)),
                                    at.getCommandSpec().qualifiedName());
                    return CommandLine.ExitCode.USAGE;
                });
        return line.execute(args);
    }

    /** One line, whatever the exception brings along. */
    static String message(Throwable failure) {
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
        String text = failure.getMessage();
        return text == null || text.isBlank()
                ? failure.getClass().getSimpleName()
                : Messages.limited(
                        text.strip().replaceAll("\\s*\\R\\s*", " ") + suggestion(failure));
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

    /** Without a subcommand there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** The version of the jar, or "development" when run from compiled classes. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Ssld.class.getPackage().getImplementationVersion();
            return new String[] {"ssld " + (version == null ? "development" : version)};
        }
    }
}
